"""Contacts, found by the keyed hash of their number or address, and their consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from service.domain.conversation import ConsentEvent
from service.domain.vocabulary import Channel
from service.store.database import fingerprint, vault_of
from service.store.models import Consent, Contact, Reply

NUMBER = "number"
EMAIL = "email"


def line_of(contact: Contact) -> bytes:
    """Whose line a contact's replies stand in (``Reply.from_hash``): one for both addresses."""
    return contact.number_hash or contact.email_hash or b""


def lines_of(contact: Contact) -> tuple[bytes, ...]:
    """That one, and that of their address alone: replies stood there before they had a number."""
    return tuple(line for line in (contact.number_hash, contact.email_hash) if line)


def kind_of(address: str) -> str:
    """What is hashed: a number or an email address."""
    return EMAIL if "@" in address else NUMBER


def lock_or_add(session: Session, clinic_id: int, address: str, language: str) -> Contact:
    """The clinic's contact at this number (E.164) or email address (lower case), made if new, and
    locked until the end of the transaction: one conversation is advanced by one worker at a time.
    """
    kind, column, hash_column = (
        (EMAIL, Contact.email, Contact.email_hash)
        if "@" in address
        else (NUMBER, Contact.number, Contact.number_hash)
    )
    found_by = fingerprint(session, kind, address)
    session.execute(
        insert(Contact)
        .values(
            {
                Contact.clinic_id: clinic_id,
                column: address,
                hash_column: found_by,
                Contact.language: language,
            }
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(Contact)
        .where(Contact.clinic_id == clinic_id, hash_column == found_by)
        .with_for_update(key_share=True)
    ).one()


def give_email(session: Session, contact: Contact, email: str) -> bool:
    """Write down a contact's email address (lower case); False where it is another contact's, or
    the contact has no other address than the one it has, and then nothing is changed. The caller
    holds the contact's lock."""
    holder = find(session, contact.clinic_id, email)
    if holder is not None:
        return holder.id == contact.id
    if contact.number is None:
        return False
    contact.email, contact.email_hash = email, fingerprint(session, EMAIL, email)
    contact.email_refused_at, contact.soft_bounces = None, 0
    return True


def give_number(session: Session, contact: Contact, number: str) -> None:
    """Write down the number of a contact that had an email address alone; what they wrote and
    nobody has read yet changes its line with it. The caller holds the contact's lock."""
    contact.number, contact.number_hash = number, fingerprint(session, NUMBER, number)
    session.execute(
        update(Reply)
        .where(Reply.contact_id == contact.id, Reply.processed_at.is_(None))
        .values(from_hash=contact.number_hash)
    )


def lock(session: Session, clinic_id: int, contact_id: int) -> Contact:
    """Lock a contact of this clinic for the rest of the transaction."""
    return session.scalars(
        select(Contact)
        .where(Contact.clinic_id == clinic_id, Contact.id == contact_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def find(session: Session, clinic_id: int, address: str) -> Contact | None:
    """The clinic's contact at a number (E.164) or an email address."""
    kind = kind_of(address)
    column = Contact.email_hash if kind == EMAIL else Contact.number_hash
    return session.scalars(
        select(Contact).where(
            Contact.clinic_id == clinic_id, column == fingerprint(session, kind, address)
        )
    ).first()


def find_many(session: Session, clinic_id: int, addresses: Sequence[str]) -> dict[str, Contact]:
    """The clinic's contacts at these numbers and email addresses, by address, in one query."""
    by_hash = {fingerprint_of(session, address): address for address in addresses}
    hashes = list(by_hash)
    rows = session.scalars(
        select(Contact).where(
            Contact.clinic_id == clinic_id,
            or_(Contact.number_hash.in_(hashes), Contact.email_hash.in_(hashes)),
        )
    )
    return {
        by_hash[found]: row
        for row in rows
        for found in (row.number_hash, row.email_hash)
        if found in by_hash
    }


def stopped_emails(session: Session, clinic_id: int, addresses: Sequence[str]) -> set[str]:
    """Which of these email addresses (lower case) said stop."""
    if not addresses:
        return set()
    vault = vault_of(session)
    by_hash = {vault.fingerprint(EMAIL, address): address for address in addresses}
    rows = session.execute(
        select(Contact.id, Contact.email_hash).where(
            Contact.clinic_id == clinic_id, Contact.email_hash.in_(list(by_hash))
        )
    )
    address_of = {contact_id: by_hash[found] for contact_id, found in rows if found}
    consent = consent_of(session, list(address_of))
    return {
        address
        for contact_id, address in address_of.items()
        if consent.get(contact_id) is ConsentEvent.REVOKED
    }


def fingerprint_of(session: Session, address: str) -> bytes:
    """The hash a number or an email address is found by."""
    return fingerprint(session, kind_of(address), address)


class NewContact(NamedTuple):
    """A family to be added, at a number, an email address, or both."""

    number: str | None
    email: str | None
    name: str | None
    language: str
    time_zone: str | None


def add_many(session: Session, clinic_id: int, people: Sequence[NewContact]) -> None:
    """Store new contacts, in one statement.

    A contact that somebody else is adding in this very moment is left to them.
    """
    if not people:
        return
    session.execute(
        insert(Contact)
        .values(
            [
                {
                    "clinic_id": clinic_id,
                    "number": new.number,
                    "number_hash": fingerprint(session, NUMBER, new.number) if new.number else None,
                    "email": new.email,
                    "email_hash": fingerprint(session, EMAIL, new.email) if new.email else None,
                    "name": new.name,
                    "language": new.language,
                    "time_zone": new.time_zone,
                }
                for new in people
            ]
        )
        .on_conflict_do_nothing()
    )


class Consents(NamedTuple):
    """What the ledger says last about some contacts."""

    of_all: dict[int, ConsentEvent]
    """About all messages, for each contact that has such a line."""
    stopped: frozenset[tuple[int, str]]
    """Contacts and channels by which they want nothing, whatever else they want."""


def consents_of(session: Session, contact_ids: Sequence[int]) -> Consents:
    """The last lines of the ledger for these contacts, in one query."""
    rows = session.execute(
        select(Consent.contact_id, Consent.channel, Consent.event)
        .where(Consent.contact_id.in_(contact_ids))
        .ext(distinct_on(Consent.contact_id, Consent.channel))
        .order_by(Consent.contact_id, Consent.channel, Consent.id.desc())
    ).all()
    return Consents(
        {contact: ConsentEvent(event) for contact, channel, event in rows if channel is None},
        frozenset(
            (contact, channel)
            for contact, channel, event in rows
            if channel is not None and event == ConsentEvent.REVOKED
        ),
    )


def consent_of(session: Session, contact_ids: Sequence[int]) -> dict[int, ConsentEvent]:
    """The last line of the ledger about all messages, for each contact that has one."""
    return consents_of(session, contact_ids).of_all


def wants_none_by(session: Session, contact_id: int, channel: Channel) -> bool:
    """Whether this contact said stop to one channel, whatever else they want."""
    return (contact_id, channel.value) in consents_of(session, [contact_id]).stopped


def record_consent(
    session: Session,
    contact: Contact,
    event: ConsentEvent,
    method: str,
    occurred_at: datetime,
    *,
    source: str | None = None,
    disclosure: str | None = None,
    reply_id: int | None = None,
    staff_id: int | None = None,
    channel: Channel | None = None,
) -> None:
    """Append a line to the ledger, about all messages or those of one ``channel``."""
    session.add(
        Consent(
            clinic_id=contact.clinic_id,
            contact_id=contact.id,
            event=event.value,
            channel=channel.value if channel else None,
            method=method,
            source=source,
            disclosure=disclosure,
            occurred_at=occurred_at,
            reply_id=reply_id,
            staff_id=staff_id,
        )
    )


def last_consent(session: Session, contact_id: int) -> Consent | None:
    """The last line of the ledger about all messages to a contact."""
    return session.scalars(
        select(Consent)
        .where(Consent.contact_id == contact_id, Consent.channel.is_(None))
        .order_by(Consent.id.desc())
        .limit(1)
    ).first()


def is_revoked(session: Session, contact_id: int) -> bool:
    """Whether the last line of the ledger about all messages is a stop."""
    return consent_of(session, [contact_id]).get(contact_id) is ConsentEvent.REVOKED
