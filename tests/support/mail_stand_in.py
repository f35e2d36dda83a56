"""The simulator with its mail pane, and a stand-in for the product behind it.

The stand-in takes mail at the webhook and answers it by SMTP, as the product does, and says no more
than that it did. ``python -m tests.support.mail_stand_in`` runs it for trying the page by hand.
"""

from __future__ import annotations

import hmac
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from service.local.carrier import SimulatedCarrier
from service.local.mail import MailDelays, SimulatedMail, open_mail, serve_mail
from service.local.simulator import JumpResult, create_simulator

DOMAIN, SECRET = "mail.tandem.example", "demo-secret"
CLINIC, CLINIC_NAME = f"sunny-days@{DOMAIN}", "Sunny Days Pediatric Therapy"
CLINIC_NUMBER = "+15005550006"
_POLICY = (
    "default-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="color-scheme" content="light dark"><style>
@media (prefers-color-scheme: dark) {{ body, .desk {{ background: #191613 !important; }}
 .paper {{ background: #24201c !important; color: #f3ebe1 !important; }} }}</style></head>
<body style="margin:0;background:#f6efe5"><div class="desk" style="padding:24px 16px">
<div class="paper" style="background:#fffdf9;border-radius:14px;padding:24px;font:18px sans-serif">
<p><b>{name}</b></p><p id="words">{words}</p><p><a href="{base}/book">Book a visit</a></p>
<p><a href="{base}/unsubscribe/t1">Stop these emails</a></p>
<script>document.getElementById("words").textContent = "a script ran";</script>
<img src="{base}/pixel.gif" alt=""></div></div></body></html>"""


@dataclass
class StandIn:
    """What the stand-in saw, and how it answers."""

    address: str
    smtp_url: str
    mail: SimulatedMail
    posted: list[bytes] = field(default_factory=list)
    unsubscribed: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    """The statuses and words of the next answers; after that everything is taken in."""

    def send(self, to: str, words: str, *, answers: bytes | None = None) -> None:
        """Send a parent a mail as the product does. Raises smtplib's errors."""
        earlier = open_mail(answers) if answers else None
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f'"{CLINIC_NAME}" <{CLINIC}>'
        mail["To"] = to
        mail["Reply-To"] = f"reply+t1@{DOMAIN}"
        mail["Subject"] = "A few questions about your child"
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = make_msgid(domain=DOMAIN)
        mail["Auto-Submitted"] = "auto-generated"
        if earlier:
            mail.replace_header("Subject", f"Re: {earlier.subject.removeprefix('Re: ')}")
            mail["In-Reply-To"] = earlier.message_id
        mail["List-Unsubscribe"] = (
            f"<{self.address}/unsubscribe/t1>, <mailto:reply+t1@{DOMAIN}?subject=unsubscribe>"
        )
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(f"{words}\n\n{CLINIC_NAME}\n")
        html = _HTML.format(name=CLINIC_NAME, words=words, base=self.address)
        mail.add_alternative(html, subtype="html")
        server = urlsplit(self.smtp_url)
        with smtplib.SMTP(server.hostname or "", server.port or 0, timeout=10) as connection:
            connection.sendmail(f"bounce+t1@{DOMAIN}", [to], mail.as_bytes())


def _jump(parent: str) -> JumpResult:
    return JumpResult("booking_reminder", datetime(2026, 11, 24, 10, 0, tzinfo=UTC))


def _product(stand_in: StandIn) -> Flask:
    app = Flask(__name__, static_folder=None)

    @app.post("/webhooks/email")
    def webhook() -> tuple[str, int]:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given, f"Bearer {SECRET}"):
            return "wrong secret", 401
        raw = request.get_data()
        stand_in.posted.append(raw)
        status, words = stand_in.answers.pop(0) if stand_in.answers else (204, "")
        opened = open_mail(raw)
        if status == 204 and not opened.automatic:
            to = parseaddr(opened.from_address)[1]
            stand_in.send(to, f"We got your mail of {len(opened.text)} letters.", answers=raw)
        return words, status

    @app.post("/unsubscribe/<token>")
    def unsubscribe(token: str) -> str:
        if request.form.get("List-Unsubscribe") == "One-Click":
            stand_in.unsubscribed.append(token)
        return "done"

    @app.get("/<any('book','pixel.gif','unsubscribe/t1'):path>")
    def fetched(path: str) -> str:
        stand_in.fetched.append(path)
        return f"This is {path}"

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        return response

    return app


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Keep the test's output quiet."""


@contextmanager
def running_stand_in(
    journal: Path | None = None,
    elsewhere: str | None = None,
    delays: MailDelays | None = None,
    port: int = 0,
) -> Iterator[StandIn]:
    """Everything on loopback, until the end of the block."""
    web = make_server("127.0.0.1", port, Flask(__name__), True, request_handler=_Quiet)
    address = f"http://127.0.0.1:{web.port}"
    mail = SimulatedMail(DOMAIN, f"{address}/webhooks/email", SECRET, journal, delays)
    running = serve_mail(mail)
    stand_in = StandIn(address, running.smtp_url, mail)
    carrier = SimulatedCarrier("AC" + "0" * 32, "", {CLINIC_NUMBER: "http://127.0.0.1:9/"})
    app = _product(stand_in)
    app.register_blueprint(
        create_simulator(
            carrier,
            CLINIC_NUMBER,
            CLINIC_NAME,
            _jump,
            mail=mail,
            clinic_address=CLINIC,
            mails_go_elsewhere=elsewhere,
        )
    )
    web.app = app
    thread = threading.Thread(target=web.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        running.close()
        carrier.close()
        web.shutdown()
        thread.join(timeout=5)
        web.server_close()


if __name__ == "__main__":
    with running_stand_in(port=8765) as running_one:
        print(f"{running_one.address}/simulator   {running_one.smtp_url}")
        threading.Event().wait()
