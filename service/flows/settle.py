"""Settling: what the carrier tells afterwards, and asking it about texts left in doubt.

A text whose sender died or lost the carrier's answer is *unknown*. It is never simply sent again:
a status callback settles it, or the carrier's own list of texts to that number (design P4). Where
neither does within a day, a person is called.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from service.channels.errors import TryLater
from service.channels.sms import Listed
from service.domain.delivery import TextState
from service.flows.services import Nudge, Services
from service.flows.text_fate import give_to_a_person, put_back, take_news
from service.store import contacts, doubts, texts

log = structlog.get_logger()

STALE = timedelta(seconds=45)
"""A claim this old outlived every call: 5 s to start, some 10 to find the carrier's address, 3 for
each of its addresses to connect, 8 to be answered. Its sender died, or lost the answer."""
ASKED_AT_ONCE = 8
LONGEST_SECONDS = 10.0
"""How long one round may ask: a slow carrier must not hold up everything else."""
CLOCK_SKEW = timedelta(minutes=2)
"""How far the carrier's clock and ours may disagree."""
A_PERSON_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Doubtful:
    """A text the carrier may or may not have."""

    id: int
    sender: str
    to: str
    body: str
    claimed_at: datetime


def settle_stale(services: Services, stale: timedelta = STALE) -> int:
    """Find out what became of texts whose sender died or lost the answer; how many were settled.

    Proof of sending is a text at the carrier with the same words to the same number, since the
    claim, that no other text of ours accounts for. Proof of absence is its complete list
    without one. Where the carrier cannot be asked the text stays unknown until the next time.
    """
    settled = 0
    began, clock = datetime.now(UTC), time.monotonic()
    with ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="settle") as pool:
        while doubtful := _take_doubtful(services, stale, began):
            answers = list(pool.map(lambda text: _ask(services, text), doubtful))
            settled += sum(answer is True for answer in answers)
            away = all(answer is None for answer in answers)
            if away or time.monotonic() - clock > LONGEST_SECONDS:
                break
    if settled:
        services.nudge(Nudge.TEXTS)
    return settled


def _take_doubtful(services: Services, stale: timedelta, began: datetime) -> list[_Doubtful]:
    """The next texts in doubt that this round has not asked about yet, marked as unknown."""
    with services.database.transaction() as session:
        found = doubts.lock_stale(session, stale, began, ASKED_AT_ONCE)
        now = datetime.now(UTC)
        doubtful = []
        for w in found:
            claimed_at = w.text.claimed_at or w.text.created_at
            w.text.asked_at = now
            w.text.state = TextState.UNKNOWN.value
            doubtful.append(
                _Doubtful(
                    w.text.id, w.from_address, w.contact.number or "", w.text.body, claimed_at
                )
            )
        return doubtful


def _ask(services: Services, text: _Doubtful) -> bool | None:
    """Settle one text; None where the carrier could not be asked."""
    try:
        # Asked outside any transaction: nobody waits for a row while the carrier thinks.
        listed = services.sms.sent_to(text.to, text.claimed_at - CLOCK_SKEW)
    except TryLater:
        _call_a_person_after_a_day(services, text)
        return None
    except Exception as error:
        log.error("text not settled", text=text.id, error=type(error).__name__)
        return None
    return _settle(services, text, listed)


def _settle(services: Services, doubtful: _Doubtful, listed: list[Listed]) -> bool:
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        text = texts.lock_text(session, doubtful.id)
        if (
            text is None
            or text.state != TextState.UNKNOWN.value
            or text.claimed_at != doubtful.claimed_at
        ):
            return False  # a callback or another worker was faster
        # Two texts with the same words in doubt at once: each finds one of its own.
        contacts.lock(session, text.clinic_id, text.contact_id)
        ours = texts.known_provider_ids(session, [item.provider_id for item in listed])
        match = next(
            (i for i in listed if i.provider_id not in ours and _is_ours(i, doubtful)), None
        )
        if match is not None:
            text.provider_id = match.provider_id
            texts.move_on(text, TextState.SENT, now)
            take_news(services, session, text, match.status, match.error_code, now)
        else:
            put_back(services, session, text, now)
        log.info("text settled", text=text.id, state=text.state)
    return True


def _call_a_person_after_a_day(services: Services, doubtful: _Doubtful) -> None:
    now = datetime.now(UTC)
    if now - doubtful.claimed_at < A_PERSON_AFTER:
        return
    with services.database.transaction() as session:
        text = texts.lock_text(session, doubtful.id)
        if text is not None and text.state == TextState.UNKNOWN.value and text.settled_at is None:
            give_to_a_person(session, text, now)
            log.error("text never settled", text=text.id)


def _is_ours(item: Listed, doubtful: _Doubtful) -> bool:
    """Whether a text at the carrier is the doubtful one. A trial account puts words before it,
    and an account that discards bodies lists none: in doubt it counts as sent."""
    from_us = item.sender in ("", doubtful.sender)
    return from_us and (not item.body or _plain(doubtful.body) in _plain(item.body))


def _plain(body: str) -> str:
    """Words alone: carriers trim and join blanks."""
    return " ".join(body.split())


def record_status(
    services: Services, text_id: int, provider_id: str, status: str, error_code: int | None
) -> bool:
    """Take in a status callback; False where no text of ours has this id.

    Callbacks come in any order and more than once: a state never goes back.
    """
    with services.database.transaction() as session:
        text = texts.lock_text(session, text_id)
        if text is None or (text.provider_id not in (None, provider_id)):
            return False
        text.provider_id = provider_id
        take_news(services, session, text, status, error_code, datetime.now(UTC))
    return True
