"""Conversations with their suggestions, reminders and alerts, stored as one Turn changes them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind, Conversation
from service.domain.reminders import Planned
from service.domain.triage import Outcome, Said
from service.domain.vocabulary import Channel, Step
from service.store.models import (
    AlertRow,
    Contact,
    ConversationRow,
    Pack,
    ReminderRow,
    SuggestionRow,
)
from service.store.state_json import dump_conversation, dump_reasons, dump_said

REST = timedelta(days=45)
"""A finished conversation that rested this long is over; a new text opens a new one."""


def current(session: Session, contact: Contact) -> ConversationRow | None:
    """The contact's open conversation."""
    return session.scalars(
        select(ConversationRow).where(
            ConversationRow.clinic_id == contact.clinic_id,
            ConversationRow.contact_id == contact.id,
            ConversationRow.ended_at.is_(None),
        )
    ).first()


def end_if_rested(session: Session, row: ConversationRow, now: datetime) -> bool:
    """End a finished conversation that has rested; True where it did.

    One that still has a reminder to send, or has sent one lately, is not finished.
    """
    finished = row.step in (Step.SUGGESTED.value, Step.CLOSED.value)
    if not finished or row.last_message_at > now - REST:
        return False
    alive = exists().where(
        ReminderRow.conversation_id == row.id,
        or_(ReminderRow.state == "due", ReminderRow.settled_at > now - REST),
    )
    if session.scalar(select(alive)):
        return False
    row.ended_at = now
    session.flush()
    return True


def open_new(
    session: Session,
    contact: Contact,
    sender_id: int,
    conversation: Conversation,
    *,
    opened_by: str,
    now: datetime,
    channel: Channel = Channel.SMS,
) -> ConversationRow:
    """A new conversation for a contact that has none open."""
    row = ConversationRow(
        clinic_id=contact.clinic_id,
        contact_id=contact.id,
        sender_id=sender_id,
        channel=channel.value,
        opened_by=opened_by,
        last_message_at=now,
    )
    save(row, conversation)
    session.add(row)
    session.flush()
    return row


def save(row: ConversationRow, conversation: Conversation) -> None:
    """Write the state, and the columns lists are made from."""
    outcome = conversation.outcome
    row.state = dump_conversation(conversation)
    row.step = conversation.step.value
    row.language = conversation.language.value
    row.paused = conversation.paused
    row.booked = conversation.booked
    row.suggestion = outcome.suggestion.value if outcome else None
    row.lead = outcome.lead.value if outcome and outcome.lead else None
    levels = {flag.level for flag in conversation.said.flags} | set(
        outcome.flags if outcome else ()
    )
    row.flags = [level.name for level in sorted(levels, reverse=True)]


def record_suggestion(
    session: Session, row: ConversationRow, said: Said, outcome: Outcome, age_months: int | None
) -> None:
    """Keep a suggestion with everything needed to explain and replay it (design P10)."""
    session.add(
        SuggestionRow(
            clinic_id=row.clinic_id,
            conversation_id=row.id,
            suggestion=outcome.suggestion.value,
            lead=outcome.lead.value if outcome.lead else None,
            flags=[flag.name for flag in outcome.flags],
            age_months=age_months,
            said=dump_said(said),
            reasons=dump_reasons(outcome.reasons),
            pack_version=outcome.pack_version,
        )
    )


def keep_pack(session: Session, version: str, files: str) -> None:
    """Make sure this version of the content is stored."""
    session.execute(insert(Pack).values(version=version, files=files).on_conflict_do_nothing())


def plan_reminders(
    session: Session, row: ConversationRow, plan: tuple[Planned, ...], reason: str, now: datetime
) -> None:
    """Replace the waiting reminders by ``plan``.

    Nudges that a reply made pointless leave no trace; the others keep why they were cancelled.
    """
    waiting = select(ReminderRow).where(
        ReminderRow.clinic_id == row.clinic_id,
        ReminderRow.conversation_id == row.id,
        ReminderRow.state == "due",
    )
    for reminder in session.scalars(waiting):
        if reminder.kind.startswith("nudge_"):
            session.delete(reminder)
        else:
            reminder.state = "cancelled"
            reminder.cancel_reason = reason
            reminder.settled_at = now
    session.add_all(
        ReminderRow(
            clinic_id=row.clinic_id,
            conversation_id=row.id,
            kind=planned.kind,
            # Whole seconds, as it is shown everywhere: the moment shown is the moment it is due.
            due_at=planned.due_at.replace(microsecond=0),
        )
        for planned in plan
    )


def open_alerts(
    session: Session, row: ConversationRow, kinds: tuple[AlertKind, ...], reply_id: int | None
) -> None:
    """Call for a person; a kind that is already open is not opened twice."""
    for kind in dict.fromkeys(kinds):
        session.execute(
            insert(AlertRow)
            .values(
                clinic_id=row.clinic_id,
                conversation_id=row.id,
                kind=kind.value,
                reply_id=reply_id,
            )
            .on_conflict_do_nothing()
        )
