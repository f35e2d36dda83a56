"""Sending: claim, pass the gate, hand over, record.

A text is marked ``sending`` and committed before the carrier is called. What happens to it
afterwards is recorded; where the answer was lost the outcome is *unknown*, and
``settle`` finds out (design P4).
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from service.channels.errors import (
    Misconfigured,
    NumberRefused,
    OptedOut,
    OutcomeUnknown,
    SendError,
    TryLater,
)
from service.channels.sms import Accepted
from service.domain.conversation import ConsentEvent, Lane
from service.domain.send_gate import Cancel, Facts, Send, Wait, judge
from service.flows.services import Nudge, Services, place_of
from service.flows.text_fate import (
    PROVIDER_STATES,
    call_a_person,
    leave_alone,
    take_the_carriers_stop,
)
from service.store import clinics, contacts, texts
from service.store.models import TextRow

log = structlog.get_logger()

PARALLEL_CALLS = 8
BATCH = PARALLEL_CALLS
"""No more is claimed than can be handed over at once: a claim never waits behind another call."""
FRESH_SECONDS = 5.0
"""A claim older than this when its turn comes (a machine that slept) is given back, not sent."""
LONGEST_PAUSE_SECONDS = 600
GIVE_UP_AFTER = timedelta(hours=24)
"""A text the carrier puts off for a whole day is given to a person."""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A text in our hands, as plain values that outlive the transaction."""

    id: int
    sender: str
    to: str
    body: str
    claimed_at: datetime
    clock: float
    """When it was claimed, on this process's own clock."""


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
        claimed_at, clock = datetime.now(UTC), time.monotonic()
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
                    w.text.claimed_at = claimed_at
                    w.text.claimed_by = services.name
                    w.text.attempts += 1
                    claimed.append(
                        _Claimed(
                            w.text.id,
                            w.from_address,
                            w.contact.number or "",
                            w.text.body,
                            claimed_at,
                            clock,
                        )
                    )
        return claimed


def _hand_over(services: Services, text: _Claimed) -> Accepted | SendError:
    if time.monotonic() - text.clock > FRESH_SECONDS:
        return TryLater("the claim had grown old")
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
        if text.state not in ("sending", "unknown") or text.claimed_at != claimed.claimed_at:
            return False  # settled, or claimed by somebody else, while our call hung
        text.error_code = outcome.code
        log.warning("text not taken", text=text.id, error=type(outcome).__name__, code=outcome.code)
        if isinstance(outcome, OptedOut):
            take_the_carriers_stop(session, text, claimed.claimed_at, now)
        elif isinstance(outcome, OutcomeUnknown):
            texts.move_on(text, "unknown", now)
        elif (
            isinstance(outcome, TryLater | Misconfigured) and now - text.created_at < GIVE_UP_AFTER
        ):
            text.state = "queued"
            text.send_after = (as_of or now) + _back_off(outcome, text)
            if isinstance(outcome, Misconfigured):
                call_a_person(session, text)
        else:
            texts.move_on(text, "failed", now)
            call_a_person(session, text)
            if isinstance(outcome, NumberRefused):
                leave_alone(session, text, now)
    return False


def _back_off(fault: SendError, text: TextRow) -> timedelta:
    """Doubling from 5 seconds to ten minutes; a fault of our set-up needs a person and so ten
    minutes at once. Spread by the text's id, so that many do not come back in the same second.
    """
    doubled = 5 * 2 ** min(text.attempts - 1, 7)
    if isinstance(fault, Misconfigured):
        doubled = LONGEST_PAUSE_SECONDS
    return timedelta(seconds=min(doubled, LONGEST_PAUSE_SECONDS) + text.id % 5)
