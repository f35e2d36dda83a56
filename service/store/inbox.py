"""What the inbox is read from: lists of conversations by key, and one conversation with all of it.

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
from sqlalchemy.orm import Session

from service.store.models import (
    AlertRow,
    Consent,
    Contact,
    ConversationRow,
    ReminderRow,
    Reply,
    SuggestionRow,
    TextRow,
)

MOST_MESSAGES = 400
"""A thread shows its newest replies and texts, this many of each."""


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
        # Those who ever said stop are few and found at once; only they are looked at closely.
        ever = select(Consent.contact_id).where(
            Consent.clinic_id == clinic_id, Consent.event == "revoked"
        )
        lines = lines.where(ConversationRow.contact_id.in_(ever), _is_revoked())
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


def find(session: Session, clinic_id: int, conversation_id: int) -> ConversationRow | None:
    """One conversation of this clinic."""
    return session.scalars(
        select(ConversationRow).where(
            ConversationRow.clinic_id == clinic_id, ConversationRow.id == conversation_id
        )
    ).first()


def of_contact(session: Session, clinic_id: int, contact_id: int) -> list[ConversationRow]:
    """Every conversation of a contact, newest first."""
    return list(
        session.scalars(
            select(ConversationRow)
            .where(ConversationRow.clinic_id == clinic_id, ConversationRow.contact_id == contact_id)
            .order_by(ConversationRow.id.desc())
        )
    )


def replies(session: Session, row: ConversationRow) -> list[Reply]:
    """A conversation's newest replies, newest first."""
    return list(
        session.scalars(
            select(Reply)
            .where(Reply.clinic_id == row.clinic_id, Reply.conversation_id == row.id)
            .order_by(Reply.id.desc())
            .limit(MOST_MESSAGES)
        )
    )


def texts(session: Session, row: ConversationRow) -> list[TextRow]:
    """A conversation's newest texts, newest first."""
    return list(
        session.scalars(
            select(TextRow)
            .where(TextRow.clinic_id == row.clinic_id, TextRow.conversation_id == row.id)
            .order_by(TextRow.id.desc())
            .limit(MOST_MESSAGES)
        )
    )


def last_ids(session: Session, row: ConversationRow) -> tuple[int, int]:
    """The newest reply's and the newest text's id (0 where there is none)."""
    reply = select(func.max(Reply.id)).where(Reply.conversation_id == row.id).scalar_subquery()
    text = select(func.max(TextRow.id)).where(TextRow.conversation_id == row.id).scalar_subquery()
    last_reply, last_text = session.execute(select(reply, text)).one()
    return last_reply or 0, last_text or 0


def suggestions(session: Session, row: ConversationRow) -> list[SuggestionRow]:
    """What was suggested in a conversation, newest first."""
    return list(
        session.scalars(
            select(SuggestionRow)
            .where(
                SuggestionRow.clinic_id == row.clinic_id, SuggestionRow.conversation_id == row.id
            )
            .order_by(SuggestionRow.id.desc())
        )
    )


def reminders(session: Session, row: ConversationRow) -> list[ReminderRow]:
    """A conversation's reminders by due time."""
    return list(
        session.scalars(
            select(ReminderRow)
            .where(ReminderRow.clinic_id == row.clinic_id, ReminderRow.conversation_id == row.id)
            .order_by(ReminderRow.due_at, ReminderRow.id)
        )
    )


def consents(session: Session, row: ConversationRow) -> list[Consent]:
    """The ledger of a conversation's contact, newest first."""
    return list(
        session.scalars(
            select(Consent)
            .where(Consent.clinic_id == row.clinic_id, Consent.contact_id == row.contact_id)
            .order_by(Consent.id.desc())
        )
    )


def open_alerts(session: Session, row: ConversationRow) -> list[AlertRow]:
    """A conversation's open alerts, oldest first."""
    return list(
        session.scalars(
            select(AlertRow)
            .where(
                AlertRow.clinic_id == row.clinic_id,
                AlertRow.conversation_id == row.id,
                AlertRow.closed_at.is_(None),
            )
            .order_by(AlertRow.id)
        )
    )
