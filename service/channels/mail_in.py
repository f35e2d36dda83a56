"""Reading a mail that came in: raw bytes to what the service needs to know of it.

``read_mail`` raises nothing but ``BadMail``, whatever the bytes, and takes time that grows with
their number. Attachments are named and left alone: none is decoded, unpacked or opened.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from service.channels.mail_automatic import is_automatic
from service.channels.mail_decoding import one_line
from service.channels.mail_headers import addresses, date, decoded, message_id, message_ids
from service.channels.mail_parts import Mail, Part, parse
from service.channels.mail_report import DeliveryReport, read_report
from service.channels.mail_text import words_of

__all__ = ["LARGEST_MAIL_BYTES", "BadMail", "DeliveryReport", "InboundMail", "read_mail"]

LARGEST_MAIL_BYTES = 25 * 1024 * 1024
LONGEST_SUBJECT = 200
MOST_RECIPIENTS = 50
MOST_REFERENCES = 50
MOST_REMARKS = 20

_RECIPIENTS = (
    "delivered-to x-original-to envelope-to x-envelope-to x-forwarded-to to cc resent-to".split()
)
"""Where a mail was delivered comes before what its writer put into it."""
_OF_A_MAIL = frozenset(
    "from to cc subject date message-id received return-path delivered-to mime-version "
    "content-type reply-to sender in-reply-to references".split()
)


class BadMail(ValueError):
    """The bytes are no mail that can be read; one line says why."""


@dataclass(frozen=True, slots=True)
class InboundMail:
    """A mail as it came in.

    ``message_id`` has its angle brackets, and is None where it is missing or absurd;
    ``content_key`` (SHA-256, hex) over sender, date, subject and body tells mails apart then.
    ``from_address`` is in lower case, "" where none can be read. ``recipients``: where it was
    delivered before whom it names. ``references``: the mail it answers first, then the newest.
    ``written_at`` (UTC) is what the sender's clock said. ``text`` holds all readable words, quoted
    mail too; ``attachments`` the names of what is kept out, without pictures shown inside the
    words. ``automatic``: no person wrote it. ``report``: what became of a mail of ours.
    ``remarks``: what was odd, in short phrases for staff.
    """

    message_id: str | None
    content_key: str
    from_address: str
    recipients: tuple[str, ...]
    subject: str
    references: tuple[str, ...]
    written_at: datetime | None
    text: str
    attachments: tuple[str, ...]
    automatic: bool
    report: DeliveryReport | None
    remarks: tuple[str, ...]


def read_mail(raw: bytes) -> InboundMail:
    """Read a mail (RFC 5322 and MIME). Raises ``BadMail`` where it is none, or too large."""
    if len(raw) > LARGEST_MAIL_BYTES:
        raise BadMail(f"the mail is larger than {LARGEST_MAIL_BYTES // 1024 // 1024} MB")
    raw = _line_ends(bytes(raw))
    if not raw.strip():
        raise BadMail("the mail is empty")
    mail = parse(raw)
    headers = mail.root
    if not any(name.lower() in _OF_A_MAIL for name in headers):
        raise BadMail("this is not a mail: it has no headers of one")
    remarks: dict[str, None] = {}
    sender = _sender(headers, remarks)
    subject = one_line(decoded(headers.first("subject")), LONGEST_SUBJECT)
    words = words_of(mail)
    remarks.update(dict.fromkeys(words.remarks))
    return InboundMail(
        message_id=message_id(headers.first("message-id")),
        content_key=_content_key(mail, sender, subject),
        from_address=sender,
        recipients=_recipients(headers),
        subject=subject,
        references=_references(headers),
        written_at=date(headers.first("date")),
        text=words.text,
        attachments=words.attachments,
        automatic=is_automatic(headers, sender, subject),
        report=read_report(headers),
        remarks=tuple(remarks)[:MOST_REMARKS],
    )


def _line_ends(raw: bytes) -> bytes:
    """Without what stands before the first header, and with line feeds in it."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return raw if b"\n" in raw else raw.replace(b"\r", b"\n")


def _sender(headers: Part, remarks: dict[str, None]) -> str:
    written = headers.every("from")
    if len(written) > 1:
        remarks["several From headers"] = None
    found = addresses(written[0]) if written else []
    if len(found) > 1:
        remarks["several addresses in From"] = None
    if not found:
        remarks["no sender's address"] = None
        return ""
    return found[0]


def _recipients(headers: Part) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for value in chain.from_iterable(headers.every(name) for name in _RECIPIENTS):
        if len(found) >= MOST_RECIPIENTS:
            break
        found.update(dict.fromkeys(addresses(value)))
    return tuple(found)[:MOST_RECIPIENTS]


def _references(headers: Part) -> tuple[str, ...]:
    answered = message_ids(headers.first("in-reply-to"))
    thread = reversed(list(message_ids(headers.first("references"))))
    return tuple(dict.fromkeys(chain(answered, thread)))[:MOST_REFERENCES]


def _content_key(mail: Mail, sender: str, subject: str) -> str:
    """Who, when, what about, and the body, whatever the line ends of the way it came."""
    key = hashlib.sha256()
    for told in (sender, mail.root.first("date"), subject):
        key.update(told.encode("utf-8", "replace") + b"\0")
    key.update(mail.body.replace(b"\r\n", b"\n").rstrip())
    return key.hexdigest()
