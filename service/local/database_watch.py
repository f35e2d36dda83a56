"""Watching the embedded database: if it ends, say so, and after a while start it again.

Meanwhile webhooks answer 503 and nothing is lost, just as on a server.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from service.local.postgres import EmbeddedPostgres, EmbeddedPostgresError

LOOK_EVERY_SECONDS = 3.0
PATIENCE_SECONDS = 20.0
"""Time for somebody who stopped it on purpose, to see what happens without it."""


class DatabaseWatch:
    """One background thread."""

    def __init__(self, postgres: EmbeddedPostgres, say: Callable[[str], None]) -> None:
        self._postgres = postgres
        self._say = say
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="database-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End before the database is stopped on purpose."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(LOOK_EVERY_SECONDS):
            if self._postgres.is_running():
                continue
            self._say(f"database: it has stopped; starting it again in {PATIENCE_SECONDS:.0f} s")
            if self._over.wait(PATIENCE_SECONDS):
                return
            try:
                self._postgres.start()
                self._say("database: running again")
            except EmbeddedPostgresError as error:
                self._say(f"database: {error}")
