"""Announcing work without waiting for the broker, and at most once in 50 ms a kind.

A webhook only sets a flag; one background thread publishes. Whatever is lost here (broker down,
process killed) is found by the tick: a nudge is never the only trace of a message.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

import structlog

from service.flows.services import Nudge

log = structlog.get_logger()

AT_MOST_EVERY_SECONDS = 0.05


class Nudger:
    """Coalesces nudges. ``publish`` may block or raise: only the background thread feels it."""

    def __init__(self, publish: Callable[[Nudge], None]) -> None:
        self._publish = publish
        self._due: set[tuple[int, Nudge]] = set()
        """When, in steps of ``AT_MOST_EVERY_SECONDS``, and what."""
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def __call__(self, kind: Nudge, /, in_seconds: float = 0.0) -> None:
        """Announce that work of this kind is waiting, or will be. Never blocks, never raises.

        Announcements of one kind for the same twentieth of a second are one.
        """
        due = math.ceil((time.monotonic() + in_seconds) / AT_MOST_EVERY_SECONDS)
        with self._changed:
            self._due.add((due if in_seconds else 0, kind))
            # Started on first use: after a web server has forked its processes.
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="nudger", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _run(self) -> None:
        while True:
            for kind in self._wait_for_due():
                try:
                    self._publish(kind)
                except Exception as error:
                    log.warning("nudge lost", kind=kind.value, error=type(error).__name__)
            time.sleep(AT_MOST_EVERY_SECONDS)

    def _wait_for_due(self) -> set[Nudge]:
        with self._changed:
            while True:
                now = time.monotonic()
                passed = {entry for entry in self._due if entry[0] * AT_MOST_EVERY_SECONDS <= now}
                if passed:
                    self._due -= passed
                    return {kind for _, kind in passed}
                next_due = min((step for step, _ in self._due), default=None)
                wait = None if next_due is None else next_due * AT_MOST_EVERY_SECONDS - now
                self._changed.wait(wait)


def celery_nudger(broker_url: str) -> Nudger:
    """A nudger that publishes through Celery."""
    from tasks.app import EXPIRES, TASKS, create_broker

    app = create_broker(broker_url)
    # No retries: the tick is the retry, and a dead broker must not fill the queue of flags.
    return Nudger(lambda kind: app.send_task(TASKS[kind], retry=False, **EXPIRES))


def announce(broker_url: str, kind: Nudge) -> None:
    """Announce work once, now: for commands that end right afterwards. Never raises."""
    from tasks.app import EXPIRES, TASKS, create_broker

    try:
        create_broker(broker_url).send_task(TASKS[kind], retry=False, **EXPIRES)
    except Exception as error:
        log.warning("nudge lost", kind=kind.value, error=type(error).__name__)
