"""Stored conversations for reading again: page by page by key, the parents' words and no more.

Numbers, names and our own texts stay sealed: of a text only its kind, language and time are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.store.models import Contact, ConversationRow, Reply, TextRow


class StoredConversation(NamedTuple):
    """A conversation without its messages. ``state`` is JSON, see ``state_json``."""

    id: int
    clinic_id: int
    opened_by: str
    created_at: datetime
    state: str
    time_zone: str | None
    """The parent's own zone, where it is known."""


class StoredReply(NamedTuple):
    """A reply that was read."""

    conversation_id: int
    id: int
    body: str
    carrier_keyword: str | None
    provider: str
    processed_at: datetime


class StoredText(NamedTuple):
    """A text of ours, without its words."""

    conversation_id: int
    id: int
    kind: str
    language: str
    reply_id: int | None
    created_at: datetime


def newest(
    session: Session,
    *,
    before: int | None,
    since: datetime | None,
    clinic_id: int | None,
    most: int,
) -> list[int]:
    """The ids of the next conversations in which a reply was read, the newest first, below the id
    ``before``; with ``since`` those with a message from then on. Opens nothing that is sealed."""
    answered = exists().where(
        Reply.conversation_id == ConversationRow.id, Reply.reading.is_not(None)
    )
    query = select(ConversationRow.id).where(answered)
    query = query.order_by(ConversationRow.id.desc()).limit(most)
    if before is not None:
        query = query.where(ConversationRow.id < before)
    if since is not None:
        query = query.where(ConversationRow.last_message_at >= since)
    if clinic_id is not None:
        query = query.where(ConversationRow.clinic_id == clinic_id)
    return list(session.scalars(query))


def conversations(
    session: Session, ids: Sequence[int], clinic_id: int | None = None
) -> list[StoredConversation]:
    """These conversations, the newest first; with ``clinic_id`` only that clinic's."""
    query = (
        select(
            ConversationRow.id,
            ConversationRow.clinic_id,
            ConversationRow.opened_by,
            ConversationRow.created_at,
            ConversationRow.state,
            Contact.time_zone,
        )
        .join(Contact, Contact.id == ConversationRow.contact_id)
        .where(ConversationRow.id.in_(ids))
        .order_by(ConversationRow.id.desc())
    )
    if clinic_id is not None:
        query = query.where(ConversationRow.clinic_id == clinic_id)
    return [StoredConversation(*row) for row in session.execute(query)]


def replies_of(session: Session, ids: Sequence[int]) -> list[StoredReply]:
    """The replies of these conversations that were read, in the order they were."""
    query = (
        select(
            Reply.conversation_id,
            Reply.id,
            Reply.body,
            Reply.carrier_keyword,
            Reply.provider,
            Reply.processed_at,
        )
        .where(
            Reply.conversation_id.in_(ids),
            Reply.reading.is_not(None),
            Reply.processed_at.is_not(None),
        )
        .order_by(Reply.conversation_id, Reply.processed_at, Reply.id)
    )
    return [
        StoredReply(of, reply, body, keyword, provider, at)
        for of, reply, body, keyword, provider, at in session.execute(query)
        if of is not None and at is not None
    ]


def texts_of(session: Session, ids: Sequence[int]) -> list[StoredText]:
    """Our texts in these conversations, in the order they were written."""
    query = (
        select(
            TextRow.conversation_id,
            TextRow.id,
            TextRow.kind,
            TextRow.language,
            TextRow.reply_id,
            TextRow.created_at,
        )
        .where(
            TextRow.conversation_id.in_(ids),
            TextRow.copy_of.is_(None),  # what did not arrive and was said once more
        )
        .order_by(TextRow.conversation_id, TextRow.id)
    )
    return [StoredText(*row) for row in session.execute(query)]
