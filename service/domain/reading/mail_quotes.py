"""What of a plain-text mail is quoted: "> " lines, attributions, header blocks, forwarded mail.

Mail programs differ in how they say whose words follow, and wrap it over several lines; parents
write lines that look like it ("From: 3 months on he ..."). A line counts as an attribution only
with what a program puts there: a date, an address, a quote below it. Linear in the mail's length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# All of these are matched against lines without the white space around them: a pattern that skips
# it at both ends can share it out in many ways, and would try them all.
_STARTS = re.compile(r"[*_]?(?:on|el|le|am|em|il|op|den|dia|dne)\b", re.IGNORECASE)
_WROTE = (
    r"(?:wrote|writes|escribi[oó]|escreveu|schrieb(?: .{1,80})?|a [eé]crit|ha scritto|"
    r"ha escrito|va escriure)"
)
_ENDS = re.compile(rf"(?:\b{_WROTE}|>\)?|\)|\]|\d)\s*:\s*[*_]?$", re.IGNORECASE)
_SAYS_WROTE = re.compile(rf"\b{_WROTE}\s*:\s*[*_]?$", re.IGNORECASE)
_WROTE_THEN = re.compile(rf"[>)\]]\s*,?\s*{_WROTE}\s*:(?=\s)", re.IGNORECASE)
_IN_A_LINE = re.compile(
    r"\s(?:on|el)\s(?=[^<>]{0,60}\d)[^<>]{5,160}[(\[]?<[^<>\s]{1,200}@[^<>\s]{1,200}>[)\]]?,?\s"
    r"(?:wrote|escribi[oó])\s*:",
    re.IGNORECASE,
)
"""An attribution behind the parent's words, in a mail that was made one line."""
_ADDRESS = re.compile(r"[^\s<>()\[\]@:]{1,100}@[\w-]{1,100}\.[\w.-]{1,100}")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")
_TIMED = re.compile(r"\b\d{1,2}[:.h]\d\d\b")
_MOST_LINES = 4
_MOST_TYPED_MARKS = 2
_NUMBERED = re.compile(r"(\d{1,2})[ .)]\s?\S")
_FIRST_NUMBERS = frozenset({1, 7})
"""With which our two lists begin: the second runs on."""
_FEWEST_ITEMS = 3
_WRAPPED = 60
"""A line this long may go on in the next one: some programs wrap what they quote."""
_LONGEST_LINE = 202
"""Characters of a line that may belong to an attribution."""

_MARKER = re.compile(
    r"[*_]{0,2}-{2,}\s*(?:original|forwarded|reply|mensaje|message|correo|inicio|begin)\s?"
    r"(?:message|mail|e-?mail|appointment|original|reenviado|del mensaje|transferred|forwarded|"
    r"d'origine)?\b.{0,30}?-{2,}[*_]{0,2}$"
    r"|[*_]{0,2}-{2,}\s*(?:original message|mensaje original|forwarded message|mensaje reenviado)\b"
    r"|(?:begin forwarded message|inicio del mensaje reenviado|start of forwarded message)\s*:"
    rf"|-{{2,}}\s*(?:on|el)\b.{{5,180}}\b{_WROTE}\s*:?\s*-{{2,}}$",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"-{2,}\s*(?:original message|mensaje original|forwarded message|mensaje reenviado)\s*-{2,}\s*"
    r"(?:from|de)\s?:",
    re.IGNORECASE,
)
"""The same with the header block, and all that follows, on one line."""
_RULE = re.compile(r"_{10,}$|-{10,}$")
_HEADER = re.compile(
    r"[*_]{0,2}(from|sent|to|cc|bcc|subject|date|reply-to|importance|"
    r"de|enviado(?: el)?|para|cco|asunto|fecha|responder a|importancia)\s?[*_]{0,2}:[*_]{0,2}"
    r"(?:\s|$)",
    re.IGNORECASE,
)
"""Asks for white space after it: only the line's beginning is stripped."""
_SENDER = frozenset({"from", "de"})
_WHEN = frozenset({"sent", "date", "enviado", "enviado el", "fecha"})
_WHEN_OR_WHAT = _WHEN | {"subject", "asunto"}
_FROM_ADDRESS = re.compile(r"[*_]{0,2}(?:from|de)\b[^<\[]{0,100}[<\[][^\s@]{1,100}@", re.IGNORECASE)
_LONGEST_BLOCK = 14
_FEWEST_HEADERS = 3


@dataclass(slots=True)
class Passage:
    """Lines of the parent that stand together, by their places in the mail.

    ``below_quote``: quoted words stand somewhere above; ``above_quote``: and somewhere below.
    ``item``: the number of the quoted line it answers, where that bears no mark.
    """

    places: list[int] = field(default_factory=list)
    below_quote: bool = False
    above_quote: bool = False
    item: str = ""


def own_passages(lines: list[str]) -> list[Passage]:
    """The parent's passages, in order. ``lines`` may be shortened where one holds a quote too."""
    passages = [Passage()]
    quoted = False
    genuine = _typed_marks(lines)

    def quote(says: bool) -> None:
        nonlocal quoted
        if says:
            quoted = True
            last = len(passages) - (1 if passages[-1].places else 2)
            while last >= 0 and not passages[last].above_quote:
                passages[last].above_quote = True
                last -= 1
        if passages[-1].places or passages[-1].below_quote != quoted:
            passages.append(Passage(below_quote=quoted))

    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if line.startswith(">") and at not in genuine:
            quote(bool(line.strip("> \t")))
            at += 1
            continue
        size = _intro_lines(lines, at)
        if size:
            at += size
            if not _quote_follows(lines, at):
                passages += _answers_in_a_list(lines, at)
                break
            quote(False)
            continue
        passages[-1].places.append(at)
        within = _IN_A_LINE.search(lines[at]) if "@" in lines[at] else None
        if within and _DATED.search(within[0]):
            lines[at] = lines[at][: within.start()]
            break
        at += 1
    return [passage for passage in passages if any(lines[i].strip() for i in passage.places)]


def _answers_in_a_list(lines: list[str], at: int) -> list[Passage]:
    """Answers typed into a quoted list whose lines bear no mark (Outlook): what stands between one
    numbered line and the next, and right below the last where there were others."""
    found: list[Passage] = []
    number, waiting, touches = 0, list[int](), False
    for place in range(at, len(lines)):
        line = lines[place].strip()
        item = _NUMBERED.match(line)
        if item and int(item[1]) == number + 1:
            if number and waiting:
                found.append(Passage(waiting, True, True, str(number)))
            number, waiting, touches = number + 1, [], len(line) < _WRAPPED
        elif item and int(item[1]) in _FIRST_NUMBERS and not found:
            number, waiting, touches = int(item[1]), [], len(line) < _WRAPPED
        elif not line:
            touches = touches and not found
            if found and waiting:
                break
        elif number and len(line) <= _LONGEST_LINE and touches:
            waiting = [*waiting, place][:_MOST_LINES]
    if found and waiting and number >= _FEWEST_ITEMS:
        found.append(Passage(waiting, True, True, str(number)))
    return found


def _typed_marks(lines: list[str]) -> frozenset[int]:
    """Lines that begin with ">" and are the parent's all the same ("> half an hour to dress"): few,
    and above the line that says where the quoted mail begins."""
    marked: list[int] = []
    for at, line in enumerate(lines):
        if line.lstrip().startswith(">"):
            marked.append(at)
            if len(marked) > _MOST_TYPED_MARKS:
                return frozenset()
        elif marked and _intro_lines(lines, at):
            return frozenset(marked)
    return frozenset()


def _intro_lines(lines: list[str], at: int) -> int:
    """How many lines here say that quoted mail follows; 0 where none does."""
    line = lines[at].strip()
    if not line:
        return 0
    if len(line) <= _LONGEST_LINE and _MARKER.match(line):
        block = _header_block(lines, at + 1)
        return 1 + block
    if _GLUED.match(line):
        return 1
    if _RULE.match(line):
        # A rule alone may be the parent's; before a header block it is Outlook's.
        below = _next_filled(lines, at + 1)
        block = _header_block(lines, below)
        return below - at + block if block else 0
    return _header_block(lines, at) or _attribution_lines(lines, at)


def _next_filled(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _quote_follows(lines: list[str], at: int) -> bool:
    at = _next_filled(lines, at)
    return at < len(lines) and lines[at].lstrip().startswith(">")


def _header_block(lines: list[str], at: int) -> int:
    """How many lines a block "From: ... Sent: ... To: ... Subject: ..." takes here, or 0."""
    at_first = at
    at = _next_filled(lines, at)
    if at >= len(lines) or at - at_first > 2 or not _HEADER.match(lines[at].lstrip()):
        return 0
    names: set[str] = set()
    last, strange = at, 0
    for place in range(at, min(len(lines), at + _LONGEST_BLOCK)):
        line = lines[place].lstrip()
        header = _HEADER.match(line)
        if header:
            name = header[1].lower()
            if name in names:
                break
            names.add(name)
            last, strange = place, 0
        elif line:
            strange += 1  # a long list of addresses goes on in the next lines
            if strange > 2 or ("@" not in line and strange > 1):
                break
    whole = len(names) >= _FEWEST_HEADERS and names & _SENDER and names & _WHEN_OR_WHAT
    short = len(names) == 2 and names & _WHEN and _FROM_ADDRESS.match(lines[at].lstrip())
    return last + 1 - at_first if whole or short else 0


def _attribution_lines(lines: list[str], at: int) -> int:
    """How many lines an "On Monday ... wrote:" takes here; mail programs wrap it."""
    first = lines[at].strip()
    starts = _STARTS.match(first) is not None
    dated = _DATED.search(first[:_LONGEST_LINE]) is not None
    if not starts and not dated and "@" not in first:
        return 0
    joined = ""
    for size in range(1, _MOST_LINES + 1):
        if at + size > len(lines):
            return 0
        line = lines[at + size - 1].strip()
        if not line or line.startswith(">"):
            return 0
        if size > 1 and _STARTS.match(line) and _DATED.search(line[:_LONGEST_LINE]):
            return 0  # another begins here: the line above is the parent's
        if starts and dated and (found := _WROTE_THEN.search(line[: 2 * _LONGEST_LINE])):
            whole = f"{joined} {line[: found.start() + 1]}"
            if _ADDRESS.search(whole) and len(whole) < 2 * _LONGEST_LINE:
                return len(lines) - at  # the quoted words stand on the same line
        if len(line) > _LONGEST_LINE:
            return 0
        joined = f"{joined} {line}".strip()
        if _ENDS.search(line) and _attributes(
            joined, starts, dated, _quote_follows(lines, at + size)
        ):
            return size
    return 0


def _attributes(text: str, starts: bool, dated: bool, before_quote: bool) -> bool:
    """Whether a line that may end an attribution does. ``dated``: its first line has a date."""
    address = _ADDRESS.search(text) is not None
    if not _SAYS_WROTE.search(text):
        # In any other language: a date, an address, a colon and a quote below.
        return dated and address and before_quote
    if address:
        return dated or before_quote or not starts
    if not starts:
        return False
    if before_quote:
        return True
    return dated and _TIMED.search(text) is not None
