"""What a mail program writes: text and HTML, with the earlier mail quoted under one line.

The shape is the one most parents' mail has (Gmail's): the answer on top, "On ..., ... wrote:"
wrapped over two lines where it is long, and the earlier mail marked with ``>``.
Pure: values in, bytes out.
"""

from __future__ import annotations

import html
import re
import textwrap
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from itertools import groupby

from service.local.mail.mail import domain_of
from service.local.mail.opened import OpenedMail

_WIDTH = 78
_QUOTE_STYLE = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"
_SPANISH_DAYS = "lun mar mié jue vie sáb dom".split()
_SPANISH_MONTHS = "ene feb mar abr may jun jul ago sept oct nov dic".split()


@dataclass(frozen=True)
class Quoted:
    """An earlier mail to quote, when it was sent, and the language of the program quoting it."""

    mail: OpenedMail
    at: datetime
    language: str = "en"


@dataclass(frozen=True)
class Answer:
    """Where an answer to a mail goes and what ties the two together."""

    to: str
    subject: str
    in_reply_to: str | None
    references: tuple[str, ...]


def answer_to(mail: OpenedMail) -> Answer:
    """The headers of an answer, as RFC 5322 3.6.4 wants them."""
    known = (mail.message_id,) if mail.message_id else ()
    subject = mail.subject
    if not subject.lower().startswith("re:"):
        subject = f"Re: {subject}".strip()
    return Answer(mail.reply_to, subject, mail.message_id or None, (*mail.references, *known))


def compose(
    sender: str,
    to: str,
    subject: str,
    text: str,
    at: datetime,
    *,
    in_reply_to: str | None = None,
    references: tuple[str, ...] = (),
    quote: Quoted | None = None,
    automatic: bool = False,
) -> bytes:
    """A whole mail. ``automatic`` marks it as nobody's own words (RFC 3834)."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = _one_line(subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{uuid.uuid4().hex}@{domain_of(sender)}>"
    if in_reply_to:
        mail["In-Reply-To"] = _one_line(in_reply_to)
        mail["References"] = " ".join(references or (_one_line(in_reply_to),))
    if automatic:
        mail["Auto-Submitted"] = "auto-replied"
    words, page = text, _as_html(text)
    if quote is not None:
        line = _attribution(quote)
        words += f"\n\n{quotation(quote)}"
        page += (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{html.escape(line)}'
            f'<br></div><blockquote class="gmail_quote" style="{_QUOTE_STYLE}">'
            f"{_quoted_html(quote.mail)}</blockquote></div>"
        )
    mail.set_content(f"{words}\n", cte="quoted-printable")
    mail.add_alternative(f"{page}\n", subtype="html", cte="quoted-printable")
    return mail.as_bytes()


def quotation(quote: Quoted) -> str:
    """The earlier mail as plain text: who wrote when, and each line behind a ``>``."""
    marked = "\n".join(f"> {line}".rstrip() for line in quote.mail.text.strip().splitlines())
    return f"{_wrapped(_attribution(quote))}\n\n{marked}"


def _attribution(quote: Quoted) -> str:
    at, mail = quote.at, quote.mail
    if quote.language == "es":
        day = f"{_SPANISH_DAYS[at.weekday()]}, {at.day} {_SPANISH_MONTHS[at.month - 1]} {at.year}"
        moment = f"{at.hour}:{at:%M}"
        return f"El {day} a las {moment}, {mail.from_name} (<{mail.from_address}>) escribió:"
    moment = f"{at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"
    day = f"{at:%a, %b} {at.day}, {at.year}"
    return f"On {day} at {moment} {mail.from_name} <{mail.from_address}> wrote:"


def _wrapped(line: str) -> str:
    return "\n".join(textwrap.wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False))


def _as_html(text: str) -> str:
    """Plain text as HTML; lines behind a ``>`` (answered between) become a quotation."""
    parts = []
    for is_quote, lines in groupby(text.splitlines(), lambda line: line.startswith(">")):
        shown = "<br>\n".join(html.escape(line.removeprefix(">").strip()) for line in lines)
        quotation = f'<blockquote class="gmail_quote" style="{_QUOTE_STYLE}">{shown}</blockquote>'
        parts.append(quotation if is_quote else f'<div dir="ltr">{shown}</div>')
    return "\n".join(parts)


def _quoted_html(mail: OpenedMail) -> str:
    if mail.html is None:
        return "<br>\n".join(html.escape(line) for line in mail.text.strip().splitlines())
    body = re.search(r"<body[^>]*>(.*?)(</body>|\Z)", mail.html, re.DOTALL | re.IGNORECASE)
    return body[1] if body else mail.html


def _one_line(value: str) -> str:
    # A line break in a header would begin the next one.
    return " ".join(value.split())
