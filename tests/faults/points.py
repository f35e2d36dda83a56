"""Named points in the product's processes at which the rig may kill them.

A control folder is all that the rig and a process share: every point a process has passed is a
line in ``seen``; a file ``armed/<point>`` kills the one process that renames it first.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

FOLDER = "TANDEM_FAULTS_FOLDER"


class Points:
    """The process's side: ``passing`` costs a few microseconds where nothing is armed."""

    def __init__(self, folder: Path) -> None:
        self._seen_file = str(folder / "seen")
        self._armed = f"{folder / 'armed'}{os.sep}"
        self._fired = f"{folder / 'fired'}{os.sep}"
        self._seen: set[str] = set()

    def passing(self, point: str) -> None:
        """Note the point, and die here and now if it is armed."""
        if point not in self._seen:
            self._seen.add(point)
            self._note(point)
        try:
            os.rename(self._armed + point, f"{self._fired}{point}.{time.time_ns()}")
        except OSError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    def _note(self, point: str) -> None:
        handle = os.open(self._seen_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, f"{point}\n".encode())  # one write: lines of two processes never mix
        finally:
            os.close(handle)


class ControlFolder:
    """The rig's side: which points there are, arming them, and how often each one killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("armed", "fired"):
            (folder / name).mkdir(parents=True, exist_ok=True)

    def seen(self) -> list[str]:
        """Every point passed so far by any process, by name."""
        try:
            return sorted(set((self.folder / "seen").read_text().splitlines()))
        except FileNotFoundError:
            return []

    def arm(self, point: str) -> None:
        """The next process to pass this point dies there."""
        (self.folder / "armed" / point).touch()

    def disarm(self, point: str) -> bool:
        """Take that back; False where it has killed already."""
        try:
            (self.folder / "armed" / point).unlink()
        except FileNotFoundError:
            return False
        return True

    def is_armed(self, point: str) -> bool:
        """Whether nobody has passed it yet."""
        return (self.folder / "armed" / point).exists()

    def fired(self) -> dict[str, int]:
        """How many processes died at each point seen."""
        counts = dict.fromkeys(self.seen(), 0)
        for token in (self.folder / "fired").iterdir():
            point = token.name.rpartition(".")[0]
            counts[point] = counts.get(point, 0) + 1
        return counts
