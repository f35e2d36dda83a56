"""A parent at one number or address, and the append-only ledger of their consent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
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
    name: Mapped[str | None] = mapped_column(Sealed)
    language: Mapped[str] = mapped_column(String(2), default="en")
    time_zone: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[CreatedAt]


class Consent(OfClinic, Base):
    """One line of the ledger: who, what, when, how. A trigger refuses any UPDATE."""

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_latest", "contact_id", "id"),
        CheckConstraint("event IN ('granted', 'declined', 'revoked')", name="event"),
    )

    id: Mapped[Id]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(40))
    """How: reply_yes, reply_answer, reply, reply_start, list, staff, carrier, wrong_number."""
    source: Mapped[str | None] = mapped_column(Sealed)
    """Where a listed consent comes from, in the clinic's words ("intake form")."""
    disclosure: Mapped[str | None] = mapped_column(Sealed)
    """The text the parent had been shown, where we showed it."""
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[CreatedAt]
    reply_id: Mapped[int | None] = mapped_column(ForeignKey("replies.id", ondelete="SET NULL"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
