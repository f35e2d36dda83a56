"""Names the skipped tests at the end of a run and, with --no-skips, fails because of them."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --no-skips."""
    parser.addoption("--no-skips", action="store_true", help="fail when a test was skipped")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Turn a green run with skipped tests red, where that is asked for."""
    if exitstatus == pytest.ExitCode.OK and _skipped(session.config) and _forbids(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name each skipped test."""
    for name in _skipped(config):
        terminalreporter.write_line(f"skipped: {name}", yellow=True)
    if _skipped(config) and _forbids(config):
        terminalreporter.write_line("a skipped test counts as a failure here", red=True)


def _forbids(config: pytest.Config) -> bool:
    return bool(config.getoption("--no-skips"))


def _skipped(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return []
    return [report.nodeid for report in reporter.stats.get("skipped", [])]
