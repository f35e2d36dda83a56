"""How long an answer takes while ten thousand invitations go out, beside an idle installation.

Web, two workers and two beats as in production, on a PostgreSQL, a Redis and a carrier of their
own. The invitations go out as fast as the workers can (the sender's pace is set to no limit of
theirs): the worst case for an answer. ``make bench-burst``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from service.domain.conversation import Conversation, Lane
from service.store import clinics, contacts, conversations, texts
from service.store.models import Contact, Sender, TextRow
from tests.faults.rig import Rig, rigged_alone
from tests.faults.zones import zones_at

INVITATIONS = 10_000
ANSWERS = 40
APART_SECONDS = 0.5
LIMIT_SECONDS = 1.0
"""What a burst may add to the slowest answer."""
PACE = 100_000.0
"""Segments a second: more than any worker can send."""
WORDS = "x" * 200


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say whether the claim holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invitations", type=int, default=INVITATIONS)
    options = parser.parse_args(arguments)
    with rigged_alone(seed=1) as rig:
        return _measure(rig, options.invitations)


def _measure(rig: Rig, invitations: int) -> int:
    with rig.services.database.transaction() as session:
        session.execute(update(Sender).values(segments_per_second=PACE))
    rig.supervisor.start_and_wait()
    watch = _Watch(rig)
    quiet = watch.answers("+1312556")
    print(f"queueing {invitations} invitations ...", flush=True)
    _queue(rig, invitations)
    before = watch.others
    began = time.monotonic()
    busy = watch.answers("+1312557")
    seconds = time.monotonic() - began
    sent = watch.others - before
    left = _left(rig)
    print(f"invitations sent meanwhile: {sent} in {seconds:.0f} s, still waiting: {left}")
    print(f"{'an answer took, s':28}{'median':>8}{'p95':>8}{'longest':>9}")
    for name, took in (("idle", quiet), ("during the burst", busy)):
        ordered = sorted(took)
        p95 = ordered[int(len(ordered) * 0.95) - 1]
        print(f"{name:28}{statistics.median(took):8.2f}{p95:8.2f}{max(took):9.2f}")
    added = max(busy) - max(quiet)
    print(f"added to the slowest: {added:.2f} s (limit {LIMIT_SECONDS:.0f} s)")
    if left == 0:
        print("the burst was over too soon to tell: take more --invitations", file=sys.stderr)
        return 1
    return 0 if added < LIMIT_SECONDS else 1


class _Watch:
    """Parents who write, and the moments at which their answers reach the carrier."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._got: dict[str, float] = {}
        self._arrived = threading.Condition()
        self.others = 0
        """Texts to anybody else."""
        self._waiting: set[str] = set()
        rig.carrier.on_text = self._on_text

    def answers(self, numbers: str) -> list[float]:
        """Seconds from each of some families' first text to its answer, one after the other."""
        wrote = {}
        for n in range(ANSWERS):
            number = f"{numbers}{n:04d}"
            with self._arrived:
                self._waiting.add(number)
            wrote[number] = time.monotonic()
            self._rig.carrier.write(number, "hi")
            time.sleep(APART_SECONDS)
        with self._arrived:
            if not self._arrived.wait_for(lambda: wrote.keys() <= self._got.keys(), 60):
                raise TimeoutError("an answer is missing after a minute")
        return [self._got[number] - at for number, at in wrote.items()]

    def _on_text(self, number: str) -> None:
        with self._arrived:
            if number in self._waiting:
                self._got.setdefault(number, time.monotonic())
                self._arrived.notify()
            else:
                self.others += 1


def _queue(rig: Rig, count: int) -> None:
    """Families invited by the clinic, all due at once, where it is the middle of the day."""
    now = datetime.now(UTC)
    zone = zones_at(now, timedelta(hours=2)).open
    with rig.services.database.transaction() as session:
        sender = clinics.sender_of(session, rig.clinic_id, "sms")
        assert sender is not None
        numbers = [f"+1773{2000000 + n}" for n in range(count)]
        people_of = [contacts.NewContact(n, None, None, "en", zone) for n in numbers]
        contacts.add_many(session, rig.clinic_id, people_of)
        people = contacts.find_many(session, rig.clinic_id, numbers)
        invitation = texts.NewText("invitation", WORDS, Lane.CAMPAIGN, "en", now)
        for contact in people.values():
            row = conversations.open_new(
                session, contact, sender.sender_id, Conversation(), opened_by="outreach", now=now
            )
            texts.queue(session, row, [invitation])
    assert len(people) == count


def _left(rig: Rig) -> int:
    with rig.services.database.transaction() as session:
        waiting = (
            select(func.count())
            .select_from(TextRow)
            .join(Contact, Contact.id == TextRow.contact_id)
            .where(TextRow.lane == int(Lane.CAMPAIGN), TextRow.state == "queued")
        )
        return session.scalar(waiting) or 0


if __name__ == "__main__":
    sys.exit(main())
