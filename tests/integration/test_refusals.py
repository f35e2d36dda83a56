"""What each error code of the carrier sets in motion, whichever way it arrives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from service.channels.errors import (
    DailyLimit,
    Misconfigured,
    NotAllowedThere,
    OutcomeUnknown,
    SendError,
    TooFast,
    TryLater,
)
from service.channels.sms import Accepted, Listed, TwilioSms
from service.domain.conversation import Lane
from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.reply import drain_replies
from service.flows.settle import record_status, settle_stale
from service.store.models import Sender, TextRow
from tests.support.installation import PARENT, Installation, installed
from tests.support.talk import in_open_hours, say, suggested, take, texts_of

NUMBERS = [f"+1312555{n:04d}" for n in range(8)]


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    with installed(database_url) as place:
        yield place


class Carrier:
    """Fails each call in the way it is told to; counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.fault: SendError | None = None
        real = TwilioSms.send

        def send(sms: TwilioSms, **fields: str) -> Accepted:
            self.calls.append(fields["to"])
            if self.fault is not None:
                raise self.fault
            return real(sms, **fields)

        monkeypatch.setattr(TwilioSms, "send", send)


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Carrier:
    return Carrier(monkeypatch)


def sender(place: Installation) -> Sender:
    with place.services.database.transaction() as session:
        return session.scalars(select(Sender)).one()


def a_minute_passes(place: Installation) -> None:
    with place.services.database.transaction() as session:
        session.execute(update(Sender).values(held_until=func.now() - timedelta(seconds=1)))


def alerts(place: Installation, number: str = PARENT) -> list[dict[str, object]]:
    return list(show(place.services, number)["alerts"])


def test_a_refused_set_up_stops_the_sender_and_one_text_a_minute_tries_again(
    place: Installation, carrier: Carrier
) -> None:
    for number in NUMBERS:
        take(place, "hi", number=number)
    drain_replies(place.services)
    carrier.fault = Misconfigured("not our number", 21606)
    drain_texts(place.services)
    first = len(carrier.calls)
    assert first <= 8  # those that were already on their way
    drain_texts(place.services)
    assert len(carrier.calls) == first
    assert sender(place).held_code == 21606
    for _ in range(2):
        a_minute_passes(place)
        drain_texts(place.services)
    assert len(carrier.calls) == first + 2
    # It was mended: the next try opens the way for all the others, each once.
    carrier.fault = None
    a_minute_passes(place)
    drain_texts(place.services)
    drain_texts(place.services)
    assert sender(place).held_until is None
    assert [len(place.texts_to(number)) for number in NUMBERS] == [1] * 8


def test_on_hold_safety_words_are_tried_all_the_same(place: Installation, carrier: Carrier) -> None:
    say(place, "hi")
    with place.services.database.transaction() as session:
        session.execute(update(Sender).values(held_until=func.now() + timedelta(hours=1)))
    take(place, "she is not breathing")
    drain_replies(place.services)
    drain_texts(place.services)
    assert "911" in place.texts_to(PARENT)[-1]


def test_one_family_we_may_not_reach_stops_nobody_else_but_five_in_a_row_do(
    place: Installation, carrier: Carrier
) -> None:
    carrier.fault = NotAllowedThere("region", 21408)
    for number in NUMBERS[:4]:
        take(place, "hi", number=number)
        drain_replies(place.services)
        drain_texts(place.services)
    assert sender(place).held_until is None
    assert {"kind": "undelivered", "open": True} in alerts(place, NUMBERS[0])
    carrier.fault = None
    say(place, "hi")
    assert len(place.texts_to(PARENT)) == 1
    assert sender(place).refusals == 0
    carrier.fault = NotAllowedThere("region", 21408)
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow).where(TextRow.state == "queued").values(send_after=func.now())
        )
    drain_texts(place.services)
    take(place, "hi", number=NUMBERS[5])
    drain_replies(place.services)
    drain_texts(place.services)
    assert sender(place).held_code == 21408


@pytest.mark.parametrize(
    ("fault", "rest"),
    [(TooFast("slow down", 20429), 1), (DailyLimit("the day's limit", 63038), 1700)],
)
def test_over_a_rate_what_may_wait_makes_room(
    place: Installation, carrier: Carrier, fault: SendError, rest: int
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    carrier.fault = fault
    drain_texts(place.services)
    free_at = sender(place).free_at
    assert free_at is not None
    assert free_at > datetime.now(UTC) + timedelta(seconds=rest - 0.5)
    assert texts_of(place)[0].state == "queued"


def test_tries_are_spread_and_come_less_and_less_often(
    place: Installation, carrier: Carrier
) -> None:
    for number in NUMBERS:
        take(place, "hi", number=number)
    drain_replies(place.services)
    carrier.fault = TryLater("congestion", 30017)
    drain_texts(place.services)
    first = [text.send_after for text in texts_of(place)]
    assert len({round(moment.timestamp(), 1) for moment in first}) > 4
    later = datetime.now(UTC) + timedelta(minutes=1)
    drain_texts(place.services, as_of=later)
    for before, after in zip(first, [t.send_after for t in texts_of(place)], strict=True):
        assert after - later > (before - datetime.now(UTC)) * 0.9


@pytest.mark.parametrize("code", [30034, 20003])
def test_a_callback_that_blames_our_set_up_stops_the_sender(place: Installation, code: int) -> None:
    say(place, "hi")
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(state="sent", settled_at=None))
    (text,) = texts_of(place)
    record_status(place.services, text.id, text.provider_id or "", "undelivered", code)
    assert sender(place).held_code == code


def test_a_stop_reported_in_a_callback_becomes_ours_and_ends_everything(
    place: Installation,
) -> None:
    suggested(place)
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(state="sent", settled_at=None))
    text = texts_of(place)[-1]
    record_status(place.services, text.id, text.provider_id or "", "failed", 21610)
    found = show(place.services, PARENT)
    assert found["stopped"] is True
    assert {r["state"] for r in found["reminders"]} == {"cancelled"}


def test_a_hold_that_a_report_brought_ends_with_a_report_alone(
    place: Installation, carrier: Carrier
) -> None:
    say(place, "hi")
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(state="sent", settled_at=None))
    (text,) = texts_of(place)
    record_status(place.services, text.id, text.provider_id or "", "undelivered", 30034)
    for number in NUMBERS:
        take(place, "hi", number=number)
    drain_replies(place.services)
    before = len(carrier.calls)
    for _ in range(3):
        a_minute_passes(place)
        drain_texts(place.services)
    # Each is taken, and may well fail afterwards: so one a minute, and no more.
    assert len(carrier.calls) == before + 3
    probe = next(t for t in texts_of(place) if t.provider_id and t.id != text.id)
    record_status(place.services, probe.id, probe.provider_id or "", "delivered", None)
    assert sender(place).held_until is None
    drain_texts(place.services)
    assert len(carrier.calls) == before + 8


def test_what_we_started_days_ago_survives_an_outage(place: Installation, carrier: Carrier) -> None:
    take(place, "hi")
    drain_replies(place.services)
    with place.services.database.transaction() as session:
        days_ago = datetime.now(UTC) - timedelta(days=3)
        session.execute(
            update(TextRow).values(created_at=days_ago, kind="booking_1", lane=int(Lane.REMINDER))
        )
    carrier.fault = TryLater("no connection")
    drain_texts(place.services, as_of=in_open_hours())
    assert carrier.calls
    assert texts_of(place)[0].state == "queued"


def test_what_is_put_off_for_a_whole_day_goes_to_a_person(
    place: Installation, carrier: Carrier
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(attempts=135))  # twenty-three hours of them
    carrier.fault = TryLater("no connection")
    moment = datetime.now(UTC)
    for _ in range(40):
        moment += timedelta(minutes=16)
        drain_texts(place.services, as_of=moment)
        if texts_of(place)[0].state != "queued":
            break
    assert texts_of(place)[0].state == "failed"
    assert 1 < len(carrier.calls) < 30
    assert alerts(place) == [{"kind": "undelivered", "open": True}]


def test_failed_tries_do_not_use_up_the_sender_s_pace(
    place: Installation, carrier: Carrier
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    carrier.fault = TryLater("no connection")
    for minutes in range(0, 200, 10):
        drain_texts(place.services, as_of=datetime.now(UTC) + timedelta(minutes=minutes))
    assert len(carrier.calls) > 10
    free_at = sender(place).free_at
    assert free_at is not None
    assert free_at < datetime.now(UTC) + timedelta(seconds=1)


def undelivered(place: Installation, code: int) -> None:
    """The carrier could not deliver the newest text."""
    with place.services.database.transaction() as session:
        newest = session.scalars(select(TextRow).order_by(TextRow.id.desc())).first()
        assert newest is not None
        newest.state, newest.settled_at = "sent", None
        text_id, provider_id = newest.id, newest.provider_id or "SMx"
    assert record_status(place.services, text_id, provider_id, "undelivered", code)


def test_a_phone_that_was_off_gets_the_text_once_it_is_on(place: Installation) -> None:
    say(place, "hi")
    undelivered(place, 30003)
    assert {"kind": "undelivered", "open": True} in alerts(place)
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 1  # not at once
    first, copy = texts_of(place)
    assert timedelta(minutes=25) < copy.send_after - datetime.now(UTC) < timedelta(minutes=35)
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow).where(TextRow.id == copy.id).values(
                send_after=func.now(), lane=int(Lane.SAFETY)
            )
        )  # fmt: skip
    drain_texts(place.services)
    assert place.texts_to(PARENT)[0] == place.texts_to(PARENT)[1]
    assert (first.state, first.error_code) == ("undelivered", 30003)
    copy = texts_of(place)[1]
    record_status(place.services, copy.id, copy.provider_id or "", "delivered", None)
    assert {"kind": "undelivered", "open": False} in alerts(place)


@pytest.mark.parametrize(("code", "times"), [(30003, 3), (30008, 1), (30007, 0), (30005, 0)])
def test_a_text_is_repeated_as_often_as_its_error_allows(
    place: Installation, code: int, times: int
) -> None:
    say(place, "hi")
    for _ in range(times + 1):
        undelivered(place, code)
    assert len(texts_of(place)) == 1 + times


def test_a_repetition_is_dropped_when_the_conversation_went_on(place: Installation) -> None:
    say(place, "hi")
    undelivered(place, 30003)
    say(place, "yes")
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).where(TextRow.copies > 0).values(send_after=func.now()))
    drain_texts(place.services)
    copy = next(text for text in texts_of(place) if text.copies)
    assert (copy.state, copy.cancel_reason) == ("cancelled", "outdated")


def test_what_nobody_can_settle_within_a_day_goes_to_a_person_once(
    place: Installation, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    carrier.fault = OutcomeUnknown("time-out")
    drain_texts(place.services)

    def away(self: TwilioSms, number: str, since: datetime) -> list[object]:
        raise TryLater("away")

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "sent_to", away)
        settle_stale(place.services, timedelta(0))
        assert alerts(place) == []
        with place.services.database.transaction() as session:
            yesterday = datetime.now(UTC) - timedelta(hours=25)
            session.execute(update(TextRow).values(claimed_at=yesterday))
        settle_stale(place.services, timedelta(0))
    assert alerts(place) == [{"kind": "unsettled", "open": True}]
    assert texts_of(place)[0].state == "unknown"
    # From here on a person decides: it is not sent by itself. A late callback still counts.
    settle_stale(place.services, timedelta(0))
    carrier.fault = None
    drain_texts(place.services)
    assert place.texts_to(PARENT) == []
    record_status(place.services, texts_of(place)[0].id, "SM1", "delivered", None)
    assert texts_of(place)[0].state == "delivered"


def make_copies_due(place: Installation) -> None:
    """Their half hour is over, at an hour at which they may go."""
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow)
            .where(TextRow.copies > 0, TextRow.state == "queued")
            .values(send_after=func.now(), due_at=func.now())
        )


def test_several_texts_of_one_answer_are_repeated_together(place: Installation) -> None:
    suggested(place)
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(state="sent", settled_at=None))
    answer = texts_of(place)[-2:]
    for text in answer:
        record_status(place.services, text.id, text.provider_id or "", "undelivered", 30003)
    make_copies_due(place)
    drain_texts(place.services, as_of=in_open_hours())
    copies = [text for text in texts_of(place) if text.copies]
    assert [text.body for text in copies] == [text.body for text in answer]
    assert all(text.sent_at for text in copies)
    record_status(place.services, copies[0].id, copies[0].provider_id or "", "delivered", None)
    assert {"kind": "undelivered", "open": True} in alerts(place)  # one is still missing
    record_status(place.services, copies[1].id, copies[1].provider_id or "", "delivered", None)
    assert {"kind": "undelivered", "open": False} in alerts(place)


def test_a_text_that_arrived_after_all_is_not_repeated(place: Installation) -> None:
    say(place, "hi")
    undelivered(place, 30003)
    first = texts_of(place)[0]
    record_status(place.services, first.id, first.provider_id or "", "delivered", None)
    make_copies_due(place)
    drain_texts(place.services, as_of=in_open_hours())
    assert len(place.texts_to(PARENT)) == 1
    assert texts_of(place)[0].state == "undelivered"  # the first final state stays


def test_safety_words_that_did_not_arrive_are_repeated_whatever_came_since(
    place: Installation,
) -> None:
    say(place, "hi", "she is not breathing")
    undelivered(place, 30003)
    say(place, "hello?")
    make_copies_due(place)
    drain_texts(place.services, as_of=in_open_hours())
    assert sum("Call 911 now" in words for words in place.texts_to(PARENT)) == 2


def test_a_family_we_may_not_reach_never_stops_the_answers_to_others(
    place: Installation, carrier: Carrier
) -> None:
    with place.services.database.transaction() as session:
        session.execute(
            update(Sender).values(held_until=func.now() + timedelta(hours=1), held_code=21408)
        )
    say(place, "hi")
    assert len(place.texts_to(PARENT)) == 1


def test_a_probe_that_lost_its_reason_is_followed_by_the_next_at_once(
    place: Installation, carrier: Carrier
) -> None:
    for number in NUMBERS:
        take(place, "hi", number=number)
    drain_replies(place.services)
    with place.services.database.transaction() as session:
        days_ago = datetime.now(UTC) - timedelta(days=3)
        newest = session.scalar(select(func.max(TextRow.id)))
        session.execute(update(TextRow).where(TextRow.id != newest).values(due_at=days_ago))
        session.execute(
            update(Sender).values(held_until=func.now() - timedelta(seconds=1), held_code=20003)
        )
    drain_texts(place.services)
    assert carrier.calls == [NUMBERS[-1]]


def test_a_carrier_that_always_fails_is_tried_less_and_less_often(
    place: Installation, carrier: Carrier
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    carrier.fault = OutcomeUnknown("500")
    for _ in range(8):
        drain_texts(place.services)
        settle_stale(place.services, timedelta(0))
    assert len(carrier.calls) == 3
    assert texts_of(place)[0].send_after > datetime.now(UTC) + timedelta(seconds=10)


def test_the_alert_of_a_text_that_was_refused_first_closes_when_it_arrives(
    place: Installation, carrier: Carrier
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    carrier.fault = Misconfigured("token", 20003)
    drain_texts(place.services)
    assert {"kind": "undelivered", "open": True} in alerts(place)
    carrier.fault = None
    a_minute_passes(place)
    drain_texts(place.services)
    (text,) = texts_of(place)
    record_status(place.services, text.id, text.provider_id or "", "delivered", None)
    assert {"kind": "undelivered", "open": False} in alerts(place)


def test_a_stop_that_stands_only_in_the_carrier_s_list_becomes_ours(
    place: Installation, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(place, "hi")
    drain_replies(place.services)
    carrier.fault = OutcomeUnknown("500")
    drain_texts(place.services)
    words = texts_of(place)[0].body

    def listed(self: TwilioSms, number: str, since: datetime) -> list[Listed]:
        return [Listed("SM1", "failed", words, "+15005550006", 21610)]

    monkeypatch.setattr(TwilioSms, "sent_to", listed)
    settle_stale(place.services, timedelta(0))
    assert show(place.services, PARENT)["stopped"] is True


def test_a_field_the_carrier_does_not_know_costs_no_reminder(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from twilio.base.exceptions import TwilioRestException
    from twilio.rest.api.v2010.account.message import MessageList

    real = MessageList.create

    def strict(self: MessageList, **fields: object) -> object:
        if "validity_period" in fields:
            raise TwilioRestException(400, "/Messages", "unknown field")
        return real(self, **fields)

    monkeypatch.setattr(MessageList, "create", strict)
    place.services.sms.send(
        sender="+15005550006", to=PARENT, body="hi", status_callback="", valid_seconds=60
    )
    assert place.texts_to(PARENT) == ["hi"]
