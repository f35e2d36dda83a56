"""A sender's pace, its holds, and how far its replies were pulled.

The pace is one moment in the sender's row (``service/domain/pacing.py``), moved forward in the
transaction that claims: exact over any number of workers and machines, on the database's clock.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Exists,
    cast,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from service.domain.conversation import Lane
from service.domain.pacing import BURST, wait_for_room
from service.domain.vocabulary import Channel
from service.store.models import Sender, TextRow
from service.store.texts import IS_QUEUED, as_written

_CLOCK = func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Locked:
    """A sender in our hands for this transaction, and what the database's clock says."""

    sender: Sender
    clock: datetime


def lock_with_room(
    session: Session,
    channel: Channel,
    now: datetime,
    served: Sequence[int],
    but_not: Collection[int],
) -> Locked | None:
    """A sender of this channel whose pace has room and that has a reminder or an invitation due.

    Those not ``served`` come first, then the one served longest ago. One that another worker is
    serving right now is left to it, and so are those ``but_not``.
    """
    turn = func.array_position(cast(list(served), ARRAY(BigInteger)), Sender.id)
    return _lock(
        session,
        turn.nulls_first(),
        Sender.channel == channel.value,
        Sender.held_until.is_(None),
        Sender.id.not_in(but_not),
        or_(Sender.free_at.is_(None), Sender.free_at <= _CLOCK + BURST),
        _has_due(now, paced=True),
    )


def lock_to_probe(session: Session, channel: Channel, now: datetime) -> Locked | None:
    """A sender of this channel on hold whose time has come to try one text, or None."""
    due = _has_due(now, paced=False)
    ours = Sender.channel == channel.value
    return _lock(session, Sender.held_until, ours, Sender.held_until <= _CLOCK, due)


def seconds_until_room(
    session: Session, channel: Channel, now: datetime, but_not: Collection[int] = ()
) -> float | None:
    """How long until some sender of this channel with a due reminder or invitation has room; None
    where none is due. What is on hold does not count, nor do those ``but_not``."""
    free_at, clock = session.execute(
        select(func.min(_begins()), func.clock_timestamp()).where(
            Sender.channel == channel.value,
            Sender.held_until.is_(None),
            Sender.id.not_in(but_not),
            _has_due(now, paced=True),
        )
    ).one()
    return None if free_at is None else wait_for_room(free_at, clock).total_seconds()


def charge(session: Session, segments_of: Mapping[int, int]) -> None:
    """Count segments that go out at once; what may wait makes room for them.

    Senders are taken in one order, so that two claims never wait for each other in a ring.
    """
    for sender_id in sorted(segments_of):
        passing = _passing(segments_of[sender_id])
        session.execute(
            update(Sender).where(Sender.id == sender_id).values(free_at=_begins() + passing)
        )


def _begins() -> ColumnElement[datetime]:
    """When the next segment would pass: ``pacing.after_sending`` in the database's words."""
    return func.greatest(func.coalesce(Sender.free_at, _CLOCK), _CLOCK)


def _passing(segments: int) -> ColumnElement[timedelta]:
    """How long so many segments take at the sender's pace."""
    return func.make_interval(0, 0, 0, 0, 0, 0, segments / Sender.segments_per_second)


def refund(session: Session, sender_id: int, segments: int) -> None:
    """A text that was counted certainly did not go out."""
    session.execute(
        update(Sender)
        .where(Sender.id == sender_id, Sender.free_at.is_not(None))
        .values(free_at=Sender.free_at - _passing(segments))
    )


def slow_down(session: Session, sender_id: int, rest: timedelta) -> None:
    """Nothing that may wait for this long: the provider said that it is too much."""
    until = _CLOCK + rest
    session.execute(
        update(Sender)
        .where(Sender.id == sender_id)
        .values(free_at=func.greatest(func.coalesce(Sender.free_at, until), until))
    )


def hold(
    session: Session, sender_id: int, code: int | None, rest: timedelta, *, by_report: bool = False
) -> None:
    """Stop a sender: its set-up was refused. After ``rest`` one text tries again.

    ``by_report``: in a report on a text that had been taken, not in the answer to a call.
    """
    session.execute(
        update(Sender)
        .where(Sender.id == sender_id)
        .values(
            held_until=_CLOCK + rest,
            held_since=func.coalesce(Sender.held_since, _CLOCK),
            held_code=code,
            held_by_report=by_report,
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


def works(session: Session, sender_id: int, *, reported: bool = False) -> bool:
    """The provider took a text of this sender, or with ``reported`` says that one arrived: a hold
    ends; whether there was one.

    A hold that a report brought (not registered, suspended) ends with a report alone: such texts
    are taken, and fail afterwards.
    """
    ends = Sender.held_by_report.is_(False)
    was_held = session.scalar(
        update(Sender)
        .where(
            Sender.id == sender_id,
            or_(Sender.held_until.is_not(None), Sender.refusals > 0),
            *([] if reported else [ends]),
        )
        .values(held_until=None, held_since=None, held_code=None, held_by_report=False, refusals=0)
        .returning(Sender.id)
    )
    return was_held is not None


def clock(session: Session) -> datetime:
    """What the database's clock says now."""
    now: datetime = session.execute(select(_CLOCK)).scalar_one()
    return now


def _has_due(now: datetime, *, paced: bool) -> Exists:
    lanes = (Lane.REMINDER, Lane.CAMPAIGN) if paced else tuple(Lane)
    return exists().where(
        TextRow.sender_id == Sender.id,
        IS_QUEUED,
        TextRow.lane.in_([as_written(lane) for lane in lanes]),
        TextRow.send_after <= now,
    )


def _lock(session: Session, turn: Any, *conditions: ColumnElement[bool]) -> Locked | None:
    row = session.execute(
        select(Sender, _CLOCK)
        .where(*conditions)
        .order_by(turn, Sender.free_at.nulls_first())
        .limit(1)
        .with_for_update(of=Sender, skip_locked=True, key_share=True)
    ).first()
    return Locked(row[0], row[1]) if row else None
