"""A mail as bytes: headers, plain text and HTML of the same words, ready to be handed over.

It says of itself that a machine wrote it (RFC 3834), so that machines do not answer it, and how to
stop in one click (RFC 8058). Nothing in it is fetched from anywhere.
"""

from __future__ import annotations

import email.policy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from service.channels.mail_layout import Letter, as_html, as_text

_POLICY = email.policy.SMTP.clone(max_line_length=200)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\x85]+")
_PREFIX = re.compile(r"(?:\s*(?:re|aw|sv|rv|fwd?|wg|tr|res|enc)\s*:\s*)+", re.IGNORECASE)
LONGEST_SUBJECT = 150
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,240}>")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Everything a mail is made of. Addresses are bare, message ids carry their brackets."""

    message_id: str
    sender_name: str
    sender: str
    to: str
    reply_to: str
    subject: str
    in_reply_to: str | None
    references: tuple[str, ...]
    """Oldest first."""
    language: str
    paragraphs: tuple[str, ...]
    """The words of the texts that travel in it, in order."""
    clinic_phone: str
    booking_link: str
    """Empty where this mail has nothing to book."""
    words: Mapping[str, str]
    """The frame around them, by key, filled in."""
    unsubscribe_url: str
    shows_stop: bool = True
    """Whether its words name the link to stop, too."""


def compose(outgoing: Outgoing, now: datetime) -> bytes:
    """The whole mail with CRLF line ends; ``now`` (aware) becomes its date.

    Whatever stands in names and subjects, it stays in its own header.
    """
    letter = Letter(
        language=outgoing.language,
        paragraphs=outgoing.paragraphs,
        clinic=outgoing.sender_name,
        phone=outgoing.clinic_phone,
        booking_link=outgoing.booking_link,
        words=outgoing.words,
        unsubscribe_url=outgoing.unsubscribe_url if outgoing.shows_stop else "",
    )
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = Address(one_line(outgoing.sender_name), addr_spec=outgoing.sender)
    mail["To"] = outgoing.to
    mail["Reply-To"] = outgoing.reply_to
    mail["Subject"] = one_line(outgoing.subject)[:LONGEST_SUBJECT]
    mail["Date"] = format_datetime(now.astimezone(UTC))
    mail["Message-ID"] = outgoing.message_id
    if outgoing.in_reply_to and _MESSAGE_ID.fullmatch(outgoing.in_reply_to):
        mail["In-Reply-To"] = outgoing.in_reply_to
    if chain := [known for known in outgoing.references if _MESSAGE_ID.fullmatch(known)]:
        mail["References"] = " ".join(chain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["X-Tandem"] = "1"
    mail["List-Unsubscribe"] = (
        f"<{outgoing.unsubscribe_url}>, <mailto:{outgoing.reply_to}?subject=unsubscribe>"
    )
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(as_text(letter), cte="quoted-printable")
    mail.add_alternative(as_html(letter), subtype="html", cte="quoted-printable")
    mail["Content-Language"] = outgoing.language  # earlier, it would become the first part's own
    return mail.as_bytes(policy=_POLICY)


def one_line(words: str) -> str:
    """Words that fit into one header: no line ends, nothing that ends a line anywhere."""
    return " ".join(_CONTROLS.sub(" ", words).split())


def in_reply_to_subject(subject: str) -> str:
    """The subject of an answer: one "Re: " before the plain subject, in any language's prefixes."""
    return f"Re: {bare_subject(subject)}".strip()


def bare_subject(subject: str) -> str:
    """A subject without "Re:", "Fwd:", "RV:" and the like."""
    line = one_line(subject)
    found = _PREFIX.match(line)
    return line[found.end() :] if found else line
