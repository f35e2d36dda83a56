"""Rows of the installation itself, which belong to no clinic: packs and heartbeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.store.models.base import Base, CreatedAt


class Pack(Base):
    """A version of the content, kept whole so that an old suggestion can be replayed."""

    __tablename__ = "packs"

    version: Mapped[str] = mapped_column(String(64), primary_key=True)
    files: Mapped[str] = mapped_column(Text)
    """The content files by name, as JSON."""
    first_used_at: Mapped[CreatedAt]


class Heartbeat(Base):
    """The last sign of life of a kind of process, sent through the queue itself."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat_at: Mapped[datetime]
