"""By which channel a family is reached: the one they wrote by last, and the other where it fails.

A conversation has one channel at a time, so nobody gets the same words twice.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.conversation import Clinic, Text
from service.domain.vocabulary import Channel, Language
from service.domain.wording import WordingError
from service.flows.services import Services
from service.store import clinics, contacts, texts
from service.store.clinics import SenderRef
from service.store.models import Contact, ConversationRow, TextRow


def other_than(channel: Channel) -> Channel:
    """The other one."""
    return Channel.EMAIL if channel is Channel.SMS else Channel.SMS


def can_reach(contact: Contact, channel: Channel, consents: contacts.Consents) -> bool:
    """Whether a contact has an address on this channel that gets something and may be used."""
    address, refused_at = (
        (contact.number, contact.number_refused_at)
        if channel is Channel.SMS
        else (contact.email, contact.email_refused_at)
    )
    return (
        bool(address) and refused_at is None and (contact.id, channel.value) not in consents.stopped
    )


def way_to(session: Session, contact: Contact, channel: Channel) -> SenderRef | None:
    """From where this contact can be written to by this channel; None where they cannot: no
    address, one that gets nothing, a stop of theirs, or a clinic without that channel."""
    if not can_reach(contact, channel, contacts.consents_of(session, [contact.id])):
        return None
    return clinics.sender_of(session, contact.clinic_id, channel.value)


def move(
    services: Services, session: Session, row: ConversationRow, channel: Channel, sender: SenderRef
) -> None:
    """The conversation goes on by this channel, and what waits goes with it, in its words."""
    row.channel, row.sender_id = channel.value, sender.sender_id
    for text in texts.queued_in(session, row):
        redirect(services, session, text, channel, sender)


def redirect(
    services: Services, session: Session, text: TextRow, channel: Channel, sender: SenderRef
) -> None:
    """A text that waits goes out by this channel."""
    if text.channel == channel.value:
        return
    text.body = words_for(services, clinics.facts(session, text.clinic_id), text, channel)
    texts.send_by(text, channel, sender.sender_id)


def words_for(services: Services, clinic: Clinic, text: TextRow, channel: Channel) -> str:
    """A text's words as this channel says them, where that can still be told: what was filled in
    besides the clinic's own name, phone and link is not kept."""
    messages = services.packs.messages
    if not messages.has_variant(text.kind, Channel.EMAIL):
        return text.body
    language = Language(text.language)
    try:
        was, now = (
            Text(text.kind).render(messages, language, clinic, each)
            for each in (Channel(text.channel), channel)
        )
    except WordingError:
        return text.body
    # A list to choose from stands below its header, and stays as it is.
    return now + text.body.removeprefix(was) if text.body.startswith(was) else text.body


def heard_from(
    services: Services, session: Session, contact: Contact, row: ConversationRow, channel: Channel
) -> None:
    """The parent wrote by this channel: it works, and the conversation goes on there; by the other
    one where they stopped this one alone. The caller holds the contact's lock."""
    if channel is Channel.SMS:
        contact.number_refused_at = None
    else:
        contact.email_refused_at, contact.soft_bounces = None, 0
    for wanted in (channel, other_than(channel)):
        if sender := way_to(session, contact, wanted):
            if row.channel != wanted.value:
                move(services, session, row, wanted, sender)
            return
