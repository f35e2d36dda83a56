"""Times as staff read them: how long ago, and the moment itself in the clinic's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

_STEPS = ((60, "min"), (24, "h"), (7, "day"))


def ago(then: datetime, now: datetime) -> str:
    """How long ago: "just now", "5 min ago", "3 h ago", "2 days ago", "6 weeks ago"."""
    left = int((now - then).total_seconds()) // 60
    if left < 1:
        return "just now"
    for size, unit in _STEPS:
        if left < size:
            plural = "s" if unit == "day" and left > 1 else ""
            return f"{left} {unit}{plural} ago"
        left //= size
    return "1 week ago" if left == 1 else f"{left} weeks ago"


def moment(at: datetime, zone: str) -> str:
    """A moment in a zone: "Tue Dec 8, 2026, 3:05 PM"."""
    return f"{day(on_day(at, zone))}, {clock(at, zone)}"


def clock(at: datetime, zone: str) -> str:
    """The time of day in a zone: "3:05 PM"."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.hour % 12 or 12}:{local:%M %p}"


def on_day(at: datetime, zone: str) -> date:
    """The day it was in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def day(on: date) -> str:
    """A day: "Tue Dec 8, 2026"."""
    return f"{on:%a %b} {on.day}, {on.year}"
