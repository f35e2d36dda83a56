"""What the inbox is read from: lists of conversations, paged by key.

A list costs one query however many conversations the clinic has: open alerts are found by their
partial index, everything else by (clinic, last message, id) from the newest on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Row,
    ScalarSelect,
    Select,
    case,
    exists,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.store.models import (
    AlertRow,
    Consent,
    Contact,
    ConversationRow,
    Reply,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list. ``rank`` is the place of its most serious open alert."""

    conversation: ConversationRow
    contact: Contact
    alerts: tuple[str, ...]
    last_reply: str | None
    revoked: bool
    rank: int
    total: int
    """How many lines the whole list has, where that is counted (else 0)."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page of a list ended."""

    rank: int
    last_message_at: datetime
    id: int


def needing_a_person(
    session: Session,
    clinic_id: int,
    kinds: Sequence[str],
    after: Position | None,
    limit: int,
) -> list[Listed]:
    """Conversations with open alerts, most serious first, the newest first among equals.

    ``kinds`` are all kinds of alert, most serious first.
    """
    ranks = case({kind: place for place, kind in enumerate(kinds)}, value=AlertRow.kind, else_=99)
    waiting = (
        select(AlertRow.conversation_id, func.min(ranks).label("rank"))
        .where(AlertRow.clinic_id == clinic_id, AlertRow.closed_at.is_(None))
        .group_by(AlertRow.conversation_id)
        .subquery()
    )
    rank = waiting.c.rank
    ordered = (
        _lines(clinic_id, rank, select(func.count()).select_from(waiting).scalar_subquery())
        .join(waiting, waiting.c.conversation_id == ConversationRow.id)
        .order_by(rank, ConversationRow.last_message_at.desc(), ConversationRow.id.desc())
        .limit(limit)
    )
    if after is not None:
        ordered = ordered.where(
            tuple_(-rank, ConversationRow.last_message_at, ConversationRow.id)
            < tuple_(literal(-after.rank), literal(after.last_message_at), literal(after.id))
        )
    return [_listed(row) for row in session.execute(ordered)]


def by_last_message(
    session: Session,
    clinic_id: int,
    after: Position | None,
    limit: int,
    *,
    without_alerts: bool = False,
    booked: bool = False,
    stopped: bool = False,
) -> list[Listed]:
    """Conversations, the newest message first, narrowed by what they must be."""
    lines = (
        _lines(clinic_id, literal(0), literal(0))
        .order_by(ConversationRow.last_message_at.desc(), ConversationRow.id.desc())
        .limit(limit)
    )
    if without_alerts:
        lines = lines.where(
            ~exists().where(
                AlertRow.conversation_id == ConversationRow.id, AlertRow.closed_at.is_(None)
            )
        )
    if booked:
        lines = lines.where(ConversationRow.booked)
    if stopped:
        lines = lines.where(ConversationRow.contact_id.in_(_stopped_contacts(clinic_id)))
    if after is not None:
        lines = lines.where(
            tuple_(ConversationRow.last_message_at, ConversationRow.id)
            < tuple_(literal(after.last_message_at), literal(after.id))
        )
    return [_listed(row) for row in session.execute(lines)]


def newest_change(session: Session, clinic_id: int) -> tuple[datetime | None, int]:
    """When the clinic's last message was, and how many alerts are open: to see that a list aged."""
    last = (
        select(func.max(ConversationRow.last_message_at))
        .where(ConversationRow.clinic_id == clinic_id)
        .scalar_subquery()
    )
    waiting = (
        select(func.count())
        .select_from(AlertRow)
        .where(AlertRow.clinic_id == clinic_id, AlertRow.closed_at.is_(None))
        .scalar_subquery()
    )
    newest, count = session.execute(select(last, waiting)).one()
    return newest, count


def _lines(
    clinic_id: int, rank: ColumnElement[int], total: ColumnElement[int]
) -> Select[ConversationRow, Contact, list[str] | None, str | None, bool, int, int]:
    alerts: ScalarSelect[list[str] | None] = (
        select(func.array_agg(AlertRow.kind))
        .where(AlertRow.conversation_id == ConversationRow.id, AlertRow.closed_at.is_(None))
        .correlate(ConversationRow)
        .scalar_subquery()
    )
    last_reply: ScalarSelect[str | None] = (
        select(Reply.body)
        .where(Reply.conversation_id == ConversationRow.id)
        .order_by(Reply.id.desc())
        .limit(1)
        .correlate(ConversationRow)
        .scalar_subquery()
    )
    return (
        select(ConversationRow, Contact, alerts, last_reply, _is_revoked(), rank, total)
        .join(Contact, Contact.id == ConversationRow.contact_id)
        .where(ConversationRow.clinic_id == clinic_id)
    )


def _stopped_contacts(clinic_id: int) -> Select[int]:
    """The contacts whose ledger ends with a stop, found from the few that ever said stop."""
    ever = select(Consent.contact_id).where(
        Consent.clinic_id == clinic_id, Consent.event == "revoked"
    )
    last = (
        select(Consent.contact_id, Consent.event)
        .where(Consent.contact_id.in_(ever))
        .ext(distinct_on(Consent.contact_id))
        .order_by(Consent.contact_id, Consent.id.desc())
        .subquery()
    )
    return select(last.c.contact_id).where(last.c.event == "revoked")


def _is_revoked() -> ColumnElement[bool]:
    """Whether the last line of the contact's ledger is a stop."""
    last = (
        select(Consent.event)
        .where(Consent.contact_id == ConversationRow.contact_id)
        .order_by(Consent.id.desc())
        .limit(1)
        .correlate(ConversationRow)
        .scalar_subquery()
    )
    return func.coalesce(last == "revoked", False)


def _listed(
    row: Row[ConversationRow, Contact, list[str] | None, str | None, bool, int, int],
) -> Listed:
    conversation, contact, alerts, last_reply, revoked, rank, total = row
    return Listed(
        conversation, contact, tuple(alerts or ()), last_reply, bool(revoked), rank, total
    )
