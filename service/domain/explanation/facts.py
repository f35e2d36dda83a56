"""A reading for people: the parent's words with the ones that counted marked, and the facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from service.domain.explanation.words import FLAGS, INTENTS, NOT_COUNTED, age, plain
from service.domain.reading.types import Evidence, Picks, Reading, Status


class Tone(StrEnum):
    """How a fact is marked, the most serious first."""

    FLAG = "flag"
    CONCERN = "concern"
    NOT_COUNTED = "not-counted"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was read, from which words and by which rule.

    ``kind`` is the sort of thing it is ("concern"), ``what`` the thing itself.
    """

    tone: Tone
    kind: str
    what: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text, by character offsets, and what it was read as."""

    start: int
    end: int
    tone: Tone
    what: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text that is marked in one way; ``tone`` is None where nothing was read."""

    text: str
    tone: Tone | None
    what: str


def facts_of(reading: Reading) -> tuple[Fact, ...]:
    """Everything a reading holds, the most serious first."""
    return tuple(sorted(_facts(reading), key=lambda fact: list(Tone).index(fact.tone)))


def spans_of(reading: Reading) -> tuple[Span, ...]:
    """Where each fact stands in the text that was read."""
    return tuple(
        Span(start, end, fact.tone, fact.what)
        for fact in facts_of(reading)
        if fact.evidence is not None
        for start, end in fact.evidence.places
    )


def pieces_of(reading: Reading) -> tuple[Piece, ...]:
    """The text that was read, cut where marks begin and end."""
    return pieces(reading.text, spans_of(reading))


def pieces(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    """Cut a text at every edge of a span; where spans overlap the first one gives the tone.

    Together the pieces are exactly the text. Offsets outside of it are drawn to its ends.
    """
    size = len(text)
    inside = [
        (max(0, min(s.start, size)), max(0, min(s.end, size)), s) for s in spans if s.start < s.end
    ]
    edges = sorted({0, size, *(e for start, end, _ in inside for e in (start, end))})
    found: list[Piece] = []
    for start, end in pairwise(edges):
        over = [span for left, right, span in inside if left <= start and end <= right]
        what = "; ".join(dict.fromkeys(span.what for span in over))
        tone = over[0].tone if over else None
        found.append(Piece(text[start:end], tone, what))
    return tuple(found)


def _facts(reading: Reading) -> Iterator[Fact]:
    for flag in reading.flags:
        yield Fact(Tone.FLAG, "red flag", FLAGS[flag.level], flag.evidence)
    for concern in reading.concerns:
        area = f"{plain(concern.domain)} ({concern.domain.side})"
        if concern.status is Status.PRESENT:
            yield Fact(Tone.CONCERN, "concern", area, concern.evidence)
        else:
            why = f"{area}: {NOT_COUNTED[concern.status]}"
            yield Fact(Tone.NOT_COUNTED, "concern", why, concern.evidence)
    for milestone in reading.milestones:
        what = f"not yet: {plain(milestone.skill)}"
        yield Fact(Tone.CONCERN, "milestone", what, milestone.evidence)
    for hint in reading.hints:
        yield Fact(Tone.CONCERN, "condition", f"named: {plain(hint.condition)}", hint.evidence)
    if reading.early_birth is not None:
        early = f"born {reading.early_birth.weeks} weeks early"
        yield Fact(Tone.ANSWER, "early birth", early, reading.early_birth.evidence)
    for topic in reading.topics:
        yield Fact(Tone.ANSWER, "topic", f"about {plain(topic.key)}", topic.evidence)
    if reading.numbers is not None:
        yield Fact(Tone.ANSWER, "numbers", _numbers(reading), reading.numbers.evidence)
    if reading.age is not None:
        known = reading.age.months is not None
        told = f"child is {age(reading.age.months)}" if known else "age is not clear"
        yield Fact(Tone.ANSWER, "age", told, reading.age.evidence)
    if reading.all_fine is not None:
        yield Fact(Tone.ANSWER, "no worries", "all is well", reading.all_fine)
    if reading.intent is not None:
        about = f": {plain(reading.question)}" if reading.question else ""
        what = f"{INTENTS[reading.intent]}{about}"
        yield Fact(Tone.ANSWER, "intent", what, reading.intent_evidence)
    if reading.date is not None:
        yield Fact(Tone.ANSWER, "day", f"names a day: {reading.date:%a %b %d, %Y}")


def _numbers(reading: Reading) -> str:
    if reading.numbers is None:
        return ""
    match reading.numbers.picks:
        case Picks.SOME:
            return "picked " + ", ".join(map(str, reading.numbers.items))
        case Picks.NONE:
            return "picked none"
        case Picks.ALL:
            return "picked all"
        case Picks.UNCLEAR:
            return "numbers are not clear"
