"""A sender's pace, its holds, and how far its replies were pulled.

The pace is one moment in the sender's row (``service/domain/pacing.py``), moved forward in the
transaction that claims: exact over any number of workers and machines, on the database's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Exists, exists, func, or_, select, update
from sqlalchemy.orm import Session

from service.domain.conversation import Lane
from service.domain.pacing import BURST, wait_for_room
from service.store.models import Sender, TextRow
from service.store.texts import IS_QUEUED, as_written


@dataclass(frozen=True, slots=True)
class Locked:
    """A sender in our hands for this transaction, and what the database's clock says."""

    sender: Sender
    clock: datetime


def lock_with_room(session: Session, now: datetime) -> Locked | None:
    """A sender whose pace has room and that has a reminder or an invitation due, or None.

    One that another worker is serving right now is left to it.
    """
    return _lock(
        session,
        Sender.held_until.is_(None),
        or_(Sender.free_at.is_(None), Sender.free_at <= func.clock_timestamp() + BURST),
        _has_due(now, paced=True),
    )


def lock_to_probe(session: Session, now: datetime) -> Locked | None:
    """A sender on hold whose time has come to try one text, or None."""
    return _lock(session, Sender.held_until <= func.clock_timestamp(), _has_due(now, paced=False))


def seconds_until_room(session: Session, now: datetime) -> float | None:
    """How long until some sender with a due reminder or invitation has room; None where none is
    due. What is on hold does not count."""
    free_at, clock = session.execute(
        select(func.min(_begins()), func.clock_timestamp()).where(
            Sender.held_until.is_(None), _has_due(now, paced=True)
        )
    ).one()
    return None if free_at is None else wait_for_room(free_at, clock).total_seconds()


def charge(session: Session, segments_of: Mapping[int, int]) -> None:
    """Count segments that go out at once; what may wait makes room for them.

    Senders are taken in one order, so that two claims never wait for each other in a ring.
    """
    for sender_id in sorted(segments_of):
        seconds = segments_of[sender_id] / Sender.segments_per_second
        takes = func.make_interval(0, 0, 0, 0, 0, 0, seconds)
        session.execute(
            update(Sender).where(Sender.id == sender_id).values(free_at=_begins() + takes)
        )


def _begins() -> ColumnElement[datetime]:
    """When the next segment would pass: ``pacing.after_sending`` in the database's words."""
    return func.greatest(func.coalesce(Sender.free_at, _CLOCK), _CLOCK)


_CLOCK = func.clock_timestamp()


def slow_down(session: Session, sender_id: int, rest: timedelta) -> None:
    """Nothing that may wait for this long: the provider said that it is too much."""
    until = func.clock_timestamp() + rest
    session.execute(
        update(Sender)
        .where(Sender.id == sender_id)
        .values(free_at=func.greatest(func.coalesce(Sender.free_at, until), until))
    )


def hold(session: Session, sender_id: int, code: int | None, rest: timedelta) -> None:
    """Stop a sender: its set-up was refused. After ``rest`` one text tries again."""
    session.execute(
        update(Sender)
        .where(Sender.id == sender_id)
        .values(
            held_until=_CLOCK + rest,
            held_since=func.coalesce(Sender.held_since, _CLOCK),
            held_code=code,
        )
    )


def count_refusal(session: Session, sender_id: int) -> int:
    """One more text refused for our set-up; how many there were in a row."""
    return (
        session.scalar(
            update(Sender)
            .where(Sender.id == sender_id)
            .values(refusals=Sender.refusals + 1)
            .returning(Sender.refusals)
        )
        or 0
    )


def works(session: Session, sender_id: int) -> bool:
    """The provider took a text of this sender: a hold ends; whether there was one."""
    was_held = session.scalar(
        update(Sender)
        .where(Sender.id == sender_id, or_(Sender.held_until.is_not(None), Sender.refusals > 0))
        .values(held_until=None, held_since=None, held_code=None, refusals=0)
        .returning(Sender.id)
    )
    return was_held is not None


def _has_due(now: datetime, *, paced: bool) -> Exists:
    lanes = (Lane.REMINDER, Lane.CAMPAIGN) if paced else tuple(Lane)
    return exists().where(
        TextRow.sender_id == Sender.id,
        IS_QUEUED,
        TextRow.lane.in_([as_written(lane) for lane in lanes]),
        TextRow.send_after <= now,
    )


def _lock(session: Session, *conditions: ColumnElement[bool]) -> Locked | None:
    row = session.execute(
        select(Sender, func.clock_timestamp())
        .where(*conditions)
        .order_by(Sender.free_at.nulls_first())
        .limit(1)
        .with_for_update(of=Sender, skip_locked=True, key_share=True)
    ).first()
    return Locked(row[0], row[1]) if row else None
