"""Settling: what the carrier tells afterwards, and asking it about texts left in doubt.

A text whose sender died or lost the carrier's answer is *unknown*. It is never simply sent again:
a status callback settles it, or the carrier's own list of texts to that number (design P4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from service.channels.errors import TryLater
from service.channels.sms import Listed, is_refusal
from service.flows.services import Services
from service.flows.text_fate import PROVIDER_STATES, call_a_person, leave_alone
from service.store import texts

log = structlog.get_logger()

STALE = timedelta(seconds=30)
"""A claim this old outlived every call (5 s to start, 16 s at most): its sender died."""
ASKED_A_TICK = 8
"""Doubtful texts settled in one go: asking a slow carrier must not hold up everything else."""
CLOCK_SKEW = timedelta(minutes=2)
"""How far the carrier's clock and ours may disagree."""


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
    with services.database.transaction() as session:
        doubtful = [
            _Doubtful(
                w.text.id,
                w.from_address,
                w.contact.number or "",
                w.text.body,
                w.text.claimed_at,
            )
            for w in texts.lock_stale(session, stale, ASKED_A_TICK)
            if w.text.claimed_at is not None
        ]
        texts.mark_unknown(session, [d.id for d in doubtful])
    settled = 0
    for text in doubtful:
        try:
            # Asked outside any transaction: nobody waits for a row while the carrier thinks.
            listed = services.sms.sent_to(text.to, text.claimed_at - CLOCK_SKEW)
        except TryLater:
            break  # it will not answer for the others either
        settled += _settle(services, text, listed)
    return settled


def _settle(services: Services, doubtful: _Doubtful, listed: list[Listed]) -> bool:
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        text = texts.lock_text(session, doubtful.id)
        if text is None or text.state != "unknown" or text.claimed_at != doubtful.claimed_at:
            return False  # a callback or another worker was faster
        ours = texts.known_provider_ids(session, [item.provider_id for item in listed])
        match = next(
            (i for i in listed if i.provider_id not in ours and _is_ours(i, doubtful)), None
        )
        if match is not None:
            text.provider_id = match.provider_id
            texts.move_on(text, PROVIDER_STATES.get(match.status, "sent"), now)
        else:
            text.state, text.claimed_at = "queued", None
        log.info("text settled", text=text.id, state=text.state)
    return True


def _is_ours(item: Listed, doubtful: _Doubtful) -> bool:
    """Whether a text at the carrier is the doubtful one. A trial account puts words before it,
    and an account that discards bodies lists none: in doubt it counts as sent."""
    from_us = item.sender in ("", doubtful.sender)
    return from_us and (not item.body or doubtful.body in item.body)


def record_status(
    services: Services, text_id: int, provider_id: str, status: str, error_code: int | None
) -> bool:
    """Take in a status callback; False where no text of ours has this id.

    Callbacks come in any order and more than once: a state never goes back.
    """
    state = PROVIDER_STATES.get(status)
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        text = texts.lock_text(session, text_id)
        if text is None or (text.provider_id not in (None, provider_id)):
            return False
        text.provider_id = provider_id
        if state is None or not texts.move_on(text, state, now):
            return True
        if error_code is not None:
            text.error_code = error_code
        if state in ("undelivered", "failed"):
            call_a_person(session, text)
            if is_refusal(error_code):
                leave_alone(session, text, now)
    return True
