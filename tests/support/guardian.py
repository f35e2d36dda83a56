"""Leaves nothing behind after a test run, not even after one that was killed.

A small process of its own hears from the test run what was started. When the test run ends, in
whatever way, the pipe between them closes, and the guardian ends what is left, last things first.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from service.local.postgres import EmbeddedPostgres

_REPOSITORY = Path(__file__).resolve().parents[2]


class Guardian:
    """The test run's end of the pipe. Each thing watched is forgotten again once it is gone."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.guardian"],
            stdin=subprocess.PIPE,
            cwd=_REPOSITORY,
            text=True,
            start_new_session=True,  # Ctrl-C in the terminal is for the tests alone
        )

    def watch_group(self, pid: int) -> None:
        """End this process group with the test run."""
        self._say(f"watch group {pid}")

    def forget_group(self, pid: int) -> None:
        """That process group has ended; its number may soon be another's."""
        self._say(f"forget group {pid}")

    def watch_postgres(self, data_dir: Path) -> None:
        """Stop the PostgreSQL server of this data folder with the test run."""
        self._say(f"watch postgres {data_dir}")

    def watch_folder(self, folder: Path) -> None:
        """Remove this folder with the test run."""
        self._say(f"watch folder {folder}")

    def close(self) -> None:
        """End everything still watched and wait until that is done."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=120)

    def _say(self, line: str) -> None:
        pipe = self._process.stdin
        if pipe is None or self._process.poll() is not None:
            raise RuntimeError("the guardian of the test processes has died")
        pipe.write(line + "\n")
        pipe.flush()


def _listen(lines: Iterable[str]) -> None:
    watched: list[tuple[str, str]] = []
    for line in lines:
        verb, kind, what = line.rstrip("\n").split(" ", 2)
        if verb == "watch":
            watched.append((kind, what))
        else:
            watched.remove((kind, what))
    for kind, what in reversed(watched):
        if kind == "group":
            with suppress(ProcessLookupError):
                os.killpg(int(what), signal.SIGKILL)
        elif kind == "postgres":
            EmbeddedPostgres(Path(what)).stop()
        else:
            shutil.rmtree(what, ignore_errors=True)


def main(pipe: TextIO) -> None:
    """Listen until the pipe closes, then clean up."""
    _listen(pipe)


if __name__ == "__main__":
    main(sys.stdin)
