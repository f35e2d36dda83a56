"""Clinics and the numbers they send from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.conversation import Clinic as ClinicFacts
from service.domain.vocabulary import Side
from service.store.models import Clinic, Sender


@dataclass(frozen=True, slots=True)
class SenderRef:
    """A sender and the clinic it belongs to."""

    sender_id: int
    clinic_id: int
    address: str


def find_sender(
    session: Session, channel: str, address: str, messaging_service_sid: str = ""
) -> SenderRef | None:
    """The sender reached at a number, else the one of a messaging service.

    The number decides: a service may serve several clinics, and then tells nothing by itself.
    """
    query = select(Sender.id, Sender.clinic_id, Sender.address).where(Sender.channel == channel)
    row = session.execute(query.where(Sender.address == address)).first()
    if row is None and messaging_service_sid:
        of_service = session.execute(
            query.where(Sender.messaging_service_sid == messaging_service_sid).order_by(Sender.id)
        ).all()
        if len({sender.clinic_id for sender in of_service}) == 1:
            row = of_service[0]
    return SenderRef(*row) if row else None


def email_senders(session: Session, addresses: Sequence[str]) -> list[SenderRef]:
    """The senders reached at any of these email addresses, in the order of the addresses."""
    rows = session.execute(
        select(Sender.id, Sender.clinic_id, Sender.address).where(
            Sender.channel == "email", Sender.address.in_(addresses)
        )
    )
    found = [SenderRef(*row) for row in rows]
    return sorted(found, key=lambda sender: addresses.index(sender.address))


def only_email_sender(session: Session) -> SenderRef | None:
    """Where there is one email sender in this installation, that one."""
    rows = session.execute(
        select(Sender.id, Sender.clinic_id, Sender.address)
        .where(Sender.channel == "email")
        .limit(2)
    ).all()
    return SenderRef(*rows[0]) if len(rows) == 1 else None


def senders_among(session: Session, numbers: Sequence[str]) -> set[str]:
    """Which of these numbers are senders of this installation: texting them would be a loop."""
    return set(session.scalars(select(Sender.address).where(Sender.address.in_(numbers))))


def sender_of(session: Session, clinic_id: int, channel: str) -> SenderRef | None:
    """The clinic's first sender on a channel."""
    row = session.execute(
        select(Sender.id, Sender.clinic_id, Sender.address)
        .where(Sender.clinic_id == clinic_id, Sender.channel == channel)
        .order_by(Sender.id)
    ).first()
    return SenderRef(*row) if row else None


def held_senders(session: Session, clinic_id: int) -> list[tuple[str, int | None, datetime | None]]:
    """The clinic's senders on hold, each with the error code that led to it, and since when.

    A hold lasts until a text is taken, however long ago its moment to try again has come.
    """
    rows = session.execute(
        select(Sender.address, Sender.held_code, Sender.held_since)
        .where(Sender.clinic_id == clinic_id, Sender.held_until.is_not(None))
        .order_by(Sender.id)
    )
    return [(address, code, since) for address, code, since in rows]


def facts(session: Session, clinic_id: int) -> ClinicFacts:
    """The clinic as answers depend on it. Raises ``NoResultFound`` for an unknown id."""
    clinic = session.get_one(Clinic, clinic_id)
    return ClinicFacts(
        name=clinic.name,
        phone=clinic.phone,
        booking_link=clinic.booking_link,
        time_zone=clinic.time_zone,
        offers=frozenset(Side(side) for side in clinic.offers),
    )


def by_name(session: Session, name: str) -> Clinic | None:
    """The clinic called ``name``."""
    return session.scalars(select(Clinic).where(Clinic.name == name)).first()


def all_of(session: Session) -> list[Clinic]:
    """Every clinic of this installation, oldest first."""
    return list(session.scalars(select(Clinic).order_by(Clinic.id)))


def add(
    session: Session,
    facts: ClinicFacts,
    number: str,
    service_sid: str | None,
    segments_per_second: float,
) -> Clinic:
    """A new clinic with its first SMS number (E.164) and that number's pace."""
    clinic = Clinic(
        name=facts.name,
        time_zone=facts.time_zone,
        phone=facts.phone,
        booking_link=facts.booking_link,
        offers=sorted(side.value for side in facts.offers),
    )
    session.add(clinic)
    session.flush()
    session.add(
        Sender(
            clinic_id=clinic.id,
            channel="sms",
            address=number,
            messaging_service_sid=service_sid,
            segments_per_second=segments_per_second,
        )
    )
    session.flush()
    return clinic


def set_email_sender(
    session: Session, clinic_id: int, address: str, mails_per_second: float
) -> None:
    """Let a clinic write from this address alone, whatever it wrote from before (local runs, where
    the domain may be another each time)."""
    there = session.scalars(
        select(Sender).where(Sender.clinic_id == clinic_id, Sender.channel == "email")
    ).first()
    if there is not None:
        there.address = address
    else:
        add_email_sender(session, clinic_id, address, mails_per_second)


def add_email_sender(
    session: Session, clinic_id: int, address: str, mails_per_second: float
) -> bool:
    """Let a clinic write from this address (lower case); False where it belongs to a clinic."""
    if senders_among(session, [address]):
        return False
    session.add(
        Sender(
            clinic_id=clinic_id,
            channel="email",
            address=address,
            segments_per_second=mails_per_second,
        )
    )
    session.flush()
    return True
