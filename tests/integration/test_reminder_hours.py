"""A reminder due at 3 a.m. where the family lives: sent in the hours of every place it may be."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from service.flows.families import show
from service.flows.tick import tick
from service.store.models import Contact, ReminderRow
from tests.support.installation import Installation
from tests.support.talk import suggested

CLINIC = "America/Chicago"
SPRING, AUTUMN = "2027-03-14", "2027-11-07"  # the clocks change, both on a Sunday
PLACES = {
    "Chicago": ("+13125550123", None, (CLINIC,)),
    "Arizona, by number": ("+16025550123", None, ("America/Phoenix", CLINIC)),
    "Arizona, told": ("+13125550123", "America/Phoenix", ("America/Phoenix",)),
    "Puerto Rico, by number": ("+17875550123", None, ("America/Puerto_Rico", CLINIC)),
    "Puerto Rico, told": ("+13125550123", "America/Puerto_Rico", ("America/Puerto_Rico",)),
    "Florida's panhandle": ("+18505550123", None, ("America/New_York", CLINIC)),
    "Idaho": ("+12085550123", None, ("America/Boise", "America/Los_Angeles", CLINIC)),
    "anywhere": ("+15555550123", None, ("America/New_York", "America/Los_Angeles", CLINIC)),
}
DAYS = [SPRING, AUTUMN, "2027-07-06"]


def only_reminder(place: Installation, told: str | None, due: datetime) -> int:
    """One reminder that waits, and no other; its id."""
    with place.services.database.transaction() as session:
        session.execute(update(Contact).values(time_zone=told))
        session.execute(update(ReminderRow).values(state="cancelled"))
        first = session.scalars(select(ReminderRow)).first()
        assert first is not None
        reminder = ReminderRow(
            clinic_id=first.clinic_id, conversation_id=first.conversation_id, kind="booking_1",
            due_at=due.astimezone(UTC),
        )  # fmt: skip
        session.add(reminder)
        session.flush()
        return reminder.id


@pytest.mark.parametrize("where", PLACES)
def test_a_reminder_due_at_3_a_m_waits_for_the_day_of_everywhere(
    place: Installation, where: str
) -> None:
    number, told, zones = PLACES[where]
    suggested(place, number)
    for day in DAYS:
        due = datetime.combine(datetime.fromisoformat(day), time(3), ZoneInfo(zones[0]))
        reminder_id = only_reminder(place, told, due)
        before = len(place.texts_to(number))
        tick(place.services, as_of=due.astimezone(UTC))
        assert len(place.texts_to(number)) == before
        with place.services.database.transaction() as session:
            moved = session.get_one(ReminderRow, reminder_id).due_at
        assert due < moved <= due + timedelta(days=2)
        for zone in zones:
            local = moved.astimezone(ZoneInfo(zone))
            assert time(9) <= local.time() < time(20), (day, zone)
            assert local.weekday() != 6, (day, zone)
        # The first such moment: a minute earlier it is not yet nine somewhere.
        earlier = [(moved - timedelta(minutes=1)).astimezone(ZoneInfo(zone)) for zone in zones]
        assert any(local.time() < time(9) for local in earlier)
        tick(place.services, as_of=moved - timedelta(minutes=1))
        assert len(place.texts_to(number)) == before
        tick(place.services, as_of=moved)
        assert len(place.texts_to(number)) == before + 1


def test_caps_move_a_second_reminder_of_one_day_to_the_next(place: Installation) -> None:
    number = "+13125550123"
    suggested(place, number)
    noon = datetime(2027, 7, 6, 17, 0, tzinfo=UTC)
    with place.services.database.transaction() as session:
        session.execute(update(ReminderRow).values(due_at=noon))
    before = len(place.texts_to(number))
    tick(place.services, as_of=noon)
    tick(place.services, as_of=noon + timedelta(minutes=5))
    assert len(place.texts_to(number)) == before + 1
    due = sorted(
        datetime.fromisoformat(r["due_at"])
        for r in show(place.services, number)["reminders"]
        if r["state"] == "due"
    )
    assert [moment.astimezone(ZoneInfo(CLINIC)).hour for moment in due] == [9, 9]
    assert {moment.date() for moment in due} == {noon.date() + timedelta(days=1)}
