"""Answering replies: each acts once, in order per parent, all or nothing (design P2, P3)."""

from __future__ import annotations

import traceback
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind, ConsentEvent, Conversation, Lane
from service.domain.conversation.bursts import QUESTIONS
from service.domain.vocabulary import Language
from service.flows.pull import pull_before_answering
from service.flows.reply_turn import ReplyOf, read_by_nobody, turn_of
from service.flows.services import Nudge, Services, policy_for
from service.flows.turns import store_turn
from service.store import contacts, conversations, replies, texts
from service.store.models import Contact, ConversationRow, Reply
from service.store.replies import Parent
from service.store.state_json import load_conversation

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
    if reply.automatic:
        _keep(services, session, reply, now)
        return set()
    contact, row, state = _family_of(session, reply, now)
    of = ReplyOf(reply, contact, row, state)
    if not of.is_from_a_stranger:
        if texts.cancel_waiting(session, row.clinic_id, contact.id, "answered", lane=Lane.CAMPAIGN):
            # They wrote before our invitation went out: they get the first text as an answer.
            of = replace(of, state=replace(state, asked_consent=False))
        nudges = [reminder.text for reminder in services.packs.cadence.silence]
        texts.cancel_waiting(session, row.clinic_id, contact.id, "answered", kinds=nudges)
    waiting = texts.waiting_answers(session, contact.id)
    policy = policy_for(services, session, contact)
    unseen = any(answer.kind in QUESTIONS for answer in waiting)
    turn = turn_of(services, session, of, policy, now, unseen)
    queued = store_turn(
        services, session, row, contact, turn, policy, now, reply=reply, waiting=waiting
    )
    row.last_message_at = now
    reply.processed_at = now
    return {(text.send_after - now).total_seconds() for text in queued}


def _keep(services: Services, session: Session, reply: Reply, now: datetime) -> None:
    """What a machine wrote is shown to staff and never answered: two machines never talk."""
    reply.processed_at = now
    contact = _contact_of(session, reply)
    row = conversations.current(session, contact)
    if row is None:
        return
    reply.conversation_id = row.id
    of = ReplyOf(reply, contact, row, load_conversation(row.state))
    turn = read_by_nobody(services, of, policy_for(services, session, contact), now)
    conversations.open_alerts(session, row, turn.alerts, reply.id)


def _contact_of(session: Session, reply: Reply) -> Contact:
    """Who wrote, locked: whom a mail says it answers, else whoever has the address."""
    if reply.contact_id is not None:
        return contacts.lock(session, reply.clinic_id, reply.contact_id)
    return contacts.lock_or_add(session, reply.clinic_id, reply.from_address, Language.EN.value)


def _family_of(
    session: Session, reply: Reply, now: datetime
) -> tuple[Contact, ConversationRow, Conversation]:
    """The contact (locked), their open conversation and its state; both made where new."""
    contact = _contact_of(session, reply)
    row = conversations.current(session, contact)
    if row is not None and conversations.end_if_rested(session, row, now):
        row = None
    if row is None:
        state = Conversation(language=Language(contact.language))
        row = conversations.open_new(
            session,
            contact,
            reply.sender_id,
            state,
            opened_by="parent",
            now=now,
            channel=reply.channel,
        )
    else:
        state = load_conversation(row.state)
    reply.contact_id, reply.conversation_id = contact.id, row.id
    # The ledger is the truth about consent: staff or the carrier may have recorded a stop.
    event = contacts.consent_of(session, [contact.id]).get(contact.id)
    return contact, row, replace(state, stopped=event is ConsentEvent.REVOKED)


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
    contact = _contact_of(session, reply)
    row = conversations.open_new(
        session,
        contact,
        reply.sender_id,
        Conversation(language=language),
        opened_by="parent",
        now=datetime.now(UTC),
        channel=reply.channel,
    )
    return row
