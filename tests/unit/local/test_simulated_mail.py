"""The simulated mail provider over real SMTP on loopback, with a real webhook behind it."""

from __future__ import annotations

import json
import smtplib
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.local.carrier.log import JournalError
from service.local.mail import (
    Mail,
    MailDelays,
    MailRefused,
    SimulatedMail,
    State,
    open_mail,
    serve_mail,
)
from service.local.mail.mail import from_record, to_record

_DOMAIN, _SECRET = "mail.tandem.example", "s3cret"
_CLINIC, _PARENT = f"sunny-days@{_DOMAIN}", "ana@example.com"
_BOUNCES = f"bounce+t1@{_DOMAIN}"
_FROM_PRODUCT = (
    b'From: "Sunny Days" <sunny-days@mail.tandem.example>\r\nTo: ana@example.com\r\n'
    b"Reply-To: reply+t1@mail.tandem.example\r\nSubject: A few questions\r\n"
    b"Message-ID: <q1@mail.tandem.example>\r\nReferences: <q0@mail.tandem.example>\r\n\r\n"
    b"Is she 4?\r\n.dot\r\n..\r\nRespond with 1 or 2\r\n"
)


@dataclass
class Webhook:
    """The clinic's webhook: notes what is posted and answers as told (204 when nothing is left)."""

    url: str = ""
    posted: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    noted = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            noted.headers.append(dict(self.headers.items()))
            noted.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, words = noted.answers.pop(0) if noted.answers else (204, b"")
            self.send_response(status)
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    noted.url = f"http://127.0.0.1:{server.server_address[1]}/webhooks/email"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield noted
    server.shutdown()
    server.server_close()


@contextmanager
def _serving(
    url: str, journal: Path | None = None, delays: MailDelays | None = None
) -> Iterator[tuple[SimulatedMail, tuple[str, int]]]:
    mail = SimulatedMail(_DOMAIN, url, _SECRET, journal, delays or MailDelays.none())
    running = serve_mail(mail)
    where = urlsplit(running.smtp_url)
    try:
        yield mail, (where.hostname or "", where.port or 0)
    finally:
        running.close()


@pytest.fixture
def served(webhook: Webhook) -> Iterator[tuple[SimulatedMail, tuple[str, int]]]:
    with _serving(webhook.url) as served:
        yield served


@pytest.fixture
def mail(served: tuple[SimulatedMail, tuple[str, int]]) -> SimulatedMail:
    return served[0]


@pytest.fixture
def server(served: tuple[SimulatedMail, tuple[str, int]]) -> tuple[str, int]:
    return served[1]


def _eventually(holds: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.005)


def _product_sends(server: tuple[str, int], to: str = _PARENT, raw: bytes = _FROM_PRODUCT) -> None:
    with smtplib.SMTP(*server, timeout=5) as connection:
        connection.sendmail(_BOUNCES, [to], raw)


def _parsed(raw: bytes) -> EmailMessage:
    return BytesParser(policy=default).parsebytes(raw)


def _versions(mail: EmailMessage) -> list[str]:
    """Its plain text and its HTML."""
    return [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]


def _status(report: EmailMessage) -> str:
    """The enhanced status that a delivery report names for its recipient."""
    part = next(p for p in report.walk() if p.get_content_type() == "message/delivery-status")
    return str(list(part.iter_parts())[1]["Status"])


def test_the_clinics_mail_lies_in_the_parents_mailbox_byte_for_byte(
    mail: SimulatedMail, server: tuple[str, int]
) -> None:
    _product_sends(server, to="Ana@Example.com")
    (kept,) = mail.mailbox("ana@example.COM")
    assert kept.raw == _FROM_PRODUCT
    assert (kept.sender, kept.state, kept.to_clinic) == (_BOUNCES, State.DELIVERED, False)
    assert [(box.address, box.count) for box in mail.mailboxes()] == [(_PARENT, 1)]


def test_a_parents_mail_reaches_the_webhook_with_its_envelope_on_top(
    mail: SimulatedMail, webhook: Webhook
) -> None:
    sent = mail.write(_PARENT, _CLINIC, "¿Mi niño?", "No sube escaleras.\n.\nÑandú")
    _eventually(lambda: mail.mailbox(_PARENT)[0].state is State.DELIVERED)
    (posted,), (headers,) = webhook.posted, webhook.headers
    assert headers["Content-Type"] == "message/rfc822"
    assert headers["Authorization"] == f"Bearer {_SECRET}"
    top = f"Return-Path: <{_PARENT}>\r\nDelivered-To: {_CLINIC}\r\n".encode()
    assert posted == top + sent.raw
    arrived = _parsed(posted)
    assert arrived["Subject"] == "¿Mi niño?"
    assert arrived["From"] == _PARENT
    body = arrived.get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == ["No", "sube", "escaleras.", ".", "Ñandú"]


def test_a_mail_is_offered_again_while_the_clinic_is_in_trouble(
    mail: SimulatedMail, webhook: Webhook
) -> None:
    webhook.answers = [(503, b"database away"), (500, b"")]
    mail.write(_PARENT, _CLINIC, "Hi", "Hi")
    _eventually(lambda: mail.mailbox(_PARENT)[0].state is State.DELIVERED)
    assert len(webhook.posted) == 3
    assert len(set(webhook.posted)) == 1


def test_a_mail_that_waits_says_what_for(webhook: Webhook) -> None:
    webhook.answers = [(503, b"database away")]
    slow = MailDelays(bounce=600, retries=(600,))
    with _serving(webhook.url, delays=slow) as (mail, _):
        mail.write(_PARENT, _CLINIC, "Hi", "Hi")
        _eventually(lambda: mail.mailbox(_PARENT)[0].answer == 503)
        (waiting,) = mail.mailbox(_PARENT)
        assert (waiting.state, waiting.reason) == (State.WAITING, "database away")


def test_a_mail_refused_for_good_comes_back_with_the_reason(
    mail: SimulatedMail, webhook: Webhook
) -> None:
    webhook.answers = [(422, b"no clinic has this address\nsecond line")]
    sent = mail.write(_PARENT, f"nowhere@{_DOMAIN}", "Hi", "Hi")
    _eventually(lambda: mail.mailbox(_PARENT)[0].state is State.SENT_BACK)
    refused, bounce = mail.mailbox(_PARENT)
    assert refused.id == sent.id
    assert refused.reason == "550 5.7.1 no clinic has this address"
    assert bounce.sender == ""
    report = _parsed(bounce.raw)
    assert report.get_content_type() == "multipart/report"
    assert _status(report) == "5.7.1"
    assert report["Auto-Submitted"] == "auto-replied"
    assert report["In-Reply-To"] == open_mail(sent.raw).message_id
    assert len(webhook.posted) == 1


def test_after_the_last_try_the_mail_comes_back(mail: SimulatedMail, webhook: Webhook) -> None:
    webhook.answers = [(503, b"")] * 4
    mail.write(_PARENT, _CLINIC, "Hi", "Hi")
    _eventually(lambda: mail.mailbox(_PARENT)[0].state is State.SENT_BACK)
    assert len(webhook.posted) == 4
    assert _status(_parsed(mail.mailbox(_PARENT)[1].raw)) == "4.4.1"


def test_a_mail_comes_back_when_nothing_answers_at_the_webhook() -> None:
    with _serving("http://127.0.0.1:9/") as (mail, _):
        mail.write(_PARENT, _CLINIC, "Hi", "Hi")
        _eventually(lambda: len(mail.mailbox(_PARENT)) == 2)
        _eventually(lambda: mail.mailbox(_PARENT)[0].state is State.SENT_BACK)
        assert mail.mailbox(_PARENT)[0].answer == 0


@pytest.mark.parametrize(("name", "status"), [("full", "4.2.2"), ("late-bounce", "5.1.1")])
def test_some_mailboxes_send_a_report_a_little_later(
    mail: SimulatedMail, server: tuple[str, int], webhook: Webhook, name: str, status: str
) -> None:
    _product_sends(server, to=f"{name}7@example.com")
    _eventually(lambda: webhook.posted)
    report = _parsed(webhook.posted[0])
    assert report["Return-Path"] == "<>"
    assert report["Delivered-To"] == _BOUNCES
    assert _status(report) == status
    assert report["In-Reply-To"] == "<q1@mail.tandem.example>"
    assert b"Subject: A few questions" in webhook.posted[0]
    _eventually(lambda: mail.mailbox(f"{name}7@example.com")[0].state is State.SENT_BACK)


def test_a_bounce_is_never_bounced(
    mail: SimulatedMail, server: tuple[str, int], webhook: Webhook
) -> None:
    webhook.answers = [(422, b"unknown token")]
    _product_sends(server, to="late-bounce@example.com")
    _eventually(lambda: len(webhook.posted) == 1)
    _eventually(lambda: not any(m.is_under_way for m in mail.mailbox("late-bounce@example.com")))
    # One later mail is through, so anything the refused bounce had led to would be there too.
    mail.write(_PARENT, _CLINIC, "Hi", "Hi")
    _eventually(lambda: mail.mailbox(_PARENT)[0].state is State.DELIVERED)
    assert len(webhook.posted) == 2
    assert [box.address for box in mail.mailboxes()] == [_PARENT, "late-bounce@example.com"]


def test_a_mailbox_that_does_not_exist_is_refused_at_the_door(
    mail: SimulatedMail, server: tuple[str, int]
) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        _product_sends(server, to="Nobody.here@example.com")
    code, words = refused.value.recipients["Nobody.here@example.com"]
    assert (code, words[:5]) == (550, b"5.1.1")
    assert mail.mailboxes() == ()
    with pytest.raises(MailRefused, match=r"^550 5\.1\.1"):
        mail.write(_PARENT, "nobody@example.com", "Hi", "Hi")


def test_a_conversation_broken_off_before_the_dot_leaves_nothing(
    mail: SimulatedMail, server: tuple[str, int]
) -> None:
    connection = smtplib.SMTP(*server, timeout=5)
    connection.ehlo()
    connection.mail(_BOUNCES)
    connection.rcpt(_PARENT)
    assert connection.docmd("DATA")[0] == 354
    connection.send(_FROM_PRODUCT)
    connection.close()
    _product_sends(server, to="luis@example.com")
    assert [box.address for box in mail.mailboxes()] == ["luis@example.com"]


def test_one_connection_carries_many_mails(mail: SimulatedMail, server: tuple[str, int]) -> None:
    with smtplib.SMTP(*server, timeout=5) as connection:
        for number in range(50):
            connection.sendmail(_BOUNCES, [f"p{number}@example.com"], _FROM_PRODUCT)
    assert len(mail.mailboxes()) == 50


def test_a_reader_is_shown_what_changed_since_its_last_look(
    mail: SimulatedMail, server: tuple[str, int], webhook: Webhook
) -> None:
    _product_sends(server)
    seen = mail.changes
    assert mail.mailbox(_PARENT, after=seen) == ()
    mail.write(_PARENT, _CLINIC, "Hi", "Hi")
    _eventually(lambda: mail.changes == seen + 2)
    (changed,) = mail.mailbox(_PARENT, after=seen)
    assert (changed.state, changed.change) == (State.DELIVERED, seen + 2)


@pytest.mark.parametrize(
    ("language", "attribution"),
    [
        ("en", "<sunny-days@mail.tandem.example> wrote:"),
        ("es", "(<sunny-days@mail.tandem.example>) escribió:"),
    ],
)
def test_a_reply_goes_to_the_reply_address_and_quotes_the_mail(
    mail: SimulatedMail,
    server: tuple[str, int],
    webhook: Webhook,
    language: str,
    attribution: str,
) -> None:
    _product_sends(server)
    (question,) = mail.mailbox(_PARENT)
    mail.reply(_PARENT, question, "yes, 4", language=language)
    _eventually(lambda: webhook.posted)
    reply = _parsed(webhook.posted[0])
    assert reply["Delivered-To"] == reply["To"] == "reply+t1@mail.tandem.example"
    assert reply["Subject"] == "Re: A few questions"
    assert reply["In-Reply-To"] == "<q1@mail.tandem.example>"
    assert reply["References"].split() == ["<q0@mail.tandem.example>", "<q1@mail.tandem.example>"]
    assert reply.get_content_type() == "multipart/alternative"
    plain, page = _versions(reply)
    assert plain.startswith("yes, 4\n\n")
    assert attribution in " ".join(plain.split())
    assert "\n> Is she 4?\n> .dot\n" in plain
    assert "<blockquote" in page


def test_an_answer_between_the_lines_is_a_quotation_in_both_versions(
    mail: SimulatedMail, webhook: Webhook
) -> None:
    mail.write(_PARENT, _CLINIC, "Re: x", "> Is she 4?\nyes <4>\n> Boy?\nno")
    _eventually(lambda: webhook.posted)
    plain, page = _versions(_parsed(webhook.posted[0]))
    assert plain == "> Is she 4?\nyes <4>\n> Boy?\nno\n"
    assert page.count("<blockquote") == 2
    assert "yes &lt;4&gt;" in page


def test_an_automatic_answer_says_so(
    mail: SimulatedMail, server: tuple[str, int], webhook: Webhook
) -> None:
    _product_sends(server)
    mail.reply_automatically(_PARENT, mail.mailbox(_PARENT)[0])
    _eventually(lambda: webhook.posted)
    assert _parsed(webhook.posted[0])["Auto-Submitted"] == "auto-replied"


def test_a_line_break_in_a_subject_makes_no_second_header(
    mail: SimulatedMail, webhook: Webhook
) -> None:
    mail.write(_PARENT, _CLINIC, "Hi\r\nAuto-Submitted: auto-replied", "Hi")
    _eventually(lambda: webhook.posted)
    assert _parsed(webhook.posted[0])["Auto-Submitted"] is None


@pytest.mark.parametrize("sender", ["ana", f"ana@{_DOMAIN}", "a b@example.com", ""])
def test_only_a_parents_address_can_write(mail: SimulatedMail, sender: str) -> None:
    with pytest.raises(ValueError, match="parent's address"):
        mail.write(sender, _CLINIC, "Hi", "Hi")


def test_mails_and_what_became_of_them_outlive_a_restart(webhook: Webhook, tmp_path: Path) -> None:
    journal = tmp_path / "var" / "mail.jsonl"
    with _serving(webhook.url, journal) as (mail, server):
        _product_sends(server, raw=_FROM_PRODUCT.replace(b"4?", b"4\xff\xe9?"))
        mail.write(_PARENT, _CLINIC, "Hi", "Hi")
        _eventually(lambda: mail.mailbox(_PARENT)[1].state is State.DELIVERED)
        before, changes = mail.mailbox(_PARENT), mail.changes
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    with journal.open("ab") as file:
        file.write(b'{"mail": {"cut sho')
    with _serving(webhook.url, journal) as (mail, _):
        assert mail.mailbox(_PARENT) == before
        assert mail.changes == changes
    assert len(webhook.posted) == 1


def test_what_was_under_way_is_carried_on_after_a_restart(webhook: Webhook, tmp_path: Path) -> None:
    slow = MailDelays(bounce=600, retries=(600,))
    with _serving("http://127.0.0.1:9/", tmp_path / "mail.jsonl", slow) as (mail, server):
        mail.write(_PARENT, _CLINIC, "Hi", "Hi")
        _product_sends(server, to="full@example.com")
        _eventually(lambda: mail.mailbox(_PARENT)[0].answer == 0)
    with _serving(webhook.url, tmp_path / "mail.jsonl") as (mail, _):
        _eventually(lambda: mail.mailbox(_PARENT)[0].state is State.DELIVERED)
        _eventually(lambda: mail.mailbox("full@example.com")[0].state is State.SENT_BACK)
        _eventually(lambda: len(webhook.posted) == 2)


def test_a_strange_journal_is_named_with_its_line(tmp_path: Path) -> None:
    journal = tmp_path / "mail.jsonl"
    journal.write_text('{"outcome": ["unknown", "delivered", "", null]}\n')
    with pytest.raises(JournalError, match="line 1"):
        SimulatedMail(_DOMAIN, "http://127.0.0.1:9/", _SECRET, journal)


def test_closing_ends_open_conversations_and_can_be_done_twice(webhook: Webhook) -> None:
    running = serve_mail(SimulatedMail(_DOMAIN, webhook.url, _SECRET))
    where = urlsplit(running.smtp_url)
    assert where.hostname == "127.0.0.1"
    connection = smtplib.SMTP(where.hostname, where.port or 0, timeout=5)
    running.close()
    running.close()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        connection.ehlo()
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        running.mail.write(_PARENT, _CLINIC, "Hi", "Hi")


@given(raw=st.binary(), reason=st.text(), sender=st.text(st.characters(codec="utf-8")))
def test_any_mail_is_written_down_and_read_back_exactly(
    raw: bytes, reason: str, sender: str
) -> None:
    at = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
    kept = Mail("1", sender, _CLINIC, raw, at, True, State.WAITING, reason)
    assert from_record(json.loads(json.dumps(to_record(kept)))) == kept


_PIECES = st.sampled_from(
    b"From: |Reply-To: |Subject: |Content-Type: |References: <|Content-Transfer-Encoding: |base64|"
    b"List-Unsubscribe: <|text/html; charset=|multipart/alternative; boundary=b|\r\n--b\r\n|"
    b"message/rfc822|=?utf-8?q?|Message-ID: |\r\n|\r\n\r\n".split(b"|")
)


@given(parts=st.lists(_PIECES | st.binary(max_size=8), max_size=25))
def test_no_mail_is_too_broken_to_be_opened(parts: list[bytes]) -> None:
    opened = open_mail(b"".join(parts))
    assert isinstance(opened.text, str)
