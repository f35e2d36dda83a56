"""Numbers as parents write them, in English and Spanish."""

from __future__ import annotations

from types import MappingProxyType

from service.domain.reading.tokens import Token

_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty",
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
    "quince dieciseis diecisiete dieciocho diecinueve veinte",
)
WORDS = MappingProxyType(
    {word: i for names in _CARDINALS for i, word in enumerate(names.split())}
    | {"un": 1, "una": 1, "thirty": 30, "treinta": 30, "forty": 40, "cuarenta": 40}
    | {"veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24}
)
"""Cardinals, folded."""

_PLACES = (
    "first second third fourth fifth sixth",
    "primero segundo tercero cuarto quinto sexto",
    "primera segunda tercera cuarta quinta sexta",
)
ORDINALS = MappingProxyType(
    {word: i for names in _PLACES for i, word in enumerate(names.split(), 1)}
)
"""Ordinals, folded."""

LONGEST_DIGITS = 12


def word_set(words: str) -> frozenset[str]:
    """The words of a line, for looking up."""
    return frozenset(words.split())


def cardinal(token: Token) -> int | None:
    """The number a token stands for; None for a word, or for digits beyond reason."""
    if token.is_number:
        return int(token.word) if len(token.word) <= LONGEST_DIGITS else None
    return WORDS.get(token.word)
