"""Makes reminders fall due in heaps, and lets some of those families say stop in that moment.

The worst moment is the one in which a heap of reminders is being sent: the first of them that
is taken is the sign for everybody else of the heap to say stop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from service.flows.services import Services
from service.store import contacts
from service.store.models import Contact, ConversationRow, ReminderRow, Reply
from tests.faults.families import Family

log = structlog.get_logger()

_HEAP = 12
EVERY_SECONDS = 20.0
_AT_THE_LATEST = 45.0
"""Stop is said then even if no reminder of the heap has come."""


class FallingDue:
    """Collects families that are ready; a thread makes their first reminder due, heap by heap."""

    def __init__(
        self,
        services: Services,
        clinic_id: int,
        tell: Callable[[str], None],
        every_seconds: float = EVERY_SECONDS,
    ) -> None:
        self._services = services
        self._clinic_id = clinic_id
        self._tell = tell
        self._every_seconds = every_seconds
        self._lock = threading.Lock()
        self._ready: list[Family] = []
        self._stopping: dict[str, set[str]] = {}
        """Who of a heap says stop, by each of its families."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="falling-due", daemon=True)
        self._thread.start()

    def ready(self, family: Family) -> None:
        """This family has its suggestion: a reminder waits."""
        with self._lock:
            self._ready.append(family)

    def got_text(self, who: str) -> None:
        """If this is the first reminder of a heap, now is the moment to stop for the others."""
        with self._lock:
            stopping = self._stopping.pop(who, None)
            chosen = set(stopping) if stopping else set()
            if stopping:
                stopping.clear()
        for one in chosen:
            self._tell(one)

    def waiting(self) -> int:
        """How many families are ready and not yet due."""
        with self._lock:
            return len(self._ready)

    def close(self) -> None:
        """Make nothing due any more."""
        self._closing.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._closing.wait(self._every_seconds):
            with self._lock:
                heap, self._ready = self._ready[:_HEAP], self._ready[_HEAP:]
            if not heap:
                continue
            stopping = {family.who for family in heap if family.stops_when_reminded}
            with self._lock:
                self._stopping.update({family.who: stopping for family in heap})
            try:
                self._make_due(heap)
            except SQLAlchemyError as error:
                log.warning("rig: not made due", error=type(error).__name__)
                with self._lock:
                    self._ready = heap + self._ready
                continue
            timer = threading.Timer(_AT_THE_LATEST, self._stop_now, args=[stopping])
            timer.daemon = True
            timer.start()

    def _stop_now(self, stopping: set[str]) -> None:
        with self._lock:
            chosen = set(stopping)
            stopping.clear()
        for one in chosen:
            self._tell(one)

    def _make_due(self, heap: list[Family]) -> None:
        zone_of = {family.who: family.zone for family in heap}
        with self._services.database.transaction() as session:
            found = contacts.find_many(session, self._clinic_id, list(zone_of))
            for who, contact in found.items():
                session.execute(
                    update(Contact).where(Contact.id == contact.id).values(time_zone=zone_of[who])
                )
                # As if they had written an hour ago: nothing of ours cuts into a talk.
                session.execute(
                    update(Reply)
                    .where(Reply.contact_id == contact.id, Reply.processed_at.is_not(None))
                    .values(received_at=Reply.received_at - timedelta(hours=1))
                )
                first = (
                    select(ReminderRow.id)
                    .join(ConversationRow, ConversationRow.id == ReminderRow.conversation_id)
                    .where(ConversationRow.contact_id == contact.id, ReminderRow.state == "due")
                    .order_by(ReminderRow.due_at)
                    .limit(1)
                )
                session.execute(
                    update(ReminderRow)
                    .where(ReminderRow.id == first.scalar_subquery())
                    .values(due_at=datetime.now(UTC))
                )
