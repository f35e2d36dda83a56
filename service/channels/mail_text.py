"""Which words of a mail are its text, and the names of what stays outside as an attachment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from urllib.parse import unquote

from service.channels.mail_decoding import clean, one_line, to_words
from service.channels.mail_headers import decoded
from service.channels.mail_html import html_to_text
from service.channels.mail_parts import Mail, Part

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
_MAILS = frozenset({"message/rfc822", "message/global"})
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


def words_of(mail: Mail) -> Words:
    """The words of a mail. Never raises."""
    reader = _Reader(mail)
    text = reader.text()
    return Words(text, reader.attachments(), tuple(reader.remarks))


class _Reader:
    """Reads each part once, and remembers what it read."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail
        self._read: dict[Part, str] = {}
        self._html: dict[Part, str] = {}
        self.remarks: dict[str, None] = dict.fromkeys(mail.remarks)
        self._leaves = [part for part in mail.root.walk() if not part.is_multipart()]
        self._bodies = list(islice(filter(_is_body, self._leaves), _MOST_TEXT_PARTS))
        if not self._bodies:
            # Some programs name even the text they show; rather that than nothing.
            named = (part for part in self._leaves if part.kind in _PLAIN | _HTML)
            self._bodies = [part for part in named if not _is_attached(part)][:1]

    def text(self) -> str:
        chosen = self._chosen(self._mail.root)
        pieces = [words for part in chosen if (words := self._words(part).strip("\n"))]
        text = "\n\n".join(pieces)
        if not text.strip() and not self._mail.whole:
            text = self._rescued()
        if len(text) > LONGEST_TEXT:
            self.remarks[CUT] = None
            text = text[:LONGEST_TEXT]
        return text.strip("\n").rstrip()

    def _chosen(self, part: Part) -> list[Part]:
        """The parts whose words are shown: of alternatives one, else all, in their order."""
        if not part.is_multipart():
            return [part] if part in self._bodies else []
        offered = [found for inner in part.parts if (found := self._chosen(inner))]
        if part.kind == "multipart/alternative":
            return self._best(offered)
        return [one for group in offered for one in group]

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
        if part not in self._read:
            text = self._decoded(part)
            if part.kind in _HTML:
                self._html[part] = text
                text, whole = html_to_text(text)
                text = clean(text)
                if not whole:
                    self.remarks[CUT] = None
            elif part.named("format").lower() == "flowed":
                text = _unflowed(text, part.named("delsp").lower() == "yes")
            self._read[part] = text
        return self._read[part]

    def _decoded(self, part: Part) -> str:
        data, remark = part.content()
        if len(data) > _MOST_BYTES:
            self.remarks[CUT] = None
        read = to_words(data[:_MOST_BYTES], part.named("charset"))
        self.remarks.update(dict.fromkeys((*((remark,) if remark else ()), *read.remarks)))
        return read.text

    def _rescued(self) -> str:
        """The last words of a mail whose parts could not be told apart."""
        words = _MIME_LINE.sub("", to_words(self._mail.body[-LONGEST_TEXT:], "").text)
        return re.sub(r"\n{3,}", "\n\n", words)

    def attachments(self) -> tuple[str, ...]:
        """The names of what is kept out, without the pictures shown inside the words."""
        names: list[str] = []
        for part in self._leaves:
            if part in self._bodies or self._is_machinery(part):
                continue
            content_id = part.first("content-id").strip("<>").lower()
            if content_id and part.kind.startswith("image/") and content_id in self._referenced:
                continue
            names.append(_name(part))
            if len(names) == MOST_ATTACHMENTS:
                break
        return tuple(names)

    def _is_machinery(self, part: Part) -> bool:
        if part.kind.startswith("multipart/"):
            return True
        if part is self._mail.root:
            return False
        if part.kind in _MACHINE:
            return True
        if self._mail.root.kind == "multipart/report" and part.kind in _MAILS:
            return True
        # Other forms of the same words, such as Gmail's own form of a reaction.
        return (
            part in self._forms
            and part.kind != "text/calendar"
            and not part.kind.startswith(("image/", "audio/", "video/", "application/"))
            and not _is_attached(part)
        )

    @cached_property
    def _forms(self) -> set[Part]:
        several = (p for p in self._mail.root.walk() if p.kind == "multipart/alternative")
        return {form for part in several for form in part.parts}

    @cached_property
    def _referenced(self) -> set[str]:
        """The ids of the pictures that are shown inside the words."""
        for part in self._bodies:
            if part.kind in _HTML:
                self._words(part)
        return {
            unquote(found).lower() for html in self._html.values() for found in _CID.findall(html)
        }


def _is_attached(part: Part) -> bool:
    return part.get_content_disposition() == "attachment"


def _is_body(part: Part) -> bool:
    return part.kind in _PLAIN | _HTML and not _is_attached(part) and not part.file_name()


def _name(part: Part) -> str:
    """A file's name as the sender wrote it, or what kind of thing it is where it has none."""
    name = one_line(decoded(part.file_name()), 400)
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
