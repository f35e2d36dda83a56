"""The send gate (design P5): whether a text may still go out, judged at the moment it is claimed.

Pure: the claiming transaction collects the facts, this decides. A text that lost its reason is
cancelled with the reason kept; one that came too early or too late in the day waits. Whether the
parent has an unread reply, and whether the sender has room, the claim itself sees to: both need
locks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from service.domain.conversation.state import Lane
from service.domain.reminders import Place
from service.domain.start_limits import StartLimits

LAST_WORDS = frozenset({"stop_confirmed", "wrong_number", "declined", "urgent", "crisis"})
"""What belongs to the stop itself (one confirmation, 47 CFR 64.1200(a)(12)) or to safety."""

WHILE_BOOKED = "before_visit_"
"""How the only texts begin that a booked visit still wants."""

NUDGE = "nudge_"
"""How the texts begin that remind of a question of ours."""

JUST_RECEIVED = timedelta(hours=1)
"""An answer later than this keeps the sending hours like any other text."""
ANSWER_LASTS = timedelta(hours=24)
"""An answer that could not leave for so long is out of date: a person gives it instead."""
CONFIRMATION_LASTS = timedelta(hours=1)
"""A stop is confirmed within five minutes; a later confirmation has to be reasonable (47 CFR
64.1200(a)(12)). After an hour it would only be one more unwanted text."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true of a text's contact and conversation right now. Times are aware."""

    kind: str
    lane: Lane
    revoked: bool
    paused: bool
    booked: bool
    written_at: datetime
    late: timedelta = timedelta(0)
    """How long after the moment it was meant for."""
    repeats: bool = False
    """It repeats a text that did not arrive."""
    outdated: bool = False
    """A later text says it better, or the conversation went on since the text it repeats."""
    visit: date | None = None
    """The day of the booked visit, where it is known."""
    last_reply_at: datetime | None = None
    started: tuple[datetime, ...] = ()
    """When this contact got reminders and invitations lately."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a text we start ourselves has to keep at this recipient's place."""

    place: Place
    limits: StartLimits
    zone: ZoneInfo
    """In which a recipient's days are counted."""


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


def judge(facts: Facts, rules: Rules, now: datetime) -> Send | Cancel | Wait:
    """Decide about one text. ``now`` is aware."""
    last_words = facts.kind in LAST_WORDS
    if facts.revoked and not last_words:
        return Cancel("stopped")
    if facts.paused and facts.lane not in (Lane.SAFETY, Lane.STAFF) and not last_words:
        return Cancel("paused")
    if facts.outdated and facts.lane is not Lane.SAFETY and not last_words:
        return Cancel("outdated")
    if facts.lane is Lane.SAFETY:
        return Cancel(TOO_OLD) if facts.late > ANSWER_LASTS else Send()
    if not facts.lane.we_start:
        lasts = CONFIRMATION_LASTS if facts.kind == "stop_confirmed" else ANSWER_LASTS
        if facts.late > lasts:
            return Cancel(TOO_OLD)
        # A late answer, or its second try, is no answer to a text just received any more.
        late = facts.repeats or facts.late > JUST_RECEIVED
        may = rules.place.allowed(now) if late and not last_words else now
        return Send() if may <= now else Wait(may)
    if is_answered(facts):
        return Cancel("answered")
    if facts.booked and not facts.kind.startswith(WHILE_BOOKED):
        return Cancel("booked")
    may = start_at(facts, rules, now)
    if is_past_visit(facts.kind, facts.visit, may.astimezone(rules.zone).date()):
        return Cancel(TOO_LATE)
    return Send() if may <= now else Wait(may)


def is_answered(facts: Facts) -> bool:
    """Whether the parent wrote since an invitation or a nudge was made: it asks for just that."""
    asks = facts.lane is Lane.CAMPAIGN or facts.kind.startswith(NUDGE)
    return asks and facts.last_reply_at is not None and facts.last_reply_at > facts.written_at


TOO_OLD = "too_old"
TOO_LATE = "too_late"


def start_at(facts: Facts, rules: Rules, now: datetime) -> datetime:
    """The first moment from ``now`` on at which this text may start, in UTC: inside the sending
    hours, under the caps, and not while the parent is in the middle of answering."""
    moment = now
    if facts.last_reply_at is not None:
        moment = max(moment, facts.last_reply_at + rules.limits.hold_off)
    moment = rules.limits.next_allowed(facts.started, rules.zone, moment)
    # A later hour of the same or of a later day keeps the caps as well: days only empty.
    return rules.place.allowed(moment)


def is_past_visit(kind: str, visit: date | None, day: date) -> bool:
    """Whether a reminder before a visit would come on its day or after it."""
    return kind.startswith(WHILE_BOOKED) and visit is not None and day >= visit
