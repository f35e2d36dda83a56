"""A mail as it is claimed: all it is made of, as plain values that outlive the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.channels.mail_out import Outgoing, in_reply_to_subject
from service.channels.mail_tokens import Purpose
from service.domain.conversation import Lane
from service.domain.vocabulary import Channel, Language
from service.domain.wording import EMAIL_ONLY
from service.flows.services import Services
from service.store import clinics, mail_threads
from service.store.claims import Waiting

_FRAME = tuple(key for key in EMAIL_ONLY if key.startswith("mail_"))
"""What stands around the words of every mail."""
_BOOKS = frozenset({"next_step", "booking_1", "booking_2", "booking_3", "faq_how_to_start"})
"""The texts that ask to book: their mail has a button for it."""
_AFTER_STOP = frozenset({"stop_confirmed", "wrong_number", "declined"})
"""After these there is nothing left to stop."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail, and the texts that travel in it (the first one gives it its Message-ID)."""

    text_ids: tuple[int, ...]
    envelope_from: str
    outgoing: Outgoing


def draft(services: Services, session: Session, parts: Sequence[Waiting]) -> Draft:
    """The mail of some texts of one turn, in the order in which they were written."""
    parts = sorted(parts, key=lambda part: part.text.id)
    lead = parts[0]
    domain = services.settings.inbound_email_domain
    clinic = clinics.facts(session, lead.text.clinic_id)
    language = Language(lead.text.language)
    before = mail_threads.mails_before(session, lead.text)
    last = before.last_heard
    ours = services.tokens.message_id(before.last_told, domain) if before.last_told else None
    values = {"clinic": clinic.name, "phone": clinic.phone, "link": clinic.booking_link}
    words = {
        key: services.packs.messages.render(language, key, values, Channel.EMAIL) for key in _FRAME
    }
    subject = words["mail_subject"]
    if last is not None and last.subject:
        subject = in_reply_to_subject(last.subject)
    elif ours is not None:
        subject = in_reply_to_subject(subject)
    answers = (last.message_id if last else None) or ours
    reply_token = services.tokens.make(Purpose.REPLY, lead.contact.id)
    unsubscribe = services.tokens.make(Purpose.UNSUBSCRIBE, lead.contact.id)
    kinds = {part.text.kind for part in parts}
    if any(part.text.lane == int(Lane.SAFETY) for part in parts):
        # It keeps health words off a locked screen; "call 911" must be seen there.
        words["mail_preheader"] = ""
    return Draft(
        text_ids=tuple(part.text.id for part in parts),
        envelope_from=f"bounce+{services.tokens.make(Purpose.BOUNCE, lead.text.id)}@{domain}",
        outgoing=Outgoing(
            message_id=services.tokens.message_id(lead.text.id, domain),
            sender_name=clinic.name,
            sender=lead.from_address,
            to=lead.contact.email or "",
            reply_to=f"reply+{reply_token}@{domain}",
            subject=subject,
            in_reply_to=answers,
            references=_references(last.references if last else (), answers),
            language=language.value,
            paragraphs=tuple(part.text.body for part in parts),
            clinic_phone=clinic.phone,
            booking_link=clinic.booking_link if kinds & _BOOKS else "",
            words=words,
            shows_stop=not kinds & _AFTER_STOP,
            unsubscribe_url=f"{services.settings.public_base_url}/unsubscribe/{unsubscribe}",
        ),
    )


MOST_REFERENCES = 20
"""The first mail of the thread and the newest ones: programs need no more to keep it together."""


def _references(known: tuple[str, ...], answers: str | None) -> tuple[str, ...]:
    chain = tuple(dict.fromkeys([*known, *([answers] if answers else [])]))
    if len(chain) <= MOST_REFERENCES:
        return chain
    return (chain[0], *chain[1 - MOST_REFERENCES :])
