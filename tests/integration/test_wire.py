"""The production processes on a real database and broker, texted from outside over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
import requests

from service.flows.families import show
from tests.support.installation import PARENT, Installation, installed
from tests.support.processes import Processes, Running

IN_ENGLISH = ["hi", "yes", "4 years", "1 3", "7 8", "no"]
IN_SPANISH = ["hola", "sí", "4 años", "1 3", "7 8", "no"]


@pytest.fixture
def place(database_url: str, redis_url: str) -> Iterator[Installation]:
    with installed(database_url, redis_url) as place:
        yield place


def start_web(place: Installation, processes: Processes) -> Running:
    web = processes.tandem("web", environment=place.environment)
    web.wait_for_http(f"{place.base_url}/healthz")
    return web


def start_worker(place: Installation, processes: Processes) -> Running:
    worker = processes.tandem("worker", environment=place.environment)
    worker.wait_until(
        lambda: requests.get(f"{place.base_url}/readyz", timeout=5).status_code == 200
    )
    return worker


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def converse(place: Installation, number: str, texts: list[str]) -> None:
    """Text as a parent does: each text after the answer to the one before."""
    for text in texts:
        before = len(place.texts_to(number))
        place.carrier.carrier.text_from_parent(number, "+15005550006", text)
        wait_for(lambda before=before: len(place.texts_to(number)) > before)


def test_a_parent_reaches_a_suggestion_in_english_and_in_spanish(
    place: Installation, processes: Processes
) -> None:
    start_web(place, processes)
    start_worker(place, processes)
    spanish = "+13125550124"
    converse(place, PARENT, IN_ENGLISH)
    converse(place, spanish, IN_SPANISH)
    wait_for(lambda: len(place.texts_to(PARENT)) == len(place.texts_to(spanish)) == 7)
    english_words = " ".join(place.texts_to(PARENT)[-2:])
    spanish_words = " ".join(place.texts_to(spanish)[-2:])
    for words in (english_words, spanish_words):
        assert "PT" in words
        assert "OT" in words
    assert "running" in english_words
    assert "dressing" in english_words
    assert "correr" in spanish_words
    assert "vestirse" in spanish_words
    # The status callbacks came back through the web process.
    wait_for(
        lambda: all(
            message["state"] in ("delivered", "received")
            for message in show(place.services, PARENT)["messages"]
        )
    )


def test_a_worker_killed_between_a_reply_and_its_answer_answers_once_after_restart(
    place: Installation, processes: Processes
) -> None:
    start_web(place, processes)
    worker = start_worker(place, processes)
    worker.kill()
    place.carrier.carrier.text_from_parent(PARENT, "+15005550006", "hi")
    wait_for(lambda: _stored(place) == 1)
    assert place.texts_to(PARENT) == []
    processes.tandem("worker", environment=place.environment)
    wait_for(lambda: len(place.texts_to(PARENT)) == 1)
    time.sleep(1)
    assert len(place.texts_to(PARENT)) == 1


def test_workers_killed_again_and_again_lose_and_double_nothing(
    place: Installation, processes: Processes
) -> None:
    start_web(place, processes)
    numbers = [f"+1312555{n:04d}" for n in range(30)]
    worker = start_worker(place, processes)
    for position, number in enumerate(numbers):
        place.carrier.carrier.text_from_parent(number, "+15005550006", "hi")
        if position % 10 == 9:
            worker.kill()
            worker = processes.tandem("worker", environment=place.environment)
    processes.tandem("beat", environment=place.environment)
    wait_for(lambda: all(place.texts_to(number) for number in numbers), seconds=90)
    assert [len(place.texts_to(number)) for number in numbers] == [1] * 30


def test_every_process_ends_by_itself_when_asked(place: Installation, processes: Processes) -> None:
    web = start_web(place, processes)
    worker = start_worker(place, processes)
    beat = processes.tandem("beat", environment=place.environment)
    time.sleep(2)
    for process in (beat, worker, web):
        process.terminate(seconds=20)


@pytest.mark.parametrize("command", ["web", "worker", "beat", "migrate"])
def test_a_missing_setting_stops_the_start_with_one_line_that_names_it(
    place: Installation, processes: Processes, command: str
) -> None:
    environment = {**place.environment, "ENCRYPTION_KEYS": ""}
    process = processes.tandem(command, environment=environment)
    assert process.wait_for_end() == 2
    assert process.output == "tandem: ENCRYPTION_KEYS is not set\n"


def _stored(place: Installation) -> int:
    from sqlalchemy import func, select

    from service.store.models import Reply

    with place.services.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(Reply)) or 0
