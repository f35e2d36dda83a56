"""Loading ``config/reminders.yaml``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from config.load_sending_hours import clock_time
from config.pack_files import Entry, read_pack_file
from service.domain.reminders import Cadence, ReminderKind
from service.domain.wording import KEYS


def load_cadence(root: Path) -> Cadence:
    """Read the reminder pack below ``root``. Raises ``PackError``."""
    pack = read_pack_file(root / "reminders.yaml")
    pack.only("after_suggestion", "before_visit", "silence", "later_days", "local_time")
    return Cadence(
        after_suggestion=_kinds(pack, "after_suggestion", "booking_"),
        before_visit=_kinds(pack, "before_visit", "before_visit_"),
        silence=_kinds(pack, "silence", "nudge_"),
        later=timedelta(days=pack.number("later_days")),
        local_time=clock_time(pack, "local_time"),
    )


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
