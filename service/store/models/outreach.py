"""A campaign: one list a clinic uploaded, and what became of each of its rows."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.store.database import Sealed
from service.store.models.base import Base, CreatedAt, Id, OfClinic


class Campaign(OfClinic, Base):
    """One uploaded list."""

    __tablename__ = "campaigns"
    __table_args__ = (Index("ix_campaigns_clinic", "clinic_id", "id"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id", ondelete="SET NULL"))
    created_at: Mapped[CreatedAt]


class Recipient(OfClinic, Base):
    """One row of the list and its outcome; the address itself lives with the contact only."""

    __tablename__ = "recipients"
    __table_args__ = (
        UniqueConstraint("campaign_id", "line"),
        CheckConstraint(
            "outcome IN ('good', 'bad', 'duplicate', 'opted_out', 'no_consent')", name="outcome"
        ),
    )

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    line: Mapped[int]
    """Line in the file, the header being 1."""
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(160), default="")
    given: Mapped[str | None] = mapped_column(Sealed)
    """The address as the file had it, so that staff can mend the row."""
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"))
    text_id: Mapped[int | None] = mapped_column(ForeignKey("texts.id", ondelete="SET NULL"))
