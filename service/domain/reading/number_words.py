"""Numbers as parents write them, in English and Spanish."""

from __future__ import annotations

import re
from functools import lru_cache
from types import MappingProxyType

from service.domain.reading.spelling import one_apart
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
    | {
        "fifty": 50,
        "cincuenta": 50,
        "cinquenta": 50,
        "trenta": 30,
        "sixty": 60,
        "sesenta": 60,
        "seventy": 70,
        "setenta": 70,
        "eighty": 80,
        "ochenta": 80,
        "ninety": 90,
        "noventa": 90,
        "veinti": 20,
    }
    | {"veintiuno": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24}
    | {"veinticinco": 25, "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29}
    | {"veintiun": 21, "veintiuna": 21, "beinte": 20, "viente": 20}
    # Run together: "thirtysix", "treintayseis".
    | {
        ten + one: tens + ones
        for ten, tens in (("twenty", 20), ("thirty", 30), ("forty", 40), ("fourty", 40))
        for ones, one in enumerate(_CARDINALS[0].split()[1:10], 1)
    }
    | {
        ten + joint + one: tens + ones
        for ten, tens in (("treinta", 30), ("treint", 30), ("cuarenta", 40), ("cuarent", 40))
        for joint in ("y", "i", "ay", "ai")
        for ones, one in enumerate(_CARDINALS[1].split()[1:10], 1)
    }
    # Slips that are no words of their own.
    | {
        "tow": 2,
        "niner": 9,
        "twoo": 2,
        "thre": 3,
        "theree": 3,
        "threee": 3,
        "trhee": 3,
        "htree": 3,
        "thee": 3,
    }
    | {"foru": 4, "fuor": 4, "fourr": 4, "foour": 4, "fiv": 5, "fve": 5, "fivee": 5, "sevn": 7}
    | {"sevin": 7, "svn": 7, "sevan": 7, "eigth": 8, "eihgt": 8, "eigt": 8, "eght": 8, "eigh": 8}
    | {"nien": 9, "nin": 9, "nyne": 9, "elevn": 11, "elven": 11, "eleben": 11, "elevin": 11}
    | {
        "twelv": 12,
        "twelfe": 12,
        "tweleve": 12,
        "twleve": 12,
        "twelf": 12,
        "twelth": 12,
        "forteen": 14,
        "fifthteen": 15,
    }
    | {"quatro": 4, "kuatro": 4, "cuatr": 4, "cautro": 4, "coatro": 4, "kwatro": 4, "cuatros": 4}
    | {
        "tre": 3,
        "seix": 6,
        "sais": 6,
        "doz": 2,
        "trez": 3,
        "tress": 3,
        "sinco": 5,
        "cinko": 5,
        "sinko": 5,
        "zinco": 5,
        "cincos": 5,
    }
    | {"ceis": 6, "seiz": 6, "sies": 6, "zeis": 6, "ciete": 7, "siet": 7, "ziete": 7, "osho": 8}
    | {"hocho": 8, "nuebe": 9, "nuve": 9, "nuev": 9, "dies": 10, "diez": 10, "dyez": 10}
    | {"onse": 11, "onze": 11, "doze": 12, "trese": 13, "treze": 13, "quinse": 15, "kinse": 15}
    | {"fourty": 40, "fourtie": 40, "forthy": 40, "ninty": 90}
    | {"diesiseis": 16, "diesisiete": 17, "diesiocho": 18, "diesinueve": 19}
)
"""Cardinals, folded."""
TENS = frozenset({20, 30, 40, 50, 60, 70, 80, 90})
"""What a single digit may follow: "twenty two", "treinta y seis"."""

_PLACES = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth",
    "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo undecimo duodecimo",
    "primera segunda tercera cuarta quinta sexta septima octava novena decima undecima duodecima",
)
ORDINALS = MappingProxyType(
    {word: i for names in _PLACES for i, word in enumerate(names.split(), 1)}
    | {"tercer": 3, "setima": 7, "setimo": 7, "fith": 5, "forth": 4}
    | {"nineth": 9, "nono": 9, "onceava": 11, "onceavo": 11, "doceava": 12, "doceavo": 12}
)
"""Ordinals, folded."""

LIST_NUMBERS = MappingProxyType(
    WORDS
    | {"ii": 2, "iii": 3, "iv": 4, "vii": 7, "viii": 8, "ix": 9, "xi": 11, "xii": 12, "dose": 12}
    | {sign: i for i, sign in enumerate("一二三四五六七八九十", 1)}
)
"""What may name an item, Roman and Chinese numbers among them."""
ORDINAL_ENDINGS = frozenset("st nd rd th ero era ro ra er do da to ta mo ma vo va no na".split())
"""What may be glued to digits: "2nd", "3ra"."""
PLACES = frozenset(
    "primerito primerita ultimito ultimita "
    "first last primero primera primeros primeras primer ultimo ultima ultimos ultimas final end "
    "enmedio medio centro top middle bottom penultimo penultima evens even odd odds pares impares "
    "nones lasts".split()
)
"""Items named by where they stand."""

A_OR_AN = frozenset({"a", "un", "una"})
"""Before a unit or a day they say one of it: "a year", "un mes"."""
LONGEST_DIGITS = 12
_SHORTEST_SLIP = 4
_SHORTEST_DRAWN_OUT = 5
_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")


def word_set(words: str) -> frozenset[str]:
    """The words of a line, for looking up."""
    return frozenset(words.split())


def cardinal(token: Token) -> int | None:
    """The number a token stands for; None for a word, or for digits beyond reason."""
    if token.is_number:
        return int(token.word) if len(token.word) <= LONGEST_DIGITS else None
    return number_meant(token.word, token.forms)


@lru_cache(maxsize=8192)
def number_meant(word: str, forms: tuple[str, ...]) -> int | None:
    """The number a word stands for, its spelling mended and drawn-out letters cut; or None."""
    value = WORDS.get(word)
    if value is not None or len(word) < _SHORTEST_DRAWN_OUT:
        return value
    if len(forms) == 1 and forms[0] in WORDS:
        return WORDS[forms[0]]
    return _mended(word)


@lru_cache(maxsize=4096)
def slip(word: str) -> int | None:
    """The number that an unknown word is one letter away from ("foor", "ocgo"), where only one
    is. For rows of numbers alone: anywhere else too many words lie as near."""
    if len(word) < _SHORTEST_SLIP:
        return None
    near = {
        value
        for number, value in WORDS.items()
        if len(number) >= _SHORTEST_SLIP - 1 and number[0] == word[0] and one_apart(word, number)
    }
    return near.pop() if len(near) == 1 else None


def ordinal(word: str, forms: tuple[str, ...]) -> int | None:
    """The place in a row a word stands for, as written or as it may be meant ("tersera")."""
    for one in (word, *forms):
        place = ORDINALS.get(one)
        if place is not None:
            return place
    return None


def _mended(word: str) -> int | None:
    """A number written "fiveee" or "twoish"."""
    if word.endswith("ish"):
        return WORDS.get(word[:-3])
    if _DRAWN_OUT.search(word):
        return WORDS.get(_DRAWN_OUT.sub(r"\1", word)) or WORDS.get(_DRAWN_OUT.sub(r"\1\1", word))
    return None
