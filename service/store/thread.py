"""One conversation with all of it, table by table."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.store.models import (
    AlertRow,
    Consent,
    ConversationRow,
    ReminderRow,
    Reply,
    SuggestionRow,
    TextRow,
)

MOST_MESSAGES = 400
"""A thread shows its newest replies and texts, this many of each."""


def find(session: Session, clinic_id: int, conversation_id: int) -> ConversationRow | None:
    """One conversation of this clinic."""
    return session.scalars(
        select(ConversationRow).where(
            ConversationRow.clinic_id == clinic_id, ConversationRow.id == conversation_id
        )
    ).first()


def of_contact(session: Session, clinic_id: int, contact_id: int) -> list[ConversationRow]:
    """Every conversation of a contact, newest first."""
    return list(
        session.scalars(
            select(ConversationRow)
            .where(ConversationRow.clinic_id == clinic_id, ConversationRow.contact_id == contact_id)
            .order_by(ConversationRow.id.desc())
        )
    )


def replies(session: Session, row: ConversationRow) -> list[Reply]:
    """A conversation's newest replies, newest first."""
    return list(
        session.scalars(
            select(Reply)
            .where(Reply.clinic_id == row.clinic_id, Reply.conversation_id == row.id)
            .order_by(Reply.id.desc())
            .limit(MOST_MESSAGES)
        )
    )


def texts(session: Session, row: ConversationRow) -> list[TextRow]:
    """A conversation's newest texts, newest first."""
    return list(
        session.scalars(
            select(TextRow)
            .where(TextRow.clinic_id == row.clinic_id, TextRow.conversation_id == row.id)
            .order_by(TextRow.id.desc())
            .limit(MOST_MESSAGES)
        )
    )


def last_ids(session: Session, row: ConversationRow) -> tuple[int, int]:
    """The newest reply's and the newest text's id (0 where there is none)."""
    reply = select(func.max(Reply.id)).where(Reply.conversation_id == row.id).scalar_subquery()
    text = select(func.max(TextRow.id)).where(TextRow.conversation_id == row.id).scalar_subquery()
    last_reply, last_text = session.execute(select(reply, text)).one()
    return last_reply or 0, last_text or 0


def suggestions(session: Session, row: ConversationRow) -> list[SuggestionRow]:
    """What was suggested in a conversation, newest first."""
    return list(
        session.scalars(
            select(SuggestionRow)
            .where(
                SuggestionRow.clinic_id == row.clinic_id, SuggestionRow.conversation_id == row.id
            )
            .order_by(SuggestionRow.id.desc())
        )
    )


def reminders(session: Session, row: ConversationRow) -> list[ReminderRow]:
    """A conversation's reminders by due time."""
    return list(
        session.scalars(
            select(ReminderRow)
            .where(ReminderRow.clinic_id == row.clinic_id, ReminderRow.conversation_id == row.id)
            .order_by(ReminderRow.due_at, ReminderRow.id)
        )
    )


def consents(session: Session, row: ConversationRow) -> list[Consent]:
    """The ledger of a conversation's contact, newest first."""
    return list(
        session.scalars(
            select(Consent)
            .where(Consent.clinic_id == row.clinic_id, Consent.contact_id == row.contact_id)
            .order_by(Consent.id.desc())
        )
    )


def open_alerts(session: Session, row: ConversationRow) -> list[AlertRow]:
    """A conversation's open alerts, oldest first."""
    return list(
        session.scalars(
            select(AlertRow)
            .where(
                AlertRow.clinic_id == row.clinic_id,
                AlertRow.conversation_id == row.id,
                AlertRow.closed_at.is_(None),
            )
            .order_by(AlertRow.id)
        )
    )
