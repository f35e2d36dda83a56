"""Storing a turn: state, texts, reminders, alerts and consent commit together (design P3)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.conversation import Lane, Policy, Turn
from service.domain.conversation.bursts import QUESTIONS, superseded_by, without_repeats
from service.flows.services import Services
from service.store import contacts, conversations, desk, texts
from service.store.models import Contact, ConversationRow, TextRow


def store_turn(
    services: Services,
    session: Session,
    row: ConversationRow,
    contact: Contact,
    turn: Turn,
    policy: Policy,
    now: datetime,
    *,
    reply_id: int | None = None,
    dedupe_key: str | None = None,
    at_any_hour: bool = True,
) -> list[TextRow]:
    """Write everything a turn decided. The caller holds the contact's lock.

    ``at_any_hour``: whether answers may go out at once, as they do to a reply just received.
    """
    conversations.save(row, turn.conversation)
    contact.language = turn.conversation.language.value
    if turn.plan is not None:
        conversations.plan_reminders(session, row, turn.plan, turn.plan_reason, now)
    if turn.settles:
        desk.close_kinds(session, row, turn.settles, staff_id=None)
    conversations.open_alerts(session, row, turn.alerts, reply_id)
    if turn.outcome is not None:
        conversations.keep_pack(session, services.packs.version, services.pack_files)
        conversations.record_suggestion(
            session, row, turn.conversation.said, turn.outcome, turn.conversation.age_months(now)
        )
    if turn.conversation.stopped or turn.conversation.paused:
        reason = "stopped" if turn.conversation.stopped else "paused"
        texts.cancel_waiting(session, row.clinic_id, contact.id, reason)
    else:
        # Several texts of theirs in a row: where one answer serves, only the last goes out.
        if texts.has_waiting(session, contact.id, QUESTIONS | {"consent"}):
            turn = without_repeats(turn)
        if served := superseded_by(turn):
            texts.cancel_waiting(session, row.clinic_id, contact.id, "answered", kinds=served)
    queued = texts.queue(
        session, row, _to_queue(turn, policy, now, dedupe_key, at_any_hour), reply_id
    )
    if turn.consent is not None:
        contacts.record_consent(
            session,
            contact,
            turn.consent.event,
            turn.consent.method,
            now,
            disclosure=texts.last_disclosure(session, contact),
            reply_id=reply_id,
        )
    return queued


def _to_queue(
    turn: Turn, policy: Policy, now: datetime, dedupe_key: str | None, at_any_hour: bool
) -> list[texts.NewText]:
    conversation = turn.conversation

    def goes_out(lane: Lane) -> datetime:
        keeps_hours = lane.we_start or not (at_any_hour or lane is Lane.SAFETY)
        return policy.place.allowed(now) if keeps_hours else now

    return [
        texts.NewText(
            kind=text.key,
            body=text.render(policy.packs.messages, conversation.language, policy.clinic),
            lane=text.lane,
            language=conversation.language.value,
            send_after=goes_out(text.lane),
            dedupe_key=dedupe_key,
        )
        for text in turn.texts
    ]
