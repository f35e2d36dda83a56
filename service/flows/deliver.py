"""Sending: claim, hand over, record; answers before everything that may wait.

A text is marked ``sending`` and committed before the carrier is called (``claim``). What happens
to it afterwards is recorded; where the answer was lost the outcome is *unknown*, and ``settle``
finds out (design P4).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session

from service.channels.errors import (
    ContentRefused,
    Misconfigured,
    OutcomeUnknown,
    SendError,
    TryLater,
)
from service.channels.mail_out import compose
from service.channels.sms import Accepted
from service.channels.smtp import ClaimLost
from service.domain.delivery import PROVIDER_STATES, TextState
from service.domain.vocabulary import Channel
from service.flows.claim import Claimed, Round, Turns, claim_paced, claim_prompt, clock
from service.flows.mail_draft import Draft
from service.flows.services import Nudge, Services
from service.flows.text_fate import take_refusal
from service.store import mail_threads, senders, texts
from service.store.models import TextRow

log = structlog.get_logger()

PARALLEL_CALLS = 8
BATCH = PARALLEL_CALLS
"""No more is claimed than can be handed over at once: a claim never waits behind another call."""
FRESH_SECONDS = 5.0
"""A claim older than this when its turn comes (a machine that slept) is given back, not sent."""
SOON_SECONDS = 60.0
"""What is put off for longer is found by a tick."""
MAILS_AGAIN_SECONDS = 1.0
"""While another thread sends mails, new ones are looked for after this."""
SHORTEST_WAIT_SECONDS = 0.2
"""A sender that another worker is serving right now is looked at again after this."""


def drain_texts(
    services: Services, as_of: datetime | None = None, batches: int | None = None
) -> int:
    """Send everything that is due; how many texts and mails were taken.

    Answers first, again before each batch of what may wait; and only one batch of those is in the
    hands of this process at a time, so that a slow carrier never has all its threads. For the same
    reason one thread alone sends mails: "call 911" by text never waits for a mail server. ``as_of``
    moves the clock of due times and sending hours (local runs only, which wait for their turn).
    With ``batches`` it sends so many at most and announces the rest, so that other work gets its
    turn.
    """
    sent = _drain(services, Channel.SMS, as_of, batches)
    if services.smtp is None:
        return sent
    if not services.mailing.acquire(blocking=as_of is not None):
        services.nudge(Nudge.TEXTS, MAILS_AGAIN_SECONDS)
        return sent
    try:
        return sent + _drain(services, Channel.EMAIL, as_of, batches)
    finally:
        services.mailing.release()


def _drain(
    services: Services, channel: Channel, as_of: datetime | None, batches: int | None
) -> int:
    sent = done = 0
    turns = Turns()
    with ThreadPoolExecutor(PARALLEL_CALLS, thread_name_prefix="send") as pool:

        def hand_over_all(found: Round) -> int:
            return sum(pool.map(lambda text: _deliver(services, text, as_of), found.claimed))

        while True:
            now = as_of or datetime.now(UTC)
            prompt = found = claim_prompt(services, channel, now, BATCH)
            if found.more:
                sent += hand_over_all(found)
            elif channel is Channel.EMAIL:
                found = claim_paced(services, channel, now, BATCH, turns)
                sent += hand_over_all(found)
            elif services.pacing.acquire(blocking=as_of is not None):
                try:
                    found = claim_paced(services, channel, now, BATCH, turns)
                    sent += hand_over_all(found)
                finally:
                    services.pacing.release()
            if not (prompt.more or found.more or found.sender_id):
                _come_back(services, prompt, found)
                return sent
            done += found.more
            if done == batches and found.more:
                services.nudge(Nudge.TEXTS)
                return sent


def _come_back(services: Services, prompt: Round, paced: Round) -> None:
    """Announce texts for the moment at which some that wait now may go."""
    waits = [r.wait_seconds for r in (prompt, paced) if r.wait_seconds is not None]
    if waits:
        services.nudge(Nudge.TEXTS, max(min(waits), SHORTEST_WAIT_SECONDS))


def _deliver(services: Services, text: Claimed, as_of: datetime | None) -> bool:
    """Hand over one text and record at once what came of it; whether the carrier took it."""
    return _record(services, text, _hand_over(services, text), as_of)


def _hand_over(services: Services, text: Claimed) -> Accepted | SendError:
    if clock() - text.clock > FRESH_SECONDS:
        return TryLater("the claim had grown old")
    try:
        if text.draft is not None:
            return _mail(services, text, text.draft)
        return services.sms.send(
            sender=text.sender,
            to=text.to,
            body=text.body,
            status_callback=f"{services.settings.public_base_url}/webhooks/twilio/status/{text.id}",
            valid_seconds=text.valid_seconds,
        )
    except SendError as error:
        return error
    except Exception as error:
        # Whatever it was, the carrier may have the text: never a reason to send it twice, nor to
        # leave the others of this batch unrecorded.
        log.error("send failed", text=text.id, error=type(error).__name__)
        return OutcomeUnknown(type(error).__name__)


def _mail(services: Services, claimed: Claimed, mail: Draft) -> Accepted:
    if services.smtp is None:
        raise Misconfigured("SMTP_URL is not set")
    try:
        raw = compose(mail.outgoing, datetime.now(UTC))
    except Exception as error:
        log.error("mail not written", text=claimed.id, error=type(error).__name__)
        raise ContentRefused(type(error).__name__) from error
    services.smtp.send(
        envelope_from=mail.envelope_from,
        to=mail.outgoing.to,
        mail=raw,
        before_last_dot=lambda: _about_to_go(services, claimed),
    )
    return Accepted(mail.outgoing.message_id, "sent")


def _about_to_go(services: Services, claimed: Claimed) -> None:
    """Write down that a mail is about to be completed: before this it certainly was not sent.
    Raises ``ClaimLost`` where it was taken from us meanwhile, or the parent said stop, and then it
    is not."""
    with services.database.transaction() as session:
        if not mail_threads.mark_handed(session, claimed.text_ids, claimed.claimed_at):
            raise ClaimLost("the claim had been given back")
        if mail_threads.stopped_meanwhile(session, claimed.text_ids):
            raise ClaimLost("a stop came in")


def _record(
    services: Services, claimed: Claimed, outcome: Accepted | SendError, as_of: datetime | None
) -> bool:
    """Write down what came of it, for all that travelled together; whether it was taken."""
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        for text_id in claimed.text_ids:
            text = texts.lock_text(session, text_id)
            if text is not None:  # else the family was erased while it was on its way
                _record_one(services, session, claimed, text, outcome, now, as_of or now)
    return isinstance(outcome, Accepted)


def _record_one(
    services: Services,
    session: Session,
    claimed: Claimed,
    text: TextRow,
    outcome: Accepted | SendError,
    now: datetime,
    due: datetime,
) -> None:
    if isinstance(outcome, Accepted):
        text.provider_id = text.provider_id or outcome.provider_id
        texts.move_on(text, PROVIDER_STATES.get(outcome.status, TextState.SENT), now)
        if senders.works(session, text.sender_id):
            services.nudge(Nudge.TEXTS)  # what the hold kept back goes on
        return
    if text.state not in _OPEN or text.claimed_at != claimed.claimed_at:
        return  # settled, or claimed by somebody else, while our call hung
    log.warning("text not taken", text=text.id, error=type(outcome).__name__, code=outcome.code)
    take_refusal(services, session, text, outcome, now, due)
    wait = (text.send_after - now).total_seconds()
    if text.state == TextState.QUEUED.value and wait < SOON_SECONDS:
        services.nudge(Nudge.TEXTS, max(wait, SHORTEST_WAIT_SECONDS))


_OPEN = (TextState.SENDING.value, TextState.UNKNOWN.value)
