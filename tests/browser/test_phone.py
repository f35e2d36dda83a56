"""The phone page and the inbox in a real browser, as a newcomer uses them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.ports import free_port
from tests.support.processes import Processes, Running

pytestmark = pytest.mark.browser


@pytest.fixture
def running(home: Path, processes: Processes) -> Iterator[tuple[str, Running]]:
    port = free_port()
    environment = {
        "TANDEM_HOME": str(home), "PORT": str(port), "DATABASE_URL": "", "REDIS_URL": "",
    }  # fmt: skip
    process = processes.tandem("up", environment=environment)
    process.wait_for_output("Tandem is running", seconds=60)
    return f"http://127.0.0.1:{port}", process


def text(page: Page, body: str) -> None:
    """Type a text, send it, and wait for the clinic's answer."""
    answers = page.get_by_test_id("bubble-in").count()
    page.get_by_test_id("composer").fill(body)
    page.get_by_test_id("composer").press("Enter")
    expect(page.get_by_test_id("bubble-in")).not_to_have_count(answers, timeout=20_000)


def test_a_parent_texts_hi_and_reaches_a_suggestion_that_the_inbox_explains(
    running: tuple[str, Running], page: Page, tmp_path: Path
) -> None:
    address, process = running
    page.set_viewport_size({"width": 390, "height": 844})
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{address}/simulator")
    page.get_by_test_id("new-parent").first.click()
    for body in ("hi", "yes", "4 years", "1 3", "7 8", "no"):
        text(page, body)
    bubbles = page.get_by_test_id("bubble-in")
    expect(bubbles).to_have_count(7, timeout=20_000)
    expect(bubbles.nth(5)).to_contain_text("PT may help with running")
    expect(bubbles.nth(5)).to_contain_text("OT may help with dressing")
    page.get_by_test_id("jump").click()
    expect(bubbles).to_have_count(8, timeout=20_000)

    password = re.search(r"password +(\S+)", process.output)
    assert password is not None
    page.goto(f"{address}/admin/")
    page.get_by_label(re.compile("email", re.IGNORECASE)).fill("demo@example.com")
    page.get_by_label(re.compile("^password", re.IGNORECASE)).fill(password[1])
    page.keyboard.press("Enter")
    expect(page.get_by_text("BOTH").first).to_be_visible()
    page.locator("a[href*='/admin/conversations/']").first.click()
    expect(page.get_by_text("7 8").first).to_be_visible()
    expect(page.get_by_text("T-both").first).to_be_visible()
    assert problems == []
