"""The demo clinic and its login, there from the first start of an embedded run."""

from __future__ import annotations

import contextlib

from service.domain.conversation import Clinic
from service.domain.vocabulary import Side
from service.flows.onboarding import MAILS_PER_SECOND
from service.flows.services import Services
from service.flows.staff import StaffError, add_staff
from service.local.home import DEMO_CLINIC, DEMO_LOGIN, DEMO_MAILBOX, DEMO_NUMBER
from service.store import clinics

DEMO_SEGMENTS_PER_SECOND = 100.0
"""The simulated carrier takes what a short code may send."""


def seed(services: Services, password: str) -> None:
    """Make the demo clinic, its number and its login where they are missing."""
    with services.database.transaction() as session:
        clinic = clinics.by_name(session, DEMO_CLINIC)
        if clinic is None:
            facts = Clinic(
                name=DEMO_CLINIC,
                phone="(312) 555-0142",
                booking_link="https://sunnydays.example/book",
                time_zone="America/Chicago",
                offers=frozenset(Side),
            )
            clinic = clinics.add(session, facts, DEMO_NUMBER, None, DEMO_SEGMENTS_PER_SECOND)
        clinic_id = clinic.id
        clinics.set_email_sender(
            session,
            clinic_id,
            f"{DEMO_MAILBOX}@{services.settings.inbound_email_domain}",
            MAILS_PER_SECOND,
        )
    with contextlib.suppress(StaffError):  # the account is there from an earlier start
        add_staff(services, clinic_id, DEMO_LOGIN, password)
