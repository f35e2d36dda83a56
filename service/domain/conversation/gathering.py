"""Adding what one reply says to what the conversation already knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from service.domain.checklist import Checklist, Shown
from service.domain.conversation.state import Conversation, KnownAge
from service.domain.reading.types import Picks, Reading
from service.domain.triage import Said
from service.domain.vocabulary import Side

T = TypeVar("T")

_CLARIFIED = {1: Side.PT, 2: Side.OT}


def gather(
    conversation: Conversation, reading: Reading, checklist: Checklist, now: datetime
) -> Conversation:
    """The conversation with everything this reading adds; nothing said earlier is lost.

    A concern that the reply denies or calls over removes the same domain said in words
    earlier (knowledge c2: "remove any domain the parent denies").
    """
    said = conversation.said
    gone = {c.domain for c in reading.concerns} - {c.domain for c in reading.present}
    kept = tuple(c for c in said.concerns if c.domain not in gone)
    said = replace(
        said,
        concerns=_merged(kept, reading.present),
        milestones=_merged(said.milestones, reading.milestones),
        hints=_merged(said.hints, reading.hints),
        topics=_merged(said.topics, reading.topics),
        flags=_merged(said.flags, reading.flags),
        early_birth=reading.early_birth or said.early_birth,
        nothing=said.nothing or reading.all_fine is not None,
    )
    if reading.numbers:
        said = _with_numbers(conversation, said, reading, checklist)
    age = conversation.age
    if reading.age and reading.age.months is not None:
        age = KnownAge(reading.age.months, now.date())
    return replace(conversation, said=said, age=age)


def _with_numbers(
    conversation: Conversation, said: Said, reading: Reading, checklist: Checklist
) -> Said:
    numbers = reading.numbers
    if numbers is None or numbers.picks is Picks.UNCLEAR:
        return said
    if conversation.clarifying:
        chosen = {_CLARIFIED[n] for n in numbers.items if n in _CLARIFIED}
        return replace(said, chose=chosen.pop() if len(chosen) == 1 else None)
    if numbers.picks is Picks.NONE:
        return replace(said, nothing=True)
    items: tuple[Shown, ...] = conversation.latest
    if numbers.picks is not Picks.ALL:
        items = tuple(shown for shown in conversation.shown if shown.number in numbers.items)
    picks = tuple(checklist.pick(shown, numbers.evidence.words) for shown in items)
    known = {pick.item for pick in said.picks}
    return replace(said, picks=(*said.picks, *(p for p in picks if p.item not in known)))


def _merged(before: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys((*before, *new)))
