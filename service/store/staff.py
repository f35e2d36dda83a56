"""Staff accounts, found by the keyed hash of their email address."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.store.database import fingerprint
from service.store.models import Clinic, Staff

_STAFF_EMAIL = "staff_email"


@dataclass(frozen=True, slots=True)
class Account:
    """A staff account together with what their clinic is called and where it is."""

    row: Staff
    clinic_name: str
    clinic_zone: str


def add(session: Session, clinic_id: int, email: str, password_hash: str) -> int | None:
    """Store an account and give its id; None where the address has one already."""
    return session.scalar(
        insert(Staff)
        .values(
            clinic_id=clinic_id,
            email=email,
            email_hash=fingerprint(session, _STAFF_EMAIL, email),
            password_hash=password_hash,
            active=True,
        )
        .on_conflict_do_nothing(index_elements=["email_hash"])
        .returning(Staff.id)
    )


def by_email(session: Session, email: str) -> Account | None:
    """The account at this address, whether active or not."""
    row = session.execute(
        select(Staff, Clinic.name, Clinic.time_zone)
        .join(Clinic, Clinic.id == Staff.clinic_id)
        .where(Staff.email_hash == fingerprint(session, _STAFF_EMAIL, email))
    ).first()
    return Account(*row) if row else None


def by_id(session: Session, staff_id: int) -> Account | None:
    """The account with this id, whether active or not."""
    row = session.execute(
        select(Staff, Clinic.name, Clinic.time_zone)
        .join(Clinic, Clinic.id == Staff.clinic_id)
        .where(Staff.id == staff_id)
    ).first()
    return Account(*row) if row else None
