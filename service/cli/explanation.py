"""``tandem explain``: the way from a parent's words to an answer, in colour on a terminal.

Without colour (piped, or ``NO_COLOR``) a line of marks below the words takes its place.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text as Coloured

from service.domain.conversation import AlertKind
from service.domain.explanation import Explanation, Fired, Outranked, Piece, SentText, Tone, Verdict
from service.domain.explanation.words import ASKED, FLAGS, plain
from service.domain.reading.types import Evidence
from service.domain.vocabulary import Language, Suggestion

_STYLES = {
    Tone.FLAG: "bold underline red",
    Tone.CONCERN: "bold underline green",
    Tone.NOT_COUNTED: "strike dim",
    Tone.ANSWER: "underline cyan",
}
_MARKS = {Tone.FLAG: "!", Tone.CONCERN: "=", Tone.NOT_COUNTED: "x", Tone.ANSWER: "-"}
_LEGEND = "! red flag   = counts   x does not count   - answers"
_LANGUAGES = {Language.EN: "English", Language.ES: "Spanish", None: "not told by the words"}
_EDGE = "  "


def console_here() -> Console:
    """The terminal; no colour and no styles where it is none, or where ``NO_COLOR`` is set."""
    plain_words = bool(os.environ.get("NO_COLOR"))
    return Console(highlight=False, color_system=None if plain_words else "auto")


def print_explanation(found: Explanation, console: Console) -> None:
    """Print the whole path of one text."""
    for line in _path(found, coloured=console.color_system is not None):
        console.print(line, soft_wrap=True)


def _path(found: Explanation, *, coloured: bool) -> Iterator[Coloured]:
    yield from _words(found.pieces, coloured)
    answers = f"; answers: {ASKED[found.asked]}" if found.asked else ""
    yield _heading("what was read", f"in {_LANGUAGES[found.language]}{answers}")
    for fact in found.facts:
        yield _line(f"{fact.kind}: {fact.what}", _STYLES[fact.tone], _shown(fact.evidence))
    if not found.facts:
        yield _line("nothing to act on")
    if found.outranked:
        yield _heading("what was outranked, and why")
        for lost in found.outranked:
            yield _outranked(lost)
    if found.verdict is not None:
        yield _heading("which rules fired")
        for fired in found.fired:
            yield _fired(fired)
        yield from _verdict(found.verdict)
    yield _heading("what would be sent")
    for text in found.sent:
        yield from _sent(text)
    if not found.sent:
        yield _line("nothing")
    for alert in found.alerts:
        yield _line(_alert(alert), "bold red")
    for planned in found.reminders:
        yield _line(f"reminder {planned.kind}: {planned.due_at:%Y-%m-%d %H:%M} UTC")


def _words(pieces: Sequence[Piece], coloured: bool) -> Iterator[Coloured]:
    """The parent's words, marked. What could steer a terminal is shown as a dot."""
    lines: list[list[tuple[str, Tone | None]]] = [[]]
    for piece in pieces:
        for at, part in enumerate(piece.text.split("\n")):
            if at:
                lines.append([])
            lines[-1].append((_plain(part), piece.tone))
    for line in lines:
        yield Coloured.assemble(
            _EDGE, *((part, _STYLES[tone] if tone else "") for part, tone in line)
        )
        marks = "".join((_MARKS[tone] if tone else " ") * cell_len(part) for part, tone in line)
        if marks.strip() and not coloured:
            yield Coloured(_EDGE + marks.rstrip())
    if not coloured and any(piece.tone for piece in pieces):
        yield Coloured(_EDGE + _LEGEND)


def _plain(words: str) -> str:
    return "".join("·" if unicodedata.category(c) in ("Cc", "Cf") else c for c in words)


def _heading(title: str, more: str = "") -> Coloured:
    heading = Coloured("\n").append(title, "bold")
    return heading.append(f"   {more}", "dim") if more else heading


def _line(what: str, style: str = "", more: str = "") -> Coloured:
    line = Coloured(_EDGE).append(what, style)
    return line.append(f"   {more}", "dim") if more else line


def _shown(evidence: Evidence | None) -> str:
    if evidence is None:
        return ""
    return f'"{_plain(evidence.words)}"   {evidence.rule}   {evidence.source}'.rstrip()


def _outranked(lost: Outranked) -> Coloured:
    line = Coloured(_EDGE).append(lost.what, "bold").append(f"   {lost.why}")
    more = _shown(lost.evidence) if lost.evidence else f"{lost.rule}   {lost.source}"
    if lost.evidence is not None and lost.evidence.rule != lost.rule:
        more = f"{more}   {lost.rule}   {lost.source}"
    return line.append(f"   {more.rstrip()}", "dim")


def _fired(fired: Fired) -> Coloured:
    stands_for = f" -> {fired.area}" if fired.area else ""
    if fired.decided:
        stands_for = " -> decides"
    words = f'   "{_plain(fired.words)}"' if fired.words else ""
    line = Coloured(_EDGE).append(fired.rule, "bold").append(f"{stands_for}{words}")
    return line.append(f"   {fired.source}", "dim")


def _verdict(verdict: Verdict) -> Iterator[Coloured]:
    alone = " (this message alone)" if verdict.alone else ""
    lead = ""
    if verdict.lead and verdict.suggestion is Suggestion.BOTH:
        lead = f", starting with {verdict.lead.value}"
    flags = ", ".join(FLAGS[flag] for flag in verdict.flags)
    suggestion = verdict.suggestion.value
    told = verdict.word
    if told != suggestion and verdict.lead:
        told += f" before {suggestion}"
    line = Coloured("\n").append("suggestion", "bold").append(f"{alone}  ")
    line.append(told, "bold").append(lead)
    yield line.append(f"   flags: {flags}" if flags else "").append(
        f"   pack {verdict.pack_version}", "dim"
    )


def _sent(text: SentText) -> Iterator[Coloured]:
    segments = "segment" if text.size.segments == 1 else "segments"
    yield _line(f"{text.kind}, {text.size.segments} {segments} {text.size.encoding}", "dim")
    for part in text.body.splitlines():
        yield Coloured(_EDGE * 2).append(part, "green")


def _alert(alert: AlertKind) -> str:
    return f"a person is called: {plain(alert.value)}"
