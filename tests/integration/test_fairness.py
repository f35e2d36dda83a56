"""One family, one clinic or one broken row never keeps the others waiting."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from service.channels.errors import OutcomeUnknown
from service.channels.sms import Accepted, TwilioSms
from service.domain.conversation import Lane
from service.flows.deliver import drain_texts
from service.flows.onboarding import open_clinic
from service.flows.outreach import invite
from service.flows.pull import pull
from service.flows.reply import drain_replies
from service.flows.settle import settle_stale
from service.store.models import Reply, Sender, TextRow
from tests.support.installation import CLINIC_NUMBER, PARENT, Installation, installed
from tests.support.talk import in_open_hours, take, texts_of

OTHER_NUMBER = "+13125550201"
NOON = in_open_hours()


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    with installed(database_url) as place:
        pull(place.services)
        yield place


def other_clinic(place: Installation) -> int:
    clinic_id = open_clinic(
        place.services, name="Other", number=OTHER_NUMBER, phone="1", time_zone="America/Chicago",
        booking_link="", offers=["OT"], messaging_service_sid=None, segments_per_second=1000,
    )  # fmt: skip
    place.carrier.carrier.own(OTHER_NUMBER, place.base_url)
    return clinic_id


def invite_one(place: Installation, clinic_id: int, number: str) -> None:
    rows = f"number,consent_source,consent_date\n{number},form,2026-03-31\n"
    invite(place.services, clinic_id, io.BytesIO(rows.encode()), name="l")
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow).where(TextRow.lane == int(Lane.CAMPAIGN)).values(send_after=NOON)
        )


def test_families_with_an_unread_reply_keep_nobody_s_answer_back(place: Installation) -> None:
    crowd = [f"+1312555{n:04d}" for n in range(12)]
    for number in crowd:
        take(place, "hi", number=number)
    drain_replies(place.services)
    for number in crowd:
        take(place, "hello?", number=number)
    with place.services.database.transaction() as session:
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        session.execute(
            update(Reply).where(Reply.processed_at.is_(None)).values(received_at=long_ago)
        )
    take(place, "hi")
    with place.services.database.transaction() as session:
        mine = session.scalars(select(Reply).order_by(Reply.id.desc())).first()
        assert mine is not None
        mine.written_at = datetime.now(UTC) - timedelta(hours=1)
    assert drain_replies(place.services, 1) == 1
    drain_texts(place.services)  # ends, too
    assert len(place.texts_to(PARENT)) == 1
    assert all(place.texts_to(number) == [] for number in crowd)


def test_a_sender_with_nothing_that_may_go_does_not_stand_before_another(
    place: Installation,
) -> None:
    other = other_clinic(place)
    invite_one(place, place.clinic_id, PARENT)
    take(place, "hi")  # unread: their invitation is held back
    invite_one(place, other, "+13125550777")
    with place.services.database.transaction() as session:
        session.execute(update(Sender).where(Sender.address == OTHER_NUMBER).values(
            free_at=datetime.now(UTC)
        ))  # fmt: skip
    drain_texts(place.services, as_of=NOON)
    assert len(place.texts_to("+13125550777")) == 1


def test_a_sender_on_hold_is_tried_although_another_is_busy(place: Installation) -> None:
    other = other_clinic(place)
    for n in range(30):
        invite_one(place, other, f"+1312556{n:04d}")
    take(place, "hi")
    drain_replies(place.services)
    with place.services.database.transaction() as session:
        a_minute_ago = datetime.now(UTC) - timedelta(seconds=1)
        session.execute(
            update(Sender)
            .where(Sender.address == CLINIC_NUMBER)
            .values(held_until=a_minute_ago, held_code=20003)
        )
    drain_texts(place.services, as_of=NOON, batches=1)
    assert len(place.texts_to(PARENT)) == 1


def test_senders_whose_texts_are_all_held_back_use_up_no_turn(place: Installation) -> None:
    for n in range(5):
        clinic_id = open_clinic(
            place.services, name=f"C{n}", number=f"+1312555020{n + 3}", phone="1",
            time_zone="America/Chicago", booking_link="", offers=["OT"],
            messaging_service_sid=None, segments_per_second=1000,
        )  # fmt: skip
        invite_one(place, clinic_id, f"+1312557000{n}")
        take(place, "hi", number=f"+1312557000{n}", To=f"+1312555020{n + 3}")  # and is not read
    invite_one(place, place.clinic_id, PARENT)
    drain_texts(place.services, as_of=NOON, batches=4)
    assert len(place.texts_to(PARENT)) == 1


def test_when_the_day_ends_what_waits_is_put_off_in_large_steps(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"+1312{2000000 + n},form,2026-03-31\n" for n in range(200))
    file = io.BytesIO(f"number,consent_source,consent_date\n{rows}".encode())
    invite(place.services, place.clinic_id, file, name="l")
    night = NOON + timedelta(hours=12)
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(send_after=night))
    assert drain_texts(place.services, as_of=night, batches=8) == 0
    assert all(text.send_after > night for text in texts_of(place))


def test_a_text_that_cannot_be_opened_is_put_off_and_the_others_go(place: Installation) -> None:
    for number in (PARENT, "+13125550777"):
        take(place, "hi", number=number)
    drain_replies(place.services)
    with place.services.database.transaction() as session:
        session.execute(text("UPDATE texts SET body = 'x' WHERE id = (SELECT min(id) FROM texts)"))
    drain_texts(place.services)
    assert len(place.texts_to("+13125550777")) == 1
    with place.services.database.transaction() as session:
        state, after = session.execute(
            text("SELECT state, send_after FROM texts ORDER BY id LIMIT 1")
        ).one()
    assert state == "queued"
    assert after > datetime.now(UTC) + timedelta(minutes=9)


def test_a_parent_whose_texts_fail_keeps_no_other_parent_waiting(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(place, *["hi"] * 40)
    take(place, "hi", number="+13125550777")
    with place.services.database.transaction() as session:
        session.execute(
            text("UPDATE replies SET body = 'x' WHERE id < (SELECT max(id) FROM replies)")
        )
    assert drain_replies(place.services) == 1
    drain_texts(place.services)
    assert len(place.texts_to("+13125550777")) == 1


def test_two_texts_with_the_same_words_in_doubt_find_one_each(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only one of them reached the carrier: so only the other is sent again."""
    take(place, "hi")
    drain_replies(place.services)
    first = texts_of(place)[0]
    with place.services.database.transaction() as session:
        twin = TextRow(
            clinic_id=first.clinic_id, contact_id=first.contact_id, reply_id=first.reply_id,
            conversation_id=first.conversation_id, sender_id=first.sender_id, channel="sms",
            kind="consent", language="en", lane=first.lane, body=first.body, segments=2,
            send_after=first.send_after,
        )  # fmt: skip
        session.add(twin)
    real, calls = TwilioSms.send, []

    def lost(self: TwilioSms, **fields: str) -> Accepted:
        calls.append(1)
        if len(calls) == 1:
            real(self, **fields)
        raise OutcomeUnknown("time-out")

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", lost)
        drain_texts(place.services)
        drain_texts(place.services)
    assert len(calls) == 2
    assert settle_stale(place.services, timedelta(0)) == 2
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 2
    assert len({text.provider_id for text in texts_of(place)}) == 2
