"""The launcher's points: a process dies exactly where it was told to, and only one does."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.launch import watch_calls, watch_transactions
from tests.faults.points import ControlFolder, Points

PASS = "import sys, pathlib; from tests.faults.points import Points\n" + (
    "Points(pathlib.Path(sys.argv[1])).passing('here')"
)


def pass_by(folder: Path) -> int:
    return subprocess.run([sys.executable, "-c", PASS, str(folder)], check=False).returncode


def test_only_the_first_process_to_pass_an_armed_point_dies(tmp_path: Path) -> None:
    control = ControlFolder(tmp_path)
    assert pass_by(tmp_path) == 0
    control.arm("here")
    assert [pass_by(tmp_path), pass_by(tmp_path)] == [-signal.SIGKILL, 0]
    assert control.fired() == {"here": 1}
    assert control.seen() == ["here"]


def test_a_point_that_was_disarmed_kills_nobody(tmp_path: Path) -> None:
    control = ControlFolder(tmp_path)
    control.arm("here")
    assert control.disarm("here")
    assert pass_by(tmp_path) == 0
    assert not control.disarm("here")


def test_passing_a_point_costs_microseconds(tmp_path: Path) -> None:
    ControlFolder(tmp_path)
    points = Points(tmp_path)
    began = time.perf_counter()
    for _ in range(1000):
        points.passing("here")
    assert (time.perf_counter() - began) / 1000 < 200e-6


class _Database:
    @contextmanager
    def transaction(self) -> Iterator[str]:
        yield "session"


class _Carrier:
    def send(self, text: str) -> str:
        if text == "bad":
            raise ValueError
        return self._client(text)

    def listed(self) -> Iterator[int]:
        yield 1

    def _client(self, text: str) -> str:
        return text.upper()


def test_transactions_are_named_after_the_function_that_holds_them(tmp_path: Path) -> None:
    control = ControlFolder(tmp_path)
    database = type("Database", (_Database,), {})
    watch_transactions(database, Points(tmp_path))
    with database().transaction() as session:
        assert session == "session"
        assert control.seen() == []
    name = f"{__name__}.test_transactions_are_named_after_the_function_that_holds_them"
    assert control.seen() == [f"{name}: after commit", f"{name}: before commit"]


def test_a_transaction_that_rolls_back_passes_no_point(tmp_path: Path) -> None:
    control = ControlFolder(tmp_path)
    database = type("Database", (_Database,), {})
    watch_transactions(database, Points(tmp_path))
    with pytest.raises(ZeroDivisionError), database().transaction():
        raise ZeroDivisionError
    assert control.seen() == []


def test_every_public_call_of_the_carrier_passes_its_points(tmp_path: Path) -> None:
    control = ControlFolder(tmp_path)
    watch_calls(_Carrier, Points(tmp_path))
    assert _Carrier().send("hi") == "HI"
    assert list(_Carrier().listed()) == [1]
    assert control.seen() == [
        "carrier.listed: after call",
        "carrier.listed: before call",
        "carrier.send: after call",
        "carrier.send: before call",
    ]
