"""Beat, workers, broker and database watched; whatever was away comes back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import update

from service.flows.families import show
from service.store.models import Heartbeat, ReminderRow
from tests.support.installation import PARENT, Installation, installed
from tests.support.processes import Processes
from tests.support.redis import RedisServer
from tests.support.talk import suggested

pytestmark = pytest.mark.faults


@pytest.fixture
def place(
    database_url: str, private_redis: RedisServer, processes: Processes
) -> Iterator[Installation]:
    """A clinic with web, one worker and two beats, ready."""
    with installed(database_url, private_redis.url) as place:
        for command in ("web", "worker", "beat", "beat"):
            processes.tandem(command, environment=place.environment)
        wait_for(lambda: readiness(place).get("ready"), 40)
        yield place


def wait_for(condition: Callable[[], object], seconds: float) -> float:
    """Wait until it is so; how long that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() < began + seconds, "waited in vain"
        time.sleep(0.05)
    return time.monotonic() - began


def readiness(place: Installation) -> dict[str, Any]:
    with suppress(requests.RequestException):
        return dict(requests.get(f"{place.base_url}/readyz", timeout=5).json())
    return {}


def write(place: Installation, body: str, number: str = PARENT) -> None:
    place.carrier.carrier.text_from_parent(number, "+15005550006", body)


def test_redis_flushed_and_restarted_costs_seconds_and_the_same_worker_goes_on(
    place: Installation, private_redis: RedisServer
) -> None:
    write(place, "hi")
    wait_for(lambda: len(place.texts_to(PARENT)) == 1, 10)
    private_redis.flush()
    write(place, "yes")
    assert wait_for(lambda: len(place.texts_to(PARENT)) == 2, 40) <= 35
    private_redis.stop()
    wait_for(lambda: readiness(place).get("broker") is False, 5)
    assert readiness(place)["ready"] is False
    write(place, "4 years")
    time.sleep(1)
    private_redis.start()
    # The worker finds its broker again, and a beat's tick what no nudge announced.
    assert wait_for(lambda: len(place.texts_to(PARENT)) == 3, 60) <= 45
    wait_for(lambda: readiness(place).get("ready"), 40)


def test_a_heartbeat_that_grew_old_turns_readiness_red_until_the_next(place: Installation) -> None:
    with place.services.database.transaction() as session:
        old = datetime.now(UTC) - timedelta(seconds=121)
        session.execute(update(Heartbeat).values(beat_at=old))
    state = readiness(place)
    assert (state["ready"], state["worker"], state["database"]) == (False, False, True)
    wait_for(lambda: readiness(place).get("ready"), 40)


def test_late_ticks_of_two_beats_send_a_reminder_once(place: Installation) -> None:
    suggested(place)
    before = len(place.texts_to(PARENT))
    with place.services.database.transaction() as session:
        long_ago = datetime.now(UTC) - timedelta(days=1)
        session.execute(update(ReminderRow).values(due_at=long_ago))
    # Several ticks of both beats pass: it is held while the parent may still be writing.
    time.sleep(3)
    found = show(place.services, PARENT)
    assert len(place.texts_to(PARENT)) - before <= 1
    assert len([r for r in found["reminders"] if r["state"] == "sent"]) <= 1
