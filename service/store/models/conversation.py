"""The conversation, what it suggested, what it still has to do, and who has to look."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    String,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.store.database import Sealed
from service.store.models.base import Base, CreatedAt, Id, OfClinic


class ConversationRow(OfClinic, Base):
    """One family's conversation. ``state`` holds the parent's words and is encrypted;
    the plain columns are what lists sort and filter by."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index(
            "uq_conversations_open",
            "contact_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_conversations_contact", "contact_id", "id"),
        Index("ix_conversations_inbox", "clinic_id", "last_message_at", "id"),
    )

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    sender_id: Mapped[int] = mapped_column(ForeignKey("senders.id"))
    channel: Mapped[str] = mapped_column(String(5))
    opened_by: Mapped[str] = mapped_column(String(10))
    """parent, outreach, staff or api."""
    step: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(2))
    suggestion: Mapped[str | None] = mapped_column(String(7))
    lead: Mapped[str | None] = mapped_column(String(2))
    flags: Mapped[list[str]] = mapped_column(ARRAY(String(6)), default=list)
    paused: Mapped[bool] = mapped_column(default=False)
    booked: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[CreatedAt]
    last_message_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class SuggestionRow(OfClinic, Base):
    """A suggestion as it was given: replayable, with its reasons and the pack's version."""

    __tablename__ = "suggestions"
    __table_args__ = (Index("ix_suggestions_conversation", "conversation_id", "id"),)

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    suggestion: Mapped[str] = mapped_column(String(7))
    lead: Mapped[str | None] = mapped_column(String(2))
    flags: Mapped[list[str]] = mapped_column(ARRAY(String(6)), default=list)
    age_months: Mapped[int | None] = mapped_column(SmallInteger)
    said: Mapped[str] = mapped_column(Sealed)
    """Everything triage looked at, as JSON: the input of a replay."""
    reasons: Mapped[str] = mapped_column(Sealed)
    pack_version: Mapped[str] = mapped_column(ForeignKey("packs.version"))
    created_at: Mapped[CreatedAt]


class ReminderRow(OfClinic, Base):
    """A text to be started by us at a time. Waiting ones are found by a partial index."""

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_due", "due_at", postgresql_where=text("state = 'due'")),
        Index("ix_reminders_conversation", "conversation_id", "id"),
        CheckConstraint("state IN ('due', 'sent', 'cancelled')", name="state"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(9), default="due")
    cancel_reason: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[CreatedAt]
    settled_at: Mapped[datetime | None]


class AlertRow(OfClinic, Base):
    """A person is needed. Open until staff close it; one open alert a kind."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index(
            "uq_alerts_open",
            "conversation_id",
            "kind",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_alerts_clinic_open", "clinic_id", postgresql_where=text("closed_at IS NULL")),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[CreatedAt]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
