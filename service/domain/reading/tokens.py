"""Cutting a message into words and numbers, folded so that spelling habits do not matter.

Case, accents, apostrophes and digits of other scripts are folded away ("Can’t" and "cant",
"años" and "anos", "٣" and "3" are the same word); offsets into the message are kept.
Never raises; linear in the length of the message.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum

_LETTER = r"[^\W\d_]"
_PICTURES = {
    "👍": "thumbsup",
    "👌": "okhand",
    "🆗": "okhand",
    "✅": "checkmark",
    "✔": "checkmark",
    "👎": "thumbsdown",
    "🛑": "stopsign",
    "🙏": "prayhands",
    "❤": "heart",
    "😊": "smile",
    "🙂": "smile",
}
_WORD = re.compile(
    rf"(?:{_LETTER}[\u0300-\u036f]*)+(?:['’‘`´](?:{_LETTER}[\u0300-\u036f]*)+)*"
    r"|\d+|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]"
    rf"|[{''.join(_PICTURES)}]"
)
_STRONG = frozenset(".!?;:…\n\r¡¿•|。！？()")
_WEAK = frozenset(",/-–—&+،、")
_MARKS = frozenset("'’‘`´")


class Break(IntEnum):
    """What separates a word from the one before."""

    NONE = 0
    COMMA = 1
    SENTENCE = 2


@dataclass(slots=True)
class Token:
    """One word or number. ``word`` is folded; ``forms`` are what it may have been meant to be."""

    word: str
    start: int
    end: int
    before: Break
    is_number: bool
    forms: tuple[str, ...] = ()


def fold(word: str) -> str:
    """Lower case without accents and apostrophes."""
    if word.isascii():
        folded = word.lower()
        return folded.replace("'", "").replace("`", "") if not folded.isalnum() else folded
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in plain if c not in _MARKS and not unicodedata.combining(c))


def _separation(between: str, digits_around: bool) -> Break:
    if not between or between == " ":
        return Break.NONE
    if digits_around and between in {".", ":"}:
        return Break.COMMA
    found = Break.NONE
    for character in between:
        if character in _STRONG:
            return Break.SENTENCE
        if character in _WEAK:
            found = Break.COMMA
    return found


def _digits(text: str) -> str:
    if text.isascii():
        return text
    out = []
    for character in text:
        value = unicodedata.numeric(character, -1.0)
        out.append(str(int(value)) if value >= 0 and value == int(value) else "half")
    return "".join(out)


def tokenise(text: str) -> list[Token]:
    """The words and numbers of a text, in order."""
    tokens: list[Token] = []
    end = 0
    was_digit = False
    for found in _WORD.finditer(text):
        raw = found.group()
        picture = _PICTURES.get(raw)
        is_number = picture is None and not raw[0].isalpha()
        word = picture or (_digits(raw) if is_number else fold(raw))
        if is_number and not word.isdigit():
            is_number = False
        if word:
            before = _separation(text[end : found.start()], is_number and was_digit)
            tokens.append(Token(word, found.start(), found.end(), before, is_number))
            end = found.end()
            was_digit = is_number
    return tokens
