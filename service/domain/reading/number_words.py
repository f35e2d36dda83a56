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
    | {"fifty": 50, "cincuenta": 50, "sixty": 60, "sesenta": 60, "veinti": 20}
    | {"veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24}
    | {"veinticinco": 25, "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29}
    # Slips that are no words of their own.
    | {"tow": 2, "thre": 3, "theree": 3, "foru": 4, "fuor": 4, "fiv": 5, "fve": 5, "sevn": 7}
    | {"eigth": 8, "eihgt": 8, "eigt": 8, "nien": 9, "elevn": 11, "elven": 11, "twelv": 12}
    | {"quatro": 4, "kuatro": 4, "cuatr": 4, "cautro": 4, "sinco": 5, "cinko": 5, "sinko": 5}
    | {"ceis": 6, "seiz": 6, "ciete": 7, "siet": 7, "osho": 8, "hocho": 8, "nuebe": 9}
    | {"onse": 11, "onze": 11, "doze": 12, "trese": 13, "quinse": 15}
)
"""Cardinals, folded."""
TENS = frozenset({20, 30, 40, 50, 60})
"""What a single digit may follow: "twenty two", "treinta y seis"."""

_PLACES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo undecimo duodecimo",
    "primera segunda tercera cuarta quinta sexta septima octava novena decima undecima duodecima",
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
