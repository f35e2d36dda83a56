"""A parent at one number or address, and the append-only ledger of their consent."""

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
)
from sqlalchemy.orm import Mapped, mapped_column

from service.store.database import Sealed
from service.store.models.base import Base, CreatedAt, Id, OfClinic


class Contact(OfClinic, Base):
    """A parent. Number, address and name are encrypted; the hashes find them again."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("clinic_id", "number_hash"),
        UniqueConstraint("clinic_id", "email_hash"),
        CheckConstraint("number_hash IS NOT NULL OR email_hash IS NOT NULL", name="address"),
    )

    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(Sealed)
    number_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    email: Mapped[str | None] = mapped_column(Sealed)
    email_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    number_refused_at: Mapped[datetime | None]
    """Since when texts to this number are known to be in vain; a text from it ends that."""
    email_refused_at: Mapped[datetime | None]
    """The same of mails to this address."""
    soft_bounces: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """Mails in a row that came back for a passing reason (a full mailbox)."""
    name: Mapped[str | None] = mapped_column(Sealed)
    language: Mapped[str] = mapped_column(String(2), default="en")
    time_zone: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[CreatedAt]


class Consent(OfClinic, Base):
    """One line of the ledger: who, what, when, how. A trigger refuses any UPDATE.

    The last line without a channel says whether anything may be sent; the last one of a channel,
    where there is one, whether that channel may be used.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_latest", "contact_id", "id"),
        CheckConstraint("event IN ('granted', 'declined', 'revoked')", name="event"),
    )

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str | None] = mapped_column(String(5))
    """What it is about: all messages, or those of one channel alone."""
    method: Mapped[str] = mapped_column(String(40))
    """How: reply_yes, reply_answer, reply, reply_start, list, staff, carrier, wrong_number,
    unsubscribe, complaint."""
    source: Mapped[str | None] = mapped_column(Sealed)
    """Where a listed consent comes from, in the clinic's words ("intake form")."""
    disclosure: Mapped[str | None] = mapped_column(Sealed)
    """The text the parent had been shown, where we showed it."""
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[CreatedAt]
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="SET NULL"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
