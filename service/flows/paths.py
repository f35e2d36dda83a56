"""By which channel a family is reached: the one they wrote by last, and the other where it fails.

A conversation has one channel at a time, so nobody gets the same words twice.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from service.domain.vocabulary import Channel
from service.store import clinics, contacts, texts
from service.store.clinics import SenderRef
from service.store.models import Contact, ConversationRow


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


def move(session: Session, row: ConversationRow, channel: Channel, sender: SenderRef) -> None:
    """The conversation goes on by this channel, and what waits goes with it."""
    row.channel, row.sender_id = channel.value, sender.sender_id
    texts.move_waiting(session, row, channel)


def heard_from(session: Session, contact: Contact, row: ConversationRow, channel: Channel) -> None:
    """The parent wrote by this channel: it works, and the conversation goes on there. The caller
    holds the contact's lock."""
    if channel is Channel.SMS:
        contact.number_refused_at = None
    else:
        contact.email_refused_at, contact.soft_bounces = None, 0
    if row.channel == channel.value:
        return
    sender = way_to(session, contact, channel)
    if sender is not None:
        move(session, row, channel, sender)
