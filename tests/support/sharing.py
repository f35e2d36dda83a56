"""Shares the tests out between the processes of a run (``--numprocesses``).

The tests of whole servers stand together at the beginning, and those of single functions, a
hundred times as quick, behind them. xdist's usual way gives each process a long row of neighbours
to begin with and never takes one back: a single process would get nearly all the slow tests.
"""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import WorkStealingScheduling


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WorkStealingScheduling | None:
    """Let a process that has run out of tests take over half of another's, by default."""
    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None
