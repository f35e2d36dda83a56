"""Beat, workers, broker and database watched; whatever was away comes back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from service.store.models import Heartbeat
from service.web.app import create_app
from tests.support.installation import PARENT, Installation, installed
from tests.support.processes import Processes
from tests.support.redis import RedisServer


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


@pytest.mark.faults
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


@pytest.mark.parametrize(
    ("seconds", "ready"), [(119, True), (121, False), (None, False)], ids=["119 s", "121 s", "none"]
)
def test_a_heartbeat_that_grew_old_turns_readiness_red(
    database_url: str, seconds: int | None, ready: bool
) -> None:
    with installed(database_url) as place:
        if seconds is not None:
            beat_at = datetime.now(UTC) - timedelta(seconds=seconds)
            with place.services.database.transaction() as session:
                session.add(Heartbeat(name="worker", beat_at=beat_at))
        answer = create_app(place.services).test_client().get("/readyz")
        assert answer.status_code == (200 if ready else 503)
        assert answer.json is not None
        assert (answer.json["database"], answer.json["broker"]) == (True, True)
        assert answer.json["worker"] is ready
