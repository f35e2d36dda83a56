"""The report that a mail could not be delivered (RFC 3464), as a mail server writes it. Pure."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.policy import SMTP
from email.utils import format_datetime

from service.local.mail.mail import Mail, domain_of
from service.local.mail.opened import open_mail

_HEADERS_ONLY = re.compile(rb"\r?\n\r?\n")
_QUOTED = Charset("utf-8")
_QUOTED.body_encoding = QP


@dataclass(frozen=True)
class Fault:
    """Why a mail came to nothing: the enhanced status (RFC 3463), the SMTP code, the sentence."""

    status: str
    code: int
    words: str

    def __str__(self) -> str:
        return f"{self.code} {self.status} {self.words}"


NO_SUCH_MAILBOX = Fault("5.1.1", 550, "The email account that you tried to reach does not exist")
MAILBOX_FULL = Fault("4.2.2", 452, "The email account that you tried to reach is over quota")


def write_bounce(mail: Mail, fault: Fault, at: datetime) -> bytes:
    """The report to the envelope sender of ``mail``."""
    server = domain_of(mail.recipient)
    report = MIMEMultipart("report", report_type="delivery-status", policy=SMTP)
    report["From"] = f"Mail Delivery Subsystem <mailer-daemon@{server}>"
    report["To"] = mail.sender
    report["Subject"] = "Delivery Status Notification (Failure)"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<{uuid.uuid4().hex}@{server}>"
    report["Auto-Submitted"] = "auto-replied"
    message_id = open_mail(mail.raw).message_id
    if message_id:
        report["In-Reply-To"] = message_id
        report["References"] = message_id
    words = f"Your message wasn't delivered to {mail.recipient}.\n\nThe other side said:\n\n"
    report.attach(_text("plain", f"{words}    {fault}\n"))
    report.attach(_status(mail, fault, at, server))
    headers = _HEADERS_ONLY.split(mail.raw, maxsplit=1)[0].decode("utf-8", "replace")
    report.attach(_text("rfc822-headers", headers.replace("\r\n", "\n") + "\n"))
    return report.as_bytes(policy=SMTP)


def _status(mail: Mail, fault: Fault, at: datetime, server: str) -> Message:
    about_mail = Message()
    about_mail["Reporting-MTA"] = f"dns; {server}"
    about_mail["Arrival-Date"] = format_datetime(mail.at)
    about_recipient = Message()
    about_recipient["Final-Recipient"] = f"rfc822; {mail.recipient}"
    about_recipient["Action"] = "failed"
    about_recipient["Status"] = fault.status
    said = " ".join(str(fault).encode("ascii", "replace").decode().split())
    about_recipient["Diagnostic-Code"] = f"smtp; {said}"
    about_recipient["Last-Attempt-Date"] = format_datetime(at)
    part = MIMEBase("message", "delivery-status", policy=SMTP)
    part.set_payload([about_mail, about_recipient])
    return part


def _text(kind: str, words: str) -> Message:
    part = MIMEBase("text", kind, policy=SMTP)
    part.set_payload(words, _QUOTED)
    return part
