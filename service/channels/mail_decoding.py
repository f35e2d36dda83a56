"""Bytes of a mail to words: character sets, as well as they can be read.

Nothing here raises, whatever the bytes. What had to be guessed is told as a short remark. The
words that come out can be stored: no NUL, no lone surrogate, no invisible character.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

UNKNOWN_CHARSET = "unknown charset"
WRONG_CHARSET = "the charset was not the one it names"

_PLAIN_ASCII = bytes([*b"\t\n\r", *range(0x20, 0x7F)])
# Codecs of Python that are no character set a mail is written in, or take more than linear time.
_NO_CHARSET = frozenset(
    "utf-7 punycode idna unicode_escape raw-unicode-escape undefined unicode-escape mbcs oem "
    "unicode_internal palmos raw_unicode_escape".split()
)
_WESTERN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})

_LINE_ENDS = dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n")
_SPACES = dict.fromkeys(map(ord, "\xa0\u2007\u202f"), " ")
_INVISIBLE = dict.fromkeys(
    [
        *(code for code in range(0x20) if chr(code) not in "\n\t\x0b\x0c"),
        *(code for code in range(0x7F, 0xA0) if code != 0x85),
        *map(ord, "\xad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u2060\ufeff\ufffc"),
        *range(0x202A, 0x202F),
        *range(0x2061, 0x206A),
    ]
)
_CLEAN = {**_INVISIBLE, **_LINE_ENDS, **_SPACES}
_SURROGATES = re.compile("[\ud800-\udfff]")
_LOOSE_JOINER = re.compile("(?<![\u2190-\U0010ffff])\u200d|\u200d(?![\u2190-\U0010ffff])")
"""A zero-width joiner is kept inside an emoji, where taking it away makes another picture."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What could be read, and what was odd about it: ``remarks`` are short phrases for staff."""

    text: str
    remarks: tuple[str, ...] = ()


def to_words(data: bytes, charset: str) -> Decoded:
    """Words in the character set they name, or the likeliest one where that cannot be."""
    name = _codec(charset)
    if name is None:
        return Decoded(clean(_guessed(data)), (UNKNOWN_CHARSET,))
    if name in {"ascii", "utf-8"}:
        try:
            return Decoded(clean(data.decode(name)))
        except UnicodeDecodeError:
            return Decoded(clean(_guessed(data)), (WRONG_CHARSET,))
    if name in _WESTERN:
        # These never fail, so that they hide a mail which is UTF-8. Letters beyond ASCII that
        # happen to be valid UTF-8 were meant as such.
        if not data.isascii():
            try:
                return Decoded(clean(data.decode("utf-8")), (WRONG_CHARSET,))
            except UnicodeDecodeError:
                pass
        if name == "iso8859-15":
            return Decoded(clean(data.decode(name, "replace")))
        return Decoded(clean(_western(data)))
    if name.startswith(("utf-16", "utf-32")) and data and not data.translate(None, _PLAIN_ASCII):
        # Two letters would make one Chinese character.
        return Decoded(clean(data.decode("ascii")), (WRONG_CHARSET,))
    try:
        return Decoded(clean(data.decode(name)))
    except UnicodeError:
        pass
    try:
        return Decoded(clean(data.decode(name, "replace")), (WRONG_CHARSET,))
    except (UnicodeError, ValueError):
        return Decoded(clean(_guessed(data)), (WRONG_CHARSET,))


def clean(text: str) -> str:
    """Words that can be stored and shown: line ends as ``\\n``, nothing invisible."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CLEAN)
    text = _SURROGATES.sub("\ufffd", text)
    return _LOOSE_JOINER.sub("", text) if "\u200d" in text else text


def one_line(text: str, longest: int) -> str:
    """Words on one line, at most ``longest`` characters, without what steers a terminal."""
    text = " ".join(clean(text[: 20 * longest]).split())
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C" or c == "\u200d")
    return text[:longest].rstrip()


def _codec(charset: str) -> str | None:
    """Python's name for a character set; "utf-8" where none is named, None for an unknown one."""
    charset = charset.strip().strip("\"'").lower()
    if not charset:
        return "utf-8"
    if not charset.isascii() or len(charset) > 40:
        return None
    try:
        found = codecs.lookup(charset).name
        b"\0\0\0\0".decode(found)  # refuses base64, rot13 and their like, which are codecs too
    except (LookupError, UnicodeError, ValueError):
        return None
    return None if found in _NO_CHARSET else found


def _guessed(data: bytes) -> str:
    """UTF-8 where most letters beyond ASCII are, else the Windows letters of western mail."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        read = data.decode("utf-8", "replace")
    broken = read.count("\ufffd")
    letters = sum(1 for c in read if c >= "\x80") - broken
    return read if letters > broken else _western(data)


def _western(data: bytes) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        # Five bytes are no Windows letter; each stays what it is in Latin-1.
        return "".join(
            part.decode("cp1252") if i % 2 == 0 else part.decode("latin-1")
            for i, part in enumerate(re.split(rb"([\x81\x8d\x8f\x90\x9d])", data))
        )
