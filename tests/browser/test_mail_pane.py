"""The mail pane in a real browser, against a stand-in for the product."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from service.local.mail import MailDelays
from tests.support.mail_stand_in import StandIn, running_stand_in

pytestmark = pytest.mark.browser


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with running_stand_in(delays=MailDelays.none()) as started:
        yield started


def test_a_parent_writes_reads_the_answer_replies_and_unsubscribes(
    stand_in: StandIn, page: Page
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{stand_in.address}/simulator?mail=ana@example.com")
    page.get_by_test_id("mail-write").click()
    page.get_by_test_id("compose-subject").fill("A question")
    page.get_by_test_id("compose-text").fill("She's 4 and falls a lot")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("mail-out")).to_contain_text("Taken in")
    # Beside the phone the answer opens by itself. Its script has not run, its picture not loaded.
    expect(page.get_by_test_id("reader-subject")).to_have_text("Re: A question")
    frame = page.frame_locator("[data-testid=mail-frame]")
    expect(frame.locator("#words")).to_contain_text("We got your mail")
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Book a visit").click()
    expect(opened.value.get_by_text("This is book")).to_be_visible()
    opened.value.close()
    assert stand_in.fetched == ["book"]
    page.get_by_test_id("view-headers").click()
    expect(page.get_by_test_id("reader-text")).to_contain_text("Return-Path: <bounce+t1@")

    page.get_by_test_id("reader-reply").click()
    expect(page.get_by_test_id("compose-to")).to_have_value(re.compile(r"^reply\+t1@"))
    stand_in.answers.append((422, "no such conversation"))
    page.get_by_test_id("compose-text").fill("yes")
    page.get_by_test_id("compose-send").click()
    expect(page.get_by_test_id("mail-out").first).to_contain_text("Sent back")
    page.get_by_test_id("mail-out").first.click()
    expect(page.get_by_test_id("reader-state")).to_contain_text("no such conversation")

    page.get_by_test_id("mail-in").last.click()
    page.get_by_test_id("reader-unsubscribe").click()
    expect(page.get_by_test_id("mail-toast")).to_contain_text("Unsubscribed")
    assert stand_in.unsubscribed == ["t1"]


def test_on_a_phone_the_mail_is_behind_a_switch_and_needs_no_mouse(
    stand_in: StandIn, phone: Page
) -> None:
    problems: list[str] = []
    phone.on("pageerror", lambda error: problems.append(str(error)))
    phone.goto(f"{stand_in.address}/simulator")
    expect(phone.get_by_test_id("composer")).to_be_visible()
    expect(phone.get_by_test_id("mail-pane")).to_be_hidden()
    phone.get_by_test_id("show-mail").focus()
    phone.keyboard.press("Enter")
    phone.get_by_test_id("mail-another").press("Enter")
    phone.get_by_test_id("mail-another-address").fill("luis@example.com")
    phone.keyboard.press("Enter")
    expect(phone.get_by_test_id("mail-write")).to_be_focused()
    stand_in.send("luis@example.com", "Is he 4?")
    phone.get_by_test_id("mail-in").press("Enter")
    expect(phone.get_by_test_id("reader-subject")).to_be_focused()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.keyboard.press("Escape")
    expect(phone.get_by_test_id("mail-in")).to_be_focused()
    assert problems == []
