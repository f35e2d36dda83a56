"""Sending: claimed before the call, gated, never doubled when the carrier's answer is lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.channels.errors import (
    AddressRefused,
    ContentRefused,
    DailyLimit,
    Misconfigured,
    NotAllowedThere,
    OptedOut,
    OutcomeUnknown,
    SendError,
    TooFast,
    TryLater,
)
from service.channels.sms import Accepted, TwilioSms
from service.channels.twilio_codes import classify
from service.domain.conversation import ConsentEvent
from service.flows.deliver import BATCH, drain_texts
from service.flows.families import show
from service.flows.intake import Intake
from service.flows.reply import drain_replies
from service.flows.services import Nudge
from service.flows.settle import record_status, settle_stale
from service.store import contacts
from service.store.models import AlertRow, TextRow
from tests.support.installation import PARENT, Installation, installed
from tests.support.webhook import inbound

NO_TIME = timedelta(0)


def answered(place: Installation, body: str = "hi") -> None:
    """A parent's text with its answer waiting in the outbox."""
    Intake(place.services).take_sms(inbound(body))
    drain_replies(place.services)


def only_text(place: Installation) -> TextRow:
    with place.services.database.transaction() as session:
        return session.scalars(select(TextRow)).one()


def fail_with(
    place: Installation, monkeypatch: pytest.MonkeyPatch, error: SendError, *, after_sending: bool
) -> None:
    """Inject a fault around the real call to the carrier."""
    real = TwilioSms.send

    def send(self: TwilioSms, **text: str) -> Accepted:
        if after_sending:
            real(self, **text)
        raise error

    monkeypatch.setattr(TwilioSms, "send", send)


def test_a_text_reaches_the_carrier_once_however_many_workers_drain(place: Installation) -> None:
    for n in range(20):
        Intake(place.services).take_sms(inbound("hi", f"+1312555{n:04d}"))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: drain_replies(place.services), range(4)))
        list(pool.map(lambda _: drain_texts(place.services), range(4)))
    assert [len(place.texts_to(f"+1312555{n:04d}")) for n in range(20)] == [1] * 20


def test_six_replies_at_once_are_read_in_order_and_answered_once(place: Installation) -> None:
    for body in ("hi", "yes", "4 years", "1 3", "7 8", "no"):
        Intake(place.services).take_sms(inbound(body))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: drain_replies(place.services), range(4)))
    drain_replies(place.services)
    drain_texts(place.services)
    assert show(place.services, PARENT)["suggestion"] == "BOTH"
    texts = place.texts_to(PARENT)
    # What they agree to, the suggestion, and how to book: no question they had answered already.
    assert [words[:7] for words in texts] == ["This is", texts[1][:7], "To book"]
    assert "OT" in texts[1]


def test_an_answer_lost_after_the_carrier_took_the_text_is_settled_and_not_sent_again(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(place)
    with monkeypatch.context() as patch:
        fail_with(place, patch, OutcomeUnknown("time-out"), after_sending=True)
        drain_texts(place.services)
    drain_texts(place.services)
    assert only_text(place).state == "unknown" or only_text(place).state == "delivered"
    settle_stale(place.services, NO_TIME)
    drain_texts(place.services)
    assert only_text(place).state in ("sent", "delivered")
    assert len(place.texts_to(PARENT)) == 1


def test_a_text_the_carrier_never_got_goes_out_after_its_absence_is_proven(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(place)
    with monkeypatch.context() as patch:
        fail_with(place, patch, OutcomeUnknown("time-out"), after_sending=False)
        drain_texts(place.services)
    drain_texts(place.services)
    assert place.texts_to(PARENT) == []
    settle_stale(place.services, NO_TIME)
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 1


def test_a_sender_that_died_after_its_claim_is_settled_too(place: Installation) -> None:
    answered(place)
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow).values(state="sending", claimed_at=datetime.now(UTC), attempts=1)
        )
    assert drain_texts(place.services) == 0
    settle_stale(place.services, NO_TIME)
    assert drain_texts(place.services) == 1
    assert len(place.texts_to(PARENT)) == 1


def test_while_the_carrier_cannot_be_asked_a_doubtful_text_stays_where_it_is(
    place: Installation,
) -> None:
    answered(place)
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(state="sending", claimed_at=datetime.now(UTC)))
    place.carrier.close()
    assert settle_stale(place.services, NO_TIME) == 0
    assert only_text(place).state == "unknown"


def test_a_carrier_that_is_away_is_tried_again_later(place: Installation) -> None:
    answered(place)
    place.carrier.close()
    assert drain_texts(place.services) == 0
    text = only_text(place)
    assert text.state == "queued"
    assert text.send_after > datetime.now(UTC)


@pytest.mark.parametrize(
    ("error", "state", "alert"),
    [
        (AddressRefused("landline", 30006), "failed", True),
        (ContentRefused("filtered", 30007), "failed", True),
        (Misconfigured("authenticate", 20003), "queued", True),
        (TryLater("too many", 20429), "queued", False),
    ],
)
def test_each_kind_of_refusal_has_its_own_effect(
    place: Installation,
    monkeypatch: pytest.MonkeyPatch,
    error: SendError,
    state: str,
    alert: bool,
) -> None:
    answered(place)
    fail_with(place, monkeypatch, error, after_sending=False)
    drain_texts(place.services)
    assert only_text(place).state == state
    assert only_text(place).error_code == error.code
    with place.services.database.transaction() as session:
        alerts = session.scalars(select(AlertRow.kind)).all()
    assert ("undelivered" in alerts) is alert


def test_a_stop_the_carrier_knows_of_becomes_ours(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(place)
    fail_with(place, monkeypatch, OptedOut("unsubscribed", 21610), after_sending=False)
    drain_texts(place.services)
    assert show(place.services, PARENT)["stopped"] is True


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, 21211, AddressRefused),
        (400, 21610, OptedOut),
        (400, 21617, ContentRefused),
        (401, 20003, Misconfigured),
        (429, 20429, TooFast),
        (429, 63038, DailyLimit),
        (429, None, TooFast),
        (400, 21408, NotAllowedThere),
        (400, 30034, Misconfigured),
        (500, None, OutcomeUnknown),
        (503, 20503, OutcomeUnknown),
        (400, 99999, ContentRefused),
    ],
)
def test_the_carrier_s_codes_are_sorted_by_what_may_follow(
    status: int, code: int | None, expected: type[SendError]
) -> None:
    assert type(classify(status, code)) is expected


def test_a_stop_between_writing_and_sending_cancels_the_text(place: Installation) -> None:
    answered(place)
    with place.services.database.transaction() as session:
        contact = contacts.find(session, place.clinic_id, PARENT)
        assert contact is not None
        contacts.record_consent(session, contact, ConsentEvent.REVOKED, "staff", datetime.now(UTC))
    assert drain_texts(place.services) == 0
    text = only_text(place)
    assert (text.state, text.cancel_reason) == ("cancelled", "stopped")


def test_a_stop_that_is_being_stored_right_now_is_never_overtaken(place: Installation) -> None:
    answered(place)
    holding, done = threading.Event(), threading.Event()

    def stop_slowly() -> None:
        with place.services.database.transaction() as session:
            found = contacts.find(session, place.clinic_id, PARENT)
            assert found is not None
            contact = contacts.lock(session, place.clinic_id, found.id)
            holding.set()
            done.wait(5)
            contacts.record_consent(
                session, contact, ConsentEvent.REVOKED, "reply", datetime.now(UTC)
            )

    thread = threading.Thread(target=stop_slowly)
    thread.start()
    holding.wait(5)
    assert drain_texts(place.services) == 0
    done.set()
    thread.join()
    assert drain_texts(place.services) == 0
    assert only_text(place).state == "cancelled"


@pytest.mark.parametrize(
    ("callbacks", "expected"),
    [
        (["sent", "delivered"], "delivered"),
        (["delivered", "sent"], "delivered"),
        (["delivered", "undelivered"], "delivered"),
        (["sent", "undelivered"], "undelivered"),
        (["queued", "something-new", "sent"], "sent"),
    ],
)
def test_status_callbacks_in_any_order_never_take_a_text_back(
    place: Installation, callbacks: list[str], expected: str
) -> None:
    answered(place)
    text = only_text(place)
    for status in callbacks:
        assert record_status(place.services, text.id, "SM1", status, None)
    assert only_text(place).state == expected


def test_a_callback_for_a_text_nobody_knows_is_told_apart(place: Installation) -> None:
    assert record_status(place.services, 10**12, "SM1", "delivered", None) is False
    answered(place)
    text = only_text(place)
    record_status(place.services, text.id, "SM1", "sent", None)
    assert record_status(place.services, text.id, "SM-other", "failed", 30003) is False
    assert only_text(place).state == "sent"


def test_an_undelivered_text_calls_a_person(place: Installation) -> None:
    answered(place)
    record_status(place.services, only_text(place).id, "SM1", "undelivered", 30003)
    found = show(place.services, PARENT)
    assert {"kind": "undelivered", "open": True} in found["alerts"]
    with place.services.database.transaction() as session:
        first = session.scalars(select(TextRow).order_by(TextRow.id)).first()
        assert first is not None
        assert (first.state, first.error_code) == ("undelivered", 30003)


def test_a_reply_we_cannot_answer_is_kept_and_given_to_a_person(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    Intake(place.services).take_sms(inbound("hi"))

    def broken(*_: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr("service.flows.reply_turn.advance", broken)
        for _ in range(3):
            assert drain_replies(place.services) == 0
    found = show(place.services, PARENT)
    assert {"kind": "stuck", "open": True} in found["alerts"]
    assert found["messages"][0]["text"] == "hi"
    answered(place, "hello")
    assert len(show(place.services, PARENT)["messages"]) == 3


def test_where_the_carrier_confirmed_the_stop_itself_we_stay_silent(place: Installation) -> None:
    answered(place)
    drain_texts(place.services)
    before = len(place.texts_to(PARENT))
    Intake(place.services).take_sms(inbound("Stop!!", OptOutType="STOP"))
    drain_replies(place.services)
    drain_texts(place.services)
    found = show(place.services, PARENT)
    assert found["stopped"] is True
    assert found["alerts"] == []
    assert len(place.texts_to(PARENT)) == before


def test_a_confirmation_the_carrier_blocks_calls_nobody(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(place, "STOP")
    fail_with(place, monkeypatch, OptedOut("unsubscribed", 21610), after_sending=False)
    drain_texts(place.services)
    found = show(place.services, PARENT)
    assert (found["stopped"], found["alerts"]) == (True, [])


def test_a_burst_of_replies_and_of_texts_take_turns(database_url: str) -> None:
    nudges: list[Nudge] = []

    def announce(kind: Nudge, /, in_seconds: float = 0.0) -> None:
        nudges.append(kind)

    with installed(database_url, nudge=announce) as place:
        for n in range(12):
            Intake(place.services).take_sms(inbound("hi", f"+1312555{n:04d}"))
        nudges.clear()
        assert drain_replies(place.services, 5) == 5
        assert nudges[-1] is Nudge.REPLIES
        assert drain_replies(place.services, 50) == 7
        nudges.clear()
        assert drain_texts(place.services, batches=1) == BATCH
        assert nudges == [Nudge.TEXTS]
