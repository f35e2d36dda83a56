"""Reminders that fall due, claimed with their conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.models import Contact, ConversationRow, ReminderRow


def lock_due(
    session: Session, now: datetime, limit: int
) -> list[tuple[ReminderRow, ConversationRow, Contact]]:
    """Reminders due by ``now``, earliest first, with their conversation and contact.

    What another transaction holds is left to it; a paused conversation's reminders stay where
    they are until staff clear it.
    """
    rows = session.execute(
        select(ReminderRow, ConversationRow, Contact)
        .join(ConversationRow, ConversationRow.id == ReminderRow.conversation_id)
        .join(Contact, Contact.id == ConversationRow.contact_id)
        .where(
            ReminderRow.state == "due",
            ReminderRow.due_at <= now,
            ConversationRow.paused.is_(False),
        )
        .order_by(ReminderRow.due_at, ReminderRow.id)
        .limit(limit)
        .with_for_update(
            of=[ReminderRow, Contact, ConversationRow], skip_locked=True, key_share=True
        )
    )
    return [(reminder, conversation, contact) for reminder, conversation, contact in rows]


def next_due(session: Session, conversation_id: int) -> ReminderRow | None:
    """The next reminder of a conversation."""
    return session.scalars(
        select(ReminderRow)
        .where(ReminderRow.conversation_id == conversation_id, ReminderRow.state == "due")
        .order_by(ReminderRow.due_at, ReminderRow.id)
        .limit(1)
    ).first()
