"""Staff accounts: adding them, checking a password, and who may still come in.

Passwords are kept as argon2id hashes. An unknown address costs as much time as a wrong password,
so that nobody learns from the clock who works at a clinic.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from service.channels.emails import NotAnEmail, to_email
from service.flows.services import Services
from service.store import staff

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
"""Longer ones are refused: hashing is made to be slow, and nobody types them."""

_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that cannot be mistaken for one another on paper."""


class StaffError(ValueError):
    """The account cannot be made as asked; one line that says why."""


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works the inbox of one clinic."""

    id: int
    clinic_id: int
    clinic_name: str
    time_zone: str
    """The clinic's; times are shown in it."""
    email: str
    stamp: str
    """Changes with the password: a session that carries an older one is over."""


def add_staff(services: Services, clinic_id: int, email: str, password: str) -> int:
    """Make an account and give its id. Raises ``StaffError``."""
    try:
        address = to_email(email)
    except NotAnEmail:
        raise StaffError("that is not an email address") from None
    hashed = _hash(password)
    with services.database.transaction() as session:
        staff_id = staff.add(session, clinic_id, address, hashed)
    if staff_id is None:
        raise StaffError("there is an account with this email address already")
    return staff_id


def authenticate(services: Services, email: str, password: str) -> StaffMember | None:
    """The member of staff with this address and password, or None for any reason at all.

    A hash made with older parameters is renewed on the way.
    """
    hasher, nobodys = _hasher(), _nobodys_hash()
    with services.database.transaction() as session:
        account = staff.by_email(session, _tidy(email))
    kept = account.row.password_hash if account else nobodys
    if not _matches(hasher, kept, password[: LONGEST_PASSWORD + 1]) or account is None:
        return None
    if not account.row.active:
        return None
    if hasher.check_needs_rehash(kept):
        with services.database.transaction() as session:
            renewed = staff.by_id(session, account.row.id)
            if renewed is None:
                return None
            renewed.row.password_hash = hasher.hash(password)
            account = renewed
    return _member(account)


def staff_by_id(services: Services, staff_id: int) -> StaffMember | None:
    """The active member of staff with this id."""
    with services.database.transaction() as session:
        account = staff.by_id(session, staff_id)
    return _member(account) if account and account.row.active else None


def set_password(services: Services, email: str, password: str) -> bool:
    """Give an account a new password, which ends its sessions; False where there is none.

    Raises ``StaffError`` for a password that is too short or too long.
    """
    hashed = _hash(password)
    with services.database.transaction() as session:
        account = staff.by_email(session, _tidy(email))
        if account is None:
            return False
        account.row.password_hash = hashed
        account.row.active = True
    return True


def deactivate(services: Services, email: str) -> bool:
    """Close an account, at once and in every browser; False where there is none."""
    with services.database.transaction() as session:
        account = staff.by_email(session, _tidy(email))
        if account is None:
            return False
        account.row.active = False
    return True


def make_password() -> str:
    """A password that is easy to read out and has about 79 random bits: four groups of four."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _member(account: staff.Account) -> StaffMember:
    row = account.row
    return StaffMember(
        id=row.id,
        clinic_id=row.clinic_id,
        clinic_name=account.clinic_name,
        time_zone=account.clinic_zone,
        email=row.email,
        stamp=hashlib.sha256(row.password_hash.encode()).hexdigest()[:16],
    )


def _tidy(email: str) -> str:
    return email.strip().lower()


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise StaffError(f"a password needs at least {SHORTEST_PASSWORD} characters")
    if len(password) > LONGEST_PASSWORD:
        raise StaffError(f"a password has at most {LONGEST_PASSWORD} characters")
    return _hasher().hash(password)


def _matches(hasher: PasswordHasher, hashed: str, password: str) -> bool:
    try:
        return hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    """What an unknown address is checked against, so that it takes as long as a known one."""
    return _hasher().hash(secrets.token_urlsafe(16))
