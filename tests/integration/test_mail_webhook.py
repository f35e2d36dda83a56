"""Who may bring mails by HTTP, in which forms, and what the bearer is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.flows.families import show
from service.flows.reply import drain_replies
from service.flows.services import Services
from service.store.models import Reply
from service.web.app import create_app
from tests.support.installation import ANA, MAIL_SECRET, Installation, installed

ROUTE = "/webhooks/email"
RAW = (
    f"From: {ANA}\r\nTo: sunny-days-pediatric-therapy@mail.tandem.example\r\n"
    "Subject: Re: A message\r\nMessage-ID: <1@example.com>\r\n"
    "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    "tiene 4 años\r\n"
).encode("latin-1")
BEARER = {"Authorization": f"Bearer {MAIL_SECRET}"}
BASIC = {"Authorization": "Basic " + base64.b64encode(f"anybody:{MAIL_SECRET}".encode()).decode()}


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    with installed(database_url, smtp_url="smtp://127.0.0.1:9") as place:
        yield place


def bodies(services: Services) -> list[str]:
    with services.database.transaction() as session:
        return [reply.body.strip() for reply in session.scalars(select(Reply))]


def signed_by_mailgun(age_seconds: float = 0, secret: str = MAIL_SECRET) -> dict[str, str]:
    stamp, token = str(int(time.time() - age_seconds)), "a" * 50
    signature = hmac.new(secret.encode(), (stamp + token).encode(), hashlib.sha256).hexdigest()
    return {"timestamp": stamp, "token": token, "signature": signature}


def multipart(fields: dict[str, bytes]) -> tuple[bytes, str]:
    parts = b"".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    )
    return parts + b"--x--\r\n", "multipart/form-data; boundary=x"


def post(app: Flask, body: bytes, kind: str, headers: dict[str, str] | None = None) -> TestResponse:
    return app.test_client().post(ROUTE, data=body, content_type=kind, headers=headers)


@pytest.mark.parametrize("headers", [BEARER, BASIC])
@pytest.mark.parametrize("kind", ["message/rfc822", "application/octet-stream", "text/plain", ""])
def test_a_raw_mail_with_the_secret_is_stored_before_the_answer(
    place: Installation, app: Flask, headers: dict[str, str], kind: str
) -> None:
    answer = post(app, RAW, kind, headers)
    assert (answer.status_code, answer.text) == (200, "new\n")
    assert bodies(place.services) == ["tiene 4 años"]
    assert post(app, RAW, kind, headers).text == "repeated\n"


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic !"}, {"Authorization": "B"}],
)
def test_without_the_secret_nothing_is_taken(
    place: Installation, app: Flask, headers: dict[str, str]
) -> None:
    assert post(app, RAW, "message/rfc822", headers).status_code == 401
    assert bodies(place.services) == []


def test_sendgrid_brings_the_raw_mail_in_a_form_field(place: Installation, app: Flask) -> None:
    envelope = json.dumps({"to": ["reply+x@mail.tandem.example"], "from": ANA}).encode()
    for field in (b"email", b"rawEmail"):
        raw = RAW.replace(b"<1@", b"<" + field + b"@")
        body, kind = multipart({field.decode(): raw, "envelope": envelope, "charsets": b"{}"})
        assert post(app, body, kind, BASIC).status_code == 200
        assert post(app, body, kind).status_code == 401
    assert bodies(place.services) == ["tiene 4 años"] * 2  # not spoilt by being decoded on the way


def test_sendgrids_signature_proves_it_where_its_key_is_set(place: Installation) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    settings = place.services.settings.model_copy(
        update={"sendgrid_public_key": base64.b64encode(public).decode()}
    )
    app = create_app(replace(place.services, settings=settings))
    body, kind = multipart({"email": RAW})
    signature = base64.b64encode(key.sign(b"1700000000" + body, ec.ECDSA(SHA256()))).decode()
    headers = {
        "X-Twilio-Email-Event-Webhook-Signature": signature,
        "X-Twilio-Email-Event-Webhook-Timestamp": "1700000000",
    }
    assert post(app, body + b"x", kind, headers).status_code == 401
    assert post(app, body, kind, headers).status_code == 200


def test_mailgun_signs_what_it_brings_and_an_old_signature_is_worth_nothing(
    place: Installation, app: Flask
) -> None:
    for fields, status in [
        (signed_by_mailgun(), 200),
        (signed_by_mailgun(age_seconds=7 * 3600), 200),
        (signed_by_mailgun(age_seconds=26 * 3600), 401),
        (signed_by_mailgun(secret="another key"), 401),
        ({}, 401),
    ]:
        form = {name: value.encode() for name, value in fields.items()}
        body, kind = multipart({"body-mime": RAW, "recipient": ANA.encode(), **form})
        assert post(app, body, kind).status_code == status
    plain = urlencode({**signed_by_mailgun(), "body-mime": RAW.replace(b"<1@", b"<2@")})
    assert post(app, plain.encode(), "application/x-www-form-urlencoded").status_code == 200
    assert bodies(place.services) == ["tiene 4 años"] * 2


def test_postmark_brings_the_raw_mail_in_json(place: Installation, app: Flask) -> None:
    told = {"RawEmail": RAW.decode("latin-1").replace("ñ", "n"), "OriginalRecipient": "a@b.example"}
    assert post(app, json.dumps(told).encode(), "application/json", BASIC).status_code == 200
    assert bodies(place.services) == ["tiene 4 anos"]
    answer = post(app, b'{"From": "x"}', "application/json", BASIC)
    assert answer.status_code == 503  # a setting is wrong: it shall keep the mail
    assert "Include raw email content" in answer.text


def test_a_form_without_a_raw_mail_says_what_to_switch_on(app: Flask) -> None:
    body, kind = multipart({"text": b"hello", "from": b"ana"})
    answer = post(app, body, kind, BASIC)
    assert (answer.status_code, answer.text.count("\n")) == (503, 1)
    assert "raw, full MIME message" in answer.text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\x00\xff" * 100, 400),
        (b"From: a@b.example\r\n\r\n" + b"x" * 30 * 2**20, 413),
        (b"From: a@b.example\r\n\r\n" + b"x" * 33 * 2**20, 413),
        (b"From:\r\nTo: x@mail.tandem.example\r\n\r\nhello", 400),
    ],
    ids=["empty", "rubbish", "30 MB", "33 MB", "from nobody"],
)
def test_what_cannot_be_taken_is_refused_in_one_line(
    place: Installation, app: Flask, body: bytes, status: int
) -> None:
    answer = post(app, body, "message/rfc822", BEARER)
    assert answer.status_code == status
    assert answer.text.count("\n") <= 1
    assert bodies(place.services) == []


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary*=utf-8''%e2%82%ac",
        "multipart/x; boundary=x",
    ],
)
def test_a_form_that_cannot_be_read_is_no_fault_of_ours(app: Flask, kind: str) -> None:
    assert post(app, b"--x\r\nrubbish", kind).status_code == 401
    assert post(app, b"--x\r\nrubbish", kind, BEARER).status_code in (400, 503)


def test_mailgun_is_told_to_give_up_what_will_never_be_taken(app: Flask) -> None:
    body, kind = multipart({"body-mime": b"rubbish"})
    headers = {**BASIC, "User-Agent": "mailgun/treq-23.11.0"}
    assert post(app, body, kind, headers).status_code == 406


def test_without_a_mail_server_there_is_no_such_route(database_url: str) -> None:
    with installed(database_url) as place:
        answer = post(create_app(place.services), RAW, "message/rfc822", BEARER)
        assert answer.status_code == 503


def test_without_a_database_the_bearer_is_asked_to_come_back(place: Installation) -> None:
    from service.compose import build_services

    away = place.services.settings.model_copy(
        update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"}
    )
    services = build_services(away)
    answer = post(create_app(services), RAW, "message/rfc822", BEARER)
    services.database.close()
    assert answer.status_code == 503


def _nested(depth: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(depth)
    )
    return opened + b"Content-Type: text/plain\r\n\r\nhe falls a lot\r\n"


def _zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("zeros", b"\0" * 50_000_000)
    return packed.getvalue()


HEAD = (
    f"From: {ANA}\r\nTo: sunny-days-pediatric-therapy@mail.tandem.example\r\n"
    "Subject: Re: A message\r\nMessage-ID: <hostile@example.com>\r\nMIME-Version: 1.0\r\n"
).encode()
HOSTILE = {
    "2,000 nested parts": HEAD + _nested(2000),
    "10,000 parts side by side": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b\r\n\r\nhe falls a lot\r\n"
    + b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n" * 10_000
    + b"--b--\r\n",
    "broken base64": HEAD
    + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"he falls a lot")[:-3]
    + b"!\r\n=\r\n",
    "a zip bomb": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhe falls a lot\r\n--b\r\n"
    + b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.encodebytes(_zip_bomb())
    + b"--b--\r\n",
    "an unknown charset": HEAD
    + b"Content-Type: text/plain; charset=klingon\r\n\r\nhe falls a lot \xff",
    "a wrong charset": HEAD + b"Content-Type: text/plain; charset=utf-16\r\n\r\nhe falls a lot",
    "NULs": HEAD + b"Content-Type: text/plain\r\n\r\nhe falls\0 a lot\0",
    "half a surrogate": HEAD
    + b"Content-Type: text/plain; charset=utf-8\r\n\r\nhe falls \xed\xa0\x80 a lot",
    "a header that never ends": HEAD + b"X: " + b"a" * 2_000_000 + b"\r\n\r\nhe falls a lot",
    "20,000 recipients": HEAD
    + b"Cc: "
    + b"a@b.example, " * 20_000
    + b"c@d.example\r\n\r\nhe falls",
    "headers in the name": HEAD.replace(b"From: ", b'From: "Ana\r\n Bcc: x@y.example" <').replace(
        b".com\r\nTo", b".com>\r\nTo"
    )
    + b"\r\nhe falls a lot",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_mail_is_kept_or_refused_and_never_our_fault(
    place: Installation, app: Flask, raw: bytes
) -> None:
    began = time.monotonic()
    answer = post(app, raw, "message/rfc822", BEARER)
    assert time.monotonic() - began < 10
    assert answer.status_code == 200, answer.text
    drain_replies(place.services)
    (message,) = [m for m in show(place.services, ANA)["messages"] if m["direction"] == "in"]
    assert "he falls" in message["text"] or kinds_of(place) == ["unread"]


def kinds_of(place: Installation) -> list[str]:
    return [alert["kind"] for alert in show(place.services, ANA)["alerts"]]
