"""Compiles the words of the packs once for each content, however many tests load that content.

Planting some hundred thousand phrases takes seconds, all else of the content a tenth of one. What
is remembered is the outcome of the real loader for exactly these files; everything that depends on
other files is loaded anew each time, and so is whatever was refused.
"""

from __future__ import annotations

import gc
import hashlib
from pathlib import Path

from config.load_lexicon import FOLDERS, load_lexicon
from service.domain.reading import Lexicon

_MOST = 3
_known: dict[str, Lexicon] = {}


def lexicon_of(root: Path) -> Lexicon:
    """What ``load_lexicon`` makes of these files, or made of the very same ones elsewhere."""
    content = _digest(root)
    lexicon = _known.pop(content, None)
    if lexicon is None:
        lexicon = load_lexicon(root)
        # It stays: looking through it for garbage, as pytest does at its end, takes seconds.
        gc.freeze()
    _known[content] = lexicon
    if len(_known) > _MOST:
        del _known[next(iter(_known))]
    return lexicon


def _digest(root: Path) -> str:
    """A hash over the name and every byte of each file that ``load_lexicon`` reads."""
    found = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.yaml")):
            content = path.read_bytes()
            found.update(f"{folder}/{path.name} {len(content)}\n".encode())
            found.update(content)
    return found.hexdigest()
