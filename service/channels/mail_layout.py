"""How a mail looks: one or more texts as a plain part and as a page, with one footer below.

Both parts say the same in the same order. The page asks for nothing from anywhere: no images,
no fonts, no tracking. Every word may come from a clinic or a parent and is escaped. Numbered
lines keep the very numbers they were sent with, as parents answer with those.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "email"

FRAME_WORDS = (
    "mail_subject",
    "mail_preheader",
    "mail_book",
    "mail_reply",
    "mail_why",
    "mail_stop",
    "mail_stop_link",
    "mail_emergency",
)
"""The words around the texts, by key. One that is left out is not shown. ``mail_preheader``
keeps the first words of the texts off lock screens: leave it out where they must be seen there
(safety words)."""

LINE = "-" * 24
"""Above the footer of the plain part. "-- " would mark all below as a signature to cut off."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to one family."""

    language: str
    paragraphs: tuple[str, ...]
    """The bodies of the texts that travel in this mail, in their order."""
    clinic: str
    phone: str
    booking_link: str
    """Empty where there is none, or where this mail has nothing to book."""
    words: Mapping[str, str]
    """Those of ``FRAME_WORDS``, filled in."""
    unsubscribe_url: str


@dataclass(frozen=True, slots=True)
class Span:
    """Words of one line; with an ``href`` they are a link."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A numbered line."""

    number: int
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of lines, or a numbered list where it has ``items``; the button may follow."""

    lines: tuple[tuple[Span, ...], ...] = ()
    items: tuple[Item, ...] = ()
    button: bool = False


def as_text(letter: Letter) -> str:
    """The plain part."""
    parts = list(letter.paragraphs)
    if _button_after(letter) is not None and not _says(letter, letter.booking_link):
        parts.append(_lines(letter.words.get("mail_book", ""), letter.booking_link))
    stop = _lines(letter.words.get("mail_stop", ""), letter.unsubscribe_url)
    parts += [
        LINE,
        letter.words.get("mail_reply", ""),
        stop if letter.unsubscribe_url else "",
        letter.words.get("mail_emergency", ""),
        _lines(letter.words.get("mail_why", ""), _signed(letter)),
    ]
    text = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    return "\n".join(_plain_line(line) for line in text.splitlines()) + "\n"


def as_html(letter: Letter) -> str:
    """The whole page. Readers with and without styles get the same words in the same order."""
    return (
        _environment()
        .get_template("mail.html")
        .render(
            letter=letter,
            words={key: letter.words.get(key, "") for key in FRAME_WORDS},
            blocks=_blocks(letter),
            tel=_tel(letter.phone),
        )
    )


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _signed(letter: Letter) -> str:
    return ", ".join(part for part in (letter.clinic, letter.phone) if part)


def _plain_line(line: str) -> str:
    line = line.rstrip()
    return "\u2014" if line == "--" else line


# The button.

_BOOKING = re.compile(r"\bTo book\b|\bto book a\b|\b[Pp]ara hacer la (?:primera )?cita\b")


def _says(letter: Letter, words: str) -> bool:
    return any(words in paragraph for paragraph in letter.paragraphs)


def _button_after(letter: Letter) -> int | None:
    """Which of the texts the button follows: the last that names the link or speaks of booking."""
    if not letter.booking_link.startswith("https://"):
        return None
    for index in reversed(range(len(letter.paragraphs))):
        words = letter.paragraphs[index]
        if letter.booking_link in words or _BOOKING.search(words):
            return index
    return None


# From words to blocks.

_NUMBERED = re.compile(r"(\d{1,2})[.)]? +(\S.*)")


def _blocks(letter: Letter) -> list[Block]:
    found: list[Block] = []
    button = _button_after(letter)
    for index, paragraph in enumerate(letter.paragraphs):
        parts = re.split(r"\n\s*\n", paragraph.strip())
        blocks = [block for part in parts for block in _part(letter, part.splitlines())]
        if index == button:
            # Below the very lines that name the link, or else below the whole text.
            named = [i for i, part in enumerate(blocks) if _links_to(part, letter.booking_link)]
            at = named[-1] if named else len(blocks) - 1
            blocks[at] = Block(blocks[at].lines, blocks[at].items, button=True)
        found += blocks
    return found


def _links_to(block: Block, link: str) -> bool:
    spans = [span for line in block.lines for span in line]
    spans += [span for item in block.items for span in item.spans]
    return any(span.href == link for span in spans)


def _part(letter: Letter, lines: list[str]) -> Iterator[Block]:
    """The lines of one paragraph as blocks: two or more numbered lines in a row are a list."""
    plain: list[tuple[Span, ...]] = []
    at = 0
    while at < len(lines):
        items = _items(letter, lines[at:])
        if len(items) < 2:
            plain.append(tuple(_spans(letter, lines[at].strip())))
            at += 1
            continue
        if plain:
            yield Block(lines=tuple(plain))
            plain = []
        yield Block(items=items)
        at += len(items)
    if plain:
        yield Block(lines=tuple(plain))


def _items(letter: Letter, lines: list[str]) -> tuple[Item, ...]:
    """The numbered lines these lines begin with, counting up one by one."""
    items: list[Item] = []
    for line in lines:
        match = _NUMBERED.fullmatch(line.strip())
        if match is None or (items and int(match[1]) != items[-1].number + 1):
            break
        items.append(Item(int(match[1]), tuple(_spans(letter, match[2]))))
    return tuple(items)


# Links in the words.

_URL = r"https?://[^\s<>\"]+"
_HELP_LINES = r"(?<![\w-])(?:911|988|1-800-\d{3}-\d{4})(?![\w-])"
_AFTER_A_LINK = ".,;:!?)'"


def _spans(letter: Letter, line: str) -> Iterator[Span]:
    """A line cut at its web addresses and phone numbers. The clinic's own are known whole."""
    own = [
        rf"(?<!\w){re.escape(known)}(?![\w/?#&=%-])"
        for known in (letter.booking_link, letter.phone)
        if known
    ]
    pattern = re.compile("|".join([*own, _URL, _HELP_LINES]))
    at = 0
    for match in pattern.finditer(line):
        text = match[0]
        if text != letter.booking_link:
            text = text.rstrip(_AFTER_A_LINK) if "://" in text else text
        href = text if text.startswith(("https://", "http://")) else _tel(text)
        if not href:
            continue
        if match.start() > at:
            yield Span(line[at : match.start()])
        yield Span(text, href)
        at = match.start() + len(text)
    if at < len(line):
        yield Span(line[at:])


def _tel(phone: str) -> str:
    """What a phone dials for this number as it is written; empty if that is not plain."""
    if not re.fullmatch(r"\+?[\d\s().-]+", phone):
        return ""
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 10:
        return f"tel:+1{digits}"
    if len(digits) == 11 or phone.startswith("+"):
        return f"tel:+{digits}"
    return f"tel:{digits}" if len(digits) == 3 else ""
