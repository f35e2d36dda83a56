"""Moments that hurt elsewhere: two quick texts, poison rows, shared services, spoiled alerts."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.onboarding import open_clinic
from service.flows.outreach import invite
from service.flows.remind import fire_reminders
from service.flows.reply import drain_replies
from service.flows.tick import tick
from service.store.models import Consent, ConversationRow, ReminderRow, Reply
from tests.support.installation import PARENT, Installation
from tests.support.talk import say, suggested, take

OTHER = "+13125550777"


@pytest.mark.parametrize(
    ("bodies", "words"),
    [
        (["she is not breathing", "please hurry"], "Call 911"),
        (["she is not breathing", "STOP"], "Call 911"),
        (["stop", "thanks"], "off the list"),
    ],
)
def test_a_second_text_never_cancels_safety_words_or_the_confirmation_of_a_stop(
    place: Installation, bodies: list[str], words: str
) -> None:
    say(place, "hi")
    take(place, *bodies)
    drain_replies(place.services)
    drain_texts(place.services)
    assert any(words in sent for sent in place.texts_to(PARENT))


@pytest.mark.parametrize("poison", ["state", "sealed words"])
def test_one_reply_that_cannot_be_read_keeps_nobody_else_waiting(
    place: Installation, poison: str
) -> None:
    say(place, "hi")
    take(place, "yes")
    with place.services.database.transaction() as session:
        if poison == "state":
            session.execute(update(ConversationRow).values(state='{"step": "no such step"}'))
        else:
            session.execute(text("UPDATE replies SET body = 'x' WHERE processed_at IS NULL"))
    take(place, "hi", number=OTHER)
    assert drain_replies(place.services) == 1
    drain_texts(place.services)
    assert len(place.texts_to(OTHER)) == 1
    for _ in range(3):
        drain_replies(place.services)
    with place.services.database.transaction() as session:
        waiting = session.scalars(select(Reply.id).where(Reply.processed_at.is_(None))).all()
    assert waiting == []
    with place.services.database.transaction() as session:
        kinds = session.execute(text("SELECT kind FROM alerts")).scalars().all()
    assert "stuck" in kinds


def test_one_reminder_that_cannot_be_written_keeps_no_other_back(place: Installation) -> None:
    suggested(place)
    suggested(place, number=OTHER)
    with place.services.database.transaction() as session:
        first = session.scalars(select(ReminderRow).order_by(ReminderRow.id)).first()
        assert first is not None
        first.kind = "renamed_since"
    due = datetime.fromisoformat(show(place.services, OTHER)["reminders"][0]["due_at"])
    before = len(place.texts_to(OTHER))
    tick(place.services, as_of=due + timedelta(minutes=1))
    assert len(place.texts_to(OTHER)) == before + 1
    assert {"kind": "stuck", "open": True} in show(place.services, PARENT)["alerts"]


def test_a_red_flag_stored_while_a_reminder_falls_due_is_not_overwritten(
    place: Installation,
) -> None:
    suggested(place)
    due = datetime.fromisoformat(show(place.services, PARENT)["reminders"][0]["due_at"])
    take(place, "he is choking and cant breathe")
    with ThreadPoolExecutor(2) as pool:
        for job in [
            pool.submit(drain_replies, place.services),
            pool.submit(fire_reminders, place.services, due),
        ]:
            job.result()
    found = show(place.services, PARENT)
    assert found["paused"] is True
    assert "URGENT" in found["flags"]


def test_a_number_decides_whose_reply_it_is_before_a_shared_messaging_service(
    place: Installation,
) -> None:
    sid = "MG" + "1" * 32
    for name, number in (("Clinic B", "+13125550201"), ("Clinic C", "+13125550202")):
        open_clinic(
            place.services, name=name, number=number, phone="1", time_zone="UTC",
            booking_link="", offers=["OT"], messaging_service_sid=sid,
        )  # fmt: skip
        place.carrier.carrier.own(number, place.base_url)
    take(place, "hi", To="+13125550202", MessagingServiceSid=sid)
    drain_replies(place.services)
    drain_texts(place.services)
    assert "Clinic C" in place.texts_to(PARENT)[0]


@pytest.mark.parametrize("number", [PARENT, "+12135550123", "+18005550123"])
def test_reminders_before_a_visit_come_days_before_it_wherever_the_number_is(
    place: Installation, number: str
) -> None:
    suggested(place, number)
    visit = datetime.now(UTC) + timedelta(days=20)
    say(place, f"BOOKED for {visit:%B} {visit.day}", number=number)
    due = [
        datetime.fromisoformat(r["due_at"])
        for r in show(place.services, number)["reminders"]
        if r["state"] == "due"
    ]
    ahead = [(visit.date() - moment.date()).days for moment in due]
    assert len(due) == 2
    assert ahead[0] in (3, 4)
    assert ahead[1] in (1, 2)


def test_a_family_with_a_visit_far_ahead_is_still_in_its_conversation(
    place: Installation,
) -> None:
    suggested(place)
    visit = datetime.now(UTC) + timedelta(days=60)
    say(place, f"BOOKED for {visit:%B} {visit.day}")
    with place.services.database.transaction() as session:
        session.execute(
            update(ConversationRow).values(last_message_at=datetime.now(UTC) - timedelta(days=57))
        )
    say(place, "ok thanks")
    assert show(place.services, PARENT)["booked"] is True


def test_yes_stays_an_answer_even_where_the_carrier_calls_it_a_start(place: Installation) -> None:
    suggested(place)
    say(place, "yes", OptOutType="START")
    assert show(place.services, PARENT)["step"] == "suggested"


def test_the_ledger_keeps_the_words_that_were_really_shown(place: Installation) -> None:
    rows = (
        f"number,consent_source,consent_date,time_zone\n{PARENT},form,2026-03-31,Pacific/Honolulu\n"
    )
    invite(place.services, place.clinic_id, io.BytesIO(rows.encode()), name="l")
    say(place, "hola", "sí")
    with place.services.database.transaction() as session:
        granted = session.scalars(select(Consent).where(Consent.method == "reply_yes")).one()
        assert granted.disclosure == place.texts_to(PARENT)[0]


def test_two_uploads_of_the_same_new_families_wait_for_each_other_without_a_deadlock(
    place: Installation,
) -> None:
    header = "number,consent_source,consent_date\n"
    lines = [f"+1312555{n:04d},form,2026-03-31\n" for n in range(150)]
    lists = [header + "".join(lines), header + "".join(reversed(lines))]
    ready = threading.Barrier(2)

    def upload(content: str) -> int:
        ready.wait()
        file = io.BytesIO(content.encode())
        return invite(place.services, place.clinic_id, file, name="l").good

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(upload, lists)) == 150


def test_stored_json_that_does_not_fit_is_refused_without_quoting_it() -> None:
    from service.store.state_json import Unreadable, load_conversation

    with pytest.raises(Unreadable) as caught:
        load_conversation('{"step": "a private worry"}')
    assert "private" not in str(caught.value)


def test_a_short_code_is_shown_to_a_person_and_never_answered(place: Installation) -> None:
    say(place, "Your code is 123456", number="72975")
    found = show(place.services, "72975")
    assert {"kind": "unread", "open": True} in found["alerts"]
    assert [m["direction"] for m in found["messages"]] == ["in"]


def test_booking_closes_the_alert_that_asked_for_it(place: Installation) -> None:
    suggested(place)
    for reminder in show(place.services, PARENT)["reminders"]:
        tick(place.services, as_of=datetime.fromisoformat(reminder["due_at"]))
    assert {"kind": "not_booked", "open": True} in show(place.services, PARENT)["alerts"]
    say(place, "BOOKED")
    assert {"kind": "not_booked", "open": False} in show(place.services, PARENT)["alerts"]


def test_a_family_that_never_answered_an_invitation_calls_nobody(place: Installation) -> None:
    rows = f"number,consent_source,consent_date\n{PARENT},form,2026-03-31\n"
    invite(place.services, place.clinic_id, io.BytesIO(rows.encode()), name="l")
    moment = datetime.now(UTC)
    for _ in range(24):
        moment += timedelta(hours=6)  # so that some always fall into the clinic's sending hours
        tick(place.services, as_of=moment)
    found = show(place.services, PARENT)
    assert {r["state"] for r in found["reminders"]} == {"sent"}
    assert found["alerts"] == []


def test_start_brings_back_what_they_had_told_us(place: Installation) -> None:
    suggested(place)
    say(place, "STOP", "still there?", "START")
    found = show(place.services, PARENT)
    assert (found["step"], found["suggestion"], found["stopped"]) == ("suggested", "PT", False)
    assert len([r for r in found["reminders"] if r["state"] == "due"]) == 3
    assert {"kind": "after_stop", "open": False} in found["alerts"]
