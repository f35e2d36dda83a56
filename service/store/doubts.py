"""Texts in doubt: claimed, and their outcome never recorded."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, literal_column, or_, select
from sqlalchemy.orm import Session

from service.domain.vocabulary import Channel
from service.store.claims import Waiting
from service.store.models import Contact, ConversationRow, Sender, TextRow

# Written out, so that the planner knows the partial index that holds them.
_IN_DOUBT = TextRow.state.in_([literal_column("'sending'"), literal_column("'unknown'")])


def lock_stale_mails(
    session: Session, older_than: timedelta, a_person_after: timedelta, limit: int
) -> list[TextRow]:
    """Mails claimed so long ago that their sender must have died or lost the answer: those about
    which something can be done now. Of a mail that was completed nothing can be asked, so it is
    looked at again when a person should."""
    unsettled = or_(
        TextRow.state == literal_column("'sending'"),
        TextRow.handed_at.is_(None),
        TextRow.claimed_at < func.now() - a_person_after,
    )
    return list(
        session.scalars(
            select(TextRow)
            .where(
                _IN_DOUBT,
                TextRow.channel == Channel.EMAIL.value,
                TextRow.settled_at.is_(None),
                TextRow.claimed_at < func.now() - older_than,
                unsettled,
            )
            .order_by(TextRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def lock_stale(
    session: Session, older_than: timedelta, asked_before: datetime, limit: int
) -> list[Waiting]:
    """Texts claimed so long ago that their sender must have died or lost its answer.

    Answers before what we started, those asked about longest ago first; those given to a person
    are left out.
    """
    rows = session.execute(
        select(TextRow, Contact, ConversationRow, Sender.address)
        .join(Contact, Contact.id == TextRow.contact_id)
        .join(ConversationRow, ConversationRow.id == TextRow.conversation_id)
        .join(Sender, Sender.id == TextRow.sender_id)
        .where(
            _IN_DOUBT,
            TextRow.channel == Channel.SMS.value,
            TextRow.settled_at.is_(None),
            TextRow.claimed_at < func.now() - older_than,
            or_(TextRow.asked_at.is_(None), TextRow.asked_at < asked_before),
        )
        .order_by(TextRow.lane, TextRow.asked_at.nulls_first(), TextRow.id)
        .limit(limit)
        .with_for_update(of=TextRow, skip_locked=True)
    )
    return [Waiting(*row) for row in rows]
