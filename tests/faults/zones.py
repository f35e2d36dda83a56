"""Where it is day and where it is night right now, so that a run proves the same at any hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

_EVERY = tuple(f"Etc/GMT{hours:+d}" for hours in range(-14, 13))
_LAST_HOUR = 20
"""The sending hours of a run end in this hour, at a minute that lies within the run."""


@dataclass(frozen=True, slots=True)
class Zones:
    """A zone in the middle of its day, one in the middle of its night, and one whose sending
    hours end during the run, at ``closes`` on its clocks."""

    open: str
    closed: str
    closing: str
    closes: time


def zones_at(now: datetime, closing_in: timedelta) -> Zones:
    """The zones for a run that begins ``now`` (aware)."""
    end = (now + closing_in).replace(second=0, microsecond=0) + timedelta(minutes=1)
    return Zones(
        open=_nearest(now, 12.0),
        closed=_nearest(now, 0.0),
        closing=_nearest(end, _LAST_HOUR + end.minute / 60),
        closes=time(_LAST_HOUR, end.minute),
    )


def _nearest(now: datetime, hour: float) -> str:
    """The zone whose clocks are nearest to this hour of the day."""

    def away(zone: str) -> float:
        local = now.astimezone(ZoneInfo(zone))
        apart = abs(local.hour + local.minute / 60 - hour)
        return min(apart, 24 - apart)

    return min(_EVERY, key=away)
