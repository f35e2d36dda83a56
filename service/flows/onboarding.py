"""Setting up: a clinic with its number, and accounts for its staff."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.channels.numbers import NotANumber, to_e164, usual_segments_per_second
from service.domain.conversation import Clinic
from service.domain.vocabulary import Channel, Side
from service.flows.clinics import UnknownClinic, clinic_called
from service.flows.services import Services
from service.flows.staff import StaffError, add_staff, make_password
from service.store import clinics

LONGEST_NAME = 36
LONGEST_LINK = 60
"""What every text is checked with, so that none grows past two segments."""


class BadClinic(ValueError):
    """Something about the set-up is wrong; one line that says what."""


def open_clinic(
    services: Services,
    *,
    name: str,
    number: str,
    phone: str,
    time_zone: str,
    booking_link: str,
    offers: Sequence[str],
    messaging_service_sid: str | None,
    segments_per_second: float | None = None,
) -> int:
    """Add a clinic; its id. Raises ``BadClinic``.

    ``segments_per_second`` is what the carrier lets this number send; left out, what numbers of
    its kind may send at least.
    """
    try:
        address = to_e164(number)
    except NotANumber as error:
        raise BadClinic(f"--number: {error}") from None
    sides = {side.strip().upper() for side in offers if side.strip()}
    if not sides or not sides <= {side.value for side in Side}:
        raise BadClinic("--offers: must be OT, PT or OT,PT")
    if not name.strip() or len(name) > LONGEST_NAME:
        raise BadClinic(f"--name: must have 1 to {LONGEST_NAME} characters")
    if booking_link and not booking_link.startswith("https://"):
        raise BadClinic("--booking-link: must begin with https://")
    if len(booking_link) > LONGEST_LINK:
        raise BadClinic(f"--booking-link: must have at most {LONGEST_LINK} characters")
    if segments_per_second is not None and not 0.01 <= segments_per_second <= 10_000:
        raise BadClinic("--segments-per-second: must be between 0.01 and 10000")
    with services.database.transaction() as session:
        if clinics.by_name(session, name) is not None:
            raise BadClinic(f"--name: there is a clinic '{name}' already")
        if clinics.find_sender(session, "sms", address) is not None:
            raise BadClinic(f"--number: {address} belongs to a clinic already")
        facts = Clinic(
            name=name,
            phone=phone,
            booking_link=booking_link,
            time_zone=time_zone,
            offers=frozenset(Side(side) for side in sides),
        )
        pace = segments_per_second or usual_segments_per_second(address)
        clinic_id = clinics.add(session, facts, address, messaging_service_sid, pace).id
        if services.settings.has_email:
            _open_address(services, session, clinic_id, _short(name), or_another=True)
        return clinic_id


def open_email(services: Services, clinic_name: str | None, local: str | None) -> str:
    """Let a clinic write and be written to by email; its address. Raises ``BadClinic``.

    ``local`` is what stands before the "@"; left out, it is made of the clinic's name.
    """
    if not services.settings.has_email:
        raise BadClinic("SMTP_URL, INBOUND_EMAIL_DOMAIN and INBOUND_EMAIL_SECRET must be set first")
    try:
        clinic_id = clinic_called(services, clinic_name)
    except UnknownClinic as error:
        raise BadClinic(str(error)) from None
    if local is not None and (not _LOCAL.fullmatch(local) or local in _RESERVED):
        raise BadClinic("--address: must be a word such as sunny-days")
    with services.database.transaction() as session:
        there = clinics.sender_of(session, clinic_id, Channel.EMAIL.value)
        if there is not None:
            return there.address
        name = clinics.facts(session, clinic_id).name
        return _open_address(
            services, session, clinic_id, local or _short(name), or_another=local is None
        )


MAILS_PER_SECOND = 5.0
"""What any relay takes from one sender."""
_LOCAL = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,38}[a-z0-9])?")
_RESERVED = frozenset(
    "reply bounce unsubscribe postmaster abuse mailer-daemon noreply no-reply hostmaster "
    "webmaster root admin administrator security info".split()
)
"""Addresses that mean something else already."""


def _short(name: str) -> str:
    """A clinic's name as the left part of an address: "Sunny Days PT" is sunny-days-pt."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-")
    return words if words and words not in _RESERVED else "clinic"


def _open_address(
    services: Services, session: Session, clinic_id: int, local: str, *, or_another: bool
) -> str:
    domain = services.settings.inbound_email_domain
    for number in range(1, 100):
        address = f"{local}{number if number > 1 else ''}@{domain}"
        if clinics.add_email_sender(session, clinic_id, address, MAILS_PER_SECOND):
            return address
        if not or_another:
            break
    raise BadClinic(f"--address: {local}@{domain} belongs to a clinic already")


def open_account(services: Services, clinic_name: str, email: str, password: str | None) -> str:
    """Add a staff member; the password, made here where none is given. Raises ``BadClinic``."""
    try:
        clinic_id = clinic_called(services, clinic_name)
    except UnknownClinic as error:
        raise BadClinic(str(error)) from None
    chosen = password or make_password()
    try:
        add_staff(services, clinic_id, email, chosen)
    except StaffError as error:
        raise BadClinic(str(error)) from None
    return chosen
