"""The send gate (design P5): whether a text may still go out, judged at the moment it is claimed.

Pure: the claiming transaction collects the facts, this decides. A text that lost its reason is
cancelled with the reason kept; one that came too early or too late in the day waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.conversation.state import Lane
from service.domain.reminders import Place

LAST_WORDS = frozenset({"stop_confirmed", "wrong_number", "declined", "urgent", "crisis"})
"""What belongs to the stop itself (one confirmation, 47 CFR 64.1200(a)(12)) or to safety."""

WHILE_BOOKED = "before_visit_"
"""How the only texts begin that a booked visit still wants."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of a text's contact and conversation right now."""

    kind: str
    lane: Lane
    revoked: bool
    paused: bool
    booked: bool


@dataclass(frozen=True, slots=True)
class Send:
    """Go ahead."""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The text lost its reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; ``until`` is UTC."""

    until: datetime


def judge(facts: Facts, place: Place, now: datetime) -> Send | Cancel | Wait:
    """Decide about one text. ``now`` is aware."""
    if facts.revoked and facts.kind not in LAST_WORDS:
        return Cancel("stopped")
    if (
        facts.paused
        and facts.lane not in (Lane.SAFETY, Lane.STAFF)
        and (facts.kind not in LAST_WORDS)
    ):
        return Cancel("paused")
    if not facts.lane.we_start:
        return Send()
    if facts.booked and not facts.kind.startswith(WHILE_BOOKED):
        return Cancel("booked")
    return Send() if place.is_open(now) else Wait(place.allowed(now))
