"""How far each sender's replies were fetched from the provider's own list, and who is at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from service.store.models import Sender, TextRow

EVERY = timedelta(minutes=10)
OVERLAP = timedelta(minutes=10)
"""How far a pull reaches back before the last complete one: the provider lists with a delay, and
its clock is not ours."""
APART = timedelta(seconds=5)
"""Many processes that start at once need one pull, not one each."""
ONE_AT_A_TIME = 7_243_002
"""The lock a pull holds on its own connection: it ends with the process, however that ends."""


@dataclass(frozen=True, slots=True)
class Pull:
    """One sender's messages to be listed from ``since`` on. ``began_at`` is the database's time."""

    sender_id: int
    clinic_id: int
    number: str
    messaging_service_sid: str | None
    since: datetime
    began_at: datetime


def due(session: Session, now: datetime, *, at_once: bool) -> list[Pull]:
    """The senders whose next pull is due, or with ``at_once`` all that nobody just pulled.

    A restart of the database makes one due as well: while it was away, replies were refused.
    """
    clock = func.clock_timestamp()
    last = func.coalesce(Sender.pulled_until, _never())
    reaches_back = func.coalesce(Sender.pulled_until, Sender.created_at) - OVERLAP
    rows = session.execute(
        select(
            Sender.id,
            Sender.clinic_id,
            Sender.address,
            Sender.messaging_service_sid,
            func.greatest(Sender.created_at, reaches_back),
            clock,
        ).where(
            Sender.channel == "sms",
            or_(last < (clock - APART if at_once else now - EVERY), _owed()),
        )
    )
    return [Pull(*row) for row in rows]


def end(session: Session, pull: Pull, *, complete: bool) -> None:
    """A pull ended. Only a complete one moves the mark; the next begins where it stands."""
    values: dict[str, object] = {"pull_ended_at": func.clock_timestamp()}
    if complete:
        values["pulled_until"] = pull.began_at
    session.execute(update(Sender).where(Sender.id == pull.sender_id).values(values))


def owed(session: Session) -> bool:
    """Whether no pull has ended since the database was started: what parents wrote while it was
    away has to be read before what they wrote since."""
    return bool(session.scalar(select(exists().where(Sender.channel == "sms", _owed()))))


def lock_silent(
    session: Session, after: timedelta, give_up: timedelta, limit: int
) -> list[TextRow]:
    """Texts that were sent so long ago that their delivery should have been reported, asked about
    least lately first; after ``give_up`` nobody asks any more (some carriers never report)."""
    silent = func.now() - after
    return list(
        session.scalars(
            select(TextRow)
            .where(
                TextRow.state == literal_column("'sent'"),
                TextRow.provider_id.is_not(None),
                TextRow.sent_at < silent,
                TextRow.sent_at > func.now() - give_up,
                or_(TextRow.asked_at.is_(None), TextRow.asked_at < silent),
            )
            .order_by(TextRow.asked_at.nulls_first(), TextRow.sent_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def _never() -> ColumnElement[datetime]:
    return literal_column("'-infinity'::timestamptz")


def _owed() -> ColumnElement[bool]:
    return func.coalesce(Sender.pull_ended_at, _never()) < func.pg_postmaster_start_time()
