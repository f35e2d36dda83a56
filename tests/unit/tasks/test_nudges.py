"""Nudges: coalesced, never in the way, and never a fault of the request that made them."""

from __future__ import annotations

import threading
import time

from service.flows.services import Nudge
from tasks.nudges import Nudger


def test_a_burst_becomes_a_few_messages_and_the_last_nudge_is_never_swallowed() -> None:
    published: list[float] = []
    nudger = Nudger(lambda _: published.append(time.monotonic()))
    last = 0.0
    for _ in range(2000):
        last = time.monotonic()
        nudger(Nudge.REPLIES)
    deadline = time.monotonic() + 5
    while not (published and published[-1] >= last):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert len(published) <= 2 + (published[-1] - published[0]) / 0.05


def test_a_broker_that_hangs_holds_up_nobody() -> None:
    release = threading.Event()
    nudger = Nudger(lambda _: release.wait(10) and None)
    began = time.monotonic()
    for _ in range(100):
        nudger(Nudge.TEXTS)
    assert time.monotonic() - began < 0.5
    release.set()


def test_after_a_broker_fault_the_next_nudge_still_goes_out() -> None:
    seen: list[Nudge] = []
    done = threading.Event()

    def publish(kind: Nudge) -> None:
        seen.append(kind)
        if len(seen) == 1:
            raise ConnectionError("broker away")
        done.set()

    nudger = Nudger(publish)
    nudger(Nudge.REPLIES)
    while not seen:
        time.sleep(0.01)
    nudger(Nudge.TEXTS)
    assert done.wait(5)


def test_a_nudge_for_later_is_kept_beside_one_for_now() -> None:
    published: list[float] = []
    began = time.monotonic()
    nudger = Nudger(lambda kind: published.append(time.monotonic() - began))
    nudger(Nudge.TEXTS, 0.4)
    nudger(Nudge.TEXTS)
    nudger(Nudge.TEXTS, 0.4)
    time.sleep(0.8)
    # The two for later are one, unless they fall into two twentieths of a second.
    assert len(published) in (2, 3)
    assert published[0] < 0.3
    assert all(0.4 <= at < 0.7 for at in published[1:])
