"""Passing locked texts through the send gate: the facts collected, the verdicts written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind, ConsentEvent, Lane
from service.domain.conversation.bursts import newer_kinds
from service.domain.delivery import TextState
from service.domain.reminders import Place
from service.domain.send_gate import (
    TOO_OLD,
    WHILE_BOOKED,
    Cancel,
    Facts,
    Rules,
    Send,
    Wait,
    judge,
)
from service.domain.vocabulary import Channel
from service.flows.services import Services, local_zone, place_of
from service.store import claims, clinics, contacts, conversations, texts
from service.store.claims import Waiting
from service.store.models import TextRow
from service.store.state_json import Unreadable, load_conversation

LOOK_BACK = timedelta(days=9)
"""Further than any cap reaches."""
LONGEST_VALIDITY_SECONDS = 36_000
SHORTEST_VALIDITY_SECONDS = 60
"""What the carrier allows, and what is worth asking for."""


@dataclass(frozen=True, slots=True)
class Going:
    """A text the gate let through."""

    waiting: Waiting
    valid_seconds: int | None
    """How long the carrier may keep it: what we start ourselves ends with the sending hours."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of the locked texts of one round."""

    going: tuple[Going, ...]
    held_back: int
    """Texts left as they are because a reply of their parent is unread, or just coming in."""


def judge_all(
    services: Services, session: Session, waiting: Sequence[Waiting], now: datetime
) -> Judged:
    """Pass locked texts through the gate: which may go. The others are cancelled or put off."""
    if not waiting:
        return Judged((), 0)
    clock = datetime.now(UTC)
    unread = claims.still_unread(session, [w.contact for w in waiting])
    consents = contacts.consents_of(session, [w.contact.id for w in waiting])
    clinic_of = {w.text.clinic_id: clinics.facts(session, w.text.clinic_id) for w in waiting}
    we_start = [w for w in waiting if Lane(w.text.lane).we_start]
    heard, started = _lately(session, we_start, now)
    going: list[Going] = []
    held_back = 0
    for w in waiting:
        if w.contact.id in unread and w.text.lane != int(Lane.SAFETY):
            held_back += 1  # whoever reads that reply announces texts again
            continue
        clinic = clinic_of[w.text.clinic_id]
        facts = Facts(
            kind=w.text.kind,
            lane=Lane(w.text.lane),
            revoked=consents.of_all.get(w.contact.id) is ConsentEvent.REVOKED
            or (w.contact.id, w.text.channel) in consents.stopped,
            paused=w.conversation.paused,
            booked=w.conversation.booked,
            written_at=w.text.created_at,
            late=clock - w.text.due_at,
            repeats=w.text.copies > 0,
            outdated=_is_outdated(session, w.text),
            visit=_visit_of(w),
            last_reply_at=heard.get(w.conversation.id),
            started=tuple(started.get(w.contact.id, ())),
        )
        place = place_of(services, w.contact, clinic)
        rules = Rules(place, services.packs.limits, local_zone(w.contact, clinic))
        match judge(facts, rules, now):
            case Cancel(reason):
                w.text.cancel_reason = reason
                texts.move_on(w.text, TextState.CANCELLED, now)
                if reason == "stopped" and consents.of_all.get(w.contact.id) is not (
                    ConsentEvent.REVOKED
                ):
                    # They stopped this channel alone, and there is no other to say it by.
                    after = (AlertKind.AFTER_STOP,)
                    conversations.open_alerts(session, w.conversation, after, None)
                if reason == TOO_OLD:
                    undelivered = (AlertKind.UNDELIVERED,)
                    conversations.open_alerts(session, w.conversation, undelivered, None)
            case Wait(until):
                w.text.send_after = w.text.due_at = until
            case Send():
                # A mail server keeps what it took; only the carrier of texts can be told a time.
                timed = facts.lane.we_start and w.text.channel == Channel.SMS
                valid = _valid_seconds(place, now) if timed else None
                going.append(Going(w, valid))
    return Judged(tuple(going), held_back)


def _lately(
    session: Session, we_start: Sequence[Waiting], now: datetime
) -> tuple[dict[int, datetime], dict[int, list[datetime]]]:
    """For what we start: when each parent was heard from last, and what we started lately."""
    if not we_start:
        return {}, {}
    heard = claims.last_replies(session, [w.conversation.id for w in we_start])
    people = [w.contact.id for w in we_start]
    return heard, claims.started_lately(session, people, now - LOOK_BACK)


def _is_outdated(session: Session, text: TextRow) -> bool:
    """Only a text that could not leave at once can be; the others cost no query."""
    if text.copy_of is not None and claims.went_on_since(session, text):
        return True
    kinds = newer_kinds(text.kind) if text.attempts > 0 or text.copies > 0 else frozenset()
    return bool(kinds) and claims.has_newer_answer(session, text, kinds)


def _visit_of(w: Waiting) -> date | None:
    """The day of the visit, for the reminders that speak of it."""
    if not w.text.kind.startswith(WHILE_BOOKED):
        return None
    try:
        return load_conversation(w.conversation.state).visit
    except Unreadable:
        return None


def _valid_seconds(place: Place, now: datetime) -> int:
    seconds = int((place.closes_after(now) - now).total_seconds())
    return max(SHORTEST_VALIDITY_SECONDS, min(seconds, LONGEST_VALIDITY_SECONDS))
