"""Replies: stored before they are acknowledged, handed out once and in order per parent."""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.store.contacts import fingerprint_of
from service.store.models import Contact, ConversationRow, Reply

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
    written_at: datetime | None = None
    """Its place in the parent's line, where a pull had to fetch it; else it is now."""
    contact_id: int | None = None
    """Whom it is from, where that is known already."""
    line: bytes | None = None
    """Whose line it stands in; without it that of whoever has its address."""
    mail: str | None = None
    automatic: bool = False


def add(session: Session, incoming: Incoming) -> bool:
    """Store a reply; False where the provider had already delivered it.

    Until the end of the transaction the parent's intake is locked, shared with other replies of
    theirs: a text for them is claimed before this reply is committed, or not at all (see
    ``claims.still_unread``). One statement, one round trip.
    """
    from_hash = incoming.line or fingerprint_of(session, incoming.from_address)
    high, low = intake_lock(incoming.clinic_id, from_hash)
    values = {
        Reply.clinic_id: incoming.clinic_id,
        Reply.sender_id: incoming.sender_id,
        Reply.provider: incoming.provider,
        Reply.provider_id: incoming.provider_id,
        Reply.from_address: incoming.from_address,
        Reply.from_hash: from_hash,
        Reply.body: incoming.body,
        Reply.media_count: incoming.media_count,
        Reply.carrier_keyword: incoming.carrier_keyword,
        Reply.written_at: incoming.written_at or func.now(),
        Reply.contact_id: incoming.contact_id,
        Reply.mail: incoming.mail,
        Reply.automatic: incoming.automatic,
    }
    locked = select(func.pg_advisory_xact_lock_shared(high, low)).subquery("locked")
    row = select(
        *(
            value if isinstance(value, ColumnElement) else literal(value, column.type)
            for column, value in values.items()
        )
    ).select_from(locked)
    stored = session.execute(
        insert(Reply)
        .from_select(list(values), row)
        .on_conflict_do_nothing(index_elements=["provider", "provider_id"])
        .returning(Reply.id)
    )
    return stored.first() is not None


def known_among(session: Session, provider: str, provider_ids: Sequence[str]) -> set[str]:
    """Which of these messages of a provider are stored already."""
    return set(
        session.scalars(
            select(Reply.provider_id).where(
                Reply.provider == provider, Reply.provider_id.in_(provider_ids)
            )
        )
    )


def put_in_place(session: Session, provider: str, provider_id: str, moment: datetime) -> None:
    """Give a reply that waits its place in its parent's line. What was answered stays as it is."""
    session.execute(
        update(Reply)
        .where(
            Reply.provider == provider,
            Reply.provider_id == provider_id,
            Reply.processed_at.is_(None),
        )
        .values(written_at=moment)
    )


class Parent(NamedTuple):
    """Who a reply is from, without opening anything that is sealed."""

    clinic_id: int
    from_hash: bytes


class Taken(NamedTuple):
    """A reply whose parent is locked for this transaction."""

    id: int
    parent: Parent


def take_next(session: Session, skip: Collection[Parent] = ()) -> Taken | None:
    """The oldest waiting reply of a parent nobody else is answering, or None.

    The parent is locked by an advisory lock until the end of the transaction, so one parent's
    replies are read strictly in order while other parents' go on side by side. Parents in
    ``skip`` are passed over.
    """
    passed = set(skip)
    while True:
        waiting = session.execute(
            select(Reply.clinic_id, Reply.from_hash)
            .where(
                Reply.processed_at.is_(None),
                tuple_(Reply.clinic_id, Reply.from_hash).not_in(passed),
            )
            .order_by(Reply.written_at, Reply.id)
            .limit(_LOOK_AHEAD)
        ).all()
        for parent in dict.fromkeys(Parent(*row) for row in waiting):
            if session.scalar(select(func.pg_try_advisory_xact_lock(_lock_key(*parent)))):
                # Look again under the lock: whoever held it may just have answered this one.
                reply_id = session.scalar(_waiting_of(parent))
                if reply_id is not None:
                    return Taken(reply_id, parent)
            passed.add(parent)
        if len(waiting) < _LOOK_AHEAD:
            return None


def open_reply(session: Session, taken: Taken) -> Reply:
    """The reply itself, its words opened."""
    return session.get_one(Reply, taken.id)


def count_failure(session: Session, parent: Parent) -> tuple[int, int]:
    """Note that answering this parent's first reply failed: its id, and how often by now."""
    row = session.execute(
        update(Reply)
        .where(Reply.id == _waiting_of(parent).scalar_subquery())
        .values(attempts=Reply.attempts + 1)
        .returning(Reply.id, Reply.attempts)
    ).one()
    return row[0], row[1]


def give_up(session: Session, reply_id: int) -> None:
    """Take a reply out of the line; it stays stored."""
    session.execute(update(Reply).where(Reply.id == reply_id).values(processed_at=func.now()))


def assign(session: Session, reply_id: int, row: ConversationRow) -> None:
    """Show a reply in a conversation."""
    session.execute(
        update(Reply)
        .where(Reply.id == reply_id)
        .values(contact_id=row.contact_id, conversation_id=row.id)
    )


def conversation_of(session: Session, parent: Parent) -> ConversationRow | None:
    """The parent's open conversation, found by hash alone."""
    return session.scalars(
        select(ConversationRow)
        .join(Contact, Contact.id == ConversationRow.contact_id)
        .where(
            Contact.clinic_id == parent.clinic_id,
            or_(
                Contact.number_hash == parent.from_hash,
                and_(Contact.number_hash.is_(None), Contact.email_hash == parent.from_hash),
            ),
            ConversationRow.ended_at.is_(None),
        )
    ).first()


def _waiting_of(parent: Parent) -> Select[int]:
    return (
        select(Reply.id)
        .where(
            Reply.clinic_id == parent.clinic_id,
            Reply.from_hash == parent.from_hash,
            Reply.processed_at.is_(None),
        )
        .order_by(Reply.written_at, Reply.id)
        .limit(1)
    )


def intake_lock(clinic_id: int, from_hash: bytes) -> tuple[int, int]:
    """The two halves of the lock under which a parent's replies come in."""
    high, low = struct.unpack(">ii", from_hash[:8])
    return int(high) ^ (clinic_id & 0x7FFFFFFF), int(low)


def _lock_key(clinic_id: int, from_hash: bytes) -> int:
    (number,) = struct.unpack(">q", from_hash[:8])
    return int(number) ^ clinic_id
