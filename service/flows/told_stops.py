"""A stop told to a person, for any number or email address, known here or not.

One that nobody here knows gets a contact, so that a list uploaded later finds the stop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from service.channels.emails import NotAnEmail, to_email
from service.channels.numbers import NotANumber, to_e164
from service.domain.vocabulary import Language
from service.flows.inbox import readable_address
from service.flows.services import Services
from service.flows.stops import stop_texting
from service.store import clinics, contacts, thread


class BadAddress(ValueError):
    """It can be no parent's number or email address; says why."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was done about a stop."""

    address: str
    """The number or email address as people read it."""
    is_email: bool
    already: bool
    """It was stopped before; nothing was changed."""
    conversation_id: int | None
    """The newest conversation there, if there ever was one."""


def record_told_stop(
    services: Services, clinic_id: int, written: str, how: str, staff_id: int | None = None
) -> Recorded:
    """Nothing is sent to this number or address of this clinic from now on (design P7).

    ``how`` says how it was told, e.g. "On the phone". Whatever waits is cancelled. Doing it twice
    changes nothing. Raises ``BadAddress``, and then nothing was stored.
    """
    with services.database.transaction() as session:
        address = _address(session, clinic_id, written)
        contact = contacts.lock_or_add(session, clinic_id, address, Language.EN.value)
        already = contacts.is_revoked(session, contact.id)
        if not already:
            now = datetime.now(UTC)
            stop_texting(session, contact, "staff", now, source=how, staff_id=staff_id)
        conversations = thread.of_contact(session, clinic_id, contact.id)
        return Recorded(
            address=readable_address(contact),
            is_email="@" in address,
            already=already,
            conversation_id=conversations[0].id if conversations else None,
        )


def _address(session: Session, clinic_id: int, written: str) -> str:
    if "@" in written:
        try:
            return to_email(written)
        except NotAnEmail as why:
            raise BadAddress(str(why)) from None
    try:
        number = to_e164(written)
    except NotANumber as why:
        # A parent who wrote to us from another country is known as the carrier named them.
        bare = re.sub(r"[^+\d]", "", written)
        if contacts.find(session, clinic_id, bare) is None:
            raise BadAddress(str(why)) from None
        return bare
    if clinics.senders_among(session, [number]):
        raise BadAddress("a clinic's own number")
    return number
