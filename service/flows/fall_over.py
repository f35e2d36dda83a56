"""Going on by the other channel where one fails: a landline, a mailbox that does not exist.

The conversation moves as a whole, so a family is never written to on both at once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.conversation import ConsentEvent, Lane, Text
from service.domain.vocabulary import Channel, Language
from service.flows.paths import move, other_than, way_to, words_for
from service.flows.services import Services
from service.store import clinics, contacts, texts
from service.store.models import Contact, ConversationRow, TextRow

_MOVED = {Channel.EMAIL: "moved_to_email", Channel.SMS: "moved_to_sms"}
"""What a family is told first on the channel they did not write by."""


def fall_over(
    services: Services,
    session: Session,
    row: ConversationRow,
    contact: Contact,
    text: TextRow,
    now: datetime,
) -> bool:
    """Go on by the other channel with a text that gets nowhere, and with all that waits; False
    where there is no other. The caller holds the contact's lock, and has noted the refusal.

    Nothing is repeated that did arrive: only this text is, once.
    """
    if contacts.consent_of(session, [contact.id]).get(contact.id) is ConsentEvent.REVOKED:
        return False
    failed = Channel(text.channel)
    channel = other_than(failed)
    sender = way_to(session, contact, channel)
    if sender is None:
        return False
    clinic = clinics.facts(session, row.clinic_id)
    first = row.channel == failed.value
    if first:
        move(services, session, row, channel, sender)
    if texts.has_copy(session, text):
        return True  # a report that came twice
    body = words_for(services, clinic, text, channel)
    if first:
        # In the same message: alone it would be one more.
        language, messages = Language(text.language), services.packs.messages
        body = f"{Text(_MOVED[channel]).render(messages, language, clinic, channel)}\n\n{body}"
    copy = texts.NewText(
        kind=text.kind,
        body=body,
        lane=Lane(text.lane),
        language=text.language,
        send_after=now,
        # As old as the one it stands for: in the night it waits, after a day a person takes over.
        due_at=text.due_at,
        dedupe_key=f"other:{text.id}",
        copy_of=text.copy_of or text.id,
        copies=text.copies,
    )
    texts.queue(session, row, [copy], text.reply_id)
    return True
