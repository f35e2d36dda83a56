"""A carrier that is slow, puts off, refuses late, or cannot be asked: nothing lost or doubled."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from service.channels.errors import AddressRefused, OptedOut, TryLater
from service.channels.sms import Accepted, TwilioSms
from service.flows import deliver
from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.reply import drain_replies
from service.flows.settle import settle_stale
from service.flows.tick import tick
from service.store.models import TextRow
from tests.support.installation import PARENT, Installation
from tests.support.talk import say, take


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
    # What was given back on a busy machine waits some seconds for its next try.
    drain_texts(place.services, as_of=datetime.now(UTC) + timedelta(minutes=1))
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
        raise AddressRefused("landline", 21614)

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", refused)
        drain_texts(place.services)
    tick(place.services, as_of=datetime.now(UTC) + timedelta(days=5))
    assert place.texts_to(PARENT) == []
    assert show(place.services, PARENT)["reminders"] == []


def test_a_carrier_that_cannot_be_asked_is_asked_for_a_few_texts_a_tick(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(20):
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
    assert len(asked) == 8
    assert settle_stale(place.services, timedelta(0)) == 0
    assert len(set(asked)) == 16  # none that cannot be asked about keeps the others waiting
