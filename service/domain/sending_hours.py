"""When we may start a text ourselves: the recipient's own day, in every zone they may be in.

Answers to a text just received may go at any hour and never come here. Source: 47 CFR
64.1200(c)(1) sets 8 to 21 h at the recipient's place; state law is narrower, so the default
window is 9 to 20 h, Monday to Saturday, and some states narrow it further (see
``config/sending_hours.yaml``).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AREA = re.compile(r"\+1(\d{3})\d{7}")
"""The area code of a North American number as E.164."""
_DAYS_AHEAD = 15
"""How far to look for a common opening: weeks repeat, and the zones' days differ by one at most."""


@dataclass(frozen=True, slots=True)
class Window:
    """The open part of one day, local time, end exclusive. ``opens`` comes before ``closes``."""

    opens: time
    closes: time


Week = tuple[Window | None, ...]
"""Seven days, Monday first; None is a day on which nothing starts."""


@dataclass(frozen=True, slots=True)
class SendingHours:
    """The hours of a week, and what states and their area codes take away from them."""

    days: Week
    states: Mapping[str, Week] = field(default_factory=dict, hash=False)
    """The lawful week of each state that has one of its own, by its two letters."""
    areas: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    """The state of each area code ("401") that lies in one of ``states``."""

    def for_numbers(self, *numbers: str) -> SendingHours:
        """These hours within those of the state of every number given (E.164).

        A number whose area code is not known to lie in one of the states narrows nothing; a day
        on which the hours have nothing in common is closed.
        """
        areas = (match[1] for number in numbers if (match := _AREA.fullmatch(number)))
        states = frozenset(self.areas[area] for area in areas if area in self.areas)
        return _within_states(self, states) if states else self

    def is_open(self, moment: datetime, zones: Iterable[str]) -> bool:
        """Whether ``moment`` (aware) lies inside the window in every one of ``zones``."""
        return all(self._closing(moment, ZoneInfo(zone)) is not None for zone in zones)

    def closes_after(self, moment: datetime, zones: Iterable[str]) -> datetime:
        """The first closing after an open ``moment`` in any of ``zones``, in UTC.

        Raises ``ValueError`` where ``moment`` is not open in all of them.
        """
        closings = [self._closing(moment, ZoneInfo(zone)) for zone in zones]
        known = [closing for closing in closings if closing is not None]
        if not known or len(known) < len(closings):
            raise ValueError(f"{moment.isoformat()} is outside the sending hours")
        return min(known)

    def next_open(self, moment: datetime, zones: Iterable[str]) -> datetime:
        """The first moment at or after ``moment`` that is open in every zone, in UTC.

        Windows open at a wall-clock time, so only the openings need to be tried. Raises
        ``NoCommonHours`` where the zones' days never meet within two weeks.
        """
        zones = tuple(zones)
        if self.is_open(moment, zones):
            return moment.astimezone(UTC)
        openings = sorted(
            opening
            for place in map(ZoneInfo, zones)
            for opening in self._openings(moment, place)
            if opening >= moment
        )
        for opening in openings:
            if self.is_open(opening, zones):
                return opening
        raise NoCommonHours(", ".join(zones))

    def _closing(self, moment: datetime, place: ZoneInfo) -> datetime | None:
        """When the window around ``moment`` closes; None where it is not open."""
        span = self._span(moment.astimezone(place).date(), place)
        return span[1] if span and span[0] <= moment < span[1] else None

    def _openings(self, moment: datetime, place: ZoneInfo) -> Iterable[datetime]:
        today = moment.astimezone(place).date()
        for ahead in range(_DAYS_AHEAD):
            if span := self._span(today + timedelta(days=ahead), place):
                yield span[0]

    def _span(self, day: date, place: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when to when a day is open at a place, in UTC.

        Where the clock skips the hour of an opening or a closing or shows it twice, the later
        opening and the earlier closing count: the clock on the wall is always inside the window.
        """
        window = self.days[day.weekday()]
        if window is None:
            return None
        opens = max(_readings(day, window.opens, place))
        closes = min(_readings(day, window.closes, place))
        return (opens, closes) if opens < closes else None


class NoCommonHours(Exception):
    """No moment lies in the sending hours of all the zones given."""


def in_common(one: Week, other: Week) -> Week:
    """What two weeks leave open together."""
    return tuple(_overlap(a, b) for a, b in zip(one, other, strict=True))


@functools.lru_cache(maxsize=256)
def _within_states(hours: SendingHours, states: frozenset[str]) -> SendingHours:
    # Asked for every text that is sent, and there are few states.
    days = functools.reduce(in_common, (hours.states[state] for state in states), hours.days)
    return replace(hours, days=days)


def _overlap(one: Window | None, other: Window | None) -> Window | None:
    if one is None or other is None:
        return None
    opens, closes = max(one.opens, other.opens), min(one.closes, other.closes)
    return Window(opens, closes) if opens < closes else None


def _readings(day: date, at: time, place: ZoneInfo) -> tuple[datetime, datetime]:
    """What a wall-clock time can mean, in UTC: two moments where the clock is changed, else one."""
    local = datetime.combine(day, at, tzinfo=place)
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
