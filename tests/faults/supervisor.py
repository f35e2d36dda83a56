"""Keeps the product's processes running: what dies, in whatever way, is started again at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

from tests.support.guardian import Guardian
from tests.support.processes import Processes, Running, answers

SLOTS = ("web", "worker-1", "worker-2", "beat-1", "beat-2")
_LOOK_EVERY = 0.1
_ASK_EVERY = 2.0
_BREATH = 1.0
"""A process that ends by itself is not started again in a tight circle."""


class Supervisor:
    """Five slots, each with one process group of ``tandem web|worker|beat`` in it."""

    def __init__(
        self,
        folder: Path,
        guardian: Guardian,
        environment: Mapping[str, str],
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        """``on_end`` hears of every end of a process."""
        self.folder = folder
        self._processes = Processes(folder, guardian)
        self._environment = dict(environment)
        self._on_end = on_end
        self._lock = threading.Lock()
        self._running: dict[str, Running] = {}
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=work.__name__, daemon=True)
            for work in (self._watch, self._ask)
        ]
        self.restarts: Counter[str] = Counter()
        self.gave_up: Counter[str] = Counter()
        """Ends that no kill of ours explains."""

    def start(self) -> None:
        """Start all, and watch over them from now on."""
        for slot in SLOTS:
            self._launch(slot)
        for thread in self._threads:
            thread.start()

    def start_and_wait(self) -> None:
        """Start all, and wait until messages are taken in and a worker has shown itself."""
        self.start()
        self._running["web"].wait_for_http(self._ready, seconds=60)

    def run(self, *arguments: str, seconds: float = 180.0) -> None:
        """Run a command of ``tandem`` until it ends well, again after each kill."""
        deadline = time.monotonic() + seconds
        while True:
            once = self._start(arguments[0], list(arguments))
            code = once.wait_for_end(seconds=max(1.0, deadline - time.monotonic()))
            once.end_group()
            if code == 0:
                return
            if time.monotonic() > deadline:
                raise TimeoutError(f"tandem {arguments[0]} ended with {code}: {once.output[-500:]}")
            self.restarts[arguments[0]] += 1
            time.sleep(0.5)

    def kill(self, slot: str) -> None:
        """SIGKILL the whole process group in this slot."""
        with self._lock:
            running = self._running.get(slot)
            if running is not None and running.exit_code is None:
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)

    def close(self) -> None:
        """End everything started here."""
        self._closing.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)
        self._processes.close()

    def _watch(self) -> None:
        while not self._closing.wait(_LOOK_EVERY):
            for slot, running in list(self._running.items()):
                with self._lock:
                    code = running.exit_code
                    if code is None:
                        continue
                    running.end_group()  # children of a killed leader
                self._on_end()
                self.restarts[slot] += 1
                if code >= 0:
                    self.gave_up[slot] += 1
                    time.sleep(_BREATH)
                self._launch(slot)

    def _ask(self) -> None:
        """Ask the product how it is, as a load balancer does."""
        while not self._closing.wait(_ASK_EVERY):
            with suppress(OSError, HTTPException):
                answers(self._ready)

    @property
    def _ready(self) -> str:
        return f"{self._environment['PUBLIC_BASE_URL']}/readyz"

    def _launch(self, slot: str) -> None:
        running = self._start(slot, [slot.partition("-")[0]])
        with self._lock:
            self._running[slot] = running

    def _start(self, name: str, arguments: list[str]) -> Running:
        command = [sys.executable, "-m", "tests.faults.launch", *arguments]
        unique = f"{name}-{time.time_ns()}"
        return self._processes.start(unique, command, environment=self._environment)
