"""Texts in doubt: claimed, and their outcome never recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.domain.delivery import TextState
from service.store.claims import Waiting
from service.store.models import Contact, ConversationRow, Sender, TextRow


def lock_stale(
    session: Session, older_than: timedelta, asked_before: datetime, limit: int
) -> list[Waiting]:
    """Texts claimed so long ago that their sender must have died or lost its answer.

    Those asked about longest ago first, so that none that cannot be asked about keeps the others
    waiting; those given to a person are left out.
    """
    rows = session.execute(
        select(TextRow, Contact, ConversationRow, Sender.address)
        .join(Contact, Contact.id == TextRow.contact_id)
        .join(ConversationRow, ConversationRow.id == TextRow.conversation_id)
        .join(Sender, Sender.id == TextRow.sender_id)
        .where(
            TextRow.state.in_([TextState.SENDING.value, TextState.UNKNOWN.value]),
            TextRow.claimed_at < func.now() - older_than,
            TextRow.settled_at.is_(None),
            or_(TextRow.asked_at.is_(None), TextRow.asked_at < asked_before),
        )
        .order_by(TextRow.asked_at.nulls_first(), TextRow.id)
        .limit(limit)
        .with_for_update(of=TextRow, skip_locked=True)
    )
    return [Waiting(*row) for row in rows]
