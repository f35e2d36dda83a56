"""What a flow works with: settings, database, content, the carrier, and the nudge."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from threading import Lock
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from config.settings import Settings
from service.channels.mail_tokens import MailTokens
from service.channels.numbers import NotANumber, plausible_zones, to_e164
from service.channels.sms import TwilioSms
from service.channels.smtp import SmtpMail
from service.domain.conversation import Clinic, Packs, Policy
from service.domain.reminders import Place
from service.store import clinics
from service.store.database import Database
from service.store.models import Contact


class Nudge(StrEnum):
    """A kind of work that is waiting. Losing a nudge costs seconds, never a message."""

    REPLIES = "replies"
    TEXTS = "texts"
    PULL = "pull"
    """Messages the carrier may have kept for us."""


class Announce(Protocol):
    """Announces waiting work; never blocks, never raises."""

    def __call__(self, kind: Nudge, /, in_seconds: float = 0.0) -> None:
        """Let somebody look for work of this kind, now or a little later."""


QUIET = timedelta(seconds=0.4)
"""Several texts of a parent that are closer together than this get one answer."""


@dataclass(frozen=True, slots=True)
class Services:
    """The parts a flow is handed. One per process."""

    settings: Settings
    database: Database
    packs: Packs
    pack_files: str
    """The content behind ``packs.version``, as JSON, to be kept with the first suggestion."""
    sms: TwilioSms
    smtp: SmtpMail | None
    """Where mails are handed over; None: there is no email here."""
    tokens: MailTokens
    nudge: Announce
    name: str
    """Who claims texts: host and process."""
    quiet: timedelta = QUIET
    """How long a question waits after the reply it follows, in case more replies come."""
    pacing: Lock = field(default_factory=Lock)
    """Held by the one thread of this process that sends what may wait."""
    mailing: Lock = field(default_factory=Lock)
    """Held by the one thread of this process that sends mails."""


def policy_for(services: Services, session: Session, contact: Contact) -> Policy:
    """Everything an answer to this contact depends on."""
    clinic = clinics.facts(session, contact.clinic_id)
    return Policy(clinic, services.packs, place_of(services, contact, clinic))


def place_of(services: Services, contact: Contact, clinic: Clinic) -> Place:
    """Where the contact may be: their own zone where known, else every zone their number may be
    in and the clinic's (families live near their clinic, numbers move with people). For the same
    reason the hours keep the state of either number."""
    if contact.time_zone:
        zones: tuple[str, ...] = (contact.time_zone,)
    elif contact.number:
        area = plausible_zones(contact.number, services.packs.unknown_area_zones)
        zones = tuple(dict.fromkeys((*area, clinic.time_zone)))
    else:
        zones = (clinic.time_zone,)
    numbers = [number for number in (contact.number, _number_of(clinic.phone)) if number]
    return Place(services.packs.hours.for_numbers(*numbers), zones, clinic.time_zone)


@functools.lru_cache(maxsize=256)
def _number_of(phone: str) -> str | None:
    """A clinic's phone as E.164; None where it is written so that it cannot be read."""
    try:
        return to_e164(phone)
    except NotANumber:
        return None


def local_zone(contact: Contact, clinic: Clinic) -> ZoneInfo:
    """The zone in which a parent's "tomorrow" and birthdays are read."""
    return ZoneInfo(contact.time_zone or clinic.time_zone)
