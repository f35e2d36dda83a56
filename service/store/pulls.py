"""How far each sender's replies were fetched from the provider's own list, and who is at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select, update
from sqlalchemy.orm import Session

from service.domain.vocabulary import Channel
from service.store.models import Sender, TextRow

EVERY = timedelta(minutes=10)
OVERLAP = timedelta(minutes=10)
"""How far a pull reaches back before the last complete one: the provider lists with a delay, and
its clock is not ours."""
AGAIN_AFTER = timedelta(seconds=10)
"""When a pull that was not complete is tried again."""
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


def want(session: Session) -> None:
    """Something may have been missed: the next pull is due at once. Kept until one is complete
    that began after this, whatever happens to whoever wants it."""
    session.execute(
        update(Sender).where(Sender.channel == "sms").values(pull_wanted_at=func.clock_timestamp())
    )


def due(session: Session, now: datetime) -> list[Pull]:
    """The senders whose next pull is due: ten minutes after the last complete one, at once where
    one is wanted, soon after one that was not complete, and after a restart of the database, as
    replies were refused while it was away."""
    clock = func.clock_timestamp()
    last = func.coalesce(Sender.pulled_until, _never())
    ended = func.coalesce(Sender.pull_ended_at, _never())
    reaches_back = func.coalesce(Sender.pulled_until, Sender.created_at) - OVERLAP
    wanted = func.coalesce(Sender.pull_wanted_at, _never()) > last
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
            or_(
                last < now - EVERY,
                _owed(),
                and_(wanted, or_(ended < Sender.pull_wanted_at, ended < clock - AGAIN_AFTER)),
                and_(Sender.pull_failed, ended < clock - AGAIN_AFTER),
            ),
        )
    )
    return [Pull(*row) for row in rows]


def end(session: Session, pull: Pull, *, complete: bool) -> None:
    """A pull ended. Only a complete one moves the mark; the next begins where it stands."""
    values: dict[str, object] = {
        "pull_ended_at": func.clock_timestamp(),
        "pull_failed": not complete,
    }
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
                TextRow.channel == Channel.SMS.value,
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
