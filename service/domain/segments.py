"""How many SMS segments a text costs, counted as carriers count them.

A text whose every character is in the GSM-7 alphabet travels in septets: 160 in a single
text, 153 in each part of a longer one. Any other character turns the whole text into UCS-2:
70 or 67 UTF-16 units. Nothing that fills two units is ever cut in half between two parts.
Source: 3GPP TS 23.038 (alphabets) and TS 23.040 (parts); knowledge: providers, "Segments".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

GSM_7: Literal["GSM-7"] = "GSM-7"
UCS_2: Literal["UCS-2"] = "UCS-2"

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")

_PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u2026": "...",
        "\u00a0": " ",
        "\u202f": " ",
    }
)


@dataclass(frozen=True, slots=True)
class Segments:
    """The cost of one text.

    ``units`` are septets (GSM-7) or UTF-16 units (UCS-2) of the text itself; ``segments`` is
    what the carrier bills. An empty text costs nothing.
    """

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def count(text: str) -> Segments:
    """Count the segments of ``text``."""
    if all(character in _BASIC or character in _EXTENDED for character in text):
        sizes = [2 if character in _EXTENDED else 1 for character in text]
        return Segments(GSM_7, sum(sizes), _parts(sizes, single=160, part=153))
    sizes = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Segments(UCS_2, sum(sizes), _parts(sizes, single=70, part=67))


def outside_gsm(text: str) -> tuple[str, ...]:
    """The characters that would force the expensive encoding, each once, in order."""
    return tuple(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))


def to_gsm(text: str) -> str:
    """``text`` with curly quotes, long dashes and unsupported accents made plain.

    For values put into a text from outside, such as a clinic's name or a date: "Clínica" costs
    a whole text its 160 characters, "Clinica" reads the same. Letters GSM-7 has, such as ñ and
    é, stay, and so does what has no plain form.
    """
    composed = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return "".join(map(_without_accent, composed))


def _without_accent(character: str) -> str:
    if character in _BASIC or character in _EXTENDED:
        return character
    base = unicodedata.normalize("NFD", character)[0]
    return base if base in _BASIC else character


def _parts(sizes: Iterable[int], *, single: int, part: int) -> int:
    sizes = tuple(sizes)
    total = sum(sizes)
    if total <= single:
        return 1 if total else 0
    parts, used = 1, 0
    for size in sizes:
        if used + size > part:
            parts, used = parts + 1, 0
        used += size
    return parts
