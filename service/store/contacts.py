"""Contacts, found by the keyed hash of their number or address, and their consent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from service.domain.conversation import ConsentEvent
from service.store.database import fingerprint, vault_of
from service.store.models import Consent, Contact

NUMBER = "number"
EMAIL = "email"


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
    kind, column = (EMAIL, Contact.email_hash) if "@" in address else (NUMBER, Contact.number_hash)
    return session.scalars(
        select(Contact).where(
            Contact.clinic_id == clinic_id, column == fingerprint(session, kind, address)
        )
    ).first()


def find_many(session: Session, clinic_id: int, numbers: Sequence[str]) -> dict[str, Contact]:
    """The clinic's contacts at these numbers, by number, in one query."""
    vault = vault_of(session)
    by_hash = {vault.fingerprint(NUMBER, number): number for number in numbers}
    rows = session.scalars(
        select(Contact).where(
            Contact.clinic_id == clinic_id, Contact.number_hash.in_(list(by_hash))
        )
    )
    return {by_hash[row.number_hash]: row for row in rows if row.number_hash}


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


def fingerprint_of(session: Session, number: str) -> bytes:
    """The hash a number is found by."""
    return fingerprint(session, NUMBER, number)


def add_numbers(
    session: Session,
    clinic_id: int,
    people: Sequence[tuple[str, str | None, str, str | None]],
) -> None:
    """Store new contacts given as (number, name, language, time zone), in one statement.

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
                    "number": number,
                    "number_hash": fingerprint(session, NUMBER, number),
                    "name": name,
                    "language": language,
                    "time_zone": time_zone,
                }
                for number, name, language, time_zone in people
            ]
        )
        .on_conflict_do_nothing()
    )


def consent_of(session: Session, contact_ids: Sequence[int]) -> dict[int, ConsentEvent]:
    """The last line of the ledger for each of these contacts that has one."""
    rows = session.execute(
        select(Consent.contact_id, Consent.event)
        .where(Consent.contact_id.in_(contact_ids))
        .ext(distinct_on(Consent.contact_id))
        .order_by(Consent.contact_id, Consent.id.desc())
    )
    return {contact_id: ConsentEvent(event) for contact_id, event in rows}


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
) -> None:
    """Append a line to the ledger."""
    session.add(
        Consent(
            clinic_id=contact.clinic_id,
            contact_id=contact.id,
            event=event.value,
            method=method,
            source=source,
            disclosure=disclosure,
            occurred_at=occurred_at,
            reply_id=reply_id,
            staff_id=staff_id,
        )
    )


def last_consent(session: Session, contact_id: int) -> Consent | None:
    """The last line of the ledger for a contact."""
    return session.scalars(
        select(Consent).where(Consent.contact_id == contact_id).order_by(Consent.id.desc()).limit(1)
    ).first()


def is_revoked(session: Session, contact_id: int) -> bool:
    """Whether the last line of the ledger is a stop."""
    return consent_of(session, [contact_id]).get(contact_id) is ConsentEvent.REVOKED
