"""A mail's bytes in parts, as the parser of the standard library finds them.

That parser calls itself for every multipart inside another and asks each open one about every
line, so that a small mail can keep it busy for minutes. It is given no more of a mail than it
reads soon: ``_readable`` counts before it begins. Header values come out of it unfolded, in
letters that can be stored, and short enough for its own readers of parameters and dates.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.errors import (
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
)
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from email.utils import collapse_rfc2231_value
from itertools import islice
from typing import cast

from service.channels.mail_decoding import to_words

MOST_MULTIPARTS = 50
MOST_PARTS = 2_000
_MOST_WORK = 3_000_000
"""Lines times the multiparts that are asked about each (reading one costs as much as four): two
seconds or so. The mail of 25 MB with an attachment has less than half a million lines."""
_LONGEST_BLOCK = 1_000_000
"""Bytes of headers that are looked at."""
_MOST_HEADER_LINES = 5_000
_LONGEST_VALUE = 16_000
"""Characters of one value; enough for a few hundred addresses."""
_LONGEST_CONTENT_VALUE = 2_000
_MOST_PARAMETERS = 30
"""The library's time for the parameters of a value grows with the square of their number."""

TOO_MANY_PARTS = "too many parts"
TOO_MANY_LINES = "too many lines"
TOO_DEEP = "parts nested too deeply"
UNREADABLE = "the parts could not be told apart"
NO_BOUNDARY = "the boundary between the parts is missing"
HEADERS_CUT = "the headers were cut"
BROKEN_BASE64 = "broken base64"
BROKEN_QUOTED_PRINTABLE = "broken quoted-printable"

_A_HEADER = rb"[ \t]|[^\s:]{1,200}[ \t]*:"
_HEADER_LINE = re.compile(_A_HEADER)
_NO_HEADER_LINE = re.compile(rb"^(?!" + _A_HEADER + rb"|>?From )", re.M)
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_NAME = re.compile(rb"^([^\s:]+)[ \t]*:", re.M)
_IN_A_NAME = bytes(code if 0x20 < code < 0x7F else ord("?") for code in range(256))
_KIND = re.compile(r"[\w.+-]+/[\w.+-]+")
_MULTIPART = re.compile(rb"content-type:[\s\x1c-\x1f]*multipart/", re.I)
_BOUNDARY = re.compile(rb"[\r\n]--")
_LINE_END = re.compile(rb"\r\n?|\n")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_BROKEN_QP = re.compile(r"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*$)")
_BASE64_DEFECTS = (
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
)


class Part(Message):
    """A mail, or one of its parts."""

    @property
    def kind(self) -> str:
        """Its content type in lower case; "text/plain" where it names none."""
        found = _KIND.match(super().get_content_type())
        return found[0] if found else "text/plain"

    def get_content_type(self) -> str:
        """What the parser asks. To it a mail inside this one has no parts: its words are another
        person's, and opening mails in mails would have no end."""
        kind = self.kind
        return "application/octet-stream" if kind.startswith("message/") else kind

    @property
    def parts(self) -> list[Part]:
        """What it is made of; none for a leaf, and for a multipart in which none was found."""
        return cast("list[Part]", self.get_payload()) if self.is_multipart() else []

    @property
    def is_undivided(self) -> bool:
        """Whether it is a multipart in which no parts were found."""
        return self.kind.startswith("multipart/") and not self.is_multipart()

    def first(self, name: str) -> str:
        """The first value of a header; "" where it is missing."""
        return str(self.get(name, ""))

    def every(self, name: str) -> list[str]:
        """Every value of a header, first to last."""
        return [str(value) for value in self.get_all(name, [])]

    def named(self, parameter: str) -> str:
        """What its content type says of itself, such as the charset; "" where it does not."""
        try:
            return collapse_rfc2231_value(self.get_param(parameter, ""))
        except Exception:  # numbers and character sets that the library did not expect
            return ""

    def file_name(self) -> str:
        """The file's name as it is written; "" where there is none."""
        try:
            return self.get_filename("")
        except Exception:  # as above
            return ""

    def content(self) -> tuple[bytes, str]:
        """A leaf's bytes as they were before they were encoded, and a remark or ""."""
        self.defects = []
        data = cast(bytes, self.get_payload(decode=True))
        if any(isinstance(defect, InvalidBase64LengthDefect) for defect in self.defects):
            # One letter too many, as where a mail was cut: the library gives up on all of them.
            letters = data.translate(None, _NOT_BASE64)
            data = binascii.a2b_base64(letters[: len(letters) // 4 * 4])
        if any(isinstance(defect, _BASE64_DEFECTS) for defect in self.defects):
            return data, BROKEN_BASE64
        quoted = self.first("content-transfer-encoding").lower() == "quoted-printable"
        return data, BROKEN_QUOTED_PRINTABLE if quoted and self._is_broken_quoted() else ""

    def _is_broken_quoted(self) -> bool:
        try:
            return _BROKEN_QP.search(str(self.get_payload())) is not None
        except Exception:  # the library looks at the character set here
            return True


class _Policy(Compat32):
    """Values as they are written (the newer policies' header objects raise on some)."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, _, value = "".join(sourcelines)[: _LONGEST_VALUE + 200].partition(":")
        value, lowered = value.strip(), name.lower()
        if lowered == "content-type" and not value.partition(";")[0].isascii():
            value = ""  # "multipart" in odd letters is none: ``_readable`` did not count it
        if not value.isascii():
            value = to_words(value.encode("ascii", "surrogateescape"), "").text
        if len(sourcelines) > 1:
            value = " ".join(line.strip() for line in value.splitlines())
        if lowered.startswith("content-"):
            few = value[:_LONGEST_CONTENT_VALUE].split(";", _MOST_PARAMETERS)
            value = ";".join(few[:_MOST_PARAMETERS])
        return name, value[:_LONGEST_VALUE]


_POLICY = _Policy(message_factory=Part)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in parts. ``body`` is what follows the headers, as it came; ``whole``: all of it
    was divided into parts."""

    root: Part
    body: bytes
    whole: bool
    remarks: tuple[str, ...]


def parse(raw: bytes) -> Mail:
    """Read a mail with the standard library. Never raises; what is odd stands in ``remarks``."""
    head, body, cut = _headers_and_body(raw)
    readable, remarks = _readable(body)
    source = head + b"\n\n" + readable
    try:
        root = cast(Part, BytesParser(policy=_POLICY).parsebytes(source))
    except Exception:  # parameters the library cannot sort, such as a*=x; a*0*=y
        root = cast(Part, BytesHeaderParser(policy=_POLICY).parsebytes(source))
        remarks.append(UNREADABLE)
    if not remarks and any(part.is_undivided for part in root.walk()):
        remarks.append(NO_BOUNDARY)
    return Mail(root, body, not remarks, (*remarks, *([HEADERS_CUT] if cut else ())))


def headers_of(block: bytes) -> Part:
    """The headers a block of bytes begins with."""
    return cast(Part, BytesHeaderParser(policy=_POLICY).parsebytes(_clean_headers(block)))


def _headers_and_body(raw: bytes) -> tuple[bytes, bytes, bool]:
    """The headers as the library can read them, the body, and whether headers were left out.

    A line that can be no header ends them too: some senders forget the empty line. Only the
    first line may be anything.
    """
    found = _NO_HEADER_LINE.search(raw, raw.find(b"\n") + 1, _LONGEST_BLOCK + 300)
    stop = found.start() if found else len(raw)
    cut = stop > _LONGEST_BLOCK
    if cut:
        empty = _EMPTY_LINE.search(raw, _LONGEST_BLOCK)
        stop = empty.end() - 1 if empty else len(raw)
    block = raw[: min(stop, _LONGEST_BLOCK)]
    cut = cut or block.count(b"\n") > _MOST_HEADER_LINES
    return _clean_headers(block), raw[stop:].removeprefix(b"\r").removeprefix(b"\n"), cut


def _clean_headers(block: bytes) -> bytes:
    """Without what ends the headers for the library, or begins one where none begins.

    A carriage return alone starts no line: what follows it must not become a header.
    """
    lines = block.replace(b"\r\n", b"\n").replace(b"\r", b" ").split(b"\n")
    headers = b"\n".join(filter(_HEADER_LINE.match, lines[:_MOST_HEADER_LINES]))
    return _NAME.sub(lambda name: name[1].translate(_IN_A_NAME) + b":", headers).replace(b"\0", b"")


def _readable(body: bytes) -> tuple[bytes, list[str]]:
    """As much of a body as the library reads soon, and what there was too much of."""
    remarks = []
    found = list(islice(_MULTIPART.finditer(body), MOST_MULTIPARTS + 1))
    if len(found) > MOST_MULTIPARTS:
        remarks.append(TOO_DEEP)
        body = body[: found[-1].start()]
    most_lines = _MOST_WORK // (4 + len(found))
    for remark, mark, most in (
        (TOO_MANY_PARTS, _BOUNDARY, MOST_PARTS),
        (TOO_MANY_LINES, _LINE_END, most_lines),
    ):
        end = next(islice(mark.finditer(body), most, None), None)
        if end:
            remarks.append(remark)
            body = body[: end.start()]
    return body, remarks
