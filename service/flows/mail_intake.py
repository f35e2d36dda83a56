"""Taking a mail in: whose it is, and one INSERT committed before its bearer hears "thank you".

A mail belongs to the family whose signed reply address it was sent to; without one, to whoever the
mail it answers was sent to; without that, to whoever has its From. The address proves no identity:
where From is another one, the mail is kept for that family and flagged (``reply_turn``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from service.channels.emails import same_mailbox
from service.channels.mail_bearers import Delivery as Delivery
from service.channels.mail_bearers import MailBearers
from service.channels.mail_bearers import NoMail as NoMail
from service.channels.mail_bearers import NotProven as NotProven
from service.channels.mail_codes import enhanced_code
from service.channels.mail_in import (
    LARGEST_MAIL_BYTES,
    BadMail,
    DeliveryReport,
    InboundMail,
    read_mail,
)
from service.channels.mail_out import bare_subject
from service.channels.mail_tokens import Purpose
from service.domain.conversation import AlertKind
from service.domain.delivery import TextState
from service.flows.bounces import take_report
from service.flows.intake import BadMessage, UnknownSender
from service.flows.services import Nudge, Services
from service.store import clinics, contacts, desk, mail_threads, replies, texts
from service.store.clinics import SenderRef
from service.store.contacts import line_of
from service.store.mail_json import MailFacts, dump_mail
from service.store.models import Contact, ConversationRow, TextRow
from service.store.models.message import MAIL

_MOST_ADDRESSES_TRIED = 50
_MAIL_SERVERS = re.compile(r"(?:mailer-daemon|postmaster)@")
_STILL_TRYING = re.compile(
    r"\bdelay|will (?:be |continue|keep)[^.]{0,40}(?:retr|try|attempt)|attempts? will continue|"
    r"(?:not|has not) yet been delivered|no need to (?:resend|do anything)",
    re.IGNORECASE,
)
"""What a server says that has not given up."""


class TooLarge(BadMessage):
    """A mail of more bytes than any provider sends."""


class MailOutcome(StrEnum):
    """What became of a mail that was taken."""

    NEW = "new"
    REPEATED = "repeated"
    REPORT = "report"
    """It told what became of a mail of ours."""
    IGNORED = "ignored"
    """A machine that we never wrote to, or our own mail: there is nothing to keep."""


def take_mail(services: Services, raw: bytes) -> MailOutcome:
    """Store one mail (RFC 5322 bytes).

    Raises ``BadMessage`` where it is none (``TooLarge``: too much), ``UnknownSender`` where no
    clinic is reached at its addresses. Database faults pass through, and then nothing was
    acknowledged.
    """
    if not services.settings.has_email:
        raise UnknownSender("no email is set up here (SMTP_URL)")
    if len(raw) > LARGEST_MAIL_BYTES:
        raise TooLarge(f"the mail is larger than {LARGEST_MAIL_BYTES // 2**20} MB")
    try:
        mail = read_mail(raw)
    except BadMail as error:
        raise BadMessage(str(error)) from None
    with services.database.transaction() as session:
        outcome = _take(services, session, mail)
    if outcome is MailOutcome.NEW:
        services.nudge(Nudge.REPLIES)
    elif outcome is MailOutcome.REPORT:
        services.nudge(Nudge.TEXTS)
    return outcome


def bearers(services: Services) -> Callable[[Delivery, datetime], bytes]:
    """What tells a delivery by HTTP that is to be believed from others: gives the mail's bytes.
    Raises ``NotProven`` or ``NoMail``."""
    secrets = [secret.get_secret_value() for secret in services.settings.inbound_email_secret]
    return MailBearers(secrets, services.settings.sendgrid_public_key).accept


@dataclass(frozen=True, slots=True)
class _Addressed:
    """What the addresses and the thread of a mail say, each only where the signature is ours."""

    contact_id: int | None
    bounced: int | None
    """The text whose bounce address it was sent to."""
    answered: tuple[int, ...]
    """The texts whose mails it answers, as far as they are ours; the nearest first."""


def _take(services: Services, session: Session, mail: InboundMail) -> MailOutcome:
    addressed = _read_addresses(services, mail)
    report = mail.report or _bounce_in_words(mail, addressed)
    if report is not None and take_report(services, session, report, addressed.bounced):
        return MailOutcome.REPORT
    senders = clinics.email_senders(session, mail.recipients)
    contact = _contact_of(session, mail, addressed, senders)
    ours = mail.from_address and clinics.senders_among(session, [mail.from_address])
    if ours and (mail.automatic or contact is None):
        return MailOutcome.IGNORED  # our own: a forward of a forward leads back to us
    sender = _sender(session, contact, senders)
    if sender is not None and contact is None and mail.from_address:
        contact = contacts.find(session, sender.clinic_id, mail.from_address)
    if mail.automatic and contact is None:
        return MailOutcome.IGNORED
    if sender is None:
        raise UnknownSender("no clinic is reached at the addresses of this mail")
    if contact is None and not mail.from_address:
        raise BadMessage("From holds no address to answer to")
    stranger = contact is not None and not same_mailbox(mail.from_address, contact.email or "")
    # Without a Message-ID the same words may answer two questions.
    content = "\n".join([mail.content_key, *mail.references])
    identity = hashlib.sha256((mail.message_id or content).encode()).hexdigest()
    new = replies.add(
        session,
        replies.Incoming(
            clinic_id=sender.clinic_id,
            sender_id=sender.sender_id,
            provider=MAIL,
            # One mail to two clinics is one to each.
            provider_id=f"{sender.clinic_id}:{identity}",
            from_address=mail.from_address,
            body=_words(mail, addressed, first=contact is None),
            media_count=len(mail.attachments),
            contact_id=contact.id if contact else None,
            line=line_of(contact) if contact else None,
            mail=dump_mail(
                MailFacts(
                    message_id=mail.message_id,
                    subject=mail.subject,
                    references=tuple(reversed(mail.references)),
                    attachments=mail.attachments,
                    remarks=mail.remarks,
                    proven=addressed.contact_id is not None or bool(addressed.answered),
                    from_stranger=stranger,
                )
            ),
            automatic=mail.automatic,
        ),
    )
    if new and contact is not None:
        _arrived(session, contact, addressed.answered)
    return MailOutcome.NEW if new else MailOutcome.REPEATED


def _bounce_in_words(mail: InboundMail, addressed: _Addressed) -> DeliveryReport | None:
    """What a mail server wrote to a bounce address in its own words alone (qmail and its kin)."""
    if addressed.bounced is None or not _MAIL_SERVERS.match(mail.from_address):
        return None
    if _STILL_TRYING.search(f"{mail.subject} {mail.text}"):
        return DeliveryReport("delayed", "", "", original_message_id=None)
    status = enhanced_code(mail.text) or ""
    return DeliveryReport("failed", status, "", original_message_id=None)


def _words(mail: InboundMail, addressed: _Addressed, *, first: bool) -> str:
    """All the words of a mail. Where it begins a thread its subject is the parent's own: it is read
    with the ``first`` mail of a family, and where the body is empty ("unsubscribe")."""
    subject = bare_subject(mail.subject)
    begins = subject == mail.subject.strip() and not mail.references and not addressed.answered
    with_subject = begins and (first or not mail.text.strip())
    return f"{subject}\n\n{mail.text}".strip() if with_subject else mail.text


def _read_addresses(services: Services, mail: InboundMail) -> _Addressed:
    domain, tokens = services.settings.inbound_email_domain, services.tokens
    found: dict[Purpose, int] = {}
    for purpose, token in _tokens(mail, domain):
        row_id = tokens.read(purpose, token)
        if row_id is not None:
            found.setdefault(purpose, row_id)
    known = (tokens.text_of(message_id) for message_id in mail.references)
    answered = tuple(dict.fromkeys(text_id for text_id in known if text_id is not None))
    return _Addressed(found.get(Purpose.REPLY), found.get(Purpose.BOUNCE), answered)


def _tokens(mail: InboundMail, domain: str) -> list[tuple[Purpose, str]]:
    found = []
    for address in mail.recipients[:_MOST_ADDRESSES_TRIED]:
        local, _, at = address.rpartition("@")
        name, plus, token = local.partition("+")
        if at == domain and plus and name in (Purpose.REPLY, Purpose.BOUNCE):
            found.append((Purpose(name), token))
    return found


def _contact_of(
    session: Session, mail: InboundMail, addressed: _Addressed, senders: Sequence[SenderRef]
) -> Contact | None:
    if addressed.contact_id is not None:
        # A token outlives its family; what comes to it then is a mail like any other.
        contact = session.get(Contact, addressed.contact_id)
        if contact is not None:
            return contact
    texts_answered = [addressed.bounced] if addressed.bounced is not None else addressed.answered
    for text_id in texts_answered:
        text = session.get(TextRow, text_id)
        if text is not None and _fits(text, senders):
            return session.get(Contact, text.contact_id)
    return None


def _fits(text: TextRow, senders: Sequence[SenderRef]) -> bool:
    """A mail to one clinic never lands at another, whatever it says it answers."""
    return not senders or any(sender.clinic_id == text.clinic_id for sender in senders)


def _sender(
    session: Session, contact: Contact | None, senders: Sequence[SenderRef]
) -> SenderRef | None:
    if contact is not None:
        return clinics.sender_of(session, contact.clinic_id, "email")
    return senders[0] if senders else clinics.only_email_sender(session)


def _arrived(session: Session, contact: Contact, text_ids: Sequence[int]) -> None:
    """Whoever answers a mail has it, whatever became of our server's answer."""
    for text_id in text_ids:
        for text in mail_threads.travelled_with(session, text_id):
            if text.contact_id == contact.id and text.state in _NOT_KNOWN_TO_ARRIVE:
                texts.move_on(text, TextState.DELIVERED, datetime.now(UTC))
                row = session.get_one(ConversationRow, text.conversation_id)
                desk.close_kinds(session, row, (AlertKind.UNSETTLED,), staff_id=None)


_NOT_KNOWN_TO_ARRIVE = (TextState.SENDING.value, TextState.UNKNOWN.value, TextState.SENT.value)
