"""The headers of a mail or of one of its parts, read without trust.

The standard library's header objects raise on some malformed values and take long over others,
so that each value here is cut to a length, read by a pattern, and read again more simply where
that fails. Nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from service.channels.emails import NotAnEmail, to_email
from service.channels.mail_decoding import clean, from_transfer_encoding, to_words

MOST_HEADERS = 1_000
LONGEST_BLOCK = 1_000_000
"""Bytes of headers that are looked at."""
LONGEST_VALUE = 16_000
"""Characters of one value that are read; enough for a few hundred addresses."""
LONGEST_ID = 250

_HEADER_LINE = re.compile(rb"[ \t]|[^\s:]{1,200}[ \t]*:|>?From ")
_NAME = re.compile(r"[!-9;-~]+")
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_ID = re.compile(r"<([^<>\s]+)>")
_BARE_ID = re.compile(r"[^<>\s]+@[^<>\s]+")
_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\"\\]{1,64}@[^@\s<>()\[\],;:\"\\]{1,190}")
_PARAMETER = re.compile(
    r';\s*([^\s=;*"]+)(\*\d{1,3})?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL
)
_QUOTED_PAIR = re.compile(r"\\([\"\\])")
"""Not before other letters: some programs write the path of a file as it is."""
_FIRST_YEAR, _LAST_YEAR = 1990, 2099


@dataclass(frozen=True, slots=True)
class Headers:
    """Names in lower case with their unfolded values, in the order of the mail.

    ``cut``: there were more of them, or more bytes, than are looked at.
    """

    fields: tuple[tuple[str, str], ...]
    cut: bool = False

    def all(self, name: str) -> list[str]:
        """Every value of a header, first to last."""
        return [value for field, value in self.fields if field == name]

    def first(self, name: str) -> str:
        """The first value of a header; "" where it is missing."""
        return next((value for field, value in self.fields if field == name), "")

    def has(self, name: str) -> bool:
        """Whether the mail has such a header."""
        return any(field == name for field, _ in self.fields)


def headers_end(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the headers that begin at ``start`` end, and where the body begins.

    A line that can be no header ends them too: some senders forget the empty line.
    """
    at = start
    while at < end and at - start <= LONGEST_BLOCK:
        line_end = data.find(b"\n", at, end)
        line_end = end if line_end < 0 else line_end
        if data[at:line_end] in (b"", b"\r"):
            return at, min(end, line_end + 1)
        if not _HEADER_LINE.match(data, at, line_end) and (at > start or start > 0):
            return at, at
        at = line_end + 1
    stops = [
        (found, found + len(mark))
        for mark in (b"\n\n", b"\n\r\n")
        if (found := data.find(mark, max(start, at - 2), end)) >= 0
    ]
    return min(stops) if stops else (end, end)


def read_headers(block: bytes) -> Headers:
    """The headers of a block of bytes that holds nothing else."""
    cut = len(block) > LONGEST_BLOCK
    text = _decoded_bytes(block[:LONGEST_BLOCK].replace(b"\0", b""))
    fields: list[tuple[str, str]] = []
    name, parts = "", list[str]()

    def finish() -> None:
        if name:
            fields.append((name, " ".join(parts)[:LONGEST_VALUE].strip()))

    for line in text.split("\n"):
        # A carriage return alone starts no line: what follows it must not become a header.
        line = line.rstrip("\r").replace("\r", " ")
        if line[:1] in (" ", "\t"):
            parts.append(line.strip())
            continue
        finish()
        name, parts = "", []
        if len(fields) >= MOST_HEADERS:
            cut = True
            break
        before, colon, value = line.partition(":")
        before = before.rstrip()
        if colon and _NAME.fullmatch(before):
            name, parts = before.lower(), [value.strip()]
    finish()
    return Headers(tuple(fields), cut)


def _decoded_bytes(block: bytes) -> str:
    """Headers are ASCII; some senders write raw UTF-8 or Windows letters into them."""
    return block.decode("ascii") if block.isascii() else to_words_of_header(block)


def to_words_of_header(block: bytes) -> str:
    """Raw letters in headers, each line for itself: one may be UTF-8 and the next is not."""
    return "\n".join(
        line.decode("ascii") if line.isascii() else to_words(line, "").text
        for line in block.split(b"\n")
    )


def decoded(value: str) -> str:
    """A value as people read it: encoded words (RFC 2047) made into letters."""
    found = list(_ENCODED.finditer(value))
    if not found:
        return clean(value)
    out: list[str] = []
    waiting, charset, last = b"", "", 0
    for match in found:
        between = value[last : match.start()]
        named, kind, text = match[1].split("*")[0].lower(), match[2].lower(), match[3]
        data = _encoded_word(kind, text)
        joins = last > 0 and not between.strip()
        if joins and named == charset:
            waiting += data  # a letter may be cut in two between them
        else:
            out.append(to_words(waiting, charset).text)
            out.append("" if joins else between)
            waiting, charset = data, named
        last = match.end()
    out.append(to_words(waiting, charset).text)
    out.append(value[last:])
    return clean("".join(out))


def _encoded_word(kind: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if kind == "b":
        return from_transfer_encoding(raw, "base64")[0]
    return from_transfer_encoding(raw.replace(b"_", b" "), "quoted-printable")[0]


def message_ids(value: str) -> Iterator[str]:
    """Each ``<...>`` of a Message-ID, In-Reply-To or References header, in its order."""
    for found in _ID.finditer(value):
        if len(found[0]) <= LONGEST_ID and found[0].isprintable():
            yield found[0]


def message_id(value: str) -> str | None:
    """The id of a mail with its angle brackets, None where there is none worth keeping."""
    for found in message_ids(value):
        return found
    bare = _BARE_ID.fullmatch(value.strip())
    if bare and len(bare[0]) <= LONGEST_ID - 2 and bare[0].isprintable():
        return f"<{bare[0]}>"
    return None


def addresses(value: str) -> list[str]:
    """The addresses of a header, in lower case; what is none is left out."""
    try:
        written = [address for _, address in getaddresses([value])]
    except Exception:  # the parser of the library recurses, and indexes without looking
        written = []
    found = [address for one in written if (address := _address(one))]
    return found or [a for one in _ADDRESS.findall(value) if (a := _address(one))]


def _address(written: str) -> str:
    try:
        return to_email(written.strip().strip("<>"))
    except NotAnEmail:
        return ""


def date(value: str) -> datetime | None:
    """When a mail says it was written, in UTC; None where it says nothing believable."""
    try:
        written = parsedate_to_datetime(value[:200])
        if written.tzinfo is None:
            written = written.replace(tzinfo=UTC)
        written = written.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return written if _FIRST_YEAR <= written.year <= _LAST_YEAR else None


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A value such as ``text/plain; charset=utf-8``: the word before, and what is named after.

    Names that are cut up, told in a character set (RFC 2231) or written as encoded words are put
    together.
    """
    kind = re.sub(r"\s", "", value.partition(";")[0]).lower()
    whole: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in _PARAMETER.finditer(value):
        name, number, star, text = match[1].lower(), match[2], match[3], match[4].strip()
        if text.startswith('"'):
            text = _QUOTED_PAIR.sub(r"\1", text[1:].removesuffix('"'))
        if number or star:
            place = int(number[1:]) if number else 0
            pieces.setdefault(name, {}).setdefault(place, (bool(star), text))
        else:
            whole.setdefault(name, text)
    for name, parts in pieces.items():
        whole[name] = _put_together([parts[place] for place in sorted(parts)])
    return kind, whole


def _put_together(parts: list[tuple[bool, str]]) -> str:
    charset, data = "", b""
    for i, (encoded, text) in enumerate(parts):
        if encoded:
            if i == 0 and text.count("'") >= 2:
                charset, _, text = text.split("'", 2)
            data += unquote_to_bytes(text)
        else:
            data += text.encode("utf-8", "replace")
    return to_words(data, charset).text
