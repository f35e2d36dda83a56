"""What mail servers report afterwards: bounces, arrivals, and complaints of spam.

Each is taken for the mail it names: by the signed bounce address it was sent to (VERP), else by the
signed Message-ID of the mail it returns. A report that names none of ours changes nothing.
What a bounce leads to stands in the table that serves refusals, too (``mail_codes``): a mailbox
that does not exist is left alone, our set-up holds the sender, what may pass is counted.
Source: RFC 3464 (a status of 5.x.x is for good, 4.x.x is not), RFC 5965 (complaints).
"""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session

from service.channels.errors import (
    AddressRefused,
    ContentRefused,
    Misconfigured,
    NotAllowedThere,
)
from service.channels.mail_codes import class_of_bounce
from service.channels.mail_in import DeliveryReport
from service.domain.delivery import TextState
from service.flows.services import Services
from service.flows.stops import stop_texting
from service.flows.text_fate import PROBE_EVERY, gets_nothing_there, take_news
from service.store import contacts, mail_threads, senders, texts
from service.store.models import TextRow

log = structlog.get_logger()

SOFT_BOUNCES = 3
"""So many mails in a row that came back for a passing reason: it does not pass."""


def take_report(
    services: Services, session: Session, report: DeliveryReport, bounced: int | None
) -> bool:
    """Take a report in; False where it is about no mail of ours. Twice changes nothing more.

    ``bounced`` is the text whose bounce address it came to.
    """
    text_id = bounced
    if text_id is None and report.original_message_id is not None:
        text_id = services.tokens.text_of(report.original_message_id)
    if text_id is None:
        return False
    now = datetime.now(UTC)
    travelled = mail_threads.travelled_with(session, text_id)
    if not travelled:
        return True  # the family was erased meanwhile
    log.info("mail report", text=text_id, kind=report.kind, status=report.status)
    if report.kind == "complaint":
        _stop(session, travelled[0], now)
    # What waits to be tried again has not been sent: no report is about it.
    sent = [text for text in travelled if text.state in _SENT]
    if report.kind == "delivered":
        for text in sent:
            texts.move_on(text, TextState.DELIVERED, now)
    elif report.kind == "failed":
        _failed(services, session, sent, report.status, now)
    return True


_SENT = (TextState.SENDING.value, TextState.UNKNOWN.value, TextState.SENT.value)


def _failed(
    services: Services, session: Session, travelled: list[TextRow], status: str, now: datetime
) -> None:
    code = _as_number(status)
    fresh = [
        text for text in travelled if take_news(services, session, text, "undelivered", code, now)
    ]
    if not fresh:
        return
    contact = contacts.lock(session, fresh[0].clinic_id, fresh[0].contact_id)
    kind = class_of_bounce(status)
    if issubclass(kind, Misconfigured) and not issubclass(kind, NotAllowedThere):
        # Nobody's mailbox is at fault: our domain or its signature is.
        senders.hold(session, fresh[0].sender_id, code, PROBE_EVERY, by_report=True)
        return
    if issubclass(kind, ContentRefused):
        return
    if not issubclass(kind, AddressRefused):
        contact.soft_bounces += 1
        if contact.soft_bounces < SOFT_BOUNCES:
            return
    for text in fresh:
        gets_nothing_there(services, session, text, now)


def _stop(session: Session, text: TextRow, now: datetime) -> None:
    """Who calls a mail of ours spam wants no more of them, in any reasonable reading."""
    contact = contacts.lock(session, text.clinic_id, text.contact_id)
    if not contacts.is_revoked(session, contact.id):
        stop_texting(session, contact, "complaint", now)


def _as_number(status: str) -> int | None:
    """An enhanced code as the number it is kept as: "5.1.1" is 511."""
    digits = status.replace(".", "")
    return int(digits) if digits.isdigit() and len(digits) < 8 else None
