"""Moments that lose or double messages elsewhere: two quick texts, poison rows, slow carriers."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from service.channels.errors import NumberRefused, OptedOut, TryLater
from service.channels.sms import Accepted, TwilioSms
from service.flows import deliver
from service.flows.deliver import drain_texts, settle_stale
from service.flows.families import show
from service.flows.intake import Intake
from service.flows.onboarding import open_clinic
from service.flows.outreach import invite
from service.flows.remind import fire_reminders
from service.flows.reply import drain_replies
from service.flows.tick import tick
from service.store.models import Consent, ConversationRow, ReminderRow, Reply, TextRow
from tests.support.installation import PARENT, Installation, installed
from tests.support.webhook import inbound

OTHER = "+13125550777"


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    with installed(database_url) as place:
        yield place


def take(place: Installation, *bodies: str, number: str = PARENT, **fields: str) -> None:
    for body in bodies:
        Intake(place.services).take_sms(inbound(body, number, **fields))


def say(place: Installation, *bodies: str, number: str = PARENT, **fields: str) -> None:
    for body in bodies:
        take(place, body, number=number, **fields)
        drain_replies(place.services)
        drain_texts(place.services)


def suggested(place: Installation, number: str = PARENT) -> None:
    say(place, "my son is 4, he falls a lot", "yes", number=number)


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


def test_a_carrier_slower_than_the_claim_allows_doubles_nothing(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"+1312555{n:04d}" for n in range(24)]
    for number in numbers:
        take(place, "hi", number=number)
    drain_replies(place.services)
    monkeypatch.setattr(deliver, "FRESH_SECONDS", 0.2)
    real = TwilioSms.send

    def slow(self: TwilioSms, **fields: str) -> Accepted:
        time.sleep(0.5)
        return real(self, **fields)

    monkeypatch.setattr(TwilioSms, "send", slow)

    def settle_often() -> None:
        for _ in range(6):
            time.sleep(0.3)
            settle_stale(place.services, timedelta(seconds=0.8))

    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(drain_texts, place.services) for _ in range(2)]
        jobs.append(pool.submit(settle_often))
        for job in jobs:
            job.result()
    drain_texts(place.services)
    assert [len(place.texts_to(number)) for number in numbers] == [1] * 24


def test_a_claim_that_grew_old_before_its_call_is_given_back_unsent(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    with monkeypatch.context() as patch:
        patch.setattr(deliver, "FRESH_SECONDS", -1.0)
        assert drain_texts(place.services) == 0
    assert place.texts_to(PARENT) == []
    assert drain_texts(place.services, as_of=datetime.now(UTC) + timedelta(minutes=1)) == 1


def test_a_late_fault_does_not_undo_what_was_settled_meanwhile(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    real = TwilioSms.send

    def accepted_then_settled_then_lost(self: TwilioSms, **fields: str) -> Accepted:
        real(self, **fields)
        settle_stale(place.services, timedelta(0))
        raise TryLater("a late fault")

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", accepted_then_settled_then_lost)
        drain_texts(place.services)
    drain_texts(place.services, as_of=datetime.now(UTC) + timedelta(hours=1))
    assert len(place.texts_to(PARENT)) == 1


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


def test_a_text_put_off_for_long_is_not_given_up_within_a_day(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(place, "hi")
    drain_replies(place.services)

    def later(self: TwilioSms, **_: str) -> Accepted:
        raise TryLater("daily limit", 63038)

    moment = datetime.now(UTC)
    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", later)
        for _ in range(15):
            moment += timedelta(minutes=11)
            drain_texts(place.services, as_of=moment)
    assert drain_texts(place.services, as_of=moment + timedelta(minutes=11)) == 1


def test_what_was_put_off_is_not_overtaken_by_what_was_written_later(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(place, "my son is 4, he falls a lot", "yes")
    drain_replies(place.services)
    real, calls = TwilioSms.send, []

    def first_two_later(self: TwilioSms, **fields: str) -> Accepted:
        calls.append(fields["body"])
        if len(calls) <= 2:
            raise TryLater("busy", 20429)
        return real(self, **fields)

    monkeypatch.setattr(TwilioSms, "send", first_two_later)
    for minutes in range(1, 6):
        drain_texts(place.services, as_of=datetime.now(UTC) + timedelta(minutes=minutes))
    sent = place.texts_to(PARENT)
    assert [words[:7] for words in sent] == ["This is", "Thank y", "To book"]


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


def test_the_carrier_s_late_refusal_does_not_undo_a_start(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(place, "hi")
    take(place, "STOP")
    drain_replies(place.services)

    def start_meanwhile(self: TwilioSms, **_: str) -> Accepted:
        take(place, "START")
        drain_replies(place.services)
        raise OptedOut("unsubscribed", 21610)

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", start_meanwhile)
        with place.services.database.transaction() as session:
            session.execute(
                update(TextRow).where(TextRow.kind != "stop_confirmed").values(state="delivered")
            )
        drain_texts(place.services, batches=1)
    assert show(place.services, PARENT)["stopped"] is False


def test_a_number_that_cannot_get_texts_is_left_alone(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(place, "hi")
    drain_replies(place.services)

    def refused(self: TwilioSms, **_: str) -> Accepted:
        raise NumberRefused("landline", 21614)

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", refused)
        drain_texts(place.services)
    tick(place.services, as_of=datetime.now(UTC) + timedelta(days=5))
    assert place.texts_to(PARENT) == []
    assert show(place.services, PARENT)["reminders"] == []


def test_a_carrier_that_cannot_be_asked_is_asked_once_a_tick(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(6):
        take(place, "hi", number=f"+1312555{n:04d}")
    drain_replies(place.services)
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(state="sending", claimed_at=datetime.now(UTC)))
    asked: list[str] = []

    def away(self: TwilioSms, number: str, since: datetime) -> list[object]:
        asked.append(number)
        raise TryLater("away")

    monkeypatch.setattr(TwilioSms, "sent_to", away)
    assert settle_stale(place.services, timedelta(0)) == 0
    assert len(asked) == 1


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
    for _ in range(12):
        moment += timedelta(hours=12)
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
