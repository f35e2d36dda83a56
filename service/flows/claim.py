"""Claiming texts: locked, passed through the send gate, charged to their sender, marked as ours.

All of it is one transaction, committed before the carrier hears of any (design P4, P5).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from service.channels.errors import NotAllowedThere
from service.channels.twilio_codes import codes_of
from service.domain.conversation import Lane
from service.domain.delivery import TextState
from service.domain.pacing import after_sending, has_room
from service.domain.vocabulary import Channel
from service.flows.judging import Going, judge_all
from service.flows.mail_draft import Draft, draft
from service.flows.services import Services
from service.flows.text_fate import PROBE_EVERY
from service.store import claims, senders

log = structlog.get_logger()

LOOK_AT = 4
"""So many times as many reminders and invitations are looked at as may go: most of a batch may
have to wait for its hours, and those are put off without ado."""
HELD_BACK_SECONDS = 1.0
"""A text held back by an unread reply is announced again when that is read; this is in case it
came in and was read between two looks."""
ANSWERABLE = codes_of(NotAllowedThere)
"""Some families cannot be reached from this number, but those who write can be answered."""
UNREADABLE_WAITS = timedelta(minutes=10)
LOOK_FOR_UNREADABLE = 500


@dataclass(frozen=True, slots=True)
class Claimed:
    """A text in our hands, as plain values that outlive the transaction."""

    id: int
    sender: str
    to: str
    body: str
    draft: Draft | None
    """Of a mail: all of it. Texts of one turn travel in one mail."""
    claimed_at: datetime
    """On the database's clock."""
    clock: float
    """When it was claimed, on this machine's ``clock``."""
    valid_seconds: int | None

    @property
    def text_ids(self) -> tuple[int, ...]:
        """Every text that travels with it, itself among them."""
        return self.draft.text_ids if self.draft else (self.id,)


@dataclass(frozen=True, slots=True)
class Round:
    """One claiming transaction: what is ours now, and whether it is worth looking again."""

    claimed: tuple[Claimed, ...] = ()
    more: bool = False
    sender_id: int | None = None
    """Whose reminders and invitations were looked at."""
    wait_seconds: float | None = None
    """When to come back: room with a sender, or replies that keep texts back; None: no need."""


def clock() -> float:
    """Seconds that go on while the machine sleeps, where the system can tell them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def claim_prompt(services: Services, channel: Channel, now: datetime, most: int) -> Round:
    """Claim safety words, answers and what staff wrote: they wait for no rate."""

    def work(session: Session) -> Round:
        waiting = claims.lock_prompt(session, channel, now, most, ANSWERABLE)
        judged = judge_all(services, session, waiting, now)
        charged: dict[int, int] = {}
        for text in (g.waiting.text for g in judged.going):
            charged[text.sender_id] = charged.get(text.sender_id, 0) + text.segments
        claimed = _mark(services, session, judged.going, now)
        # Last, as the row is shared by everything this number sends.
        senders.charge(session, charged)
        held_back = HELD_BACK_SECONDS if judged.held_back else None
        return Round(claimed, len(waiting) > judged.held_back, wait_seconds=held_back)

    return _in_one_transaction(services, now, work)


@dataclass(slots=True)
class Turns:
    """Whose reminders and invitations had their turn in one drain."""

    served: list[int] = field(default_factory=list)
    """Senders, the one served longest ago first."""
    blocked: set[int] = field(default_factory=set)
    """Senders with room and something due, none of which may go right now."""

    def note(self, found: Round) -> Round:
        """Remember whose turn it was."""
        if found.sender_id is not None:
            if found.sender_id in self.served:
                self.served.remove(found.sender_id)
            self.served.append(found.sender_id)
            if not found.more:
                self.blocked.add(found.sender_id)
        return found


def claim_paced(
    services: Services, channel: Channel, now: datetime, most: int, turns: Turns
) -> Round:
    """Claim one text of a sender on hold, to find out whether it may send again; else reminders
    and invitations of the sender whose turn it is, as far as its pace has room."""

    def work(session: Session) -> Round:
        probe = senders.lock_to_probe(session, channel, now)
        if probe is not None:
            waiting = claims.lock_probe(session, probe.sender.id, now)
            judged = judge_all(services, session, waiting, now)
            if judged.going or judged.held_back or not waiting:
                # Else that one lost its reason, and the next is tried at once.
                probe.sender.held_until = probe.clock + PROBE_EVERY
            going = _mark(services, session, judged.going, now)
            return Round(going, bool(waiting), probe.sender.id)
        locked = senders.lock_with_room(session, channel, now, turns.served, turns.blocked)
        if locked is None:
            wait = senders.seconds_until_room(session, channel, now, turns.blocked)
            return Round(wait_seconds=wait)
        sender, chosen, changed = locked.sender, list[Going](), 0
        for lane in (Lane.REMINDER, Lane.CAMPAIGN):
            room = most - len(chosen)
            if not room or not has_room(sender.free_at, locked.clock):
                break
            waiting = claims.lock_paced(session, sender.id, lane, now, room * LOOK_AT)
            judged = judge_all(services, session, waiting, now)
            changed += len(waiting) - judged.held_back - len(judged.going)
            for g in judged.going[:room]:
                if has_room(sender.free_at, locked.clock):
                    segments = g.waiting.text.segments
                    sender.free_at = after_sending(
                        sender.free_at, segments, sender.segments_per_second, locked.clock
                    )
                    chosen.append(g)
        going = _mark(services, session, chosen, now)
        return Round(going, bool(chosen or changed), sender.id)

    return turns.note(_in_one_transaction(services, now, work))


def _mark(
    services: Services, session: Session, going: Sequence[Going], now: datetime
) -> tuple[Claimed, ...]:
    """Write down that these texts are in our hands."""
    if not going:
        return ()
    claimed_at, here = senders.clock(session), clock()
    claimed = []
    for g in going:
        if g.waiting.text.state != TextState.QUEUED.value:
            continue  # it travels already, in the mail of one before it
        parts = [g.waiting]
        mail = None
        if g.waiting.text.channel == Channel.EMAIL:
            beside = claims.lock_companions(session, g.waiting, now)
            parts += [also.waiting for also in judge_all(services, session, beside, now).going]
            parts.sort(key=lambda part: part.text.id)
            mail = draft(services, session, parts)
        lead = parts[0].text
        for part in parts:
            text = part.text
            text.state = TextState.SENDING.value
            text.claimed_at, text.claimed_by = claimed_at, services.name
            text.handed_at = None
            text.rides_with = None if text is lead else lead.id
            text.attempts += 1
        session.flush()  # so that the next mail does not take them along once more
        claimed.append(
            Claimed(
                id=lead.id,
                sender=g.waiting.from_address,
                to=g.waiting.contact.number or "",
                body=lead.body,
                draft=mail,
                claimed_at=claimed_at,
                clock=here,
                valid_seconds=g.valid_seconds,
            )
        )
    return tuple(claimed)


def _in_one_transaction(
    services: Services, now: datetime, work: Callable[[Session], Round]
) -> Round:
    try:
        with services.database.transaction() as session:
            return work(session)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        # One row that cannot be opened or judged (a key taken out too early) must not keep
        # everybody else's texts: it is found and put off, and staff of the service see it logged.
        if not _put_off_unreadable(services, now):
            raise
        log.error("texts put off", error=type(error).__name__)
        return Round(more=True)


def _put_off_unreadable(services: Services, now: datetime) -> int:
    """Put off those of the next texts that cannot even be opened; how many."""
    with services.database.transaction() as session:
        ids = claims.due_ids(session, now, LOOK_FOR_UNREADABLE)
    unreadable = [text_id for text_id in ids if not _opens(services, text_id)]
    with services.database.transaction() as session:
        claims.put_off(session, unreadable, now + UNREADABLE_WAITS)
    return len(unreadable)


def _opens(services: Services, text_id: int) -> bool:
    try:
        with services.database.transaction() as session:
            return claims.opens(session, text_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.error("text unreadable", text=text_id, error=type(error).__name__)
        return False
