"""Reads the words of the packs once for each content, however many tests load that content.

What is remembered is the outcome of the real loader for exactly these files; everything that
depends on other files is loaded anew each time, and so is whatever was refused.
"""

from __future__ import annotations

import gc
from pathlib import Path

from config import kept_lexicon
from service.domain.reading import Lexicon

_MOST = 3
_known: dict[bytes, Lexicon] = {}


def lexicon_of(root: Path) -> Lexicon:
    """What the product makes of these files, or made of the very same ones elsewhere."""
    sources = kept_lexicon.sources_of(root)
    lexicon = _known.pop(sources, None)
    if lexicon is None:
        lexicon = kept_lexicon.lexicon_of(root)
        # It stays: looking through it for garbage, as pytest does at its end, takes seconds.
        gc.freeze()
    _known[sources] = lexicon
    if len(_known) > _MOST:
        del _known[next(iter(_known))]
    return lexicon
