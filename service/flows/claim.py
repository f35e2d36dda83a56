"""Claiming texts: locked, passed through the send gate, charged to their sender, marked as ours.

All of it is one transaction, committed before the carrier hears of any (design P4, P5).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind, ConsentEvent, Lane
from service.domain.delivery import TextState
from service.domain.pacing import after_sending, has_room
from service.domain.reminders import Place
from service.domain.send_gate import TOO_OLD, WHILE_BOOKED, Cancel, Facts, Rules, Send, Wait, judge
from service.flows.services import Services, local_zone, place_of
from service.flows.text_fate import PROBE_EVERY
from service.store import claims, clinics, contacts, conversations, senders, texts
from service.store.claims import Waiting
from service.store.state_json import load_conversation

LOOK_BACK = timedelta(days=9)
"""Further than any cap reaches."""
LONGEST_VALIDITY_SECONDS = 36_000
SHORTEST_VALIDITY_SECONDS = 60
"""What the carrier allows, and what is worth asking for."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text in our hands, as plain values that outlive the transaction."""

    id: int
    sender: str
    to: str
    body: str
    claimed_at: datetime
    clock: float
    """When it was claimed, on this process's own clock."""
    valid_seconds: int | None
    """How long the carrier may keep it: what we start ourselves ends with the sending hours."""


@dataclass(frozen=True, slots=True)
class _Going:
    """A text the gate let through."""

    waiting: Waiting
    valid_seconds: int | None


@dataclass(frozen=True, slots=True)
class Round:
    """One claiming transaction: what is ours now, and whether it is worth looking again."""

    claimed: tuple[Claimed, ...]
    more: bool
    wait_seconds: float | None = None
    """When a reminder or an invitation will have room with its sender; None where none waits."""


def claim_prompt(services: Services, now: datetime, most: int) -> Round:
    """Claim safety words, answers and what staff wrote: they wait for no rate."""
    with services.database.transaction() as session:
        waiting = claims.lock_prompt(session, now, most)
        going = _judge(services, session, waiting, now)
        charged: dict[int, int] = {}
        for text in (g.waiting.text for g in going):
            charged[text.sender_id] = charged.get(text.sender_id, 0) + text.segments
        claimed = _mark(services, going)
        # Last, as the row is shared by everything this number sends.
        senders.charge(session, charged)
    return Round(claimed, more=bool(waiting))


def claim_paced(services: Services, now: datetime, most: int) -> Round:
    """Claim reminders and invitations of one sender, as far as its pace has room; or one text of a
    sender on hold, to find out whether it may send again."""
    with services.database.transaction() as session:
        locked = senders.lock_with_room(session, now)
        if locked is None:
            probe = senders.lock_to_probe(session, now)
            if probe is None:
                return Round((), False, senders.seconds_until_room(session, now))
            probe.sender.held_until = probe.clock + PROBE_EVERY
            waiting = claims.lock_probe(session, probe.sender.id, now)
            going = _judge(services, session, waiting, now)
            return Round(_mark(services, going), more=bool(waiting))
        sender, clock = locked.sender, locked.clock
        looked_at: list[Waiting] = []
        chosen: list[_Going] = []
        for lane in (Lane.REMINDER, Lane.CAMPAIGN):
            if len(chosen) == most or not has_room(sender.free_at, clock):
                break
            waiting = claims.lock_paced(session, sender.id, lane, now, most - len(chosen))
            looked_at += waiting
            for g in _judge(services, session, waiting, now):
                if has_room(sender.free_at, clock):
                    sender.free_at = after_sending(
                        sender.free_at,
                        g.waiting.text.segments,
                        sender.segments_per_second,
                        clock,
                    )
                    chosen.append(g)
        return Round(_mark(services, chosen), more=bool(looked_at))


def _judge(
    services: Services, session: Session, waiting: Sequence[Waiting], now: datetime
) -> list[_Going]:
    """Pass locked texts through the gate; those that may go. The others are settled or put off."""
    if not waiting:
        return []
    lately = now - LOOK_BACK
    unread = claims.still_unread(session, [w.contact for w in waiting])
    events = contacts.consent_of(session, [w.contact.id for w in waiting])
    clinic_of = {w.text.clinic_id: clinics.facts(session, w.text.clinic_id) for w in waiting}
    we_start = [w for w in waiting if Lane(w.text.lane).we_start]
    heard = claims.last_replies(session, [w.conversation.id for w in we_start]) if we_start else {}
    started = (
        claims.started_lately(session, [w.contact.id for w in we_start], lately) if we_start else {}
    )
    going: list[_Going] = []
    for w in waiting:
        if w.contact.id in unread and w.text.lane != int(Lane.SAFETY):
            continue  # whoever reads that reply announces texts again
        clinic = clinic_of[w.text.clinic_id]
        facts = Facts(
            kind=w.text.kind,
            lane=Lane(w.text.lane),
            revoked=events.get(w.contact.id) is ConsentEvent.REVOKED,
            paused=w.conversation.paused,
            booked=w.conversation.booked,
            written_at=w.text.created_at,
            repeats=w.text.copies > 0,
            outdated=w.text.copies > 0 and claims.is_outdated_copy(session, w.text),
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
                if reason == TOO_OLD:
                    undelivered = (AlertKind.UNDELIVERED,)
                    conversations.open_alerts(session, w.conversation, undelivered, None)
            case Wait(until):
                w.text.send_after = until
            case Send():
                valid = _valid_seconds(place, now) if facts.lane.we_start else None
                going.append(_Going(w, valid))
    return going


def _visit_of(w: Waiting) -> date | None:
    """The day of the visit, for the reminders that speak of it."""
    if not w.text.kind.startswith(WHILE_BOOKED):
        return None
    return load_conversation(w.conversation.state).visit


def _mark(services: Services, going: Sequence[_Going]) -> tuple[Claimed, ...]:
    """Write down that these texts are in our hands."""
    claimed_at, clock = datetime.now(UTC), time.monotonic()
    claimed = []
    for g in going:
        w = g.waiting
        w.text.state = TextState.SENDING.value
        w.text.claimed_at = claimed_at
        w.text.claimed_by = services.name
        w.text.attempts += 1
        claimed.append(
            Claimed(
                w.text.id,
                w.from_address,
                w.contact.number or "",
                w.text.body,
                claimed_at,
                clock,
                g.valid_seconds,
            )
        )
    return tuple(claimed)


def _valid_seconds(place: Place, now: datetime) -> int:
    """How long the carrier may hold on to what we start: until the sending hours end."""
    seconds = int((place.closes_after(now) - now).total_seconds())
    return max(SHORTEST_VALIDITY_SECONDS, min(seconds, LONGEST_VALIDITY_SECONDS))
