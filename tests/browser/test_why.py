"""The "why?" of a reply as staff reach it: by keyboard, on a phone, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from service.flows.staff import add_staff
from tests.support.admin import EMAIL, PASSWORD, say
from tests.support.browser import lowest_contrast
from tests.support.installation import Installation

pytestmark = pytest.mark.browser


def test_staff_reach_the_reasons_of_a_reply_by_keyboard_on_a_phone(
    place: Installation, address: str, phone: Page
) -> None:
    conversation = say(
        place,
        "hi",
        "yes",
        "he's 4, walks fine but cant hold a crayon. no seizures. our phone is old",
    )
    add_staff(place.services, place.clinic_id, EMAIL, PASSWORD)
    problems: list[str] = []
    phone.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    phone.on("pageerror", lambda error: problems.append(str(error)))
    phone.goto(f"{address}/admin/login")
    phone.get_by_label("Email").fill(EMAIL)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Inbox")).to_be_visible()
    phone.goto(f"{address}/admin/conversations/{conversation}")

    links = phone.get_by_role("link", name="Why? How the reply of")
    expect(links).to_have_count(3)
    links.last.focus()
    phone.keyboard.press("Enter")

    expect(phone.get_by_role("heading", name="Why this answer?")).to_be_visible()
    outranked = phone.get_by_role("region", name="What did not count, and why")
    expect(outranked).to_contain_text("said to be fine")
    expect(outranked).to_contain_text("denied just before")
    expect(phone.get_by_role("region", name="What was read")).to_contain_text("fine motor (OT)")
    expect(phone.get_by_role("region", name="What was sent")).to_contain_text("GSM-7")
    wide = phone.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    assert lowest_contrast(phone) >= 4.5
    phone.get_by_role("link", name="Back to the conversation").press("Enter")
    phone.wait_for_url("**/conversations/*#reply-*")
    assert problems == []
