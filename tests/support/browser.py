"""A real Chromium, driven by Playwright: the one installed on the machine, never a download."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

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


def lowest_contrast(page: Page) -> float:
    """The lowest contrast of any words on the page with what is behind them (WCAG 1.4.3)."""
    found: float = page.evaluate(
        """() => {
          const canvas = document.createElement('canvas').getContext('2d');
          const rgba = (colour) => {
            canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data];
          };
          const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
            .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const behind = (element) => {
            for (let e = element; e; e = e.parentElement) {
              const style = getComputedStyle(e);
              if (style.backgroundImage !== 'none') return null;
              const colour = rgba(style.backgroundColor);
              if (colour[3] === 255) return colour;
            }
            return [255, 255, 255, 255];
          };
          let lowest = 21;
          const main = document.querySelector('main');
          const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const element = walk.currentNode.parentElement;
            const back = behind(element);
            if (!walk.currentNode.data.trim() || !back) continue;
            const [one, other] = [rgba(getComputedStyle(element).color), back].map(light);
            const [dark, pale] = [Math.min(one, other), Math.max(one, other)];
            lowest = Math.min(lowest, (pale + 0.05) / (dark + 0.05));
          }
          return lowest;
        }"""
    )
    return found
