"""A stop recorded by keyboard on a phone, and a number on hold seen on a page that stays open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from service.flows.staff import add_staff
from service.store.models import Sender
from tests.support.admin import EMAIL, PASSWORD
from tests.support.browser import lowest_contrast
from tests.support.installation import Installation

pytestmark = pytest.mark.browser


def hold(place: Installation, held_until: datetime | None, code: int | None) -> None:
    with place.services.database.transaction() as session:
        session.execute(update(Sender).values(held_until=held_until, held_code=code))


def ten_seconds_pass(phone: Page) -> None:
    with phone.expect_response("**/admin/holds"):
        phone.clock.run_for(10_500)


def looks_well(phone: Page) -> None:
    # Within the page's patience: a style sheet may still be on its way on a busy machine.
    phone.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
    assert lowest_contrast(phone) >= 4.5


def test_an_open_page_shows_a_hold_and_its_end_and_a_stop_is_recorded_by_keyboard(
    place: Installation, address: str, phone: Page
) -> None:
    add_staff(place.services, place.clinic_id, EMAIL, PASSWORD)
    phone.clock.install()
    phone.goto(f"{address}/admin/login")
    phone.get_by_label("Email").fill(EMAIL)
    phone.get_by_label("Password").fill(PASSWORD)
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("heading", name="Inbox")).to_be_visible()

    alert = phone.get_by_role("alert")
    expect(alert).to_have_count(0)
    hold(place, datetime.now(UTC), 30034)
    ten_seconds_pass(phone)
    expect(alert).to_contain_text("No texts are going out")
    expect(alert).to_contain_text("10DLC")
    looks_well(phone)
    alert.evaluate("(shown) => { shown.readOut = true; }")
    ten_seconds_pass(phone)
    assert alert.evaluate("(shown) => shown.readOut"), "it would be read out again and again"
    hold(place, None, None)
    ten_seconds_pass(phone)
    expect(alert).to_have_count(0)

    phone.get_by_role("link", name="Someone asked us to stop texting").press("Enter")
    field = phone.get_by_label("Their number or email address")
    field.fill("312 555")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Not recorded: has the wrong number of digits")).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "Not recorded: has the wrong number of digits. Please type all of it, like (312) 555-0142."
    )
    looks_well(phone)
    field.fill("(312) 555-0199")
    phone.keyboard.press("Enter")
    expect(phone.get_by_role("status")).to_have_text("Nothing is sent to (312) 555-0199 any more.")
    looks_well(phone)
