"""The mail pane of the simulator: the routes it lives on. Local runs only.

It shows a parent's mailbox as a mail program does and writes as one. A mail's own HTML is served
from a route of its own and framed from there: under a policy that lets nothing be loaded or run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import urllib3
from flask import Blueprint, Response, jsonify, request

from service.local.mail import Mail, Mailbox, MailRefused, OpenedMail, SimulatedMail, open_mail
from service.local.mail.compose import Quoted, answer_to, quotation
from service.local.mail.mail import is_address
from service.local.simulator.asking import Jump, Refused, cursor, json_object, jump_json

_LONGEST_TEXT, _LONGEST_SUBJECT, _PREVIEW = 20_000, 200, 120
_NO_SUBJECT = "(no subject)"
_ONE_CLICK = "List-Unsubscribe=One-Click"
_FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
# What a mail program adds: links open outside, and a mail without any style is readable.
_FRAME_HEAD = (
    '<base target="_blank"><meta name="viewport" content="width=device-width">'
    "<style>:where(body){font:15px/1.5 system-ui,sans-serif;margin:12px;overflow-wrap:anywhere}"
    "</style>"
)


def add_mail_pane(page: Blueprint, mail: SimulatedMail, jump: Jump, elsewhere: str | None) -> None:
    """Add the pane's routes to the simulator's blueprint, which guards and answers for them."""
    program = _MailProgram(mail, off=elsewhere is not None)

    @page.get("/mailboxes")
    def mailboxes() -> Response:
        return jsonify({"mailboxes": [_mailbox_json(box) for box in mail.mailboxes()]})

    @page.get("/mails")
    def mails() -> Response:
        address = program.parent(request.args.get("address"))
        # Read before the mails: a change in between is then shown twice rather than never.
        newest, after = mail.changes, cursor()
        found = mail.mailbox(address, after if after <= newest else 0)
        return jsonify({"mails": [_mail_json(one, address) for one in found], "cursor": newest})

    @page.get("/mails/<mail_id>")
    def one_mail(mail_id: str) -> Response:
        return jsonify(_whole_json(program.known(mail_id)))

    @page.get("/mails/<mail_id>/html")
    def as_html(mail_id: str) -> Response:
        html = open_mail(program.known(mail_id).raw).html
        if html is None:
            raise Refused("This mail has no HTML version.", 404)
        answer = Response(_framed(html), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = _FRAMED
        return answer

    @page.post("/mails")
    def write() -> tuple[Response, int]:
        sent, address = program.write(json_object())
        return jsonify({"mail": _mail_json(sent, address)}), 201

    @page.post("/mails/<mail_id>/automatic-reply")
    def automatic_reply(mail_id: str) -> tuple[Response, int]:
        sent, address = program.reply_automatically(mail_id, json_object())
        return jsonify({"mail": _mail_json(sent, address)}), 201

    @page.post("/mails/<mail_id>/unsubscribe")
    def unsubscribe(mail_id: str) -> Response:
        return jsonify({"text": program.unsubscribe(mail_id, json_object())})

    @page.post("/mails/jump")
    def mail_jump() -> Response:
        return jump_json(jump(program.parent(json_object().get("address"))))


@dataclass(frozen=True)
class _MailProgram:
    """Does what a parent's mail program does. Raises ``Refused`` with one line for the page."""

    mail: SimulatedMail
    off: bool

    def parent(self, address: object) -> str:
        if not isinstance(address, str) or not is_address(address):
            raise Refused("A parent needs an email address such as ana@example.com.")
        if self.mail.is_ours(address):
            raise Refused("That is an address of the clinic.")
        return address

    def known(self, mail_id: str) -> Mail:
        found = self.mail.fetch(mail_id)
        if found is None:
            raise Refused("There is no such mail.", 404)
        return found

    def write(self, asked: dict[str, Any]) -> tuple[Mail, str]:
        self._need_on()
        address = self.parent(asked.get("address"))
        to, subject, text = (asked.get(name) for name in ("to", "subject", "text"))
        if not isinstance(to, str) or not is_address(to):
            raise Refused("Write to an email address.")
        if not isinstance(text, str) or not text.strip():
            raise Refused("Write something first.")
        if len(text) > _LONGEST_TEXT:
            raise Refused(f"A mail written here holds at most {_LONGEST_TEXT:,} characters.")
        if not isinstance(subject, str) or len(subject) > _LONGEST_SUBJECT:
            raise Refused(f"A subject holds at most {_LONGEST_SUBJECT} characters.")
        in_reply_to: str | None = None
        references: tuple[str, ...] = ()
        quote: Mail | None = None
        answered = asked.get("answers")
        if answered is not None:
            earlier = self.known(str(answered))
            answer = answer_to(open_mail(earlier.raw))
            in_reply_to, references = answer.in_reply_to, answer.references
            quote = earlier if asked.get("quote") in ("en", "es") else None
        try:
            sent = self.mail.write(
                address,
                to,
                subject,
                text,
                in_reply_to,
                references,
                quote,
                language="es" if asked.get("quote") == "es" else "en",
            )
        except (MailRefused, OSError) as error:
            raise _not_sent(error) from error
        return sent, address

    def reply_automatically(self, mail_id: str, asked: dict[str, Any]) -> tuple[Mail, str]:
        self._need_on()
        address, earlier = self.parent(asked.get("address")), self.known(mail_id)
        if not is_address(answer_to(open_mail(earlier.raw)).to):
            raise Refused("This mail names no address to answer.")
        try:
            return self.mail.reply_automatically(address, earlier), address
        except (MailRefused, OSError) as error:
            raise _not_sent(error) from error

    def unsubscribe(self, mail_id: str, asked: dict[str, Any]) -> str:
        """By one click where the mail allows it (RFC 8058), else by the mail it asks for."""
        self._need_on()
        address, opened = self.parent(asked.get("address")), open_mail(self.known(mail_id).raw)
        if opened.unsubscribe_url:
            return _click(opened.unsubscribe_url)
        if opened.unsubscribe_mail is None:
            raise Refused("This mail offers no way to unsubscribe.")
        way = urlsplit(opened.unsubscribe_mail)
        to = unquote(way.path)
        if not is_address(to):
            raise Refused("This mail's way to unsubscribe makes no sense.")
        subject = parse_qs(way.query).get("subject", ["unsubscribe"])[0]
        try:
            self.mail.write(address, to, subject, subject)
        except (MailRefused, OSError) as error:
            raise _not_sent(error) from error
        return f"Wrote “{subject}” to the clinic"

    def _need_on(self) -> None:
        if self.off:
            raise Refused("The mail pane is off: mails go to another server.", 409)


def _click(url: str) -> str:
    """The one-click POST, from here: no cookie goes along and no redirect is followed."""
    try:
        answer = urllib3.request(
            "POST",
            url,
            body=_ONE_CLICK,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            redirect=False,
            retries=False,
            timeout=10,
        )
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise Refused("Nothing answers at the mail's unsubscribe address.", 502) from error
    if not 200 <= answer.status < 300:
        raise Refused(f"The unsubscribe address answered {answer.status}.", 502)
    return f"Unsubscribed: the clinic answered {answer.status}"


def _not_sent(error: Exception) -> Refused:
    if isinstance(error, MailRefused):
        return Refused(f"The mail server refused it: {error}", 409)
    return Refused("The mail server does not answer.", 503)


def _framed(html: str) -> str:
    """The mail's HTML with our head first in its own; in front where it has none."""
    head = re.search(r"<head(\s[^>]*)?>", html, re.IGNORECASE)
    place = head.end() if head else 0
    return f"{html[:place]}{_FRAME_HEAD}{html[place:]}"


def _mailbox_json(box: Mailbox) -> dict[str, Any]:
    return {"address": box.address, "count": box.count}


def _mail_json(mail: Mail, address: str) -> dict[str, Any]:
    opened = open_mail(mail.raw)
    return {
        "id": mail.id,
        "own": mail.sender.lower() == address.lower(),
        "from": opened.from_name,
        "from_address": opened.from_address,
        "to": opened.to or mail.recipient,
        "subject": opened.subject or _NO_SUBJECT,
        "preview": " ".join(opened.text.split())[:_PREVIEW],
        "at": mail.at.isoformat(),
        "state": mail.state.value,
        "reason": mail.reason,
        "automatic": opened.automatic,
        "has_html": opened.html is not None,
        "unsubscribe": _way_out(opened),
    }


def _whole_json(mail: Mail) -> dict[str, Any]:
    opened = open_mail(mail.raw)
    answer = answer_to(opened)
    envelope = f"Return-Path: <{mail.sender}>\nDelivered-To: {mail.recipient}\n"
    return {
        "text": opened.text,
        "headers": envelope + opened.headers,
        "answer": {
            "to": answer.to,
            "subject": answer.subject,
            "quotation": quotation(Quoted(opened, mail.at.astimezone())),
        },
    }


def _way_out(opened: OpenedMail) -> str | None:
    if opened.unsubscribe_url:
        return "one-click"
    return "mail" if opened.unsubscribe_mail else None
