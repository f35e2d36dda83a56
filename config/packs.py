"""All content of the product, loaded and checked at once, under one version.

The version is a hash over every content file, so that a suggestion can name exactly what it was
made from; ``files`` holds that content whole and is stored with the first suggestion under it.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.kept_lexicon import lexicon_of
from config.load_care_paths import load_care_paths
from config.load_checklist import load_checklist
from config.load_follow_up import load_cadence
from config.load_messages import load_messages
from config.load_sending_hours import load_sending_hours
from config.load_triage import load_triage
from service.domain.conversation import Packs

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds ``config/`` and ``templates/``."""


@dataclass(frozen=True, slots=True)
class LoadedPacks:
    """The content, and the files behind its version as JSON."""

    packs: Packs
    files: str


@functools.lru_cache(maxsize=4)
def load_packs(project: Path = PROJECT) -> LoadedPacks:
    """Load everything below ``project``. Raises ``PackError`` with file, line, key and reason."""
    with _uncollected():
        loaded = _load(project)
    if project == PROJECT:
        # In use for as long as the process runs: no collection need ever look through it again.
        gc.freeze()
    return loaded


@contextmanager
def _uncollected() -> Iterator[None]:
    """Content makes hundreds of thousands of objects that stay as long as the process: looking
    through them for garbage again and again would take a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _load(project: Path) -> LoadedPacks:
    config = project / "config"
    files = _content_files(project)
    when = load_sending_hours(config)
    packs = Packs(
        checklist=load_checklist(project),
        triage=load_triage(config),
        care_paths=load_care_paths(config),
        lexicon=lexicon_of(config),
        messages=load_messages(project),
        cadence=load_cadence(config),
        hours=when.hours,
        unknown_area_zones=when.unknown_area_zones,
        limits=when.limits,
        version=hashlib.sha256(files.encode()).hexdigest()[:16],
    )
    return LoadedPacks(packs, files)


def _content_files(project: Path) -> str:
    paths = sorted(
        [
            *(project / "config").rglob("*.yaml"),
            *(project / "templates" / "messages").rglob("*.txt"),
        ]
    )
    return json.dumps(
        {path.relative_to(project).as_posix(): path.read_text("utf-8") for path in paths},
        ensure_ascii=False,
        sort_keys=True,
    )
