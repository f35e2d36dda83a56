"""The phone page's routes: what they show, what they take, whom they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.local.carrier import Delays, SimulatedCarrier
from service.local.carrier.wire import read_outgoing
from service.local.simulator import JumpResult, create_simulator

_CLINIC, _PARENT = "+15005550006", "+13125550142"
_CHICAGO_WINTER = timezone(timedelta(hours=-6))


@pytest.fixture
def carrier() -> Iterator[SimulatedCarrier]:
    # Slow steps: nothing moves on by itself while a test looks.
    slow = Delays(shortest=600, longest=600, retries=(600,))
    made = SimulatedCarrier("AC" + "0" * 32, "token", {_CLINIC: "http://127.0.0.1:9/"}, None, slow)
    yield made
    made.close()


def _jump(number: str) -> JumpResult:
    if number != _PARENT:
        return JumpResult(None, None)
    return JumpResult("booking_reminder", datetime(2026, 11, 24, 10, 0, tzinfo=_CHICAGO_WINTER))


def _client(carrier: SimulatedCarrier, elsewhere: str | None = None) -> FlaskClient:
    app = Flask(__name__)
    page = create_simulator(carrier, _CLINIC, 'Sunny <b>"Days"</b>', _jump, elsewhere)
    app.register_blueprint(page)
    return app.test_client()


@pytest.fixture
def phone(carrier: SimulatedCarrier) -> FlaskClient:
    return _client(carrier)


def _clinic_texts(carrier: SimulatedCarrier, number: str, body: str) -> None:
    carrier.send(read_outgoing({"To": number, "From": _CLINIC, "Body": body}))


def test_the_page_and_its_files_come_from_the_product_itself(phone: FlaskClient) -> None:
    page = phone.get("/simulator")
    assert page.status_code == 200
    assert "Sunny &lt;b&gt;" in page.text
    assert "<b>" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    for name in ("phone.css", "phone.js", "segments.js", "phone.svg"):
        assert f"/simulator/static/{name}" in page.text
        assert phone.get(f"/simulator/static/{name}").status_code == 200


def test_every_hook_that_browser_tests_hold_on_to_is_there(phone: FlaskClient) -> None:
    page = phone.get("/simulator").text + phone.get("/simulator/static/phone.js").text
    for hook in ("composer", "send", "thread", "jump", "new-parent", "segments"):
        assert f'data-testid="{hook}"' in page
    for hook in ("bubble-in", "bubble-out"):
        assert f'"{hook}"' in page


def test_what_a_parent_types_goes_to_the_clinic(
    phone: FlaskClient, carrier: SimulatedCarrier
) -> None:
    answer = phone.post("/simulator/texts", json={"number": _PARENT, "body": "Hola"})
    assert answer.status_code == 201
    (kept,) = carrier.messages(_PARENT)
    assert (kept.from_number, kept.to_number, kept.body) == (_PARENT, _CLINIC, "Hola")
    assert answer.json is not None
    assert answer.json["message"]["sid"] == kept.sid
    assert answer.json["message"]["from"] == "parent"


def test_only_what_changed_since_the_last_look_is_shown(
    phone: FlaskClient, carrier: SimulatedCarrier
) -> None:
    _clinic_texts(carrier, _PARENT, "Hello")
    first = phone.get("/simulator/messages", query_string={"number": _PARENT}).json
    assert first is not None
    assert [one["body"] for one in first["messages"]] == ["Hello"]
    assert first["messages"][0]["delivery"] == "queued"
    assert first["messages"][0]["segments"] == 1
    query = {"number": _PARENT, "after": str(first["cursor"])}
    again = phone.get("/simulator/messages", query_string=query).json
    assert again is not None
    assert again["messages"] == []
    _clinic_texts(carrier, _PARENT, "Second")
    news = phone.get("/simulator/messages", query_string=query).json
    assert news is not None
    assert [one["body"] for one in news["messages"]] == ["Second"]


def test_a_page_left_open_over_a_fresh_start_shows_everything_again(
    phone: FlaskClient, carrier: SimulatedCarrier
) -> None:
    _clinic_texts(carrier, _PARENT, "Hello")
    query = {"number": _PARENT, "after": "999"}
    shown = phone.get("/simulator/messages", query_string=query).json
    assert shown is not None
    assert len(shown["messages"]) == 1
    assert shown["cursor"] < 999


def test_the_list_of_parents_has_the_latest_on_top(
    phone: FlaskClient, carrier: SimulatedCarrier
) -> None:
    _clinic_texts(carrier, _PARENT, "one")
    _clinic_texts(carrier, "+17735550101", "two")
    _clinic_texts(carrier, _PARENT, "three")
    shown = phone.get("/simulator/threads").json
    assert shown is not None
    summary = [(one["number"], one["count"], one["last"]["body"]) for one in shown["threads"]]
    assert summary == [(_PARENT, 2, "three"), ("+17735550101", 1, "two")]


def test_another_clinics_conversations_are_not_on_this_phone(carrier: SimulatedCarrier) -> None:
    carrier.own("+15005550007", "http://127.0.0.1:9/other")
    carrier.text_from_parent(_PARENT, "+15005550007", "for the other clinic")
    phone = _client(carrier)
    threads = phone.get("/simulator/threads").json
    messages = phone.get("/simulator/messages", query_string={"number": _PARENT}).json
    assert threads is not None
    assert threads["threads"] == []
    assert messages is not None
    assert messages["messages"] == []


def test_jumping_tells_what_was_jumped_to_in_the_clinics_time(phone: FlaskClient) -> None:
    answer = phone.post("/simulator/jump", json={"number": _PARENT}).json
    assert answer == {
        "kind": "booking_reminder",
        "due_at": "2026-11-24T10:00:00-06:00",
        "text": "Jumped to Tue Nov 24, 10:00 AM: booking reminder",
    }


def test_jumping_with_nothing_waiting_says_so(phone: FlaskClient) -> None:
    answer = phone.post("/simulator/jump", json={"number": "+17735550101"}).json
    assert answer == {"kind": None, "due_at": None, "text": "No reminder is waiting"}


@pytest.mark.parametrize(
    "asked",
    [
        {"number": _PARENT},
        {"number": _PARENT, "body": "  "},
        {"number": _PARENT, "body": 4},
        {"number": _PARENT, "body": "x" * 1601},
        {"number": "3125550142", "body": "Hi"},
        {"number": _CLINIC, "body": "Hi"},
        {"body": "Hi"},
        ["Hi"],
    ],
)
def test_a_text_that_makes_no_sense_is_refused_in_one_line(
    phone: FlaskClient, carrier: SimulatedCarrier, asked: Any
) -> None:
    answer = phone.post("/simulator/texts", json=asked)
    assert answer.status_code == 400
    assert answer.json is not None
    assert "\n" not in answer.json["error"]
    assert carrier.threads() == ()


@pytest.mark.parametrize("query", [{}, {"number": "x"}, {"number": _PARENT, "after": "-1"}])
def test_a_look_that_makes_no_sense_is_refused(phone: FlaskClient, query: dict[str, str]) -> None:
    assert phone.get("/simulator/messages", query_string=query).status_code == 400


@pytest.mark.parametrize("path", ["/simulator/texts", "/simulator/jump"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 400),
    ],
)
def test_another_sites_page_can_not_use_the_phone(
    phone: FlaskClient, carrier: SimulatedCarrier, path: str, headers: dict[str, str], status: int
) -> None:
    sent = {"Content-Type": "application/json"} | headers
    body = f'{{"number": "{_PARENT}", "body": "Hi"}}'
    assert phone.post(path, data=body, headers=sent).status_code == status
    assert carrier.threads() == ()


def test_the_phone_page_itself_may(phone: FlaskClient) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    asked = {"number": _PARENT, "body": "Hi"}
    assert phone.post("/simulator/texts", json=asked, headers=headers).status_code == 201


def test_with_texts_going_elsewhere_the_phone_is_off_and_says_where(
    carrier: SimulatedCarrier,
) -> None:
    phone = _client(carrier, elsewhere="http://127.0.0.1:9999")
    page = phone.get("/simulator").text
    assert "This phone is off" in page
    assert "http://127.0.0.1:9999" in page
    answer = phone.post("/simulator/texts", json={"number": _PARENT, "body": "Hi"})
    assert answer.status_code == 409
    assert carrier.threads() == ()
