"""How often we may start a text ourselves: so many a day, so many a week, none into an answer.

Answers to a text just received are never counted and never held. Source: 47 CFR
64.1200(a)(9)(iv) exempts a clinic's texts at one a day and three a week; the numbers stand in
``config/sending_hours.yaml``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_WEEK = 7


@dataclass(frozen=True, slots=True)
class StartLimits:
    """The most texts to start in one local day, and in seven local days in a row.

    Raises ``ValueError`` where one of the two is below 1: then nothing could ever start.
    """

    a_day: int
    a_week: int
    hold_off: timedelta
    """How long after a parent's last message nothing that we start cuts in."""

    def __post_init__(self) -> None:
        if self.a_day < 1 or self.a_week < 1:
            raise ValueError("at least one text a day and a week")

    def next_allowed(
        self, started: Sequence[datetime], zone: ZoneInfo, moment: datetime
    ) -> datetime:
        """The first moment from ``moment`` on at which one more text keeps both limits, in UTC.

        ``started`` says when earlier ones were started, in any order. Days are those of ``zone``;
        a week is the seven that end with the day in question. Where today is full, the answer is
        the beginning of the first day that is not.
        """
        on_day = Counter(earlier.astimezone(zone).date() for earlier in started)
        today = day = moment.astimezone(zone).date()
        while not self._has_room(on_day, day):
            day += timedelta(days=1)
        if day == today:
            return moment.astimezone(UTC)
        # Where clocks go forward at midnight, this is the moment at which the new day begins.
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)

    def _has_room(self, on_day: Mapping[date, int], day: date) -> bool:
        week = sum(on_day.get(day - timedelta(days=back), 0) for back in range(_WEEK))
        return on_day.get(day, 0) < self.a_day and week < self.a_week
