"""Signs that need somebody now or soon. Read in every message, at every step, before all else.

A denial just before ("no seizures") takes a flag away where the rule allows it; a "no" or "stop"
that only begins the message ("no he is choking") denies nothing. A sign told of the past drops
to the rule's level for the past.
"""

from __future__ import annotations

from bisect import bisect_left

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.matching import Match, Message
from service.domain.reading.tokens import Break
from service.domain.reading.types import Flag

_DENIAL_REACHES = 4
_PAST_REACHES = 14
_HEAD_BUMP = "soon.head_bump"
_AFTER_HEAD_BUMP = "urgent.after_head_bump"
"""Signs of danger only after a blow to the head, which may be told a sentence earlier."""
_ORDERS = frozenset({"stop", "quit"})
_HAPPENED = frozenset({"had", "tuvo"})


def read_flags(message: Message) -> tuple[Flag, ...]:
    """The flags of a message, in the order they were said."""
    traps = {(m.first, m.last) for m in message.of(Family.SAFETY) if m.rule.kind is Kind.TRAP}
    found = [
        m
        for m in message.of(Family.SAFETY)
        if m.rule.kind is Kind.FLAG and (m.first, m.last) not in traps
    ]
    if not found:
        return ()
    denials = [
        m
        for m in message.of(Family.CONCERN)
        if m.rule.kind in (Kind.NOT, Kind.NO_LONGER) and message.tokens[m.last].word not in _ORDERS
    ]
    subjects = {m.first for m in message.of(Family.CONCERN) if m.rule.kind is Kind.SUBJECT}
    others = message.ends(Family.CONCERN, Kind.OTHER)
    pasts = message.of(Family.PAST)
    bumped = any(m.rule.id == _HEAD_BUMP for m in found)
    flags: list[Flag] = []
    for match in found:
        rule = match.rule
        level = rule.level
        if rule.id == _AFTER_HEAD_BUMP and not bumped:
            continue
        if rule.deniable and any(_denies(d, match, subjects, message) for d in denials):
            continue
        told_of_past = _told_of_past(match, pasts, message)
        if told_of_past:
            level = rule.past
        told_of_past = told_of_past or message.tokens[match.first].word in _HAPPENED
        about_another = message.shortly_before(match.first, others, _DENIAL_REACHES)
        # An old story about somebody else. A sign of now counts whoever shows it.
        if level is not None and not (told_of_past and about_another):
            flags.append(Flag(level, message.shown_by(match)))
    return tuple(flags)


def _denies(denial: Match, match: Match, subjects: set[int], message: Message) -> bool:
    spans = match.parts or ((match.first, match.last),)
    within = any(first <= denial.first and denial.last <= last for first, last in spans)
    return not within and any(_reaches(denial, first, subjects, message) for first, _ in spans)


def _reaches(denial: Match, first: int, subjects: set[int], message: Message) -> bool:
    if not 0 < first - denial.last <= _DENIAL_REACHES:
        return False
    if message.separated(denial.last, first, Break.COMMA):
        return False
    # "no seizures" denies; in "no he is choking" the "no" answers what was asked.
    answers = denial.first == denial.last and message.tokens[denial.first].word == "no"
    return not (answers and any(denial.last < at < first for at in subjects))


def _told_of_past(match: Match, pasts: list[Match], message: Message) -> bool:
    after = bisect_left(pasts, match.first, key=lambda m: m.first)
    return any(_tells(past, match, message) for past in pasts[max(0, after - 1) : after + 1])


def _tells(past: Match, match: Match, message: Message) -> bool:
    low, high = sorted((past.first, match.first))
    return high - low <= _PAST_REACHES and not message.separated(low, high)
