"""A mail's bytes cut into its parts, in one pass over the lines that may be boundaries.

The parser of the standard library calls itself for every level of nesting and asks every level
about every line: a mail of a few hundred kilobytes can stop it with a RecursionError or keep it
busy for minutes. Here open boundaries stand in a table, so that depth costs nothing and the time
grows with the length. What the library finds in ordinary mail is found too (a test compares).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from service.channels.mail_decoding import from_transfer_encoding
from service.channels.mail_headers import Headers, headers_end, parameters, read_headers

MOST_PARTS = 5_000
DEEPEST = 100
"""Levels of nesting beyond which staff are told."""
_MOST_BOUNDARY_LINES = 300_000
"""Lines that begin like a boundary and are none; an attached text may hold many."""
_LONGEST_BOUNDARY = 250

TOO_MANY_PARTS = "too many parts"
TOO_DEEP = "parts nested too deeply"
NO_BOUNDARY = "the boundary between the parts is missing"
HEADERS_CUT = "the headers were cut"


@dataclass(slots=True)
class Part:
    """A part of a mail: a leaf with bytes, or a multipart with ``parts``.

    ``kind`` is its content type in lower case ("text/plain" where it names none), ``named`` what
    stands after it (charset, boundary). ``start`` and ``end`` frame its body in the mail.
    """

    headers: Headers
    kind: str
    named: dict[str, str]
    parent: Part | None
    start: int
    end: int
    depth: int = 0
    parts: list[Part] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        """Whether parts were found in it."""
        return bool(self.parts)

    def content(self, raw: bytes, most: int) -> tuple[bytes, str]:
        """The first ``most`` bytes as they were before they were encoded, and a remark or ""."""
        data = raw[self.start : min(self.end, self.start + most)]
        return from_transfer_encoding(data, self.headers.first("content-transfer-encoding"))


@dataclass(frozen=True, slots=True)
class Tree:
    """A mail in parts. ``every`` lists them in the order of the mail, the whole mail first."""

    root: Part
    every: tuple[Part, ...]
    remarks: tuple[str, ...]


def cut_into_parts(raw: bytes) -> Tree:
    """Cut a mail that has headers. Never raises; what is odd stands in ``remarks``."""
    remarks: dict[str, None] = {}
    root = _part(raw, 0, len(raw), None, remarks)
    every = [root]
    open_parts = [root]
    boundaries: dict[bytes, Part] = {}
    _open(raw, root, boundaries, remarks)
    lines_left = _MOST_BOUNDARY_LINES
    at = raw.find(b"\n--", max(0, root.start - 1))
    while boundaries and at >= 0 and lines_left:
        line_end = raw.find(b"\n", at + 1)
        line_end = len(raw) if line_end < 0 else line_end
        line = raw[at + 3 : min(line_end, at + 3 + _LONGEST_BOUNDARY)].rstrip()
        found, closes = boundaries.get(line), False
        if found is None and line.endswith(b"--"):
            found, closes = boundaries.get(line[:-2]), True
        if found is None:
            lines_left -= 1
            at = raw.find(b"\n--", line_end)
            continue
        body_end = max(0, at - 1 if raw[at - 1 : at] == b"\r" else at)
        while open_parts[-1] is not found:
            inner = open_parts.pop()
            inner.end = max(inner.start, body_end)
            _close(inner, boundaries)
        if closes:
            _close(found, boundaries)
        elif len(every) >= MOST_PARTS:
            remarks[TOO_MANY_PARTS] = None
            break
        else:
            part = _part(raw, min(line_end + 1, len(raw)), len(raw), found, remarks)
            found.parts.append(part)
            every.append(part)
            open_parts.append(part)
            _open(raw, part, boundaries, remarks)
            line_end = max(line_end, part.start - 1)
        at = raw.find(b"\n--", line_end)
    for part in every:
        if part.kind.startswith("multipart/") and not part.parts:
            remarks[NO_BOUNDARY] = None
    if root.headers.cut:
        remarks[HEADERS_CUT] = None
    return Tree(root, tuple(every), tuple(remarks))


def _part(raw: bytes, start: int, end: int, parent: Part | None, remarks: dict[str, None]) -> Part:
    if parent is not None:
        # The headers of a part end before the next boundary, whatever it forgot.
        next_line = raw.find(b"\n--", max(0, start - 1), end)
        stop = end if next_line < 0 else next_line + 1
        headers_stop, body = headers_end(raw, start, max(start, stop))
    else:
        headers_stop, body = headers_end(raw, start, end)
    headers = read_headers(raw[start:headers_stop])
    kind, named = parameters(headers.first("content-type"))
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", kind):
        digest = parent is not None and parent.kind == "multipart/digest"
        kind = "message/rfc822" if digest else "text/plain"
    depth = parent.depth + 1 if parent else 0
    if depth > DEEPEST:
        remarks[TOO_DEEP] = None
    return Part(headers, kind, named, parent, min(body, end), end, depth)


def _open(raw: bytes, part: Part, boundaries: dict[bytes, Part], remarks: dict[str, None]) -> None:
    if not part.kind.startswith("multipart/"):
        return
    name = part.named.get("boundary", "").rstrip().encode("utf-8", "replace")
    if not name:
        name = _likely_boundary(raw, part)
        if name:
            remarks[NO_BOUNDARY] = None
    if name and len(name) <= _LONGEST_BOUNDARY and name not in boundaries:
        boundaries[name] = part
        part.named["boundary"] = name.decode("utf-8", "replace")


def _close(part: Part, boundaries: dict[bytes, Part]) -> None:
    name = part.named.get("boundary", "").encode("utf-8", "replace")
    if boundaries.get(name) is part:
        del boundaries[name]


_FIRST_BOUNDARY = re.compile(
    rb"(?:^|\n)--([^\s-][^\r\n]{0,70}|-{2,60}[^\r\n-]{1,60})\r?\nContent-", re.I
)


def _likely_boundary(raw: bytes, part: Part) -> bytes:
    """The boundary of a multipart that forgot to name it, from its first line."""
    found = _FIRST_BOUNDARY.search(raw[part.start : min(part.end, part.start + 5_000)])
    return found[1].rstrip() if found else b""
