"""The mails of a conversation as a thread: what the next one answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import structlog
from cryptography.fernet import InvalidToken
from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from service.domain.conversation import ConsentEvent, Lane
from service.domain.delivery import TextState
from service.domain.send_gate import LAST_WORDS
from service.domain.vocabulary import Channel
from service.store.contacts import consents_of
from service.store.mail_json import MailFacts, load_mail
from service.store.models import Reply, TextRow
from service.store.models.message import MAIL
from service.store.state_json import Unreadable
from service.store.texts import LIVE

log = structlog.get_logger()

_LOOK_BACK = 8


class Before(NamedTuple):
    """What came before a mail in its conversation."""

    last_heard: MailFacts | None
    """The contact's own last mail; what machines and strangers wrote leads no thread."""
    last_told: int | None
    """The first text of our last mail."""


def mails_before(session: Session, text: TextRow) -> Before:
    """What a text that goes out by email follows."""
    heard = (
        select(Reply.mail)
        .where(
            Reply.conversation_id == text.conversation_id,
            Reply.provider == MAIL,
            Reply.automatic.is_(False),
        )
        .order_by(Reply.id.desc())
        .limit(_LOOK_BACK)
    )
    told = session.scalar(
        select(TextRow.id)
        .where(
            TextRow.conversation_id == text.conversation_id,
            TextRow.channel == Channel.EMAIL.value,
            TextRow.id < text.id,
            TextRow.rides_with.is_(None),
            TextRow.state.in_(LIVE),
        )
        .order_by(TextRow.id.desc())
        .limit(1)
    )
    return Before(_own_facts(session, heard), told)


def _own_facts(session: Session, heard: Select[str | None]) -> MailFacts | None:
    """The newest facts that are not a stranger's; None also where they cannot be opened any more:
    an answer outside its thread is better than none."""
    try:
        facts = [load_mail(mail) for mail in session.scalars(heard) if mail is not None]
    except (InvalidToken, Unreadable) as error:
        log.error("mail facts unreadable", error=type(error).__name__)
        return None
    return next((fact for fact in facts if not fact.from_stranger), None)


def travelled_with(session: Session, text_id: int) -> list[TextRow]:
    """The texts of one mail, locked: the one that gave it its Message-ID, and those beside it."""
    return list(
        session.scalars(
            select(TextRow)
            .where((TextRow.id == text_id) | (TextRow.rides_with == text_id))
            .order_by(TextRow.id)
            .with_for_update()
        )
    )


def mark_handed(session: Session, text_ids: Sequence[int], claimed_at: datetime) -> bool:
    """Write down that a mail is about to be completed; False where it is not ours any more."""
    marked = session.execute(
        update(TextRow)
        .where(
            TextRow.id.in_(text_ids),
            TextRow.state == TextState.SENDING.value,
            TextRow.claimed_at == claimed_at,
        )
        .values(handed_at=func.clock_timestamp())
        .returning(TextRow.id)
    )
    return len(marked.all()) == len(text_ids)


def stopped_meanwhile(session: Session, text_ids: Sequence[int]) -> bool:
    """Whether a contact has said stop since these texts of theirs were claimed; what belongs to the
    stop itself, and safety words, go out all the same."""
    contacts_of = session.scalars(
        select(TextRow.contact_id)
        .distinct()
        .where(
            TextRow.id.in_(text_ids),
            TextRow.kind.not_in(LAST_WORDS),
            TextRow.lane != int(Lane.SAFETY),
        )
    ).all()
    found = consents_of(session, contacts_of)
    return any(
        found.of_all.get(contact) is ConsentEvent.REVOKED
        or (contact, Channel.EMAIL.value) in found.stopped
        for contact in contacts_of
    )


def answered_since(session: Session, contact_id: int, hours: float) -> int:
    """How many mails answered this contact within the last ``hours``."""
    return (
        session.scalar(
            select(func.count())
            .select_from(TextRow)
            .where(
                TextRow.contact_id == contact_id,
                TextRow.channel == Channel.EMAIL.value,
                TextRow.reply_id.is_not(None),
                TextRow.rides_with.is_(None),
                TextRow.state.in_(LIVE),
                TextRow.created_at > func.now() - func.make_interval(0, 0, 0, 0, hours),
            )
        )
        or 0
    )


def last_told(session: Session, conversation_id: int) -> list[str]:
    """The words of the newest texts that went out by email in a conversation."""
    return list(
        session.scalars(
            select(TextRow.body)
            .where(
                TextRow.conversation_id == conversation_id,
                TextRow.channel == Channel.EMAIL.value,
                TextRow.state.in_(LIVE),
            )
            .order_by(TextRow.id.desc())
            .limit(_LOOK_BACK)
        )
    )


def last_words_by_mail(session: Session, conversation_id: int, before: int) -> str | None:
    """The words of the mail before reply ``before``, or None."""
    return session.scalar(
        select(Reply.body)
        .where(Reply.conversation_id == conversation_id, Reply.provider == MAIL, Reply.id < before)
        .order_by(Reply.id.desc())
        .limit(1)
    )
