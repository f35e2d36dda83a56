"""STOP in the very moment in which a reminder is due: a thousand tries, no text after the stop."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from service.domain.conversation import Conversation, Lane
from service.domain.vocabulary import Channel
from service.flows.claim import Turns, claim_paced
from service.flows.deliver import drain_texts
from service.flows.intake import Intake
from service.flows.pull import pull
from service.flows.reply import drain_replies
from service.store import clinics, contacts, conversations, texts
from service.store.models import TextRow
from tests.support.installation import Installation, installed
from tests.support.talk import in_open_hours
from tests.support.webhook import inbound

TRIES = 1000
NOON = in_open_hours()
LATER = NOON + timedelta(days=1)


@dataclass(frozen=True)
class Family:
    """One try: a number, and the reminder that waits for it."""

    number: str
    text_id: int


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    with installed(database_url, segments_per_second=10_000) as place:
        pull(place.services)
        yield place


def families(place: Installation) -> list[Family]:
    """A thousand families with a reminder each, not due before its try."""
    now = datetime.now(UTC)
    made = []
    with place.services.database.transaction() as session:
        sender = clinics.sender_of(session, place.clinic_id, "sms")
        assert sender is not None
        for n in range(TRIES):
            number = f"+1312{2000000 + n}"
            contact = contacts.lock_or_add(session, place.clinic_id, number, "en")
            row = conversations.open_new(
                session, contact, sender.sender_id, Conversation(), opened_by="staff", now=now
            )
            reminder = texts.NewText("booking_1", "words", Lane.REMINDER, "en", LATER)
            (queued,) = texts.queue(session, row, [reminder])
            made.append(Family(number, queued.id))
    return made


def fall_due(place: Installation, family: Family, before: Family | None) -> None:
    """Make one family's reminder due, and no other: so each try is about this one."""
    with place.services.database.transaction() as session:
        if before is not None:
            session.execute(
                update(TextRow)
                .where(TextRow.id == before.text_id, TextRow.state == "queued")
                .values(send_after=LATER)
            )
        session.execute(update(TextRow).where(TextRow.id == family.text_id).values(send_after=NOON))


def tidy_up(place: Installation) -> None:
    """What autovacuum does, which is off in tests: without it every claim wades through what the
    tries before left behind, and the planner knows empty tables."""
    with place.services.database.engine.connect() as connection:
        tidying = connection.execution_options(isolation_level="AUTOCOMMIT")
        tidying.execute(text("VACUUM ANALYZE texts, senders, replies, contacts, conversations"))


def test_no_reminder_is_claimed_once_the_stop_is_committed(place: Installation) -> None:
    chance = random.Random(4)
    services, intake = place.services, Intake(place.services)
    intake.take_sms(inbound("hello", "+13129999999"))  # the sender is known from here on
    waiting = families(place)
    stored_at: dict[str, datetime] = {}
    together = threading.Barrier(3)
    claiming = [0.005]
    """How long claims take here, in seconds: the stop comes somewhere within one."""

    def stop_them() -> None:
        """Each family's STOP comes in and is committed; the time right after is noted."""
        for family in waiting:
            together.wait(30)
            time.sleep(chance.random() * 2 * claiming[-1])
            intake.take_sms(inbound("STOP", family.number))
            stored_at[family.number] = datetime.now(UTC)
            together.wait(30)

    def send_them() -> None:
        """A worker claims what is due at that very moment."""
        for _ in waiting:
            together.wait(30)
            began = time.monotonic()
            claim_paced(services, Channel.SMS, NOON, 2, Turns())
            claiming.append(time.monotonic() - began)
            together.wait(30)

    with ThreadPoolExecutor(2) as pool:
        jobs = [pool.submit(stop_them), pool.submit(send_them)]
        for n, family in enumerate(waiting):
            if n % 50 == 1:
                tidy_up(place)
            fall_due(place, family, waiting[n - 1] if n else None)
            together.wait(30)
            together.wait(30)
        for job in jobs:
            job.result()
    with services.database.transaction() as session:
        claimed = {
            row[0]: row[1] for row in session.execute(select(TextRow.id, TextRow.claimed_at))
        }
    late = [f for f in waiting if (at := claimed[f.text_id]) and at > stored_at[f.number]]
    before = [f for f in waiting if claimed[f.text_id]]
    assert late == []
    # Both happened often, or the moment was never met.
    assert TRIES / 20 < len(before) < TRIES * 19 / 20
    # And what the unread stop held back is cancelled by it, never sent.
    while drain_replies(services):
        pass
    drain_texts(services, as_of=NOON)
    with services.database.transaction() as session:
        states = {row[0]: row[1] for row in session.execute(select(TextRow.id, TextRow.state))}
    assert {states[f.text_id] for f in waiting if f not in before} == {"cancelled"}
