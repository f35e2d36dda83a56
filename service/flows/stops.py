"""A stop, however it reached us: in the ledger, and everything that waits is cancelled with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.conversation import ConsentEvent
from service.store import contacts, conversations, texts
from service.store.models import Contact, ConversationRow
from service.store.state_json import load_conversation


def stop_texting(
    session: Session,
    contact: Contact,
    method: str,
    now: datetime,
    *,
    also: Sequence[ConversationRow] = (),
    source: str | None = None,
    staff_id: int | None = None,
) -> None:
    """Nothing is sent to this contact from now on, by any channel (design P7).

    ``method`` and ``source`` say how the stop was told. The conversation the contact has open, and
    ``also`` others, are marked. The caller holds the contact's lock.
    """
    contacts.record_consent(
        session, contact, ConsentEvent.REVOKED, method, now, source=source, staff_id=staff_id
    )
    current = conversations.current(session, contact)
    rows = {row.id: row for row in (*also, *([current] if current else []))}
    for row in rows.values():
        state = load_conversation(row.state)
        conversations.save(row, replace(state, stopped=True, clarifying=False))
        conversations.plan_reminders(session, row, (), "stopped", now)
    texts.cancel_waiting(session, contact.clinic_id, contact.id, "stopped")
