"""Signs that need somebody now or soon. Read in every message, at every step, before all else.

A denial just before ("no seizures") takes a flag away where the rule allows it; a sign told of
the past drops to the rule's level for the past.
"""

from __future__ import annotations

from bisect import bisect_left

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.matching import Match, Message
from service.domain.reading.tokens import Break
from service.domain.reading.types import Flag

_DENIAL_REACHES = 4
_PAST_REACHES = 14


def read_flags(message: Message) -> tuple[Flag, ...]:
    """The flags of a message, in the order they were said."""
    found = [m for m in message.of(Family.SAFETY) if m.rule.kind is Kind.FLAG]
    if not found:
        return ()
    denials = message.ends(Family.CONCERN, Kind.NOT, Kind.NO_LONGER)
    others = message.ends(Family.CONCERN, Kind.OTHER)
    pasts = message.of(Family.PAST)
    flags: list[Flag] = []
    for match in found:
        rule = match.rule
        level = rule.level
        if rule.deniable and message.shortly_before(
            match.first, denials, _DENIAL_REACHES, Break.COMMA
        ):
            continue
        told_of_past = _told_of_past(match, pasts, message)
        if told_of_past:
            level = rule.past
        about_another = message.shortly_before(match.first, others, _DENIAL_REACHES)
        # An old story about somebody else. A sign of now counts whoever shows it.
        if level is not None and not (told_of_past and about_another):
            flags.append(Flag(level, message.shown_by(match)))
    return tuple(flags)


def _told_of_past(match: Match, pasts: list[Match], message: Message) -> bool:
    after = bisect_left(pasts, match.first, key=lambda m: m.first)
    return any(_tells(past, match, message) for past in pasts[max(0, after - 1) : after + 1])


def _tells(past: Match, match: Match, message: Message) -> bool:
    low, high = sorted((past.first, match.first))
    return high - low <= _PAST_REACHES and not message.separated(low, high)
