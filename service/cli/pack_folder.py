"""Content from a folder: the installed one, or a changed copy somebody wants to try."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from service.cli.context import Refused

if TYPE_CHECKING:  # so that commands that read nothing start without the reader
    from service.domain.conversation import Packs

LAYOUT = (
    "a copy of config/ (the folder that holds checklist/, intents/, lexicon/, safety/, triage/ and "
    "wording/), or a folder that holds such a config/ and, where texts change too, "
    "templates/messages/"
)

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

pack_option = click.option(
    "--pack",
    "folder",
    metavar="DIR",
    type=_FOLDER,
    help="Use a changed copy of config/ instead of the installed content.",
)
pack_option_required = click.option(
    "--pack",
    "folder",
    metavar="DIR",
    required=True,
    type=_FOLDER,
    help="The content to try: a changed copy of config/, or a folder that holds one.",
)


def packs_of(folder: Path | None) -> Packs:
    """The installed content, or that of a folder laid out as ``LAYOUT`` says.

    Texts to parents come from the installed ``templates/messages`` where the folder has none.
    Broken content is refused in one line that names file, line and reason.
    """
    from config.pack_files import PackError
    from config.packs import PROJECT, load_packs

    if folder is None:
        try:
            return load_packs().packs
        except PackError as error:
            raise Refused(str(error)) from None
    config = _config_in(folder)
    messages = folder / "templates" / "messages"
    if not messages.is_dir():
        messages = PROJECT / "templates" / "messages"
    # Loaded as one project, so that the version is the one it would have once installed.
    with tempfile.TemporaryDirectory(prefix="tandem-pack-") as place:
        project = Path(place).resolve()
        (project / "templates").mkdir()
        (project / "config").symlink_to(config.resolve(), target_is_directory=True)
        (project / "templates" / "messages").symlink_to(messages.resolve())
        try:
            return load_packs(project).packs
        except PackError as error:
            told = str(error).replace(f"{project / 'templates' / 'messages'}", str(messages))
            raise Refused(told.replace(f"{project / 'config'}", str(config))) from None
        except (UnicodeDecodeError, yaml.YAMLError):
            raise Refused(_unreadable(config, messages)) from None


def _unreadable(config: Path, messages: Path) -> str:
    """Which file cannot be read at all, in one line: saved in other letters than UTF-8, mostly."""
    for path in sorted([*config.rglob("*.yaml"), *messages.rglob("*.txt")]):
        try:
            text = path.read_text("utf-8")
            if path.suffix == ".yaml":
                yaml.safe_load(text)
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            return f"{path}:{line}: is not UTF-8; save it as UTF-8"
        except yaml.YAMLError as error:
            return f"{path}: cannot be read: {' '.join(str(error).split())}"
    return f"{config}: cannot be read"


def _config_in(folder: Path) -> Path:
    for config in (folder / "config", folder):
        if (config / "lexicon").is_dir():
            return config
    raise Refused(f"--pack: {folder} holds no content; expected {LAYOUT}")
