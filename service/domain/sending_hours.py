"""When we may start a text ourselves: the recipient's own day, in every zone they may be in.

Answers to a text just received may go at any hour and never come here. Source: 47 CFR
64.1200(c)(1) sets 8 to 21 h at the recipient's place; state law is narrower, so the default
window is 9 to 20 h, Monday to Saturday (see ``config/sending_hours.yaml``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SendingHours:
    """A daily window, local time, end exclusive; ``weekdays`` as 0 = Monday ... 6 = Sunday."""

    opens: time
    closes: time
    weekdays: frozenset[int]

    def is_open(self, moment: datetime, zones: Iterable[str]) -> bool:
        """Whether ``moment`` (aware) lies inside the window in every one of ``zones``."""
        return all(self._open_in(moment, ZoneInfo(zone)) for zone in zones)

    def next_open(self, moment: datetime, zones: Iterable[str]) -> datetime:
        """The first moment at or after ``moment`` that is open in every zone, in UTC.

        Windows open at a wall-clock time, so only the openings need to be tried. Raises
        ``NoCommonHours`` where the zones' days never meet within two weeks.
        """
        places = [ZoneInfo(zone) for zone in zones]
        if all(self._open_in(moment, place) for place in places):
            return moment.astimezone(UTC)
        openings = sorted(
            opening
            for place in places
            for day in range(-1, 15)
            if (opening := self._opening(moment, place, day)) >= moment
        )
        for opening in openings:
            if all(self._open_in(opening, place) for place in places):
                return opening
        raise NoCommonHours(", ".join(place.key for place in places))

    def _open_in(self, moment: datetime, place: ZoneInfo) -> bool:
        local = moment.astimezone(place)
        return local.weekday() in self.weekdays and self.opens <= local.time() < self.closes

    def _opening(self, moment: datetime, place: ZoneInfo, days_ahead: int) -> datetime:
        day = (moment.astimezone(place) + timedelta(days=days_ahead)).date()
        return datetime.combine(day, self.opens, tzinfo=place).astimezone(UTC)


class NoCommonHours(Exception):
    """No moment lies in the sending hours of all the zones given."""
