"""Storing a turn: state, texts, reminders, alerts and consent commit together (design P3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.conversation import Lane, Policy, Text, Turn
from service.domain.conversation.bursts import (
    OF_A_STEP,
    superseded_by,
    without_repeats,
)
from service.domain.send_gate import CONFIRMATION_LASTS, JUST_RECEIVED, LAST_WORDS
from service.domain.vocabulary import Channel
from service.flows.services import Services
from service.store import contacts, conversations, desk, texts
from service.store.models import Contact, ConversationRow, Reply, TextRow


def store_turn(
    services: Services,
    session: Session,
    row: ConversationRow,
    contact: Contact,
    turn: Turn,
    policy: Policy,
    now: datetime,
    *,
    reply: Reply | None = None,
    waiting: Sequence[texts.WaitingAnswer] = (),
    dedupe_key: str | None = None,
) -> list[TextRow]:
    """Write everything a turn decided; the texts it queued. The caller holds the contact's lock.

    ``waiting`` are the parent's answers that have not left yet.
    """
    reply_id = reply.id if reply else None
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
        waiting = ()
    else:
        # Several texts of theirs in a row: where one answer serves, only the last goes out.
        if any(answer.kind in OF_A_STEP | {"consent"} for answer in waiting):
            turn = without_repeats(turn)
        if served := superseded_by(turn) - LAST_WORDS:
            texts.cancel_waiting(session, row.clinic_id, contact.id, "answered", kinds=served)
            waiting = [answer for answer in waiting if answer.kind not in served]
    turn = _without_late_confirmation(turn, reply, now)
    not_before = now
    # Nobody writes mails as fast as texts, and what one turn says travels in one mail.
    quiet = services.quiet if row.channel == Channel.SMS else timedelta(0)
    if reply is not None and now - reply.written_at <= JUST_RECEIVED:
        soon = now + quiet
        if any(answer.send_after > soon for answer in waiting):
            texts.bring_forward_answers(session, contact.id, now, soon)
        # What was said before is read before: also where it waits a moment.
        moments = [answer.send_after for answer in waiting if answer.send_after <= soon]
        not_before = max([now, *moments])
    queued = texts.queue(
        session,
        row,
        [
            texts.NewText(
                kind=text.key,
                body=text.render(
                    policy.packs.messages,
                    turn.conversation.language,
                    policy.clinic,
                    Channel(row.channel),
                ),
                lane=text.lane,
                language=turn.conversation.language.value,
                send_after=_goes_out(text, policy, reply, quiet, not_before, now),
                dedupe_key=dedupe_key,
            )
            for text in turn.texts
        ],
        reply_id,
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


def _goes_out(
    text: Text,
    policy: Policy,
    reply: Reply | None,
    quiet: timedelta,
    not_before: datetime,
    now: datetime,
) -> datetime:
    """When a text may go: what we start in sending hours, answers at once. A question or a
    suggestion waits a moment, as the parent may not have finished."""
    if text.lane.we_start:
        return policy.place.allowed(now)
    if text.lane is Lane.SAFETY or reply is None or text.key in LAST_WORDS:
        return now
    if now - reply.written_at > JUST_RECEIVED:
        return policy.place.allowed(now)
    waits = quiet and text.key in OF_A_STEP
    return max(not_before, reply.received_at + quiet) if waits else not_before


def _without_late_confirmation(turn: Turn, reply: Reply | None, now: datetime) -> Turn:
    """A stop that reached us much too late counts at once, but is not confirmed any more."""
    if reply is None or now - reply.written_at <= CONFIRMATION_LASTS:
        return turn
    return replace(turn, texts=tuple(t for t in turn.texts if t.key != "stop_confirmed"))
