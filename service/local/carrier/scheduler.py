"""Doing things a little later: one heap of due work, a few threads, however much is waiting."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Scheduler:
    """Runs each piece of work once, at or soon after its time, on a fixed number of threads."""

    def __init__(self, threads: int = 4) -> None:
        self._heap: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"provider-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        """Run ``work`` in ``seconds``; after ``close`` it is dropped."""
        with self._changed:
            if not self._closed:
                due = time.monotonic() + seconds
                heapq.heappush(self._heap, (due, next(self._order), work))
                self._changed.notify()

    def close(self, patience: float = 2.0) -> None:
        """Stop. Work that is running gets ``patience`` seconds to finish; the rest is dropped."""
        with self._changed:
            self._closed = True
            self._heap.clear()
            self._changed.notify_all()
        deadline = time.monotonic() + patience
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        while True:
            work = self._next()
            if work is None:
                return
            try:
                work()
            except Exception:
                _log.exception("A simulated provider failed at one piece of work")

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                if self._heap and self._heap[0][0] <= now:
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(self._heap[0][0] - now if self._heap else None)
            return None
