"""Messages: replies that came in, and texts that go out (the outbox)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.store.database import Sealed
from service.store.models.base import Base, CreatedAt, Id, OfClinic


class Reply(OfClinic, Base):
    """A message from a parent, stored before it is acknowledged. It acts once."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        Index(
            "ix_replies_waiting",
            "id",
            postgresql_where=text("processed_at IS NULL"),
        ),
        Index("ix_replies_conversation", "conversation_id", "id"),
    )

    id: Mapped[Id]
    sender_id: Mapped[int] = mapped_column(ForeignKey("senders.id"))
    provider: Mapped[str] = mapped_column(String(10))
    provider_id: Mapped[str] = mapped_column(String(255))
    from_address: Mapped[str] = mapped_column(Sealed)
    from_hash: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[str] = mapped_column(Sealed)
    media_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    carrier_keyword: Mapped[str | None] = mapped_column(String(5))
    """STOP, START or HELP where the carrier understood and answered it already (OptOutType)."""
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE")
    )
    reading: Mapped[str | None] = mapped_column(Sealed)
    """What was understood, as JSON; null until processed."""
    processed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")


class TextRow(OfClinic, Base):
    """A text to a parent. The row exists before the provider is called (design P3, P4).

    queued -> sending -> sent -> delivered | undelivered | failed; cancelled with a reason;
    unknown where the provider may or may not have it.
    """

    __tablename__ = "texts"
    __table_args__ = (
        UniqueConstraint("clinic_id", "dedupe_key"),
        Index("ix_texts_provider_id", "provider_id"),
        # The next texts by urgency are found without sorting a whole waiting campaign ...
        Index(
            "ix_texts_next",
            "lane",
            "id",
            postgresql_where=text("state = 'queued'"),
        ),
        # ... and that nothing is due yet, without looking at all of it.
        Index(
            "ix_texts_waiting",
            "send_after",
            "lane",
            "id",
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_texts_open",
            "contact_id",
            "id",
            postgresql_where=text("state IN ('queued', 'sending', 'unknown')"),
        ),
        Index("ix_texts_conversation", "conversation_id", "id"),
        CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'delivered', 'undelivered', 'failed',"
            " 'cancelled', 'unknown')",
            name="state",
        ),
    )

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    sender_id: Mapped[int] = mapped_column(ForeignKey("senders.id"))
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="SET NULL"))
    channel: Mapped[str] = mapped_column(String(5))
    kind: Mapped[str] = mapped_column(String(40))
    """The message file it was made from."""
    language: Mapped[str] = mapped_column(String(2))
    lane: Mapped[int] = mapped_column(SmallInteger)
    body: Mapped[str] = mapped_column(Sealed)
    segments: Mapped[int] = mapped_column(SmallInteger)
    dedupe_key: Mapped[str | None] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(11), default="queued")
    send_after: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    provider_id: Mapped[str | None] = mapped_column(String(64))
    error_code: Mapped[int | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(30))
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
