"""Which words of a mail are its text, and the names of what stays outside as an attachment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from service.channels.mail_decoding import clean, one_line, to_words
from service.channels.mail_headers import decoded, parameters
from service.channels.mail_html import html_to_text
from service.channels.mail_parts import TOO_DEEP, Part, Tree

LONGEST_TEXT = 100_000
LONGEST_NAME = 80
MOST_ATTACHMENTS = 20
_MOST_BYTES = 2_000_000
"""Bytes of one part that are read for its words: more than ``LONGEST_TEXT`` takes up in any
encoding, with room for the style sheets of an HTML mail."""
_MOST_TEXT_PARTS = 200

CUT = "the words were cut at 100,000 characters"
"""Also where the end of a part was not read, being further behind than that."""

_PLAIN = frozenset({"text/plain"})
_HTML = frozenset({"text/html", "application/xhtml+xml", "text/enriched", "text/richtext"})
_MACHINE = frozenset(
    "message/delivery-status message/global-delivery-status message/feedback-report "
    "message/disposition-notification text/rfc822-headers message/rfc822-headers "
    "message/global-headers".split()
)
_NO_HTML = re.compile(
    r"(?=.{0,60}\b(?:html|mime)\b).{0,200}\b(?:not support|does ?n.t support|cannot display|"
    r"can.t display|unable to (?:display|read)|view (?:it|this|the)|to view|in html|"
    r"no (?:admite|soporta|puede)|en (?:formato )?html|compatible)",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_NOTE = 400
_CID = re.compile(r"cid:([^\"'>\s)]{1,200})", re.IGNORECASE)
_FLOWED_QUOTE = re.compile(r"^>*")
_MIME_LINE = re.compile(
    r"^(?:--|content-[a-z-]+:|[ \t]+(?:boundary|charset|name)=).*$", re.I | re.M
)


@dataclass(frozen=True, slots=True)
class Words:
    """The readable words, the attachments' names, and what was odd about them."""

    text: str
    attachments: tuple[str, ...]
    remarks: tuple[str, ...]


def words_of(raw: bytes, tree: Tree) -> Words:
    """The words of a mail that was cut into parts. Never raises."""
    reader = _Reader(raw, tree)
    text = reader.text()
    return Words(text, reader.attachments(), tuple(reader.remarks))


class _Reader:
    """Reads each part once, and remembers what it read."""

    def __init__(self, raw: bytes, tree: Tree) -> None:
        self._raw, self._tree = raw, tree
        self._read: dict[int, str] = {}
        self._html: dict[int, str] = {}
        self.remarks: dict[str, None] = dict.fromkeys(tree.remarks)
        self._in_report = tree.root.kind == "multipart/report"
        self._bodies = [part for part in tree.every if _is_body(part)][:_MOST_TEXT_PARTS]
        if not self._bodies:
            # Some programs name even the text they show; rather that than nothing.
            named = (part for part in tree.every if _is_leaf(part) and part.kind in _PLAIN | _HTML)
            self._bodies = [part for part in named if not _is_attached(part)][:1]

    def text(self) -> str:
        chosen = self._chosen()
        pieces = [words for part in chosen if (words := self._words(part).strip("\n"))]
        text = "\n\n".join(pieces)
        if not text.strip() and self._tree.root.kind.startswith("multipart/"):
            text = self._rescued()
        if len(text) > LONGEST_TEXT:
            self.remarks[CUT] = None
            text = text[:LONGEST_TEXT]
        return text.strip("\n").rstrip()

    def _chosen(self) -> list[Part]:
        """The parts whose words are shown: of alternatives one, else all, in their order."""
        mine: dict[int, list[list[Part]]] = {}
        bodies = {id(part) for part in self._bodies}
        # Backwards, children stand before their parents: no call into the depth is needed.
        for part in reversed(self._tree.every):
            if part.parts:
                offered = mine.pop(id(part), [])[::-1]
                if part.kind == "multipart/alternative":
                    found = self._best(offered)
                else:
                    found = [one for group in offered for one in group]
            else:
                found = [part] if id(part) in bodies else []
            if part.parent is None:
                return found
            if found:
                mine.setdefault(id(part.parent), []).append(found)
        return []

    def _best(self, offered: list[list[Part]]) -> list[Part]:
        """Plain text where it says something, else the richest that does."""
        for group in offered:
            if any(part.kind in _PLAIN and self._says(part) for part in group):
                return group
        for group in reversed(offered):
            if any(self._words(part).strip() for part in group if part.kind not in _PLAIN):
                return group
        return offered[0] if offered else []

    def _says(self, part: Part) -> bool:
        words = self._words(part).strip()
        return bool(words) and not (len(words) <= _LONGEST_NOTE and _NO_HTML.match(words))

    def _words(self, part: Part) -> str:
        if id(part) not in self._read:
            text = self._decoded(part)
            if part.kind in _HTML:
                self._html[id(part)] = text
                text, whole = html_to_text(text)
                text = clean(text)
                if not whole:
                    self.remarks[CUT] = None
            elif part.named.get("format", "").lower() == "flowed":
                text = _unflowed(text, part.named.get("delsp", "").lower() == "yes")
            self._read[id(part)] = text
        return self._read[id(part)]

    def _decoded(self, part: Part) -> str:
        data, remark = part.content(self._raw, _MOST_BYTES)
        if part.end - part.start > _MOST_BYTES:
            self.remarks[CUT] = None
        read = to_words(data, part.named.get("charset", ""))
        self.remarks.update(dict.fromkeys((*((remark,) if remark else ()), *read.remarks)))
        return read.text

    def _rescued(self) -> str:
        """The last words of a mail whose parts could not be told apart."""
        last = self._tree.every[-1]
        if last.kind not in _PLAIN | _HTML and not last.kind.startswith("multipart/"):
            return ""
        if _is_attached(last):
            return ""
        words = _MIME_LINE.sub("", self._decoded(last)[-LONGEST_TEXT:])
        words = re.sub(r"\n{3,}", "\n\n", words).strip()
        if words:
            self.remarks.setdefault(TOO_DEEP)
        return words

    def attachments(self) -> tuple[str, ...]:
        """The names of what is kept out, without the pictures shown inside the words."""
        names = []
        shown = {id(part) for part in self._bodies}
        referenced: set[str] | None = None
        for part in self._tree.every:
            if not _is_leaf(part) or id(part) in shown or self._is_machinery(part):
                continue
            content_id = part.headers.first("content-id").strip().strip("<>").lower()
            if content_id and part.kind.startswith("image/"):
                if referenced is None:
                    referenced = self._referenced()
                if content_id in referenced:
                    continue
            names.append(_name(part))
            if len(names) == MOST_ATTACHMENTS:
                break
        return tuple(names)

    def _is_machinery(self, part: Part) -> bool:
        if part.parent is None:
            return part.kind.startswith("multipart/")
        if part.kind in _MACHINE or part.kind.startswith("multipart/"):
            return True
        if self._in_report and part.kind in {"message/rfc822", "message/global"}:
            return True
        # Other forms of the same words, such as Gmail's own form of a reaction.
        return (
            part.parent.kind == "multipart/alternative"
            and part.kind != "text/calendar"
            and not part.kind.startswith(("image/", "audio/", "video/", "application/"))
            and not _is_attached(part)
        )

    def _referenced(self) -> set[str]:
        for part in self._bodies:
            if part.kind in _HTML:
                self._words(part)
        return {
            unquote(found).lower() for html in self._html.values() for found in _CID.findall(html)
        }


def _is_leaf(part: Part) -> bool:
    return not part.parts


def _is_attached(part: Part) -> bool:
    return parameters(part.headers.first("content-disposition"))[0] == "attachment"


def _is_body(part: Part) -> bool:
    if not _is_leaf(part):
        return False
    if part.parent is None and part.kind.startswith("multipart/"):
        return True  # its boundary never comes: all of it is text
    if part.kind not in _PLAIN | _HTML:
        return False
    return not _is_attached(part) and not _written_name(part)


def _written_name(part: Part) -> str:
    disposition = parameters(part.headers.first("content-disposition"))[1]
    return disposition.get("filename") or part.named.get("name") or ""


def _name(part: Part) -> str:
    """A file's name as the sender wrote it, or what kind of thing it is where it has none."""
    name = one_line(decoded(_written_name(part)), 400)
    name = re.split(r"[/\\]", name)[-1].strip(" .\"'") if name else ""
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        keeps = dot and len(ending) <= 10
        name = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}" if keeps else name
    return name[:LONGEST_NAME] or one_line(part.kind, LONGEST_NAME)


def _unflowed(text: str, without_space: bool) -> str:
    """Lines of "format=flowed" (RFC 3676) put together again."""
    out: list[list[str]] = []
    flowing, depth = False, 0
    for line in text.split("\n"):
        found = _FLOWED_QUOTE.match(line)
        quotes = found.end() if found else 0
        words = line[quotes:].removeprefix(" ")
        signature = words == "-- "
        flows = words.endswith(" ") and not signature
        if flows and without_space:
            words = words[:-1]
        if flowing and quotes == depth and not signature:
            out[-1].append(words)
        else:
            out.append([f"{'>' * quotes} {words}" if quotes else words])
        flowing, depth = flows, quotes
    return "\n".join(map("".join, out))
