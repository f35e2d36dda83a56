"""Setting up: a clinic with its number, and accounts for its staff."""

from __future__ import annotations

from collections.abc import Sequence

from service.channels.numbers import NotANumber, to_e164, usual_segments_per_second
from service.domain.conversation import Clinic
from service.domain.vocabulary import Side
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
        return clinics.add(session, facts, address, messaging_service_sid, pace).id


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
