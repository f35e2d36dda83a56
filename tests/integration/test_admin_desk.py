"""What staff can do with a conversation: each button does one thing, wholly, and only once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.domain.conversation import ConsentEvent
from service.flows import desk as flow
from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.remind import fire_reminders
from service.store.models import Consent, ConversationRow
from tests.support.admin import Desk, desk_at, open_alerts, say
from tests.support.installation import PARENT, Installation

TO_SUGGESTION = ("hi", "yes", "4 years", "1 3", "none", "no")


@pytest.fixture
def desk(place: Installation) -> Desk:
    return desk_at(place)


def reminders(place: Installation, state: str) -> list[str]:
    return [r["kind"] for r in show(place.services, PARENT)["reminders"] if r["state"] == state]


def family(place: Installation) -> dict[str, Any]:
    return show(place.services, PARENT)


def ledger(place: Installation) -> list[tuple[str, str, str | None, int | None]]:
    with place.services.database.transaction() as session:
        rows = session.execute(
            select(Consent.event, Consent.method, Consent.source, Consent.staff_id).order_by(
                Consent.id
            )
        )
        return [(event, how, source, staff) for event, how, source, staff in rows]


def test_marking_booked_ends_the_booking_reminders_and_texts_nobody(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, *TO_SUGGESTION)
    before = place.texts_to(PARENT)
    answer = desk.post(f"/admin/conversations/{conversation}/booked", follow=True)
    assert "Marked booked" in answer.text
    assert (family(place)["booked"], family(place)["step"]) == (True, "closed")
    assert reminders(place, "due") == []
    assert reminders(place, "cancelled") == ["booking_1", "booking_2", "booking_3"]
    drain_texts(place.services)
    assert place.texts_to(PARENT) == before


def test_a_visit_day_brings_the_two_reminders_before_it(place: Installation, desk: Desk) -> None:
    conversation = say(place, *TO_SUGGESTION)
    visit = (datetime.now(UTC) + timedelta(days=20)).date()
    desk.post(f"/admin/conversations/{conversation}/booked", visit=visit.isoformat())
    assert reminders(place, "due") == ["before_visit_3d", "before_visit_1d"]
    moved = visit + timedelta(days=7)
    desk.post(f"/admin/conversations/{conversation}/booked", visit=moved.isoformat())
    due = [r["due_at"] for r in family(place)["reminders"] if r["state"] == "due"]
    assert len(due) == 2
    assert all(datetime.fromisoformat(at).date() > visit for at in due)


# Not -1: in the clinic's evening the day before in UTC is still today.
@pytest.mark.parametrize("days", [-2, -400, 800])
def test_a_visit_day_that_cannot_be_meant_changes_nothing(
    place: Installation, desk: Desk, days: int
) -> None:
    conversation = say(place, *TO_SUGGESTION)
    visit = (datetime.now(UTC) + timedelta(days=days)).date()
    answer = desk.post(f"/admin/conversations/{conversation}/booked", visit=visit.isoformat())
    assert answer.status_code == 422
    assert "must lie ahead" in answer.text
    assert family(place)["booked"] is False


def test_a_day_that_is_no_day_is_refused(place: Installation, desk: Desk) -> None:
    conversation = say(place, *TO_SUGGESTION)
    answer = desk.post(f"/admin/conversations/{conversation}/booked", visit="next week")
    assert answer.status_code == 422
    assert family(place)["booked"] is False


def test_marking_booked_takes_the_family_off_the_not_booked_list(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, *TO_SUGGESTION)
    for reminder in family(place)["reminders"]:
        fire_reminders(place.services, datetime.fromisoformat(reminder["due_at"]))
    assert set(open_alerts(place, conversation)) == {"not_booked"}
    desk.post(f"/admin/conversations/{conversation}/booked")
    assert open_alerts(place, conversation) == {}


def test_after_a_red_flag_a_person_turns_texting_on_and_the_next_text_is_answered(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi", "yes", "she is choking and turning blue right now", "hello?")
    assert set(open_alerts(place, conversation)) == {"urgent", "while_paused"}
    silent = len(place.texts_to(PARENT))
    answer = desk.post(f"/admin/conversations/{conversation}/clear", follow=True)
    assert "Texting is on again" in answer.text
    assert (family(place)["paused"], open_alerts(place, conversation)) == (False, {})
    assert len(place.texts_to(PARENT)) == silent
    say(place, "she is fine now. she is 4 years old")
    assert len(place.texts_to(PARENT)) > silent
    assert desk.post(f"/admin/conversations/{conversation}/clear").status_code == 422


def test_a_stop_on_the_phone_silences_everything_and_is_on_record(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, *TO_SUGGESTION)
    before = place.texts_to(PARENT)
    desk.post(f"/admin/conversations/{conversation}/stop", how="On the phone")
    desk.post(f"/admin/conversations/{conversation}/stop", how="On the phone")
    assert ledger(place)[-1] == ("revoked", "staff", "On the phone", desk.staff_id)
    assert [line[0] for line in ledger(place)] == ["granted", "revoked"]
    assert family(place)["stopped"] is True
    assert reminders(place, "due") == []
    fire_reminders(place.services, datetime.now(UTC) + timedelta(days=30))
    drain_texts(place.services, datetime.now(UTC) + timedelta(days=30))
    say(place, "are you there?")
    assert place.texts_to(PARENT) == before


def test_a_stop_recorded_in_an_old_conversation_also_silences_the_present_one(
    place: Installation, desk: Desk
) -> None:
    old = say(place, *TO_SUGGESTION)
    with place.services.database.transaction() as session:
        session.get_one(ConversationRow, old).ended_at = datetime.now(UTC)
    present = say(place, *TO_SUGGESTION)
    assert present != old
    desk.post(f"/admin/conversations/{old}/stop", how="In person")
    assert family(place)["stopped"] is True
    assert reminders(place, "due") == []


def test_two_people_recording_the_same_stop_leave_one_line(place: Installation, desk: Desk) -> None:
    conversation = say(place, *TO_SUGGESTION)

    def stop(_: int) -> None:
        flow.record_stop(place.services, place.clinic_id, conversation, "phone", desk.staff_id)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(stop, range(6)))
    assert [line[0] for line in ledger(place)] == ["granted", "revoked"]


def test_nobody_is_brought_back_without_a_note_on_how_they_agreed(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, *TO_SUGGESTION, "STOP")
    for note in ("", "   "):
        answer = desk.post(f"/admin/conversations/{conversation}/back", note=note)
        assert answer.status_code == 422
        assert "write down how the parent agreed" in answer.text
    assert ledger(place)[-1][0] == ConsentEvent.REVOKED.value


def test_bringing_back_is_on_record_and_starts_the_reminders_again(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, *TO_SUGGESTION, "STOP")
    note = "Called on Monday, wants texts again"
    answer = desk.post(f"/admin/conversations/{conversation}/back", note=note, follow=True)
    assert "can be texted again" in answer.text
    assert note in answer.text
    assert ledger(place)[-1] == ("granted", "staff", note, desk.staff_id)
    assert family(place)["stopped"] is False
    assert reminders(place, "due") == ["booking_1", "booking_2", "booking_3"]
    before = len(place.texts_to(PARENT))
    say(place, "what is OT?")
    assert len(place.texts_to(PARENT)) == before + 1
    again = desk.post(f"/admin/conversations/{conversation}/back", note=note)
    assert again.status_code == 422


def test_done_closes_one_alert_and_a_second_click_does_no_harm(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi", "yes", "please call me")
    say(place, "she lost her words last week")
    alerts = open_alerts(place, conversation)
    assert set(alerts) == {"person_wanted", "soon"}
    path = f"/admin/conversations/{conversation}/alerts/{alerts['soon']}/done"
    assert desk.post(path).status_code == 303
    assert desk.post(path).status_code == 303
    assert set(open_alerts(place, conversation)) == {"person_wanted"}
    missing = f"/admin/conversations/{conversation}/alerts/999999/done"
    assert desk.post(missing).status_code == 404


def test_a_visit_that_fell_through_brings_the_booking_reminders_back(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, *TO_SUGGESTION)
    visit = (datetime.now(UTC) + timedelta(days=20)).date()
    desk.post(f"/admin/conversations/{conversation}/booked", visit=visit.isoformat())
    answer = desk.post(f"/admin/conversations/{conversation}/not-booked", follow=True)
    assert "not booked" in answer.text
    assert (family(place)["booked"], family(place)["step"]) == (False, "suggested")
    assert reminders(place, "due") == ["booking_1", "booking_2", "booking_3"]
    assert desk.post(f"/admin/conversations/{conversation}/not-booked").status_code == 422
