"""``tandem email-in``: a mail on standard input, as Postfix or procmail hand it over."""

from __future__ import annotations

import contextlib
import json
import re
import sys

import click

from service.cli.context import Refused, services_here
from service.flows.services import Services

TRY_AGAIN = 75
"""EX_TEMPFAIL (sysexits.h): a mail server keeps the mail and tries again."""
_REPLY_TOKEN = re.compile(r"reply\+([a-z2-7]+)@")


@click.command("email-in")
@click.option("--dry-run", is_flag=True, help="Store nothing; print what is read, as JSON.")
def email_in(dry_run: bool) -> None:
    """Take in a mail on standard input, as if it had come by the webhook.

    Ends with 0 once it is stored, with 2 where it is refused for good, and with 75 where it should
    be tried again. How Postfix calls it stands in the operating guide.
    """
    raw = sys.stdin.buffer.read()
    if dry_run:
        click.echo(json.dumps(_read(raw), ensure_ascii=False))
        return
    _take(raw)


def _read(raw: bytes) -> dict[str, object]:
    """What is read in a mail: needs no server and no database."""
    from service.channels.mail_in import BadMail, read_mail
    from service.domain.reading.email_text import mail_words

    try:
        mail = read_mail(raw)
    except BadMail as error:
        raise Refused(str(error)) from None
    words = mail_words(mail.text)
    tokens = (_REPLY_TOKEN.match(address) for address in mail.recipients)
    return {
        "text": words.text,
        "automatic": mail.automatic,
        "from": mail.from_address,
        "token": next((found[1] for found in tokens if found), None),
        "attachments": list(mail.attachments),
        "inline_answers": words.inline_answers,
    }


def _take(raw: bytes) -> None:
    from service.flows.intake import BadMessage, UnknownSender
    from service.flows.mail_intake import take_mail

    try:
        with services_here() as services:
            if not services.settings.has_email:
                raise NotNow("no email is set up here (SMTP_URL)")
            outcome = take_mail(services, raw)
            with contextlib.suppress(Exception):
                # It is stored: whatever happens now, a mail server must not bring it again.
                _go_on(services)
    except (BadMessage, UnknownSender) as error:
        raise Refused(str(error)) from None
    except NotNow:
        raise
    except Refused as error:
        # A set-up that is broken, a database that is away: no fault of this mail.
        raise NotNow(f"nothing was stored: {error.message}") from None
    except Exception as error:
        raise NotNow(f"nothing was stored: {type(error).__name__}") from None
    with contextlib.suppress(OSError):
        click.echo(outcome.value)


def _go_on(services: Services) -> None:
    """Let a worker read it now; in a local run, whose worker cannot be told, do it here."""
    from service.flows.deliver import drain_texts
    from service.flows.reply import drain_replies
    from service.flows.services import Nudge
    from tasks.nudges import announce

    if services.settings.redis_url.startswith("memory"):
        drain_replies(services)
        drain_texts(services)
    else:
        announce(services.settings.redis_url, Nudge.REPLIES)


class NotNow(click.ClickException):
    """Nothing was stored, and trying again will help."""

    exit_code = TRY_AGAIN
