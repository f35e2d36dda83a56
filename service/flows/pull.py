"""The pull: what the carrier has from parents and we have not, and news of texts that stay silent.

A webhook that met no server or no database is retried for seconds; what the carrier gave up on
stands in its own list for months. So the list is read every ten minutes, when a process starts,
and after each restart of the database before anything is answered (design P1).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from service.channels.errors import TryLater
from service.channels.sms import Received
from service.flows.intake import BadMessage, as_incoming, check
from service.flows.services import Nudge, Services
from service.flows.text_fate import take_news
from service.store import clinics, pulls, replies, senders, texts
from service.store.clinics import SenderRef

log = structlog.get_logger()

STORED_AT_ONCE = 200
END_OF_SECOND = timedelta(milliseconds=990)
MOST_LISTED = timedelta(milliseconds=20)
"""Room for twenty thousand listed messages, a microsecond apart, before the pull began."""
PAUSES = (0.3, 1.0)
"""Before a list that could not be had is asked for once more: one bad answer must not cost the
order in which replies are read."""
SILENT_AFTER = timedelta(hours=1)
"""A text without any report for so long is asked about."""
SILENT_FOR_GOOD = timedelta(days=2)
ASKED_A_PULL = 200
PARALLEL_CALLS = 8


def pull(services: Services, as_of: datetime | None = None) -> int:
    """Take in every message a parent wrote that is missing here; how many were.

    Does nothing unless a pull is due, wanted or owed (``pulls.due``). Where the carrier cannot be
    asked, the next pull reaches back as far, and comes soon.
    """
    with services.database.one_at_a_time(pulls.ONE_AT_A_TIME) as ours:
        return _pull(services, as_of or datetime.now(UTC)) if ours else 0


def pull_at_once(services: Services) -> bool:
    """Something may have been missed: pull now; whether it was this process that did. Where
    another is at it, what is wanted is noted, and the next tick goes on."""
    with services.database.transaction() as session:
        pulls.want(session)
    with services.database.one_at_a_time(pulls.ONE_AT_A_TIME) as ours:
        if ours:
            _pull(services, datetime.now(UTC))
        return ours


def want_pull(services: Services) -> None:
    """Something may have been missed: let a worker pull now, or the next tick."""
    with services.database.transaction() as session:
        pulls.want(session)
    services.nudge(Nudge.PULL)


def pull_before_answering(services: Services) -> bool:
    """Whether answering may go on: after a restart of the database the missing messages come
    first, so that a parent's replies are read in the order in which they were written."""
    with services.database.transaction() as session:
        if not pulls.owed(session):
            return True
    with services.database.one_at_a_time(pulls.ONE_AT_A_TIME) as ours:
        if ours:
            _pull(services, datetime.now(UTC))
    return ours


def _pull(services: Services, now: datetime) -> int:
    with services.database.transaction() as session:
        due = pulls.due(session, now)
    missing = 0
    away = False
    with ThreadPoolExecutor(PARALLEL_CALLS, thread_name_prefix="pull") as pool:
        for start in range(0, len(due), PARALLEL_CALLS):
            part = due[start : start + PARALLEL_CALLS]
            # A carrier that answered for none of these is not waited for once a sender.
            found = [None] * len(part) if away else list(pool.map(_of_one(services), part))
            away = away or all(count is None for count in found)
            missing += sum(count or 0 for count in found)
            with services.database.transaction() as session:
                for one, count in zip(part, found, strict=True):
                    pulls.end(session, one, complete=count is not None)
    if due:
        services.nudge(Nudge.REPLIES)
        ask_about_silent(services)
    return missing


def _of_one(services: Services) -> Callable[[pulls.Pull], int | None]:
    """How many messages of one sender were missing; None where the pull is not complete."""

    def take(one: pulls.Pull) -> int | None:
        try:
            for wait in PAUSES:
                try:
                    return _take_missing(services, one)
                except TryLater:
                    time.sleep(wait)
            return _take_missing(services, one)
        except TryLater as error:
            log.warning("pull incomplete", sender=one.sender_id, error=str(error))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Whatever one sender's list holds, the others are pulled and everybody is answered.
            log.error("pull failed", sender=one.sender_id, error=type(error).__name__)
        return None

    return take


def ask_about_silent(services: Services) -> int:
    """Ask the carrier about texts sent an hour ago that it never reported on; how many had news."""
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        silent = pulls.lock_silent(session, SILENT_AFTER, SILENT_FOR_GOOD, ASKED_A_PULL)
        for text in silent:
            text.asked_at = now
        asked = [(text.id, text.provider_id or "") for text in silent]
    if not asked:
        return 0
    with ThreadPoolExecutor(PARALLEL_CALLS, thread_name_prefix="ask") as pool:
        return sum(pool.map(lambda text: _ask(services, *text), asked))


def _ask(services: Services, text_id: int, provider_id: str) -> bool:
    try:
        standing = services.sms.standing_of(provider_id)
    except TryLater:
        return False
    if standing is None:
        return False
    with services.database.transaction() as session:
        text = texts.lock_text(session, text_id)
        if text is None or text.provider_id != provider_id:
            return False
        if standing.status == "sent":
            # An hour later nothing speaks against it: some carriers report no more than this.
            senders.works(session, text.sender_id, reported=True)
        return take_news(
            services, session, text, standing.status, standing.error_code, datetime.now(UTC)
        )


def _take_missing(services: Services, one: pulls.Pull) -> int:
    """List one sender's messages and store, oldest first, those that are not there."""
    listed = services.sms.received_by(one.number, one.since)
    incomplete: TryLater | None = None
    try:
        for number in _pool_of(services, one):
            listed += services.sms.received_by(number, one.since)
    except TryLater as error:
        incomplete = error  # what the sender's own number has is taken in all the same
    listed.sort(key=lambda item: item.written_at)
    missing = sum(
        _store_part(services, one, listed[start : start + STORED_AT_ONCE], start)
        for start in range(0, len(listed), STORED_AT_ONCE)
    )
    if missing:
        log.warning("replies pulled", sender=one.sender_id, count=missing)
    if incomplete is not None:
        raise incomplete
    return missing


def _store_part(services: Services, one: pulls.Pull, part: list[Received], start: int) -> int:
    """Store what is missing of some listed messages, and put those that wait in their places.

    The carrier's times are whole seconds, and ours are not: within a second, what came to us first
    is first, and what it lists keeps its own order. None stands behind what came after the pull
    began.
    """
    sender = SenderRef(one.sender_id, one.clinic_id, one.number)
    missing = 0
    with services.database.transaction() as session:
        known = replies.known_among(session, "twilio", [item.provider_id for item in part])
        for place, item in enumerate(part, start):
            moment = min(item.written_at + END_OF_SECOND, one.began_at - MOST_LISTED)
            moment += timedelta(microseconds=place)
            if item.provider_id not in known and _store(session, item, sender, moment):
                missing += 1
            else:
                # Also one that its webhook brought in this very moment: its neighbours in the
                # list have just been given places as well.
                replies.put_in_place(session, "twilio", item.provider_id, moment)
    return missing


def _pool_of(services: Services, one: pulls.Pull) -> list[str]:
    """The other numbers of the sender's messaging service: replies to them are its clinic's."""
    if one.messaging_service_sid is None:
        return []
    pool = services.sms.numbers_of_service(one.messaging_service_sid)
    with services.database.transaction() as session:
        known = clinics.senders_among(session, pool)
    return [number for number in pool if number not in known]


def _store(session: Session, item: Received, sender: SenderRef, moment: datetime) -> bool:
    fields = {
        "MessageSid": item.provider_id,
        "From": item.sender,
        "To": item.to,
        "Body": item.body,
        "NumMedia": str(item.media_count),
    }
    try:
        check(fields)
        incoming = as_incoming(fields, sender)
    except BadMessage as error:
        log.warning("listed message not taken", error=str(error))
        return False
    return replies.add(session, replace(incoming, written_at=moment))
