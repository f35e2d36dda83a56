"""The compiled lexicon, kept on disk so that only a change of words or code is waited for.

Compiling some hundred thousand phrases takes seconds; what comes of it is read in a tenth of the
time. It lies in this package's ``__pycache__`` and is the same kind of thing as Python's compiled
files there: made from sources, made anew when they change, thrown away without loss, and trusted
exactly as far, since who may write there may write code.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pickle
import platform
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import cast

from config.load_lexicon import FOLDERS, load_lexicon
from service.domain.reading import Lexicon

_OWN = Path(__file__).resolve().parent
_CODE = (_OWN, _OWN.parent / "service" / "domain")
"""Whatever makes a lexicon, or is part of one."""
_HASH_BYTES = hashlib.sha256().digest_size


def lexicon_of(root: Path, kept_at: Path | None = None) -> Lexicon:
    """The lexicon of the pack files under ``root``, as ``load_lexicon`` makes it or made it of the
    very same files. Raises ``PackError``.

    ``kept_at`` is the file to keep it in; beside this module's compiled file unless told.
    """
    place = kept_at or _beside_the_code()
    sources = sources_of(root)
    kept = _read(place, sources)
    if kept is not None:
        return kept
    lexicon = load_lexicon(root)
    # There, of the product's own content alone: a copy being tried out must not push it out.
    if kept_at or root.resolve() == _OWN:
        with suppress(OSError):  # a folder that cannot be written to: compiled again next time
            _write(place, sources, lexicon)
    return lexicon


def sources_of(root: Path) -> bytes:
    """A hash over everything a lexicon is made from: words, code, and versions of what it uses."""
    found = hashlib.sha256()
    uses = f"{platform.python_implementation()} {platform.python_version()}"
    found.update(f"{uses} pyspellchecker {version('pyspellchecker')}\n".encode())
    for name, path in _sources(root):
        content = path.read_bytes()
        found.update(f"{name} {len(content)}\n".encode())
        found.update(content)
    return found.digest()


def _sources(root: Path) -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.yaml")):
            yield f"{folder}/{path.name}", path
    for code in _CODE:
        for path in sorted(code.rglob("*.py")):
            yield path.relative_to(_OWN.parent).as_posix(), path


def _beside_the_code() -> Path:
    compiled = Path(importlib.util.cache_from_source(__file__))
    return compiled.with_name(compiled.name.replace(Path(__file__).stem, "lexicon", 1)).with_suffix(
        ".pickle"
    )


def _read(path: Path, sources: bytes) -> Lexicon | None:
    """What is kept, where it is whole and was made from these sources."""
    try:
        content = memoryview(path.read_bytes())
    except OSError:
        return None
    made_from, body_hash = content[:_HASH_BYTES], content[_HASH_BYTES : 2 * _HASH_BYTES]
    body = content[2 * _HASH_BYTES :]
    if made_from != sources or body_hash != hashlib.sha256(body).digest():
        return None
    return cast(Lexicon, pickle.loads(body))  # noqa: S301  # our own, see above


def _write(path: Path, sources: bytes, lexicon: Lexicon) -> None:
    """Keep it whole or not at all: others may read or write the same file at this moment."""
    body = pickle.dumps(lexicon, protocol=pickle.HIGHEST_PROTOCOL)
    path.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(sources + hashlib.sha256(body).digest())
            file.write(body)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
