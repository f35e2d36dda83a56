"""After the suggestion: three reminders in sending hours, moved, ended, never doubled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.intake import Intake
from service.flows.remind import fire_reminders
from service.flows.reply import drain_replies
from service.flows.tick import tick
from tests.support.installation import PARENT, Installation
from tests.support.webhook import inbound

CHICAGO = ZoneInfo("America/Chicago")


def say(place: Installation, *bodies: str) -> None:
    intake = Intake(place.services)
    for body in bodies:
        intake.take_sms(inbound(body))
        drain_replies(place.services)
        drain_texts(place.services)


def suggested(place: Installation) -> None:
    say(place, "hi", "yes", "4 years", "1 3", "none", "no")


def reminders(place: Installation) -> list[dict[str, Any]]:
    return list(show(place.services, PARENT)["reminders"])


def due_times(place: Installation) -> list[datetime]:
    return [datetime.fromisoformat(r["due_at"]) for r in reminders(place) if r["state"] == "due"]


def test_three_reminders_are_due_on_days_2_7_and_14_inside_sending_hours(
    place: Installation,
) -> None:
    suggested(place)
    now = datetime.now(UTC)
    due = due_times(place)
    assert [r["kind"] for r in reminders(place)] == ["booking_1", "booking_2", "booking_3"]
    for moment, days in zip(due, (2, 7, 14), strict=True):
        local = moment.astimezone(CHICAGO)
        assert 9 <= local.hour < 20
        assert local.weekday() != 6
        assert (
            timedelta(days=days) - timedelta(minutes=1) <= moment - now <= timedelta(days=days + 2)
        )


def test_each_reminder_is_one_text_with_words_of_its_own_and_then_a_person_takes_over(
    place: Installation,
) -> None:
    suggested(place)
    before = len(place.texts_to(PARENT))
    for moment in due_times(place):
        tick(place.services, as_of=moment)
        tick(place.services, as_of=moment)
    texts = place.texts_to(PARENT)[before:]
    assert len(texts) == 3
    assert len(set(texts)) == 3
    found = show(place.services, PARENT)
    assert [r["state"] for r in found["reminders"]] == ["sent"] * 3
    assert {"kind": "not_booked", "open": True} in found["alerts"]


def test_booked_leaves_no_reminder(place: Installation) -> None:
    suggested(place)
    say(place, "BOOKED")
    assert due_times(place) == []
    assert show(place.services, PARENT)["booked"] is True
    before = len(place.texts_to(PARENT))
    tick(place.services, as_of=datetime.now(UTC) + timedelta(days=30))
    assert len(place.texts_to(PARENT)) == before


def test_a_booked_date_brings_two_reminders_before_the_visit(place: Installation) -> None:
    suggested(place)
    visit = datetime.now(UTC) + timedelta(days=20)
    say(place, f"BOOKED for {visit:%B} {visit.day}")
    kinds = [r["kind"] for r in reminders(place) if r["state"] == "due"]
    assert kinds == ["before_visit_3d", "before_visit_1d"]
    before = len(place.texts_to(PARENT))
    for moment in due_times(place):
        tick(place.services, as_of=moment)
    assert len(place.texts_to(PARENT)) == before + 2


def test_later_moves_what_is_waiting_by_a_week(place: Installation) -> None:
    suggested(place)
    first = due_times(place)[0]
    say(place, "later")
    moved = due_times(place)
    assert len(moved) == 3
    assert moved[0] >= first + timedelta(days=4)


def test_stop_ends_them(place: Installation) -> None:
    suggested(place)
    moment = due_times(place)[0]
    say(place, "please stop texting me")
    assert due_times(place) == []
    before = len(place.texts_to(PARENT))
    tick(place.services, as_of=moment)
    assert len(place.texts_to(PARENT)) == before


def test_a_reminder_due_at_night_waits_for_the_morning(place: Installation) -> None:
    suggested(place)
    night = due_times(place)[0].astimezone(CHICAGO).replace(hour=23, minute=0)
    before = len(place.texts_to(PARENT))
    tick(place.services, as_of=night)
    assert len(place.texts_to(PARENT)) == before
    (moved, *_) = due_times(place)
    assert 9 <= moved.astimezone(CHICAGO).hour < 20


def test_after_a_long_standstill_overdue_reminders_come_one_at_a_time(
    place: Installation,
) -> None:
    suggested(place)
    late = max(due_times(place)).astimezone(CHICAGO).replace(hour=11) + timedelta(days=1)
    if late.weekday() == 6:
        late += timedelta(days=1)
    before = len(place.texts_to(PARENT))
    tick(place.services, as_of=late)
    assert len(place.texts_to(PARENT)) == before + 1
    assert all(moment >= late for moment in due_times(place))


def test_two_beats_at_the_same_moment_send_one_text(place: Installation) -> None:
    suggested(place)
    moment = due_times(place)[0]
    with ThreadPoolExecutor(4) as pool:
        fired = sum(pool.map(lambda _: fire_reminders(place.services, moment), range(4)))
        sent = sum(pool.map(lambda _: drain_texts(place.services, moment), range(4)))
    assert (fired, sent) == (1, 1)


def test_silence_brings_a_nudge_by_day_and_an_answer_removes_it(place: Installation) -> None:
    say(place, "hi", "yes")
    kinds = [r["kind"] for r in reminders(place)]
    assert kinds == ["nudge_1", "nudge_2"]
    first = due_times(place)[0]
    assert 9 <= first.astimezone(CHICAGO).hour < 20
    before = len(place.texts_to(PARENT))
    tick(place.services, as_of=first)
    assert len(place.texts_to(PARENT)) == before + 1
    say(place, "4 years", "1 3", "none", "no")
    assert {r["kind"] for r in reminders(place) if r["state"] == "due"} == {
        "booking_1", "booking_2", "booking_3",
    }  # fmt: skip
