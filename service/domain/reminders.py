"""The follow-up: which reminder comes when, moved into the recipient's sending hours.

Pure arithmetic on the cadence pack (``config/reminders.yaml``, knowledge e4). Reminders become
rows with a due time; whether one is still wanted is checked again when it falls due.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from service.domain.sending_hours import NoCommonHours, SendingHours

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ReminderKind:
    """One reminder of the cadence: its name, its message and its distance from the anchor."""

    kind: str
    text: str
    offset: timedelta


@dataclass(frozen=True, slots=True)
class Cadence:
    """The reminder pack."""

    after_suggestion: tuple[ReminderKind, ...]
    before_visit: tuple[ReminderKind, ...]
    silence: tuple[ReminderKind, ...]
    later: timedelta
    local_time: time

    def find(self, kind: str) -> ReminderKind:
        """The reminder called ``kind``. Raises ``KeyError``."""
        for reminder in (*self.after_suggestion, *self.before_visit, *self.silence):
            if reminder.kind == kind:
                return reminder
        raise KeyError(kind)

    def is_last_after_suggestion(self, kind: str) -> bool:
        """Whether, after this one, a person takes over."""
        return bool(self.after_suggestion) and self.after_suggestion[-1].kind == kind


@dataclass(frozen=True, slots=True)
class Planned:
    """A reminder that should exist: ``due_at`` is UTC and inside the sending hours."""

    kind: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a recipient may be: the sending hours and every zone to respect."""

    hours: SendingHours
    zones: tuple[str, ...]
    clinic_zone: str

    def allowed(self, moment: datetime) -> datetime:
        """The first moment from ``moment`` on at which a text may start, in UTC.

        Where the zones' days never meet, the clinic's zone decides.
        """
        try:
            return self.hours.next_open(moment, self.zones)
        except NoCommonHours:
            return self.hours.next_open(moment, (self.clinic_zone,))

    def is_open(self, moment: datetime) -> bool:
        """Whether a text may start now."""
        return self.allowed(moment) <= moment

    def closes_after(self, moment: datetime) -> datetime:
        """When the hours that are open at ``moment`` end, in UTC. Raises ``ValueError`` where
        they are not open."""
        if self.hours.is_open(moment, self.zones) or not self.is_open(moment):
            return self.hours.closes_after(moment, self.zones)
        return self.hours.closes_after(moment, (self.clinic_zone,))

    def after_open_hours(self, moment: datetime, wait: timedelta) -> datetime:
        """``wait`` of daytime later: the clock runs in sending hours only, by quarter hours."""
        moment = self.allowed(moment)
        for _ in range(int(wait / QUARTER)):
            moment = self.allowed(moment + QUARTER)
        return moment


def follow_up(
    cadence: Cadence, place: Place, since: datetime, done: Collection[str] = ()
) -> tuple[Planned, ...]:
    """The booking reminders after a suggestion given at ``since``, without those already sent."""
    return tuple(
        Planned(reminder.kind, place.allowed(since + reminder.offset))
        for reminder in cadence.after_suggestion
        if reminder.kind not in done
    )


def moved(
    cadence: Cadence, place: Place, now: datetime, until: date | None, done: Collection[str]
) -> tuple[Planned, ...]:
    """The booking reminders that are left, after LATER: from the day named, else from a week on.

    The distances between them stay as they were.
    """
    left = [r for r in cadence.after_suggestion if r.kind not in done]
    if not left:
        return ()
    start = on_day(until, cadence.local_time, place) if until else now + cadence.later
    return tuple(
        Planned(reminder.kind, place.allowed(start + (reminder.offset - left[0].offset)))
        for reminder in left
    )


def before_visit(cadence: Cadence, place: Place, visit: date, now: datetime) -> tuple[Planned, ...]:
    """The reminders before a visit on ``visit``, leaving out those whose day has passed."""
    plans = []
    for reminder in cadence.before_visit:
        day = visit - reminder.offset
        due = _moment_on(day, cadence.local_time, place)
        # A closed day (Sunday) is met by the day before, so that the text still comes in time.
        while due is None and day > now.date():
            day -= timedelta(days=1)
            due = _moment_on(day, cadence.local_time, place)
        if due is not None and due > now:
            plans.append(Planned(reminder.kind, due))
    return tuple(plans)


def _moment_on(day: date, at: time, place: Place) -> datetime | None:
    """The first allowed moment from ``at`` on, if it still falls on that local day."""
    wanted = on_day(day, at, place)
    allowed = place.allowed(wanted)
    zone = ZoneInfo(place.zones[0] if len(place.zones) == 1 else place.clinic_zone)
    return allowed if allowed.astimezone(zone).date() == day else None


def after_silence(
    cadence: Cadence, place: Place, now: datetime, *, started: bool = False
) -> tuple[Planned, ...]:
    """The nudges for an unanswered question: first after daytime hours, then by the clock, each on
    a day of its own. With ``started`` the question itself was a text of ours: it had its day too
    (one text that we start a day, ``config/sending_hours.yaml``)."""
    plans: list[Planned] = []
    before = now if started else None
    for reminder in cadence.silence:
        due = (
            place.allowed(now + reminder.offset)
            if plans
            else place.after_open_hours(now, reminder.offset)
        )
        if before is not None:
            due = max(due, place.allowed(_next_day(before, place)))
        if plans:
            # Never two in a row on the same morning.
            due = max(due, place.allowed(plans[-1].due_at + cadence.silence[0].offset))
        plans.append(Planned(reminder.kind, due))
        before = due
    return tuple(plans)


def _next_day(moment: datetime, place: Place) -> datetime:
    """When the day after begins at the recipient's (else the clinic's) place, as UTC."""
    zone = ZoneInfo(place.zones[0] if len(place.zones) == 1 else place.clinic_zone)
    return on_day(moment.astimezone(zone).date() + timedelta(days=1), time(0), place)


def on_day(day: date, at: time, place: Place) -> datetime:
    """A wall-clock time on a day at the recipient's (else the clinic's) place, as UTC."""
    zone = place.zones[0] if len(place.zones) == 1 else place.clinic_zone
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
