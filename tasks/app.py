"""The Celery app: broker settings, the schedule, and the tasks.

The broker carries wake-up nudges only; PostgreSQL is the truth (design P3). Every task is safe
to run twice and at the same time as itself.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import structlog
from celery import Celery
from celery.signals import worker_ready
from sqlalchemy.exc import InterfaceError, OperationalError

from service.flows.deliver import drain_texts
from service.flows.health import beat
from service.flows.pull import pull_at_once
from service.flows.reply import drain_replies
from service.flows.services import Nudge, Services
from service.flows.tick import BATCHES_A_TURN, REPLIES_A_TURN, tick

log = structlog.get_logger()

TICK_SECONDS = 15.0
SOCKET_SECONDS = 30
"""Without a socket time-out a worker that lost its broker may wait for ever (celery#8091)."""

EXPIRES = {"expires": 120}
"""A wake-up that waited longer than two minutes is pointless: later ones have done its work."""

TASKS = {
    Nudge.REPLIES: "tandem.replies",
    Nudge.TEXTS: "tandem.texts",
    Nudge.PULL: "tandem.pull",
}
AT_START = ("tandem.heartbeat", TASKS[Nudge.PULL], "tandem.tick")
"""What a worker does first: say that it is there, fetch what was missed, do what was left."""


def create_broker(broker_url: str) -> Celery:
    """A Celery app that can announce work; ``create_worker_app`` adds what does it."""
    app = Celery("tandem", broker=broker_url)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_serializer="json",
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        # Never give up on the broker: without it the worker is deaf, and nobody restarts it.
        broker_connection_max_retries=None,
        broker_transport_options={
            "socket_timeout": SOCKET_SECONDS,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
        }
        if not broker_url.startswith("memory")
        else {"polling_interval": 0.05},
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_enable_remote_control=False,
        worker_prefetch_multiplier=1,
        beat_schedule={
            "tick": {"task": "tandem.tick", "schedule": TICK_SECONDS, "options": EXPIRES},
            "heartbeat": {
                "task": "tandem.heartbeat",
                "schedule": TICK_SECONDS,
                "options": EXPIRES,
            },
        },
    )
    return app


def create_worker_app(broker_url: str, services: Services) -> Celery:
    """The app with its tasks, for worker and beat."""
    app = create_broker(broker_url)

    away = threading.Event()

    def task(name: str, work: Callable[[], object]) -> None:
        @app.task(name=name)
        def run() -> None:
            try:
                if away.is_set():
                    # Replies were refused meanwhile: fetch them before anything is answered.
                    if not pull_at_once(services):
                        return  # whoever is at it announces replies, and the tick comes back
                    away.clear()
                work()
            except (OperationalError, InterfaceError) as error:
                # Nothing is lost: what waits is found by the first tick after it is back.
                away.set()
                log.warning("database away", task=name, error=type(error).__name__)

    task(TASKS[Nudge.REPLIES], lambda: drain_replies(services, REPLIES_A_TURN))
    task(TASKS[Nudge.TEXTS], lambda: drain_texts(services, batches=BATCHES_A_TURN))
    task(TASKS[Nudge.PULL], lambda: pull_at_once(services))
    task("tandem.tick", lambda: tick(services, share=True))
    task("tandem.heartbeat", lambda: beat(services))

    return app


def sweep_when_ready() -> None:
    """Let a worker that has just started look at once for what was left waiting."""

    @worker_ready.connect(weak=False)
    def sweep(sender: Any, **_: Any) -> None:
        for task in AT_START:
            sender.app.send_task(task)
