"""The mail pane's routes: what they show, what they take, whom they refuse."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.local.carrier import SimulatedCarrier
from service.local.mail import MailDelays, RunningMail, SimulatedMail, open_mail, serve_mail
from service.local.simulator import JumpResult, create_simulator
from tests.support.mail_stand_in import StandIn, running_stand_in

_CLINIC_NUMBER, _DOMAIN = "+15005550006", "mail.tandem.example"
_CLINIC, _PARENT = f"sunny-days@{_DOMAIN}", "ana@example.com"
_CHICAGO_WINTER = timezone(timedelta(hours=-6))


@pytest.fixture
def carrier() -> Iterator[SimulatedCarrier]:
    made = SimulatedCarrier("AC" + "0" * 32, "token", {_CLINIC_NUMBER: "http://127.0.0.1:9/"})
    yield made
    made.close()


@pytest.fixture
def running() -> Iterator[RunningMail]:
    # Slow steps: nothing moves on by itself while a test looks.
    slow = MailDelays(bounce=600, retries=(600,))
    started = serve_mail(SimulatedMail(_DOMAIN, "http://127.0.0.1:9/", "s3cret", None, slow))
    yield started
    started.close()


def _jump(parent: str) -> JumpResult:
    if parent != _PARENT:
        return JumpResult(None, None)
    return JumpResult("booking_reminder", datetime(2026, 11, 24, 10, 0, tzinfo=_CHICAGO_WINTER))


def _client(
    carrier: SimulatedCarrier, mail: SimulatedMail | None, elsewhere: str | None = None
) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(
        create_simulator(
            carrier,
            _CLINIC_NUMBER,
            "Sunny Days",
            _jump,
            mail=mail,
            clinic_address=_CLINIC,
            mails_go_elsewhere=elsewhere,
        )
    )
    return app.test_client()


@pytest.fixture
def pane(carrier: SimulatedCarrier, running: RunningMail) -> FlaskClient:
    return _client(carrier, running.mail)


def _clinic_sends(
    running: RunningMail, html: str | None = "<p>Hello</p>", to: str = _PARENT, **headers: str
) -> str:
    """The id of a mail that the clinic sent by SMTP."""
    mail = EmailMessage()
    mail["From"] = f'"Sunny <Days>" <{_CLINIC}>'
    mail["To"] = to
    mail["Reply-To"] = f"reply+t1@{_DOMAIN}"
    mail["Subject"] = "A few questions"
    mail["Message-ID"] = f"<q1@{_DOMAIN}>"
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("Hello\n")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    where = urlsplit(running.smtp_url)
    with smtplib.SMTP(where.hostname or "", where.port or 0, timeout=5) as connection:
        connection.sendmail(f"bounce+t1@{_DOMAIN}", [to], mail.as_bytes())
    return running.mail.mailbox(to)[-1].id


def _get(client: FlaskClient, path: str, **query: str) -> Any:
    answer = client.get(f"/simulator{path}", query_string=query)
    assert answer.status_code == 200
    return answer.json


def test_without_a_mail_provider_there_is_no_pane(carrier: SimulatedCarrier) -> None:
    phone = _client(carrier, None)
    page = phone.get("/simulator").text
    assert "mail.js" not in page
    assert 'data-testid="mail-pane"' not in page
    assert phone.get("/simulator/mailboxes").status_code == 404


def test_the_pane_and_its_files_come_from_the_product_itself(pane: FlaskClient) -> None:
    page = pane.get("/simulator").text
    assert 'data-testid="mail-pane"' in page
    assert f'data-clinic-address="{_CLINIC}"' in page
    assert "http://" not in page
    assert "https://" not in page
    assert "style=" not in page
    for name in ("mail.css", "mail.js", "channels.js"):
        assert f"/simulator/static/{name}" in page
        assert pane.get(f"/simulator/static/{name}").status_code == 200


def test_a_mail_is_shown_as_a_mail_program_shows_it(
    pane: FlaskClient, running: RunningMail
) -> None:
    mail_id = _clinic_sends(running)
    assert _get(pane, "/mailboxes") == {"mailboxes": [{"address": _PARENT, "count": 1}]}
    (shown,) = _get(pane, "/mails", address=_PARENT)["mails"]
    assert (shown["id"], shown["own"], shown["from"]) == (mail_id, False, "Sunny <Days>")
    assert (shown["subject"], shown["preview"]) == ("A few questions", "Hello")
    assert (shown["state"], shown["has_html"], shown["unsubscribe"]) == ("delivered", True, None)
    whole = _get(pane, f"/mails/{mail_id}")
    assert whole["text"] == "Hello\n"
    assert whole["headers"].startswith(f"Return-Path: <bounce+t1@{_DOMAIN}>\nDelivered-To: ")
    assert whole["answer"]["to"] == f"reply+t1@{_DOMAIN}"
    assert whole["answer"]["subject"] == "Re: A few questions"
    assert whole["answer"]["quotation"].endswith("wrote:\n\n> Hello")


def test_only_what_changed_since_the_last_look_is_shown(
    pane: FlaskClient, running: RunningMail
) -> None:
    _clinic_sends(running)
    cursor = str(_get(pane, "/mails", address=_PARENT)["cursor"])
    assert _get(pane, "/mails", address=_PARENT, after=cursor)["mails"] == []
    _clinic_sends(running)
    assert len(_get(pane, "/mails", address=_PARENT, after=cursor)["mails"]) == 1
    assert len(_get(pane, "/mails", address=_PARENT, after="999")["mails"]) == 2


def test_a_mails_own_html_can_neither_run_nor_load_anything(
    pane: FlaskClient, running: RunningMail
) -> None:
    html = "<html><head><title>x</title></head><body><script>alert(1)</script></body></html>"
    mail_id = _clinic_sends(running, html)
    answer = pane.get(f"/simulator/mails/{mail_id}/html")
    assert answer.mimetype == "text/html"
    rules = dict(
        rule.strip().partition(" ")[::2]
        for rule in answer.headers["Content-Security-Policy"].split(";")
    )
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["frame-ancestors"] == "'self'"
    assert rules["form-action"] == "'none'"
    assert rules["sandbox"].split() == ["allow-popups", "allow-popups-to-escape-sandbox"]
    assert not {"script-src", "connect-src", "frame-src"} & rules.keys()
    assert '<head><base target="_blank">' in answer.text


def test_a_mail_without_html_has_none_to_show(pane: FlaskClient, running: RunningMail) -> None:
    mail_id = _clinic_sends(running, html=None)
    assert _get(pane, "/mails", address=_PARENT)["mails"][0]["has_html"] is False
    assert pane.get(f"/simulator/mails/{mail_id}/html").status_code == 404
    assert pane.get("/simulator/mails/unknown").status_code == 404


def test_what_a_parent_writes_goes_out_by_smtp(pane: FlaskClient, running: RunningMail) -> None:
    asked = {"address": _PARENT, "to": _CLINIC, "subject": "Hola", "text": "Hi"}
    answer = pane.post("/simulator/mails", json=asked)
    assert answer.status_code == 201
    assert answer.json is not None
    (kept,) = running.mail.mailbox(_PARENT)
    assert (kept.sender, kept.recipient) == (_PARENT, _CLINIC)
    assert answer.json["mail"]["id"] == kept.id
    assert (answer.json["mail"]["own"], answer.json["mail"]["state"]) == (True, "waiting")


@pytest.mark.parametrize(("quote", "quoted"), [("en", True), ("es", True), ("between", False)])
def test_an_answer_is_tied_to_its_mail(
    pane: FlaskClient, running: RunningMail, quote: str, quoted: bool
) -> None:
    mail_id = _clinic_sends(running)
    asked = {"address": _PARENT, "to": f"reply+t1@{_DOMAIN}", "subject": "Re: A few questions"}
    asked |= {"text": "yes", "answers": mail_id, "quote": quote}
    assert pane.post("/simulator/mails", json=asked).status_code == 201
    opened = open_mail(running.mail.mailbox(_PARENT)[1].raw)
    assert f"In-Reply-To: <q1@{_DOMAIN}>" in opened.headers
    assert opened.references == (f"<q1@{_DOMAIN}>",)
    assert ("> Hello" in opened.text) is quoted
    assert ("escribió:" in opened.text) is (quote == "es")


def test_an_automatic_reply_says_that_it_is_one(pane: FlaskClient, running: RunningMail) -> None:
    mail_id = _clinic_sends(running)
    path = f"/simulator/mails/{mail_id}/automatic-reply"
    assert pane.post(path, json={"address": _PARENT}).status_code == 201
    sent = running.mail.mailbox(_PARENT)[1]
    assert sent.recipient == f"reply+t1@{_DOMAIN}"
    assert "Auto-Submitted: auto-replied" in open_mail(sent.raw).headers


def test_a_mail_the_server_refuses_is_reported_in_its_own_words(
    pane: FlaskClient, running: RunningMail
) -> None:
    asked = {"address": _PARENT, "to": "nobody@example.com", "subject": "", "text": "Hi"}
    answer = pane.post("/simulator/mails", json=asked)
    assert answer.status_code == 409
    assert answer.json is not None
    assert "550 5.1.1" in answer.json["error"]
    running.close()
    answer = pane.post("/simulator/mails", json=asked | {"to": _CLINIC})
    assert answer.status_code == 503


_MAIL = {"address": _PARENT, "to": _CLINIC, "subject": "x", "text": "Hi"}


@pytest.mark.parametrize(
    "asked",
    [
        _MAIL | {"address": "ana"},
        _MAIL | {"address": _CLINIC},
        _MAIL | {"address": None},
        _MAIL | {"to": "ana@example.com\nBcc: x@example.com"},
        _MAIL | {"text": " "},
        _MAIL | {"text": 4},
        _MAIL | {"text": "x" * 20_001},
        _MAIL | {"subject": None},
        _MAIL | {"subject": "x" * 201},
        ["Hi"],
    ],
)
def test_a_mail_that_makes_no_sense_is_refused_in_one_line(
    pane: FlaskClient, running: RunningMail, asked: Any
) -> None:
    answer = pane.post("/simulator/mails", json=asked)
    assert answer.status_code == 400
    assert answer.json is not None
    assert "\n" not in answer.json["error"]
    assert running.mail.mailboxes() == ()


@pytest.mark.parametrize("path", ["", "/x/automatic-reply", "/x/unsubscribe", "/jump"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Content-Type": "text/plain"}, 400),
    ],
)
def test_another_sites_page_can_not_use_the_mail(
    pane: FlaskClient, path: str, headers: dict[str, str], status: int
) -> None:
    sent = {"Content-Type": "application/json"} | headers
    body = f'{{"address": "{_PARENT}"}}'
    assert pane.post(f"/simulator/mails{path}", data=body, headers=sent).status_code == status


def test_jumping_takes_the_parents_address(pane: FlaskClient) -> None:
    answer = pane.post("/simulator/mails/jump", json={"address": _PARENT}).json
    assert answer is not None
    assert answer["text"] == "Jumped to Tue Nov 24, 10:00 AM: booking reminder"
    answer = pane.post("/simulator/mails/jump", json={"address": "luis@example.com"}).json
    assert answer is not None
    assert answer["text"] == "No reminder is waiting"


def test_with_mails_going_elsewhere_the_pane_is_off_and_says_where(
    carrier: SimulatedCarrier, running: RunningMail
) -> None:
    mail_id = _clinic_sends(running)
    pane = _client(carrier, running.mail, elsewhere="smtp.relay.example:587")
    page = pane.get("/simulator").text
    assert "This mail program is off" in page
    assert "smtp.relay.example:587" in page
    assert len(_get(pane, "/mails", address=_PARENT)["mails"]) == 1
    for path in ("", f"/{mail_id}/automatic-reply", f"/{mail_id}/unsubscribe"):
        assert pane.post(f"/simulator/mails{path}", json=_MAIL).status_code == 409


@pytest.fixture(scope="module")
def stand_in() -> Iterator[StandIn]:
    with running_stand_in(delays=MailDelays.none()) as started:
        yield started


def _unsubscribe(running: RunningMail, pane: FlaskClient, **headers: str) -> Any:
    mail_id = _clinic_sends(running, **headers)
    return pane.post(f"/simulator/mails/{mail_id}/unsubscribe", json={"address": _PARENT})


def test_the_unsubscribe_button_makes_the_one_click_post(
    pane: FlaskClient, running: RunningMail, stand_in: StandIn
) -> None:
    link = f"<{stand_in.address}/unsubscribe/t7>, <mailto:reply+t1@{_DOMAIN}?subject=unsubscribe>"
    one_click = "List-Unsubscribe=One-Click"
    answer = _unsubscribe(running, pane, List_Unsubscribe=link, List_Unsubscribe_Post=one_click)
    assert answer.json == {"text": "Unsubscribed: the clinic answered 200"}
    assert stand_in.unsubscribed == ["t7"]
    assert len(running.mail.mailbox(_PARENT)) == 1


def test_without_the_one_click_header_the_button_writes_the_mail_asked_for(
    pane: FlaskClient, running: RunningMail, stand_in: StandIn
) -> None:
    link = f"<{stand_in.address}/unsubscribe/t8>, <mailto:reply+t1@{_DOMAIN}?subject=unsubscribe>"
    assert _unsubscribe(running, pane, List_Unsubscribe=link).status_code == 200
    assert "t8" not in stand_in.unsubscribed
    sent = running.mail.mailbox(_PARENT)[1]
    assert (sent.recipient, open_mail(sent.raw).subject) == (f"reply+t1@{_DOMAIN}", "unsubscribe")


@pytest.mark.parametrize(
    ("link", "status"),
    [
        ("<http://127.0.0.1:9/u>", 502),
        ("<http://[/u>", 502),
        ("<mailto:nonsense>", 400),
        ("nothing", 400),
    ],
)
def test_a_broken_way_to_unsubscribe_is_told_in_one_line(
    pane: FlaskClient, running: RunningMail, link: str, status: int
) -> None:
    one_click = "List-Unsubscribe=One-Click"
    answer = _unsubscribe(running, pane, List_Unsubscribe=link, List_Unsubscribe_Post=one_click)
    assert answer.status_code == status
    assert "\n" not in answer.json["error"]
