"""Tandem's own processes, started for a test as an operator starts them, ended hard or soft."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

from tests.support.guardian import Guardian

_REPOSITORY = Path(__file__).resolve().parents[2]
_TANDEM = [sys.executable, "-c", "import sys; from service.cli import main; sys.exit(main())"]


class ProcessFault(AssertionError):
    """A started process died or did not become ready; the message ends with its output."""


class Running:
    """One started process, leader of its own process group; its output is in a file."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path, guardian: Guardian) -> None:
        self._process = process
        self._output = output
        self._guardian = guardian
        self._group_ended = False
        guardian.watch_group(process.pid)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: by that signal), or None while it runs."""
        return self._process.poll()

    @property
    def output(self) -> str:
        """All it has printed so far, on both streams."""
        return self._output.read_text(errors="replace")

    def wait_until(self, ready: Callable[[], object], *, seconds: float = 30.0) -> None:
        """Wait until `ready` gives something true; it may raise OSError while it is too early."""
        deadline = time.monotonic() + seconds
        while True:
            with suppress(OSError):
                if ready():
                    return
            if self.exit_code is not None:
                self._fail(f"ended with {self.exit_code} before it was ready")
            if time.monotonic() > deadline:
                self._fail(f"was not ready after {seconds:g} s")
            time.sleep(0.05)

    def wait_for_output(self, text: str, *, seconds: float = 30.0) -> None:
        """Wait until it has printed this text."""
        self.wait_until(lambda: text in self.output, seconds=seconds)

    def wait_for_http(self, url: str, *, seconds: float = 30.0) -> None:
        """Wait until this address on loopback answers with a 2xx."""
        self.wait_until(lambda: answers(url), seconds=seconds)

    def wait_for_end(self, *, seconds: float = 30.0) -> int:
        """Wait until it has ended by itself; gives its exit code."""
        try:
            return self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._fail(f"still runs after {seconds:g} s")
            raise

    def terminate(self, *, seconds: float = 30.0) -> int:
        """Ask it to end (SIGTERM) and wait; gives its exit code."""
        self._process.terminate()
        return self.wait_for_end(seconds=seconds)

    def interrupt(self, *, seconds: float = 30.0) -> int:
        """End it as Ctrl-C does (SIGINT) and wait; gives its exit code."""
        self._process.send_signal(signal.SIGINT)
        return self.wait_for_end(seconds=seconds)

    def kill(self) -> None:
        """Kill this one process (SIGKILL); its children live on, as after a real crash."""
        self._process.kill()
        self._process.wait()

    def end_group(self) -> None:
        """Kill whatever is left of it and its children."""
        if self._group_ended:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._guardian.forget_group(self.pid)
        self._group_ended = True

    def _fail(self, what: str) -> None:
        raise ProcessFault(f"{self._output.stem} {what}; its output:\n{self.output[-4000:]}")


class Processes:
    """Starts processes for one test and ends them all after it."""

    def __init__(self, output_dir: Path, guardian: Guardian) -> None:
        self._output_dir = output_dir
        self._guardian = guardian
        self._started: list[Running] = []

    def tandem(
        self, *arguments: str, environment: Mapping[str, str] = MappingProxyType({})
    ) -> Running:
        """Start `tandem ARGUMENTS`; `environment` is added to the test run's own."""
        name = f"tandem-{arguments[0] if arguments else 'help'}-{len(self._started)}"
        return self.start(name, [*_TANDEM, *arguments], environment=environment)

    def start(
        self,
        name: str,
        command: list[str],
        *,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> Running:
        """Start any command from the repository's root."""
        output = self._output_dir / f"{name}.log"
        with output.open("wb") as stream:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                cwd=_REPOSITORY,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                start_new_session=True,
            )
        running = Running(process, output, self._guardian)
        self._started.append(running)
        return running

    def close(self) -> None:
        """End everything started here, newest first."""
        for running in reversed(self._started):
            running.end_group()


def answers(url: str) -> bool:
    """Whether this address on loopback answers with a 2xx. Raises ``OSError`` where nobody does."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  (a loopback address)
            return bool(200 <= answer.status < 300)
    except urllib.error.HTTPError:
        return False
