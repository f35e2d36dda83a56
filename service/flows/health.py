"""Signs of life: heartbeats through the queue, and whether this installation can do its work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from service.channels import broker
from service.flows.services import Services
from service.store.models import Heartbeat

STALE_AFTER = timedelta(seconds=120)
"""Beat sends a heartbeat every 15 s; eight missing ones mean that nothing is being sent."""

WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What works. ``worker_seconds`` is the age of the last heartbeat, None where there is none."""

    database: bool
    broker: bool
    worker: bool
    worker_seconds: float | None

    @property
    def ready(self) -> bool:
        """Whether replies come in and texts go out."""
        return self.database and self.broker and self.worker


def beat(services: Services) -> None:
    """Leave a sign of life: called by a worker for a task that came through the broker."""
    now = datetime.now(UTC)
    with services.database.transaction() as session:
        session.execute(
            insert(Heartbeat)
            .values(name=WORKER, beat_at=now)
            .on_conflict_do_update(index_elements=["name"], set_={"beat_at": now})
        )


def readiness(services: Services) -> Readiness:
    """Look at the database, at the broker, and through the heartbeat at beat and worker."""
    there = broker.answers(services.settings.redis_url)
    try:
        with services.database.transaction() as session:
            last = session.scalar(select(Heartbeat.beat_at).where(Heartbeat.name == WORKER))
    except SQLAlchemyError:
        return Readiness(database=False, broker=there, worker=False, worker_seconds=None)
    if last is None:
        return Readiness(database=True, broker=there, worker=False, worker_seconds=None)
    age = datetime.now(UTC) - last
    return Readiness(True, there, age < STALE_AFTER, age.total_seconds())
