"""Announcing work without waiting for the broker, and at most once in 50 ms a kind.

A webhook only sets a flag; one background thread publishes. Whatever is lost here (broker down,
process killed) is found by the tick: a nudge is never the only trace of a message.
"""

from __future__ import annotations

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
        self._due: dict[Nudge, float] = {}
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def __call__(self, kind: Nudge, /, in_seconds: float = 0.0) -> None:
        """Announce that work of this kind is waiting, or will be. Never blocks, never raises.

        Of several announcements of one kind the earliest counts.
        """
        due = time.monotonic() + in_seconds
        with self._changed:
            self._due[kind] = min(due, self._due.get(kind, due))
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

    def _wait_for_due(self) -> list[Nudge]:
        with self._changed:
            while True:
                now = time.monotonic()
                kinds = [kind for kind, due in self._due.items() if due <= now]
                if kinds:
                    for kind in kinds:
                        del self._due[kind]
                    return kinds
                self._changed.wait(min(self._due.values()) - now if self._due else None)


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
