"""A real Chromium, driven by Playwright: the one installed on the machine, never a download."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class NoChromiumError(Exception):
    """No Chromium was found for the tests."""


def find_chromium() -> str:
    """The program named by CHROMIUM, or the first known one on this machine."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    for name in _NAMES:
        found = shutil.which(name)
        if found:
            return found
    if _MAC.exists():
        return str(_MAC)
    raise NoChromiumError("no Chromium for the browser tests: install it, or set CHROMIUM")


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless Chromium with a fresh profile; it makes no connections of its own."""
    arguments = list(_QUIET)
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium refuses root otherwise; pages are our own
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), headless=True, args=arguments
        )
        try:
            yield browser
        finally:
            browser.close()
