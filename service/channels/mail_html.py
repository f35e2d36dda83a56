"""An HTML mail as plain text: its lines, its lists, and quoted mail as "> " lines.

The parser of the standard library takes quadratic time over some broken HTML, so that tags are
found here by looking forward once. Nothing raises, and the time grows with the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

LONGEST_TEXT = 200_000
"""Characters of text after which the rest of the HTML is left."""
MOST_TAGS = 60_000
"""Tags after which the rest is left; a long thread of marketing mail has a tenth."""
DEEPEST_QUOTE = 20
"""Levels of quoted mail that are told apart."""
_MOST_OPEN = 60
"""Open elements among which the partner of an end tag is looked for."""
_MOST_UNCLOSED_QUOTES = 20
_LONGEST_TAG = 100_000

_TAG_END = re.compile(r"""[^>=]*+(?:=\s*+(?:"[^"]*"|'[^']*')?+[^>=]*+)*+>""")
"""A ">" in a quoted value ends no tag. Possessive: nothing is tried twice."""
_TAG_NAME = re.compile(r"/?([A-Za-z][^\s/>]{0,40})")
_ATTRIBUTE = re.compile(r"([^\s=\"'/>]{1,40})\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_ENDLESS_NUMBER = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|"
    r"max-height\s*:\s*0(?![.\d])|opacity\s*:\s*0\s*(?:;|$)",
    re.IGNORECASE,
)
_INDENT_STYLE = re.compile(r"border\s*:\s*(?:none|0)", re.IGNORECASE)
_NO_MARGIN = re.compile(r"margin(?:-bottom|-top)?\s*:\s*0(?![.\d]*[1-9])", re.IGNORECASE)

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 "
    "h3 h4 h5 h6 header html li main nav ol p pre section table tbody tfoot thead tr ul".split()
)
_SPACED = frozenset("h1 h2 h3 h4 h5 h6 ol p ul".split())
_DROPPED = frozenset("style script title template noscript xml object select svg".split())
_CELLS = frozenset(("td", "th"))
_ENDS_PARAGRAPH = _BLOCKS - {"body", "html"}


@dataclass(slots=True)
class _Open:
    """An element that was begun, and what it does to what stands in it."""

    tag: str
    quotes: int = 0
    hides: bool = False
    keeps_spaces: bool = False
    spaced: bool = False
    """An empty line stands before and after it."""
    number: int | None = None
    """The number of its next item, in an ordered list."""


def html_to_text(html: str) -> tuple[str, bool]:
    """The words of an HTML mail, one line a paragraph or ``<br>``, and whether these are all."""
    writer = _Writer()
    tags = 0
    for kind, words, tag in _tokens(html):
        tags += kind != "text"
        if writer.length > LONGEST_TEXT or tags > MOST_TAGS:
            return writer.finished(), False
        if kind == "text":
            writer.text(words)
        elif kind == "end":
            writer.end(tag)
        else:
            writer.start(tag, words)
    return writer.finished(), True


def _tokens(html: str) -> Iterator[tuple[str, str, str]]:
    """("text", words, ""), ("start", attributes, tag) or ("end", "", tag), in their order."""
    at, unclosed = 0, 0
    gone: set[str] = set()  # what was looked for in vain will not be found further on either

    def place_of(mark: str, start: int) -> int:
        found = -1 if mark in gone else html.find(mark, start)
        if found < 0:
            gone.add(mark)
        return found

    while at < len(html):
        start = html.find("<", at)
        if start < 0:
            yield "text", html[at:], ""
            return
        if start > at:
            yield "text", html[at:start], ""
        if html.startswith("<!--", start):
            end = place_of("-->", start + 2)
            at = end + 3 if end >= 0 else start + 4
            continue
        name = _TAG_NAME.match(html, start + 1, start + 60)
        if name is None:
            if html.startswith(("<!", "<?", "</"), start):
                end = place_of(">", start)
                at = end + 1 if end >= 0 else start + 2
            else:
                yield "text", "<", ""
                at = start + 1
            continue
        whole = None
        if unclosed < _MOST_UNCLOSED_QUOTES:
            whole = _TAG_END.match(html, name.end(), name.end() + _LONGEST_TAG)
            unclosed += whole is None
        end = whole.end() if whole else place_of(">", name.end()) + 1
        if not end:
            yield "text", html[start:], ""
            return
        tag = name[1].lower()
        at = end
        if html[start + 1] == "/":
            yield "end", "", tag
            continue
        if tag in _DROPPED and html[end - 2] != "/":
            places = [place_of(f"</{written}", end) for written in (tag, tag.upper())]
            at = min((place for place in places if place >= 0), default=end)
            continue
        yield "start", html[name.end() : min(end - 1, name.end() + 4_000)], tag


class _Writer:
    """Gathers lines as the elements come and go."""

    def __init__(self) -> None:
        self.length = 0
        self._lines: list[tuple[int, str]] = []
        self._line: list[str] = []
        self._open: list[_Open] = []
        self._quotes = 0
        self._hidden = 0
        self._kept = 0
        self._at_item = False
        """Nothing stands on the line but the mark of a list's item."""

    def text(self, words: str) -> None:
        if self._hidden:
            return
        words = unescape(_ENDLESS_NUMBER.sub("", words))
        if self._kept:
            first, *rest = words.split("\n")
            self._add(first)
            for line in rest:
                self._break()
                self._add(line)
            return
        words = _SPACE.sub(" ", words)
        if not self._line or self._line[-1].endswith((" ", "\t")):
            words = words.removeprefix(" ")
        self._add(words)

    def start(self, tag: str, written: str) -> None:
        named = {
            name.lower(): unescape(value.strip("\"'")[:2_000])
            for name, value in _ATTRIBUTE.findall(written)
        }
        if tag == "br":
            if not self._hidden:
                self._break()
            return
        if tag == "img":
            self._picture(named)
            return
        if tag == "hr":
            self._block()
            return
        if tag in _VOID:
            return
        if tag in _ENDS_PARAGRAPH:
            self._end_paragraph()
        spaced = tag in _SPACED and not self._tight(tag, named)
        if tag in _BLOCKS:
            self._block(spaced)
        elif tag in _CELLS and self._line:
            self._add(" ")
        if tag == "li":
            self._item(named)
        if named.get("id", "").lower().endswith("divrplyfwdmsg") and self._open:
            # Outlook's header block: the mail that is answered stands here and behind it, as far
            # as the element reaches that holds both.
            self._open[-1].quotes += 1
            self._quotes += 1
        element = _Open(
            tag,
            quotes=int(_quotes(tag, named)),
            hides=_HIDDEN_STYLE.search(named.get("style", "")) is not None
            or "hidden" in named
            or "hidden" in _ATTRIBUTE.sub(" ", written).lower().split(),
            keeps_spaces=tag in {"pre", "textarea"},
            spaced=spaced,
        )
        if tag == "ol":
            first = named.get("start", "1")
            element.number = _number(first, 1)
        if element.quotes:
            self._block()
        self._open.append(element)
        self._quotes += element.quotes
        self._hidden += element.hides
        self._kept += element.keeps_spaces

    def end(self, tag: str) -> None:
        if tag == "br":
            self._break()
            return
        lowest = max(0, len(self._open) - _MOST_OPEN)
        for place in range(len(self._open) - 1, lowest - 1, -1):
            if self._open[place].tag == tag:
                self._close_down_to(place)
                return
            if self._open[place].tag in _CELLS and tag not in {"tr", "table", "tbody", "thead"}:
                break
        if tag in _BLOCKS:
            self._block()

    def finished(self) -> str:
        self._block()
        out = []
        for quotes, line in self._lines:
            line = line.rstrip()
            out.append(f"{'> ' * min(quotes, DEEPEST_QUOTE)}{line}".rstrip())
        return "\n".join(out).strip("\n")

    def _close_down_to(self, place: int) -> None:
        for element in reversed(self._open[place:]):
            if element.tag in _BLOCKS or element.quotes:
                if element.tag == "li" and self._at_item:
                    self._line.clear()
                self._block(element.spaced)
            self._quotes -= element.quotes
            self._hidden -= element.hides
            self._kept -= element.keeps_spaces
        del self._open[place:]

    def _tight(self, tag: str, named: dict[str, str]) -> bool:
        """Whether a paragraph stands close to the one before it, as Outlook writes its lines."""
        if tag in {"ol", "ul", "p"} and any(o.tag == "li" for o in self._open[-_MOST_OPEN:]):
            return True
        if tag != "p":
            return False
        style = named.get("style", "")
        return named.get("class", "").startswith("Mso") or _NO_MARGIN.search(style) is not None

    def _end_paragraph(self) -> None:
        if self._open and self._open[-1].tag == "p":
            self._close_down_to(len(self._open) - 1)

    def _item(self, named: dict[str, str]) -> None:
        for element in reversed(self._open[-_MOST_OPEN:]):
            if element.tag == "ul":
                self._add("- ")
                break
            if element.number is not None:
                number = _number(named.get("value", ""), element.number)
                element.number = number + 1
                self._add(f"{number}. ")
                break
        else:
            self._add("- ")
        self._at_item = True

    def _picture(self, named: dict[str, str]) -> None:
        """A picture says nothing, unless it stands for an emoji."""
        words = named.get("alt", "").strip()
        if 0 < len(words) <= 8 and not any(c.isascii() or c.isalnum() for c in words):
            self._add(words)

    def _add(self, words: str) -> None:
        if words and not self._hidden:
            self._at_item = False
            self._line.append(words)
            self.length += len(words)

    def _break(self) -> None:
        self._lines.append((self._quotes, "".join(self._line)))
        self._line.clear()
        self._at_item = False
        self.length += 1

    def _block(self, spaced: bool = False) -> None:
        """End a line that was begun; leave one empty where a paragraph begins or ends."""
        if self._at_item and self._line:
            return
        if "".join(self._line).strip(" "):
            self._break()
        self._line.clear()
        if spaced and self._lines and self._lines[-1][1].strip():
            self._lines.append((self._quotes, ""))


def _quotes(tag: str, named: dict[str, str]) -> bool:
    """Whether an element holds the mail that is answered."""
    marks = f" {named.get('class', '')} {named.get('id', '')} ".lower()
    if tag == "blockquote":
        # Some programs indent the writer's own lines with it.
        cited = named.get("type", "").lower() == "cite" or "quote" in marks or "cite" in named
        return cited or not _INDENT_STYLE.search(named.get("style", ""))
    return "yahoo_quoted" in marks or "moz-cite-prefix" in marks or "olk_src_body_section" in marks


def _number(written: str, otherwise: int) -> int:
    return int(written) if re.fullmatch(r"[0-9]{1,4}", written) else otherwise
