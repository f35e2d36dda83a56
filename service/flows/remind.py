"""Reminders: due rows become texts, once each, while they still have a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind, Conversation, Lane, Policy, Text
from service.domain.reminders import Cadence
from service.domain.send_gate import TOO_LATE, Facts, Rules, is_past_visit, start_at
from service.domain.vocabulary import Channel
from service.domain.written_dates import written_day
from service.flows.judging import LOOK_BACK
from service.flows.services import Nudge, Services, local_zone, policy_for
from service.store import claims, contacts, conversations, reminders, texts
from service.store.models import Contact, ConversationRow, ReminderRow
from service.store.state_json import load_conversation

log = structlog.get_logger()

BATCH = 100


def fire_reminders(services: Services, as_of: datetime | None = None) -> int:
    """Turn every reminder that is due into a text; how many were.

    ``as_of`` is the moment to act for (local runs only), else now. After a standstill texts that
    are all overdue do not come in one heap: the caps move each to a day that has room for it.
    """
    now = as_of or datetime.now(UTC)
    fired = 0
    while True:
        with services.database.transaction() as session:
            due = reminders.lock_due(session, now, BATCH)
            for reminder, row, contact in due:
                try:
                    with session.begin_nested():
                        fired += _fire(services, session, reminder, row, contact, now)
                except (OperationalError, InterfaceError):
                    raise  # the database's moment of weakness, not this reminder's
                except Exception as error:
                    # One reminder that cannot be written must not keep everybody else's back.
                    log.error("reminder failed", reminder=reminder.id, error=type(error).__name__)
                    _settle(reminder, "cancelled", now, "fault")
                    conversations.open_alerts(session, row, (AlertKind.STUCK,), None)
        if len(due) < BATCH:
            break
    if fired:
        services.nudge(Nudge.TEXTS)
    return fired


def _fire(
    services: Services,
    session: Session,
    reminder: ReminderRow,
    row: ConversationRow,
    contact: Contact,
    now: datetime,
) -> bool:
    policy = policy_for(services, session, contact)
    state = load_conversation(row.state)
    if contacts.is_revoked(session, contact.id):
        _settle(reminder, "cancelled", now, "stopped")
        return False
    may = _may_start(services, session, row, contact, policy, now)
    day = may.astimezone(local_zone(contact, policy.clinic)).date()
    if is_past_visit(reminder.kind, state.visit, day):
        _settle(reminder, "cancelled", now, TOO_LATE)
        return False
    if may > now:
        reminder.due_at = may
        return False
    cadence = services.packs.cadence
    text = _text_of(reminder.kind, cadence, state)
    texts.queue(
        session,
        row,
        [
            texts.NewText(
                kind=text.key,
                body=text.render(
                    policy.packs.messages, state.language, policy.clinic, Channel(row.channel)
                ),
                lane=Lane.REMINDER,
                language=state.language.value,
                send_after=now,
                dedupe_key=f"reminder:{reminder.id}",
            )
        ],
    )
    _settle(reminder, "sent", now)
    conversations.save(
        row, replace(state, reminded=(*state.reminded, reminder.kind), reminder_last=True)
    )
    if row.opened_by == "parent" or state.consented:
        # A family that never answered an invitation is left in peace, and staff as well.
        conversations.open_alerts(session, row, _hand_over(reminder.kind, cadence), None)
    return True


def _settle(reminder: ReminderRow, state: str, now: datetime, reason: str | None = None) -> None:
    reminder.state, reminder.settled_at, reminder.cancel_reason = state, now, reason


def _text_of(kind: str, cadence: Cadence, state: Conversation) -> Text:
    values = {"when": written_day(state.visit, state.language)} if state.visit else {}
    return Text(cadence.find(kind).text, values, lane=Lane.REMINDER)


def _hand_over(kind: str, cadence: Cadence) -> tuple[AlertKind, ...]:
    """After the last text of its kind, a person takes over (knowledge e4)."""
    if cadence.is_last_after_suggestion(kind):
        return (AlertKind.NOT_BOOKED,)
    if cadence.silence and cadence.silence[-1].kind == kind:
        return (AlertKind.SILENT,)
    return ()


def _may_start(
    services: Services,
    session: Session,
    row: ConversationRow,
    contact: Contact,
    policy: Policy,
    now: datetime,
) -> datetime:
    """When one more text of ours may reach this family, counting those that wait to go out."""
    facts = Facts(
        kind="",
        lane=Lane.REMINDER,
        revoked=False,
        paused=row.paused,
        booked=row.booked,
        written_at=now,
        last_reply_at=claims.last_replies(session, [row.id]).get(row.id),
        started=tuple(
            claims.started_lately(session, [contact.id], now - LOOK_BACK, waiting=True)[contact.id]
        ),
    )
    zone = local_zone(contact, policy.clinic)
    return start_at(facts, Rules(policy.place, services.packs.limits, zone), now)
