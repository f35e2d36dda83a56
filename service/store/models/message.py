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

from service.domain.vocabulary import Channel
from service.store.database import Sealed
from service.store.models.base import Base, CreatedAt, Id, OfClinic

MAIL = "email"
"""The ``provider`` of a mail, whoever brought it."""


class Reply(OfClinic, Base):
    """A message from a parent, stored before it is acknowledged. It acts once."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        Index(
            "ix_replies_waiting",
            "written_at",
            "id",
            postgresql_where=text("processed_at IS NULL"),
        ),
        # One parent's unread replies: asked for each text before it may leave.
        Index(
            "ix_replies_unread",
            "clinic_id",
            "from_hash",
            "written_at",
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
    """Whose line it stands in: the hash of the contact's number, or of their address where they
    have none, so that one parent's texts and mails are read in one order."""
    body: Mapped[str] = mapped_column(Sealed)
    """A text, or all the words of a mail, with what it quotes."""
    mail: Mapped[str | None] = mapped_column(Sealed)
    """What else a mail told, as JSON (``mail_json``); null for a text."""
    automatic: Mapped[bool] = mapped_column(default=False, server_default="false")
    """A machine wrote it (out of office): kept, shown, and never answered."""
    media_count: Mapped[int] = mapped_column(SmallInteger, default=0)
    carrier_keyword: Mapped[str | None] = mapped_column(String(5))
    """STOP, START or HELP where the carrier understood and answered it already (OptOutType)."""
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    written_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """Its place in the parent's line: when it came in, or when the provider says that it was
    written where a pull had to fetch it."""
    # Known before it is read where a mail says whom it answers.
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    conversation_id: Mapped[int | None] = mapped_column(
        ForeignKey("conversations.id", ondelete="CASCADE")
    )
    reading: Mapped[str | None] = mapped_column(Sealed)
    """What was understood, as JSON; null until processed."""
    processed_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")

    @property
    def channel(self) -> Channel:
        """How it came."""
        return Channel.EMAIL if self.provider == MAIL else Channel.SMS


class TextRow(OfClinic, Base):
    """A text to a parent. The row exists before the provider is called (design P3, P4).

    What its ``state`` means and where it may go from there: ``service/domain/delivery.py``.
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
        # What we started for a family lately: the caps of the send gate.
        Index(
            "ix_texts_started",
            "contact_id",
            "claimed_at",
            postgresql_where=text("lane >= 3 AND claimed_at IS NOT NULL"),
        ),
        # What waits for one sender, lane by lane.
        Index(
            "ix_texts_of_sender",
            "sender_id",
            "lane",
            "send_after",
            "id",
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_texts_doubtful",
            "lane",
            "asked_at",
            "id",
            postgresql_where=text("state IN ('sending', 'unknown') AND settled_at IS NULL"),
        ),
        # Everything of one family, and what one reply led to (also when either is erased).
        Index("ix_texts_contact", "contact_id", "id"),
        Index("ix_texts_reply", "reply_id"),
        Index("ix_texts_rides_with", "rides_with", postgresql_where=text("rides_with IS NOT NULL")),
        Index("ix_texts_copy_of", "copy_of", postgresql_where=text("copy_of IS NOT NULL")),
        # Texts whose delivery nobody has reported yet.
        Index("ix_texts_sent", "sent_at", postgresql_where=text("state = 'sent'")),
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
    """Not claimed before; moved on when the carrier puts it off."""
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """When it was meant to go out: what waits for its hour by plan does not grow old."""
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    provider_id: Mapped[str | None] = mapped_column(String(255))
    """The carrier's id of a text, or the Message-ID of the mail it travelled in."""
    handed_at: Mapped[datetime | None]
    """When a mail was about to be completed: before this moment it was certainly not sent."""
    rides_with: Mapped[int | None] = mapped_column(ForeignKey("texts.id", ondelete="SET NULL"))
    """The text in whose mail this one travels; null for the first of a mail."""
    error_code: Mapped[int | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(30))
    copy_of: Mapped[int | None] = mapped_column(ForeignKey("texts.id", ondelete="SET NULL"))
    """The text this one repeats because it did not arrive (a phone that was off)."""
    copies: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """How many times it was repeated before."""
    asked_at: Mapped[datetime | None]
    """When the carrier was last asked what became of it."""
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
