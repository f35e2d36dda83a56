"""Loading ``config/reminders.yaml`` and ``config/sending_hours.yaml``."""

from __future__ import annotations

import zoneinfo
from datetime import time, timedelta
from pathlib import Path

from config.pack_files import Entry, read_pack_file
from service.domain.reminders import Cadence, ReminderKind
from service.domain.sending_hours import SendingHours
from service.domain.wording import KEYS

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def load_cadence(root: Path) -> Cadence:
    """Read the reminder pack below ``root``. Raises ``PackError``."""
    pack = read_pack_file(root / "reminders.yaml")
    pack.only("after_suggestion", "before_visit", "silence", "later_days", "local_time")
    return Cadence(
        after_suggestion=_kinds(pack, "after_suggestion", "booking_"),
        before_visit=_kinds(pack, "before_visit", "before_visit_"),
        silence=_kinds(pack, "silence", "nudge_"),
        later=timedelta(days=pack.number("later_days")),
        local_time=_time(pack, "local_time"),
    )


def load_sending_hours(root: Path) -> tuple[SendingHours, tuple[str, ...]]:
    """The sending hours, and the zones to respect for a number whose area tells nothing."""
    pack = read_pack_file(root / "sending_hours.yaml")
    pack.only("id", "source", "opens", "closes", "weekdays", "unknown_area_zones")
    days = pack.texts("weekdays", required=True)
    for day in days:
        if day not in _WEEKDAYS:
            pack.fail("weekdays", f"unknown day '{day}'; expected one of {', '.join(_WEEKDAYS)}")
    if not days:
        pack.fail("weekdays", "needs at least one day")
    zones = pack.texts("unknown_area_zones", required=True)
    for zone in zones:
        if zone not in zoneinfo.available_timezones():
            pack.fail("unknown_area_zones", f"unknown time zone '{zone}'")
    hours = SendingHours(
        opens=_time(pack, "opens"),
        closes=_time(pack, "closes"),
        weekdays=frozenset(_WEEKDAYS.index(day) for day in days),
    )
    if hours.opens >= hours.closes:
        pack.fail("opens", "must be before closes")
    return hours, zones


def _kinds(pack: Entry, key: str, prefix: str) -> tuple[ReminderKind, ...]:
    """The reminders of one kind. Kind and text begin with ``prefix``: what may go out to a family
    that booked, and what an answer makes pointless, is told by it."""
    kinds = []
    for entry in pack.entries(key):
        entry.only("kind", "days", "hours", "text", "source")
        entry.text("source")
        if ("days" in entry.values) == ("hours" in entry.values):
            entry.fail("days", "give either days or hours")
        for name in ("kind", "text"):
            if not entry.text(name).startswith(prefix):
                entry.fail(name, f"must begin with {prefix}")
        if entry.text("text") not in KEYS:
            entry.fail("text", f"there is no message '{entry.text('text')}'")
        offset = timedelta(
            days=entry.number("days", 0) if "days" in entry.values else 0,
            hours=entry.number("hours", 0) if "hours" in entry.values else 0,
        )
        kinds.append(ReminderKind(entry.text("kind"), entry.text("text"), offset))
    if not kinds:
        pack.fail(key, "needs at least one entry")
    return tuple(kinds)


def _time(pack: Entry, key: str) -> time:
    try:
        return time.fromisoformat(pack.text(key))
    except ValueError:
        pack.fail(key, 'must be a time such as "09:00", in quotes')
