"""A parent who had said stop wants messages again: the ledger, the conversation, its reminders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.conversation import ConsentEvent, Conversation, Policy
from service.domain.conversation.answers import wants_booking
from service.domain.reminders import Planned, after_silence, before_visit, follow_up
from service.domain.vocabulary import Step
from service.store import contacts, conversations
from service.store.models import Contact, ConversationRow
from service.store.state_json import load_conversation


def come_back(
    session: Session,
    contact: Contact,
    policy: Policy,
    method: str,
    now: datetime,
    *,
    also: Sequence[ConversationRow] = (),
    source: str | None = None,
    staff_id: int | None = None,
) -> int:
    """Messages may go again; how many reminders are planned anew from today.

    ``method`` and ``source`` say how they agreed. The caller holds the contact's lock.
    """
    contacts.record_consent(
        session, contact, ConsentEvent.GRANTED, method, now, source=source, staff_id=staff_id
    )
    current = conversations.current(session, contact)
    rows = {row.id: row for row in (*also, *([current] if current else []))}
    planned = 0
    for row in rows.values():
        back = replace(load_conversation(row.state), stopped=False)
        conversations.save(row, back)
        if row.ended_at is None:
            plan = wanted_reminders(back, policy, now)
            conversations.plan_reminders(session, row, plan, "back", now)
            planned += len(plan)
    return planned


def wanted_reminders(state: Conversation, policy: Policy, now: datetime) -> tuple[Planned, ...]:
    """The reminders a conversation should have, counted from now."""
    cadence, place = policy.packs.cadence, policy.place
    if state.booked and state.visit:
        return before_visit(cadence, place, state.visit, now)
    if state.is_asking and state.asked_consent:
        return after_silence(cadence, place, now)
    if state.step is not Step.SUGGESTED or state.booked or state.paused:
        return ()
    if state.outcome is None or not wants_booking(state.outcome, policy):
        return ()
    return follow_up(cadence, place, now, state.reminded)
