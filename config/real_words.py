"""The ordinary words of English and Spanish, so that none of them is taken for a slip of another.

They come with the package ``pyspellchecker``; only words that people use with some frequency
count, as its long tail holds slips.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.resources import files

from service.domain.reading.tokens import fold
from service.domain.vocabulary import Language

_FEWEST_USES = 50
"""How often a word was seen in the package's sources (films, books and the web)."""


def uses_of(language: Language) -> dict[str, int]:
    """How often the package's sources use each word of a language, as it is written."""
    packed = files("spellchecker") / "resources" / f"{language.value}.json.gz"
    uses: dict[str, int] = json.loads(gzip.decompress(packed.read_bytes()))
    return uses


@cache
def real_words(language: Language) -> frozenset[str]:
    """Every ordinary word of a language, folded as messages are."""
    # Nearly all are plain small letters, which folding leaves as they are.
    return frozenset(
        word if word.isascii() and word.isalpha() else fold(word)
        for word, count in uses_of(language).items()
        if count >= _FEWEST_USES
    )
