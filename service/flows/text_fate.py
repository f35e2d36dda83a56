"""What becomes of a text once the carrier has spoken: its state, and what that sets in motion."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind, ConsentEvent
from service.store import contacts, conversations, texts
from service.store.models import ConversationRow, TextRow

PROVIDER_STATES = {
    "accepted": "sent",
    "scheduled": "sent",
    "queued": "sent",
    "sending": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "undelivered",
    "failed": "failed",
    "canceled": "failed",
}
"""Twilio's words for where a text stands, in ours."""


def take_the_carriers_stop(
    session: Session, text: TextRow, claimed_at: datetime, now: datetime
) -> None:
    """The carrier knows of a stop: so do we, unless the parent came back since this text left."""
    text.cancel_reason = "stopped"
    texts.move_on(text, "cancelled", now)
    contact = contacts.lock(session, text.clinic_id, text.contact_id)
    last = contacts.last_consent(session, contact.id)
    if last is None or (last.event != ConsentEvent.REVOKED and last.recorded_at < claimed_at):
        contacts.record_consent(session, contact, ConsentEvent.REVOKED, "carrier", now)


def call_a_person(session: Session, text: TextRow) -> None:
    """Staff need to know that this family did not get a text."""
    row = session.get_one(ConversationRow, text.conversation_id)
    conversations.open_alerts(session, row, (AlertKind.UNDELIVERED,), None)


def leave_alone(session: Session, text: TextRow, now: datetime) -> None:
    """This number cannot get texts: nothing more is started or left waiting for it."""
    contacts.lock(session, text.clinic_id, text.contact_id)
    row = session.get_one(ConversationRow, text.conversation_id)
    conversations.plan_reminders(session, row, (), "refused", now)
    texts.cancel_waiting(session, text.clinic_id, text.contact_id, "refused")
