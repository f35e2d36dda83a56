"""Replies: stored before they are acknowledged, handed out once and in order per parent."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.store.contacts import NUMBER
from service.store.database import fingerprint
from service.store.models import Reply

_LOOK_AHEAD = 32
"""How many waiting replies to look at for one whose parent is not being answered elsewhere."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A reply as the provider delivered it. ``from_address`` is E.164 or an email address."""

    clinic_id: int
    sender_id: int
    provider: str
    provider_id: str
    from_address: str
    body: str
    media_count: int
    carrier_keyword: str | None = None


def add(session: Session, incoming: Incoming) -> bool:
    """Store a reply; False where the provider had already delivered it."""
    stored = session.execute(
        insert(Reply)
        .values(
            clinic_id=incoming.clinic_id,
            sender_id=incoming.sender_id,
            provider=incoming.provider,
            provider_id=incoming.provider_id,
            from_address=incoming.from_address,
            from_hash=fingerprint(session, NUMBER, incoming.from_address),
            body=incoming.body,
            media_count=incoming.media_count,
            carrier_keyword=incoming.carrier_keyword,
        )
        .on_conflict_do_nothing(index_elements=["provider", "provider_id"])
        .returning(Reply.id)
    )
    return stored.first() is not None


def take_next(session: Session) -> Reply | None:
    """The oldest waiting reply of a parent nobody else is answering, or None.

    The parent is locked by an advisory lock until the end of the transaction, so one parent's
    replies are read strictly in order while other parents' go on side by side.
    """
    waiting = session.execute(
        select(Reply.id, Reply.clinic_id, Reply.from_hash)
        .where(Reply.processed_at.is_(None))
        .order_by(Reply.id)
        .limit(_LOOK_AHEAD)
    ).all()
    tried: set[int] = set()
    for _, clinic_id, from_hash in waiting:
        key = _lock_key(clinic_id, from_hash)
        if key in tried:
            continue
        tried.add(key)
        if session.scalar(select(func.pg_try_advisory_xact_lock(key))):
            # Look again under the lock: whoever held it may just have answered this one.
            reply = session.scalars(
                select(Reply)
                .where(
                    Reply.clinic_id == clinic_id,
                    Reply.from_hash == from_hash,
                    Reply.processed_at.is_(None),
                )
                .order_by(Reply.id)
                .limit(1)
            ).first()
            if reply is not None:
                return reply
    return None


def count_failure(session: Session, reply_id: int) -> int:
    """Note that answering this reply failed; how often that has happened now."""
    return session.execute(
        update(Reply)
        .where(Reply.id == reply_id)
        .values(attempts=Reply.attempts + 1)
        .returning(Reply.attempts)
    ).scalar_one()


def oldest_waiting(session: Session) -> datetime | None:
    """When the reply that has waited longest came in."""
    return session.scalar(select(func.min(Reply.received_at)).where(Reply.processed_at.is_(None)))


def _lock_key(clinic_id: int, from_hash: bytes) -> int:
    (number,) = struct.unpack(">q", from_hash[:8])
    return int(number) ^ clinic_id
