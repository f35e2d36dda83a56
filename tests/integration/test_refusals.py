"""What each error code of the carrier sets in motion, whichever way it arrives."""

from __future__ import annotations

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
from tests.support.installation import PARENT, Installation
from tests.support.talk import (
    alerts,
    greeted,
    in_open_hours,
    say,
    suggested,
    take,
    texts_of,
    unreported,
)

NUMBERS = [f"+1312555{n:04d}" for n in range(8)]


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


def test_a_refused_set_up_stops_the_sender_and_one_text_a_minute_tries_again(
    place: Installation, carrier: Carrier
) -> None:
    greeted(place, *NUMBERS)
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
    [(TooFast("slow down", 20429), 1), (DailyLimit("the day's limit", 63038), 1800)],
)
def test_over_a_rate_what_may_wait_makes_room(
    place: Installation, carrier: Carrier, fault: SendError, rest: int
) -> None:
    greeted(place, PARENT)
    carrier.fault = fault
    began = datetime.now(UTC)
    drain_texts(place.services)
    free_at = sender(place).free_at
    assert free_at is not None
    assert free_at >= began + timedelta(seconds=rest)
    assert texts_of(place)[0].state == "queued"


def test_tries_are_spread_and_come_less_and_less_often(
    place: Installation, carrier: Carrier
) -> None:
    greeted(place, *NUMBERS)
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
    unreported(place)
    (text,) = texts_of(place)
    record_status(place.services, text.id, text.provider_id or "", "undelivered", code)
    assert sender(place).held_code == code


def test_a_stop_reported_in_a_callback_becomes_ours_and_ends_everything(
    place: Installation,
) -> None:
    suggested(place)
    unreported(place)
    text = texts_of(place)[-1]
    record_status(place.services, text.id, text.provider_id or "", "failed", 21610)
    found = show(place.services, PARENT)
    assert found["stopped"] is True
    assert {r["state"] for r in found["reminders"]} == {"cancelled"}


def test_a_hold_that_a_report_brought_ends_with_a_report_alone(
    place: Installation, carrier: Carrier
) -> None:
    say(place, "hi")
    unreported(place)
    (text,) = texts_of(place)
    record_status(place.services, text.id, text.provider_id or "", "undelivered", 30034)
    greeted(place, *NUMBERS)
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
    greeted(place, PARENT)
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
    greeted(place, PARENT)
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
    greeted(place, PARENT)
    carrier.fault = TryLater("no connection")
    for minutes in range(0, 200, 10):
        drain_texts(place.services, as_of=datetime.now(UTC) + timedelta(minutes=minutes))
    assert len(carrier.calls) > 10
    free_at = sender(place).free_at
    assert free_at is not None
    assert free_at < datetime.now(UTC) + timedelta(seconds=1)


def test_what_nobody_can_settle_within_a_day_goes_to_a_person_once(
    place: Installation, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    greeted(place, PARENT)
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
    greeted(place, *NUMBERS)
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
    greeted(place, PARENT)
    carrier.fault = OutcomeUnknown("500")
    for _ in range(8):
        drain_texts(place.services)
        settle_stale(place.services, timedelta(0))
    assert len(carrier.calls) == 3
    assert texts_of(place)[0].send_after > datetime.now(UTC) + timedelta(seconds=10)


def test_the_alert_of_a_text_that_was_refused_first_closes_when_it_arrives(
    place: Installation, carrier: Carrier
) -> None:
    greeted(place, PARENT)
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
    greeted(place, PARENT)
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
