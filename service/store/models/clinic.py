"""The clinic, the numbers it sends from, and its staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Float,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.store.database import Sealed
from service.store.models.base import Base, CreatedAt, Id, OfClinic


class Clinic(Base):
    """A tenant. Its own name, phone and link are public and stay readable."""

    __tablename__ = "clinics"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    time_zone: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(40))
    booking_link: Mapped[str] = mapped_column(String(200), default="")
    offers: Mapped[list[str]] = mapped_column(ARRAY(String(2)))
    created_at: Mapped[CreatedAt]


class Sender(OfClinic, Base):
    """A number (or address) a clinic sends from and is reached at."""

    __tablename__ = "senders"
    __table_args__ = (
        UniqueConstraint("channel", "address"),
        CheckConstraint("channel IN ('sms', 'email')", name="channel"),
    )

    id: Mapped[Id]
    channel: Mapped[str] = mapped_column(String(5))
    address: Mapped[str] = mapped_column(String(254))
    messaging_service_sid: Mapped[str | None] = mapped_column(String(34), index=True)
    segments_per_second: Mapped[float] = mapped_column(Float, default=1.0, server_default="1")
    """What the carrier lets this number send (a long code: 1, toll-free: 3)."""
    free_at: Mapped[datetime | None]
    """When everything sent so far will have passed at that pace: the theoretical arrival time of
    the rate limit (GCRA)."""
    held_until: Mapped[datetime | None]
    """Nothing is sent before this moment, and then one text to try: our set-up was refused."""
    held_since: Mapped[datetime | None]
    held_code: Mapped[int | None]
    """The carrier's error code that led to the hold."""
    held_by_report: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether a report on a text that had been taken led to it."""
    refusals: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """Texts refused in a row for a set-up that may concern single families only."""
    pulled_until: Mapped[datetime | None]
    """Every reply up to here is stored: when the last complete pull began."""
    pull_ended_at: Mapped[datetime | None]
    """When a pull last ended, complete or not."""
    pull_failed: Mapped[bool] = mapped_column(default=False, server_default="false")
    """Whether that one was not complete."""
    pull_wanted_at: Mapped[datetime | None]
    """When somebody last had reason to think that something was missed."""
    created_at: Mapped[CreatedAt]


class Staff(OfClinic, Base):
    """Somebody who works the inbox."""

    __tablename__ = "staff"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(Sealed)
    email_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]
