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
    "❌": "crossmark",
    "✖": "crossmark",
    "✗": "crossmark",
    "🛑": "stopsign",
    "🙏": "prayhands",
    "❤": "heartsign",
    "😊": "smilesign",
    "🙂": "smilesign",
    "💯": "hundredpoints",
    "👏": "clappinghands",
    "🙌": "raisedhands",
    "🎉": "partypopper",
    "🖕": "middlefinger",
    "🚫": "stopsign",
    "⛔": "stopsign",
}
_FIRST_PICTURE = "\u2190"
_KEYCAP_TEN = "🔟"
_WORD = re.compile(
    rf"(?:{_LETTER}[\u0300-\u036f]*)+(?:['’‘`´](?:{_LETTER}[\u0300-\u036f]*)+)*"
    r"|\d+|[\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u2079\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]"
    rf"|[{''.join(_PICTURES)}{_KEYCAP_TEN}]"
)
# The same for a text without any other letters, which most are.
_PLAIN_WORD = re.compile(r"[A-Za-z]+(?:['`][A-Za-z]+)*|[0-9]+")
_STRONG = frozenset(".!?;:…\n\r¡¿•|。！？()")
_WEAK = frozenset(",/-–—&+،、")
_MARKS = frozenset("'’‘`´")


class Break(IntEnum):
    """What separates a word from the one before."""

    NONE = 0
    COMMA = 1
    SENTENCE = 2


# Named once: to look up a member of an enumeration takes longer than most of what is done with it.
_NO_BREAK, _COMMA, _SENTENCE = Break.NONE, Break.COMMA, Break.SENTENCE


@dataclass(slots=True)
class Token:
    """One word or number. ``word`` is folded; ``forms`` are what it may have been meant to be."""

    word: str
    start: int
    end: int
    before: Break
    is_number: bool
    forms: tuple[str, ...] = ()
    unknown: bool = False
    """Whether no language known here has the word."""


def fold(word: str) -> str:
    """Lower case without accents and apostrophes."""
    if word.isascii():
        folded = word.lower()
        return folded.replace("'", "").replace("`", "") if not folded.isalnum() else folded
    # Combining marks go first as well: to sort a long row of them would take quadratic time.
    bare = "".join(c for c in word.casefold() if not unicodedata.combining(c))
    plain = unicodedata.normalize("NFKD", bare)
    return "".join(c for c in plain if c not in _MARKS and not unicodedata.combining(c))


def _is_picture(character: str) -> bool:
    """Whether a character is an emoji: nobody writes a comma beside one."""
    return unicodedata.category(character) == "So"


def _separation(between: str, digits_around: bool) -> Break:
    if digits_around and between in {".", ":"}:
        return _COMMA
    found = _NO_BREAK
    for character in between:
        if character in _STRONG:
            return _SENTENCE
        if character in _WEAK or (character >= _FIRST_PICTURE and _is_picture(character)):
            found = _COMMA
    return found


def _digits(text: str) -> str:
    if text.isascii():
        return text
    out = []
    for character in text:
        value = unicodedata.numeric(character, -1.0)
        out.append(str(int(value)) if value >= 0 and value == int(value) else "half")
    return "".join(out)


def _meant(raw: str) -> tuple[str, bool]:
    """A word as written, folded, and whether it is a number."""
    picture = _PICTURES.get(raw)
    if picture is not None:
        return picture, False
    if raw == _KEYCAP_TEN:
        return "10", True
    if raw[0].isalpha():
        return fold(raw), False
    word = _digits(raw)
    return word, word.isdigit()


def tokenise(text: str) -> list[Token]:
    """The words and numbers of a text, in order."""
    tokens: list[Token] = []
    # Most words of a long message come again.
    seen: dict[str, tuple[str, bool]] = {}
    pattern = _PLAIN_WORD if text.isascii() else _WORD
    end = 0
    was_digit = was_picture = False
    for found in pattern.finditer(text):
        raw = found.group()
        meant = seen.get(raw)
        if meant is None:
            meant = seen[raw] = _meant(raw)
        word, is_number = meant
        if word:
            start, next_end = found.span()
            between = text[end:start]
            before = _NO_BREAK
            if between and between != " ":
                before = _separation(between, is_number and was_digit)
            is_picture = raw in _PICTURES
            # A picture says nothing about its neighbours, and nobody writes a comma before it.
            if before is _NO_BREAK and (is_picture or was_picture):
                before = _COMMA
            was_picture = is_picture
            tokens.append(Token(word, start, next_end, before, is_number))
            end = next_end
            was_digit = is_number
    return tokens
