"""Everything that belongs to one reply: what it was answered with, and what it suggested."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.store.models import AlertRow, Reply, SuggestionRow, TextRow


def find(session: Session, clinic_id: int, conversation_id: int, reply_id: int) -> Reply | None:
    """One reply of a conversation of this clinic."""
    return session.scalars(
        select(Reply).where(
            Reply.clinic_id == clinic_id,
            Reply.conversation_id == conversation_id,
            Reply.id == reply_id,
        )
    ).first()


def texts_for(session: Session, reply: Reply) -> list[TextRow]:
    """What it was answered with, in order."""
    return list(
        session.scalars(
            select(TextRow)
            .where(
                TextRow.clinic_id == reply.clinic_id,
                TextRow.conversation_id == reply.conversation_id,
                TextRow.reply_id == reply.id,
            )
            .order_by(TextRow.id)
        )
    )


def alerts_for(session: Session, reply: Reply) -> list[AlertRow]:
    """Whom it called, whether they have been or not."""
    return list(
        session.scalars(
            select(AlertRow)
            .where(
                AlertRow.clinic_id == reply.clinic_id,
                AlertRow.conversation_id == reply.conversation_id,
                AlertRow.reply_id == reply.id,
            )
            .order_by(AlertRow.id)
        )
    )


def suggestion_given(session: Session, texts: list[TextRow]) -> SuggestionRow | None:
    """The suggestion these answers told, if any: it was stored in the same transaction, and
    everything stored in one has the same ``created_at``."""
    if not texts:
        return None
    return session.scalars(
        select(SuggestionRow)
        .where(
            SuggestionRow.clinic_id == texts[0].clinic_id,
            SuggestionRow.conversation_id == texts[0].conversation_id,
            SuggestionRow.created_at == texts[0].created_at,
        )
        .order_by(SuggestionRow.id.desc())
    ).first()


def next_suggestion(session: Session, reply: Reply) -> SuggestionRow | None:
    """The first suggestion given after this reply had been read."""
    if reply.processed_at is None:
        return None
    return session.scalars(
        select(SuggestionRow)
        .where(
            SuggestionRow.clinic_id == reply.clinic_id,
            SuggestionRow.conversation_id == reply.conversation_id,
            SuggestionRow.created_at >= reply.processed_at,
        )
        .order_by(SuggestionRow.id)
        .limit(1)
    ).first()
