"""A clinic that writes mails, with the mail of the whole world on loopback, both ways by SMTP."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

from waitress.server import create_server

from service.flows.deliver import drain_texts
from service.flows.reply import drain_replies
from service.local.mail import Mail, MailDelays, SimulatedMail, State, serve_mail
from service.web.app import create_app
from tests.support.installation import ANA, MAIL_DOMAIN, MAIL_SECRET, Installation, installed
from tests.support.ports import free_port

CLINIC_ADDRESS = f"sunny-days-pediatric-therapy@{MAIL_DOMAIN}"
LONGEST_WAIT_SECONDS = 10.0


@contextmanager
def mailing(database_url: str) -> Iterator[Installation]:
    """A clinic, its web server, and a mail provider that hands it its mail."""
    port = free_port()
    mail = SimulatedMail(
        MAIL_DOMAIN,
        f"http://127.0.0.1:{port}/webhooks/email",
        MAIL_SECRET,
        delays=MailDelays.none(),
    )
    running = serve_mail(mail)
    try:
        with installed(database_url, smtp_url=running.smtp_url) as place:
            server = create_server(
                create_app(place.services), host="127.0.0.1", port=port, threads=4
            )
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            yield replace(place, mail=mail)
            running.close()  # first, as it keeps connections to the web server
            server.close()
            thread.join(timeout=10)
    finally:
        running.close()


def provider_of(place: Installation) -> SimulatedMail:
    """The mail provider of a clinic that writes mails."""
    assert place.mail is not None
    return place.mail


def write(
    place: Installation,
    text: str,
    *,
    sender: str = ANA,
    subject: str = "A question",
    to: str = CLINIC_ADDRESS,
) -> None:
    """A parent writes a new mail; returns once the clinic has it."""
    _handed_over(place, provider_of(place).write(sender, to, subject, text))


def answer(place: Installation, text: str, *, sender: str = ANA, language: str = "en") -> None:
    """A parent answers the clinic's last mail, in its thread; returns once the clinic has it."""
    last = mails_to(place, sender)[-1]
    opened = opened_mail(last)
    sent = provider_of(place).write(
        sender,
        str(opened["Reply-To"]),
        f"Re: {str(opened['Subject']).removeprefix('Re: ')}",
        text,
        in_reply_to=str(opened["Message-ID"]),
        references=[*str(opened["References"] or "").split(), str(opened["Message-ID"])],
        quote=last,
        language=language,
    )
    _handed_over(place, sent)


def go_on(place: Installation) -> None:
    """The clinic reads and answers what waits."""
    drain_replies(place.services)
    drain_texts(place.services)


def mails_to(place: Installation, address: str = ANA) -> list[Mail]:
    """The clinic's mails in a mailbox, oldest first."""
    found = provider_of(place).mailbox(address)
    return [mail for mail in found if mail.recipient == address]


def opened_mail(mail: Mail) -> EmailMessage:
    """A mail with its headers and parts."""
    opened = message_from_bytes(mail.raw, policy=policy.default)
    assert isinstance(opened, EmailMessage)
    return opened


def words_of(mail: Mail) -> str:
    """The plain words of a mail."""
    plain = opened_mail(mail).get_body(("plain",))
    assert plain is not None
    return str(plain.get_content())


def _handed_over(place: Installation, mail: Mail) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while (now := provider_of(place).fetch(mail.id)) is None or now.is_under_way:
        assert time.monotonic() < deadline, "the clinic did not take the mail"
        time.sleep(0.01)
    assert now.state is State.DELIVERED, now
