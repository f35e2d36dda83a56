"""Answering replies: each acts once, in order per parent, all or nothing (design P2, P3)."""

from __future__ import annotations

import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind, ConsentEvent, Conversation, Lane, Turn, advance
from service.domain.conversation.advance import wordless
from service.domain.conversation.bursts import QUESTIONS
from service.domain.reading import read
from service.domain.reading.types import Reading
from service.domain.vocabulary import Channel, Intent, Language
from service.flows.pull import pull_before_answering
from service.flows.services import Nudge, Services, local_zone, policy_for
from service.flows.turns import store_turn
from service.store import contacts, conversations, replies, texts
from service.store.models import Contact, ConversationRow, Reply
from service.store.replies import Parent
from service.store.state_json import dump_reading, load_conversation

log = structlog.get_logger()

LONGEST_WAIT_SECONDS = 60.0
"""What goes out later than this is found by a tick."""
GIVE_UP_AFTER = 3
"""Failures on one reply (a fault of ours) after which a person gets it and the line moves on."""


def drain_replies(services: Services, most: int | None = None) -> int:
    """Answer every waiting reply that nobody else is answering; how many were answered.

    With ``most`` it answers so many and announces the rest, so that sending gets its turn.
    """
    if not pull_before_answering(services):
        return 0  # whoever pulls announces replies at its end
    answered = 0
    failed: set[Parent] = set()
    while answered != most:
        parent = None
        try:
            with services.database.transaction() as session:
                reply = replies.take_next(session, failed)
                if reply is None:
                    return answered
                parent = reply.parent
                waits = _answer(services, session, reply)
        except Exception as error:
            if parent is None or isinstance(error, OperationalError | InterfaceError):
                raise  # the database's moment of weakness, not this reply's: the tick comes back
            # Nothing of this reply was stored; it stays first in its parent's line, and the
            # other parents go on.
            failed.add(parent)
            try:
                _after_failure(services, parent, error)
            except Exception as second:
                log.error("reply without a person", error=type(second).__name__)
            continue
        answered += 1
        # At once in any case: this reply may have kept other texts of its parent back.
        for seconds in {0.0, *waits}:
            if seconds <= LONGEST_WAIT_SECONDS:
                services.nudge(Nudge.TEXTS, max(seconds, 0.0))
    services.nudge(Nudge.REPLIES)
    return answered


def _answer(services: Services, session: Session, taken: replies.Taken) -> set[float]:
    """Read one reply and store what it leads to; in how many seconds its texts may go out."""
    now = datetime.now(UTC)
    reply = replies.open_reply(session, taken)
    contact, row, state = _family_of(session, reply, now)
    if texts.cancel_waiting(session, row.clinic_id, contact.id, "answered", lane=Lane.CAMPAIGN):
        # They wrote before our invitation went out: they get the first text as an answer.
        state = replace(state, asked_consent=False)
    nudges = [reminder.text for reminder in services.packs.cadence.silence]
    texts.cancel_waiting(session, row.clinic_id, contact.id, "answered", kinds=nudges)
    waiting = texts.waiting_answers(session, contact.id)
    policy = policy_for(services, session, contact)
    if not reply.from_address.startswith("+"):
        # A short code: a machine of somebody's. A person sees it, and no two machines talk.
        turn = Turn(state, alerts=(AlertKind.UNREAD,))
    elif reply.body.strip():
        here = now.astimezone(local_zone(contact, policy.clinic))
        reading = read(
            reply.body,
            state.context(here, Channel.SMS, services.packs.checklist),
            services.packs.lexicon,
        )
        if _carrier_decides(reply.carrier_keyword, state, reading):
            reading = replace(reading, intent=Intent((reply.carrier_keyword or "").lower()))
        unseen = any(answer.kind in QUESTIONS for answer in waiting)
        turn = advance(state, reading, policy, here, unseen=unseen)
        turn = _without_second_confirmation(turn, reply)
        reply.reading = dump_reading(reading)
    else:
        turn = wordless(state, reply.media_count > 0, policy, now)
    if reply.media_count and reply.body.strip():
        turn = turn.also(alerts=(AlertKind.UNREAD,))
    queued = store_turn(
        services, session, row, contact, turn, policy, now, reply=reply, waiting=waiting
    )
    row.last_message_at = now
    reply.processed_at = now
    return {(text.send_after - now).total_seconds() for text in queued}


def _family_of(
    session: Session, reply: Reply, now: datetime
) -> tuple[Contact, ConversationRow, Conversation]:
    """The contact (locked), their open conversation and its state; both made where new."""
    contact = contacts.lock_or_add(session, reply.clinic_id, reply.from_address, Language.EN.value)
    row = conversations.current(session, contact)
    if row is not None and conversations.end_if_rested(session, row, now):
        row = None
    if row is None:
        state = Conversation(language=Language(contact.language))
        row = conversations.open_new(
            session, contact, reply.sender_id, state, opened_by="parent", now=now
        )
    else:
        state = load_conversation(row.state)
    reply.contact_id, reply.conversation_id = contact.id, row.id
    # The ledger is the truth about consent: staff or the carrier may have recorded a stop.
    event = contacts.consent_of(session, [contact.id]).get(contact.id)
    return contact, row, replace(state, stopped=event is ConsentEvent.REVOKED)


def _carrier_decides(keyword: str | None, state: Conversation, reading: Reading) -> bool:
    """Whether what the carrier did by itself outranks our reading.

    A stop always does. Its words for START hold YES, which is an answer unless they had stopped.
    """
    if keyword == "START":
        return state.stopped
    return keyword == "STOP" or (keyword == "HELP" and reading.intent is None)


def _without_second_confirmation(turn: Turn, reply: Reply) -> Turn:
    """Leave out what the carrier said itself: a second confirmation fails with 21610."""
    said = _CARRIER_SAID.get(reply.carrier_keyword or "")
    return replace(turn, texts=tuple(text for text in turn.texts if text.key != said))


_CARRIER_SAID = {"STOP": "stop_confirmed", "START": "start_again", "HELP": "help"}


def _where(error: BaseException) -> list[str]:
    """The way to a fault by file and line; its message and variables may hold a parent's words."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return [f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames]


def _after_failure(services: Services, parent: Parent, error: Exception) -> None:
    """Count it; after a few times the line moves on and a person gets the reply."""
    with services.database.transaction() as session:
        reply_id, attempts = replies.count_failure(session, parent)
    log.error(
        "reply failed",
        reply=reply_id,
        attempts=attempts,
        error=type(error).__name__,
        where=_where(error),
    )
    if attempts < GIVE_UP_AFTER:
        return
    try:
        with services.database.transaction() as session:
            replies.give_up(session, reply_id)
            row = replies.conversation_of(session, parent) or _new_conversation(session, reply_id)
            # Its state is not touched: it may be the very thing that cannot be read.
            replies.assign(session, reply_id, row)
            conversations.open_alerts(session, row, (AlertKind.STUCK,), reply_id)
            row.last_message_at = datetime.now(UTC)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # Not even a conversation can be made: the line moves on all the same.
        with services.database.transaction() as session:
            replies.give_up(session, reply_id)
        raise


def _new_conversation(session: Session, reply_id: int) -> ConversationRow:
    """Somewhere to show a parent's very first reply, where answering it failed."""
    reply = session.get_one(Reply, reply_id)
    language = Language.EN
    contact = contacts.lock_or_add(session, reply.clinic_id, reply.from_address, language.value)
    row = conversations.open_new(
        session,
        contact,
        reply.sender_id,
        Conversation(language=language),
        opened_by="parent",
        now=datetime.now(UTC),
    )
    return row
