"""When an unanswered question is asked about again: each time on a day of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.packs import load_packs
from service.domain.reminders import Place, after_silence
from tests.support.moments import MOMENTS

PACKS = load_packs().packs
CHICAGO = "America/Chicago"
PLACE = Place(PACKS.hours, (CHICAGO,), CHICAGO)


def local(hour: int, minute: int = 0) -> datetime:
    """A time on Tuesday, March 3, 2026 in Chicago."""
    return datetime(2026, 3, 3, hour, minute, tzinfo=ZoneInfo(CHICAGO))


def days(asked: datetime, *, started: bool = False) -> list[str]:
    plans = after_silence(PACKS.cadence, PLACE, asked.astimezone(UTC), started=started)
    return [f"{plan.due_at.astimezone(ZoneInfo(CHICAGO)):%a %H:%M}" for plan in plans]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (local(10), ["Tue 14:00", "Wed 10:00"]),
        # Four daytime hours after six in the evening are eleven in the morning, and that day is
        # then taken.
        (local(18), ["Wed 11:00", "Thu 09:00"]),
        (local(23), ["Wed 13:00", "Thu 09:00"]),
    ],
)
def test_after_a_question_of_theirs_was_answered(asked: datetime, expected: list[str]) -> None:
    assert days(asked) == expected


def test_an_invitation_has_its_day_too() -> None:
    assert days(local(9), started=True) == ["Wed 09:00", "Thu 09:00"]


@given(MOMENTS, st.booleans())
def test_each_has_a_day_of_its_own_in_sending_hours(asked: datetime, started: bool) -> None:
    asked = PLACE.allowed(asked) if started else asked
    plans = after_silence(PACKS.cadence, PLACE, asked, started=started)
    zone = ZoneInfo(CHICAGO)
    on = [plan.due_at.astimezone(zone).date() for plan in plans]
    taken = [asked.astimezone(zone).date(), *on] if started else on
    assert len(set(taken)) == len(taken)
    assert all(PLACE.is_open(plan.due_at) for plan in plans)
    assert plans[0].due_at >= asked + timedelta(hours=4) or started
