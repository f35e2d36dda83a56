"""Sending: claim, pass the gate, hand over, record; and settle what a crash left open.

A text is marked ``sending`` and committed before the carrier is called. What happens to it
afterwards is recorded; where the answer was lost the outcome is *unknown*, and only the
carrier's own word that it has no such text lets it go out again (design P4).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from service.channels.errors import (
    Misconfigured,
    OptedOut,
    OutcomeUnknown,
    SendError,
    TryLater,
)
from service.channels.sms import Accepted
from service.domain.conversation import AlertKind, ConsentEvent, Lane
from service.domain.send_gate import Cancel, Facts, Send, Wait, judge
from service.flows.services import Nudge, Services, place_of
from service.store import clinics, contacts, conversations, texts
from service.store.models import ConversationRow, TextRow

log = structlog.get_logger()

BATCH = 32
PARALLEL_CALLS = 8
STALE = timedelta(seconds=20)
"""A claim this old outlived the carrier call (10 s at most): its sender died or lost the answer."""
CLOCK_SKEW = timedelta(minutes=2)
"""How far the carrier's clock and ours may disagree."""
MOST_ATTEMPTS = 8

PROVIDER_STATES = {
    "accepted": "sent",
    "scheduled": "sent",
    "queued": "sent",
    "sending": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
"""Twilio's words for where a text stands, in ours."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A text in our hands, as plain values that outlive the transaction."""

    id: int
    sender: str
    to: str
    body: str


@dataclass(frozen=True, slots=True)
class _Doubtful:
    """A text the carrier may or may not have."""

    id: int
    to: str
    body: str
    claimed_at: datetime


def drain_texts(
    services: Services, as_of: datetime | None = None, batches: int | None = None
) -> int:
    """Send everything that is due; how many texts the carrier took.

    ``as_of`` moves the clock of due times and sending hours (local runs only). With ``batches``
    it sends so many at most and announces the rest, so that other work gets its turn.
    """
    sent = done = 0
    with ThreadPoolExecutor(PARALLEL_CALLS, thread_name_prefix="send") as pool:
        while claimed := _claim(services, as_of or datetime.now(UTC)):
            done += 1
            ready = [c for c in claimed if c is not None]
            for text, outcome in zip(
                ready, pool.map(lambda c: _hand_over(services, c), ready), strict=True
            ):
                sent += _record(services, text, outcome, as_of)
            if done == batches:
                services.nudge(Nudge.TEXTS)
                break
    return sent


def _claim(services: Services, now: datetime) -> list[_Claimed | None]:
    """Mark a batch as ours. A None stands for a text the gate held back: there may be more."""
    with services.database.transaction() as session:
        waiting = texts.lock_waiting(session, now, BATCH)
        events = contacts.consent_of(session, [w.contact.id for w in waiting])
        facts_of = {w.text.clinic_id: clinics.facts(session, w.text.clinic_id) for w in waiting}
        claimed: list[_Claimed | None] = []
        for w in waiting:
            verdict = judge(
                Facts(
                    kind=w.text.kind,
                    lane=Lane(w.text.lane),
                    revoked=events.get(w.contact.id) is ConsentEvent.REVOKED,
                    paused=w.conversation.paused,
                    booked=w.conversation.booked,
                ),
                place_of(services, w.contact, facts_of[w.text.clinic_id]),
                now,
            )
            match verdict:
                case Cancel(reason):
                    w.text.cancel_reason = reason
                    texts.move_on(w.text, "cancelled", now)
                    claimed.append(None)
                case Wait(until):
                    w.text.send_after = until
                    claimed.append(None)
                case Send():
                    w.text.state = "sending"
                    w.text.claimed_at = datetime.now(UTC)
                    w.text.claimed_by = services.name
                    w.text.attempts += 1
                    claimed.append(
                        _Claimed(w.text.id, w.from_address, w.contact.number or "", w.text.body)
                    )
        return claimed


def _hand_over(services: Services, text: _Claimed) -> Accepted | SendError:
    try:
        return services.sms.send(
            sender=text.sender,
            to=text.to,
            body=text.body,
            status_callback=f"{services.settings.public_base_url}/webhooks/twilio/status/{text.id}",
        )
    except SendError as error:
        return error
    except Exception as error:
        # Whatever it was, the carrier may have the text: never a reason to send it twice, nor to
        # leave the others of this batch unrecorded.
        log.error("send failed", text=text.id, error=type(error).__name__)
        return OutcomeUnknown(type(error).__name__)


def _record(
    services: Services, claimed: _Claimed, outcome: Accepted | SendError, as_of: datetime | None
) -> bool:
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        text = texts.lock_text(session, claimed.id)
        if text is None:  # the family was erased while the text was on its way
            return isinstance(outcome, Accepted)
        if isinstance(outcome, Accepted):
            text.provider_id = text.provider_id or outcome.provider_id
            texts.move_on(text, PROVIDER_STATES.get(outcome.status, "sent"), now)
            return True
        text.error_code = outcome.code
        log.warning("text not taken", text=text.id, error=type(outcome).__name__, code=outcome.code)
        if isinstance(outcome, OptedOut):
            # Also where the carrier took a STOP by itself: our own confirmation comes too late.
            text.cancel_reason = "stopped"
            texts.move_on(text, "cancelled", now)
            contact = contacts.lock(session, text.clinic_id, text.contact_id)
            if not contacts.is_revoked(session, contact.id):
                contacts.record_consent(session, contact, ConsentEvent.REVOKED, "carrier", now)
            return False
        if isinstance(outcome, OutcomeUnknown):
            texts.move_on(text, "unknown", now)
        elif isinstance(outcome, TryLater | Misconfigured) and text.attempts < MOST_ATTEMPTS:
            text.state = "queued"
            text.send_after = (as_of or now) + _back_off(outcome, text)
        else:
            texts.move_on(text, "failed", now)
        if not isinstance(outcome, TryLater | OutcomeUnknown) or text.state == "failed":
            row = session.get_one(ConversationRow, text.conversation_id)
            conversations.open_alerts(session, row, (AlertKind.UNDELIVERED,), None)
    return False


def _back_off(fault: SendError, text: TextRow) -> timedelta:
    """Doubling from 5 seconds; a fault of our set-up needs a person and so ten minutes at least.

    Spread by the text's id, so that many texts do not come back in the same second.
    """
    seconds = 5 * 2 ** (text.attempts - 1) + text.id % 5
    return timedelta(seconds=max(seconds, 600) if isinstance(fault, Misconfigured) else seconds)


def settle_stale(services: Services, stale: timedelta = STALE) -> int:
    """Find out what became of texts whose sender died or lost the answer; how many were settled.

    Proof of sending is a text at the carrier with the same words to the same number, since the
    claim, that no other text of ours accounts for. Proof of absence is its complete list
    without one. Where the carrier cannot be asked the text stays unknown until the next time.
    """
    with services.database.transaction() as session:
        doubtful = [
            _Doubtful(w.text.id, w.contact.number or "", w.text.body, w.text.claimed_at)
            for w in texts.lock_stale(session, stale, BATCH)
            if w.text.claimed_at is not None
        ]
        texts.mark_unknown(session, [d.id for d in doubtful])
    return sum(_settle(services, text) for text in doubtful)


def _settle(services: Services, doubtful: _Doubtful) -> bool:
    try:
        # Asked outside any transaction: nobody waits for a row while the carrier thinks.
        listed = services.sms.sent_to(doubtful.to, doubtful.claimed_at - CLOCK_SKEW)
    except TryLater:
        return False
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        text = texts.lock_text(session, doubtful.id)
        if text is None or text.state != "unknown" or text.claimed_at != doubtful.claimed_at:
            return False  # a callback or another worker was faster
        ours = texts.known_provider_ids(session, [item.provider_id for item in listed])
        match = next(
            (i for i in listed if i.body == doubtful.body and i.provider_id not in ours), None
        )
        if match is not None:
            text.provider_id = match.provider_id
            texts.move_on(text, PROVIDER_STATES.get(match.status, "sent"), now)
        elif text.attempts < MOST_ATTEMPTS:
            text.state, text.claimed_at = "queued", None
        else:
            texts.move_on(text, "failed", now)
            row = session.get_one(ConversationRow, text.conversation_id)
            conversations.open_alerts(session, row, (AlertKind.UNDELIVERED,), None)
        log.info("text settled", text=text.id, state=text.state)
    return True


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
            row = session.get_one(ConversationRow, text.conversation_id)
            conversations.open_alerts(session, row, (AlertKind.UNDELIVERED,), None)
    return True
