"""Who gets into the admin page, and that nobody gets around the door."""

from __future__ import annotations

import re
import time

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from service.flows import staff
from service.flows.staff import StaffError, add_staff, authenticate, set_password
from service.store import staff as accounts
from service.web.app import create_app
from tests.support.admin import EMAIL, PASSWORD, desk_at, sign_in, token_of
from tests.support.installation import Installation


@pytest.fixture
def app(place: Installation) -> Flask:
    add_staff(place.services, place.clinic_id, EMAIL, PASSWORD)
    return create_app(place.services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def addresses(app: Flask, method: str) -> list[str]:
    """Every admin address that takes this method, with ids filled in."""
    return [
        re.sub(r"<[^>]+>", "1", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and method in (rule.methods or ())
    ]


def test_the_right_password_opens_the_inbox_of_ones_own_clinic(client: FlaskClient) -> None:
    response = sign_in(client, " Desk@Example.com ", PASSWORD)
    assert (response.status_code, response.location) == (303, "/admin/")
    assert "Sunny Days Pediatric Therapy" in client.get("/admin/").text


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient) -> None:
    wrong = sign_in(client, EMAIL, "not the password")
    unknown = sign_in(client, "nobody@example.com", PASSWORD)
    plain = [re.sub(r'value="[^"]*"', "", r.text) for r in (wrong, unknown)]
    assert wrong.status_code == unknown.status_code == 401
    assert plain[0] == plain[1]
    assert "Email or password is not right" in plain[0]


def test_an_unknown_address_takes_as_long_as_a_wrong_password(
    place: Installation, app: Flask
) -> None:
    def seconds(email: str) -> float:
        started = time.perf_counter()
        assert authenticate(place.services, email, "not the password") is None
        return time.perf_counter() - started

    seconds(EMAIL)
    # By turns: what else the machine does then slows both alike, and the quickest of each compare.
    pairs = [(seconds(EMAIL), seconds("nobody@example.com")) for _ in range(8)]
    known, unknown = map(min, zip(*pairs, strict=True))
    assert 0.4 < unknown / known < 2.5


def test_every_page_but_signing_in_sends_strangers_to_the_door(app: Flask) -> None:
    for method in ("GET", "POST"):
        for address in addresses(app, method):
            client = app.test_client()
            fields = {"csrf_token": token_of(client, "/admin/login")}
            response = client.open(
                address, method=method, data=fields if method == "POST" else None
            )
            if address == "/admin/login":
                continue
            assert response.status_code == 302, (method, address)
            assert response.location.startswith("/admin/login"), (method, address)


def test_no_button_works_without_its_token(place: Installation, app: Flask) -> None:
    desk = desk_at(place, app, "second@example.com")
    for address in addresses(app, "POST"):
        response = desk.client.post(address, data={"note": "x", "how": "On the phone"})
        assert response.status_code == 400, address
        assert "open for too long" in response.text


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(client: FlaskClient) -> None:
    cookie = sign_in(client, EMAIL, PASSWORD).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_after_signing_in_one_gets_to_the_page_one_came_for(client: FlaskClient) -> None:
    door = client.get("/admin/?show=booked").location
    assert door == "/admin/login?next=/admin/?show%3Dbooked"
    response = sign_in(client, EMAIL, PASSWORD, "/admin/?show%3Dbooked")
    assert response.location == "/admin/?show=booked"


@pytest.mark.parametrize("target", ["//evil.example/admin/", "https://evil.example/admin/"])
def test_the_door_never_leads_to_another_site(client: FlaskClient, target: str) -> None:
    assert sign_in(client, EMAIL, PASSWORD, target).location == "/admin/"


def test_too_many_tries_on_one_account_have_to_wait_and_others_do_not(client: FlaskClient) -> None:
    fields = {"csrf_token": token_of(client, "/admin/login"), "password": "wrong wrong wrong"}
    codes = [
        client.post("/admin/login", data={**fields, "email": EMAIL}).status_code for _ in range(11)
    ]
    assert codes == [401] * 10 + [429]
    blocked = client.post("/admin/login", data={**fields, "email": f" {EMAIL.upper()}"})
    assert blocked.status_code == 429
    assert "Please wait a minute" in blocked.text
    other = client.post("/admin/login", data={**fields, "email": "someone@example.com"})
    assert other.status_code == 401


def test_signing_out_ends_the_session_and_needs_a_button(place: Installation, app: Flask) -> None:
    desk = desk_at(place, app, "second@example.com")
    assert desk.client.get("/admin/logout").status_code == 405
    assert desk.post("/admin/logout").status_code == 303
    assert desk.client.get("/admin/").status_code == 302


def test_a_new_password_or_a_closed_account_ends_every_open_session(
    place: Installation, app: Flask
) -> None:
    desk = desk_at(place, app, "second@example.com")
    assert set_password(place.services, "second@example.com", "another password")
    assert desk.client.get("/admin/").status_code == 302
    assert sign_in(desk.client, "second@example.com", "another password").status_code == 303
    assert staff.deactivate(place.services, "second@example.com")
    assert desk.client.get("/admin/").status_code == 302
    assert authenticate(place.services, "second@example.com", "another password") is None


def test_a_session_lasts_a_working_day_at_most(place: Installation, app: Flask) -> None:
    desk = desk_at(place, app, "second@example.com")
    with desk.client.session_transaction() as session:
        session["signed_in_at"] -= 12 * 3600 + 1
    assert desk.client.get("/admin/").status_code == 302


def test_a_password_hashed_with_weaker_settings_is_renewed_at_the_next_sign_in(
    place: Installation, app: Flask
) -> None:
    with place.services.database.transaction() as session:
        account = accounts.by_email(session, EMAIL)
        assert account is not None
        account.row.password_hash = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    member = authenticate(place.services, EMAIL, PASSWORD)
    assert member is not None
    with place.services.database.transaction() as session:
        account = accounts.by_email(session, EMAIL)
        assert account is not None
        assert not PasswordHasher().check_needs_rehash(account.row.password_hash)
    again = staff.staff_by_id(place.services, member.id)
    assert again is not None
    assert again.stamp == member.stamp


@pytest.mark.parametrize(
    ("email", "password", "why"),
    [
        ("not an address", PASSWORD, "not an email address"),
        ("new@example.com", "short", "at least 10"),
        ("new@example.com", "x" * 201, "at most 200"),
        (EMAIL.upper(), PASSWORD, "already"),
    ],
)
def test_an_account_needs_a_new_address_and_a_real_password(
    place: Installation, app: Flask, email: str, password: str, why: str
) -> None:
    with pytest.raises(StaffError, match=why):
        add_staff(place.services, place.clinic_id, email, password)
