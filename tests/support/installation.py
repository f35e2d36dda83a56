"""An installation for a test: settings, services on a real database, a clinic, a carrier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from cryptography.fernet import Fernet

from config.settings import load_settings
from service.compose import build_services
from service.flows.onboarding import open_clinic
from service.flows.services import Announce, Services
from service.local.carrier import Delays, RunningCarrier, SimulatedCarrier, serve
from service.local.home import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from service.local.mail import SimulatedMail
from tests.support.ports import free_port

CLINIC = "Sunny Days Pediatric Therapy"
CLINIC_NUMBER = "+15005550006"
PARENT = "+13125550123"
MAIL_DOMAIN = "mail.tandem.example"
MAIL_SECRET = "a secret of mails for tests"
ANA = "ana@example.com"


@dataclass(frozen=True)
class Installation:
    """Everything a test needs to act as the carrier, a parent or an operator."""

    services: Services
    clinic_id: int
    carrier: RunningCarrier
    environment: dict[str, str]
    """What ``tandem web`` and the others need to work on the same database."""
    mail: SimulatedMail | None = None
    """The mail provider, where the clinic writes mails too."""

    @property
    def base_url(self) -> str:
        """Where the web server of this installation is reached."""
        return self.environment["PUBLIC_BASE_URL"]

    def texts_to(self, number: str) -> list[str]:
        """The bodies the carrier has for a parent, in the order it got them."""
        messages = self.carrier.carrier.messages(number)
        return [message.body for message in messages if not message.is_inbound]


def environment_for(database_url: str, redis_url: str, carrier: str) -> dict[str, str]:
    """A full set of settings, on a free port."""
    port = free_port()
    return {
        "PORT": str(port),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": "a secret for tests only",
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "TWILIO_ACCOUNT_SID": DEMO_ACCOUNT_SID,
        "TWILIO_AUTH_TOKENS": DEMO_AUTH_TOKEN,
        "TWILIO_API_BASE_URL": carrier,
        "TANDEM_HOME": "",
    }


def email_settings(smtp_url: str) -> dict[str, str]:
    """What lets a clinic write and be written to by email."""
    return {
        "SMTP_URL": smtp_url,
        "INBOUND_EMAIL_DOMAIN": MAIL_DOMAIN,
        "INBOUND_EMAIL_SECRET": MAIL_SECRET,
    }


@contextmanager
def installed(
    database_url: str,
    redis_url: str = "memory://",
    *,
    offers: tuple[str, ...] = ("OT", "PT"),
    nudge: Announce | None = None,
    segments_per_second: float = 1000.0,
    quiet: timedelta = timedelta(0),
    smtp_url: str = "",
) -> Iterator[Installation]:
    """A clinic on a migrated database, with a carrier whose webhooks reach ``PORT``. With
    ``smtp_url`` it writes mails too."""
    carrier = serve(SimulatedCarrier(DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN, {}, delays=Delays.none()))
    environment = environment_for(database_url, redis_url, carrier.address)
    if smtp_url:
        environment |= email_settings(smtp_url)
    carrier.carrier.own(CLINIC_NUMBER, f"{environment['PUBLIC_BASE_URL']}/webhooks/twilio/sms")
    services = build_services(load_settings(environment), nudge, quiet=quiet)
    try:
        clinic_id = open_clinic(
            services,
            name=CLINIC,
            number=CLINIC_NUMBER,
            phone="(312) 555-0142",
            time_zone="America/Chicago",
            booking_link="https://sunnydays.example/book",
            offers=offers,
            messaging_service_sid=None,
            segments_per_second=segments_per_second,
        )
        yield Installation(services, clinic_id, carrier, environment)
    finally:
        carrier.close()
        services.database.close()
