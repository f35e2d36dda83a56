"""Worker and beat as threads of one process, for the embedded run."""

from __future__ import annotations

import threading
from typing import Any

from celery import Celery
from celery.beat import Scheduler, Service

from service.flows.services import Services
from tasks.app import AT_START, create_worker_app

WORKER_THREADS = 4


class EmbeddedCelery:
    """A Celery worker (threads pool) and beat on the services' broker."""

    def __init__(self, services: Services) -> None:
        self._app: Celery = create_worker_app(services.settings.redis_url, services)
        self._worker: Any = self._app.WorkController(
            app=self._app,
            pool="threads",
            concurrency=WORKER_THREADS,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        self._beat = Service(self._app, scheduler_cls=Scheduler)

    def start(self) -> None:
        """Start both; what waits from before is taken up at once."""
        for name, target in (("worker", self._worker.start), ("beat", self._run_beat)):
            threading.Thread(target=target, name=name, daemon=True).start()
        for task in AT_START:
            self._app.send_task(task)

    def stop(self) -> None:
        """Stop taking work and let what is under way finish."""
        # Not waited for: it may be asleep until its next tick, and dies with the process.
        self._beat.stop(wait=False)
        self._worker.stop()

    def _run_beat(self) -> None:
        self._beat.start(embedded_process=False)
