"""Looking at one family: its current conversation as ``tandem show`` prints it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.channels.emails import NotAnEmail, to_email
from service.channels.numbers import NotANumber, to_e164
from service.flows.services import Services
from service.store import clinics, contacts, conversations, reminders
from service.store.models import (
    AlertRow,
    Contact,
    ConversationRow,
    ReminderRow,
    Reply,
    TextRow,
)


class NoSuchFamily(LookupError):
    """Nobody is known at that number or address."""


@dataclass(frozen=True, slots=True)
class NextReminder:
    """The reminder a family gets next. ``due_at`` is UTC; ``time_zone`` is the clinic's."""

    id: int
    kind: str
    due_at: datetime
    time_zone: str


def show(services: Services, address: str) -> dict[str, Any]:
    """The contact's current conversation, in the fixed format of the command line.

    ``address`` is a number in any usual form or an email address. With several clinics the
    contact that was heard from last is shown. Raises ``NoSuchFamily``.
    """
    with services.database.transaction() as session:
        contact, row = _current(session, address)
        revoked = contacts.is_revoked(session, contact.id)
        return {
            "step": row.step,
            "suggestion": row.suggestion,
            "lead": row.lead,
            "flags": list(row.flags),
            "stopped": revoked,
            "paused": row.paused,
            "booked": row.booked,
            "alerts": [
                {"kind": alert.kind, "open": alert.closed_at is None}
                for alert in session.scalars(
                    select(AlertRow).where(AlertRow.conversation_id == row.id).order_by(AlertRow.id)
                )
            ],
            "reminders": [
                {"kind": r.kind, "due_at": _iso(r.due_at), "state": r.state}
                for r in session.scalars(
                    select(ReminderRow)
                    .where(ReminderRow.conversation_id == row.id)
                    .order_by(ReminderRow.due_at, ReminderRow.id)
                )
            ],
            "messages": _messages(session, row),
        }


def next_reminder(services: Services, clinic_number: str, address: str) -> NextReminder | None:
    """The next reminder of a parent, at a number or an email address, of the clinic reached at
    ``clinic_number``."""
    with services.database.transaction() as session:
        sender = clinics.find_sender(session, "sms", clinic_number)
        contact = contacts.find(session, sender.clinic_id, address) if sender else None
        row = conversations.current(session, contact) if contact else None
        reminder = reminders.next_due(session, row.id) if row else None
        if sender is None or reminder is None:
            return None
        zone = clinics.facts(session, sender.clinic_id).time_zone
        return NextReminder(reminder.id, reminder.kind, reminder.due_at, zone)


def _current(session: Session, address: str) -> tuple[Contact, ConversationRow]:
    with contextlib.suppress(NotANumber, NotAnEmail):  # a short code is looked up as it stands
        address = to_email(address) if "@" in address else to_e164(address)
    found = [
        (contact, row)
        for clinic in clinics.all_of(session)
        if (contact := contacts.find(session, clinic.id, address))
        and (row := conversations.current(session, contact))
    ]
    if not found:
        raise NoSuchFamily(f"no conversation with {address}")
    return max(found, key=lambda pair: pair[1].last_message_at)


def _messages(session: Session, row: ConversationRow) -> list[dict[str, Any]]:
    replies = session.scalars(select(Reply).where(Reply.conversation_id == row.id))
    texts = session.scalars(select(TextRow).where(TextRow.conversation_id == row.id))
    # A reply stands before the answers it led to, whatever the clocks of two servers say.
    found = [
        (
            reply.written_at, 0, reply.id, "in", reply.channel.value, "received",
            reply.written_at, reply.body,
        )
        for reply in replies
    ] + [
        (
            text.created_at, 1, text.id, "out", text.channel, text.state,
            text.sent_at or text.created_at, text.body,
        )
        for text in texts
    ]  # fmt: skip
    return [
        {"direction": way, "channel": channel, "state": state, "at": _iso(at), "text": body}
        for *_, way, channel, state, at, body in sorted(found, key=lambda m: m[:3])
    ]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
