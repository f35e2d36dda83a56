"""What a flow works with: settings, database, content, the carrier, and the nudge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from config.settings import Settings
from service.channels.numbers import plausible_zones
from service.channels.sms import TwilioSms
from service.domain.conversation import Clinic, Packs, Policy
from service.domain.reminders import Place
from service.store import clinics
from service.store.database import Database
from service.store.models import Contact


class Nudge(StrEnum):
    """A kind of work that is waiting. Losing a nudge costs seconds, never a message."""

    REPLIES = "replies"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Services:
    """The parts a flow is handed. One per process."""

    settings: Settings
    database: Database
    packs: Packs
    pack_files: str
    """The content behind ``packs.version``, as JSON, to be kept with the first suggestion."""
    sms: TwilioSms
    nudge: Callable[[Nudge], None]
    """Announce waiting work; never blocks, never raises."""
    name: str
    """Who claims texts: host and process."""


def policy_for(services: Services, session: Session, contact: Contact) -> Policy:
    """Everything an answer to this contact depends on."""
    clinic = clinics.facts(session, contact.clinic_id)
    return Policy(clinic, services.packs, place_of(services, contact, clinic))


def place_of(services: Services, contact: Contact, clinic: Clinic) -> Place:
    """Where the contact may be: their own zone where known, else every zone their number may be
    in and the clinic's (families live near their clinic, numbers move with people)."""
    if contact.time_zone:
        zones: tuple[str, ...] = (contact.time_zone,)
    elif contact.number:
        area = plausible_zones(contact.number, services.packs.unknown_area_zones)
        zones = tuple(dict.fromkeys((*area, clinic.time_zone)))
    else:
        zones = (clinic.time_zone,)
    return Place(services.packs.hours, zones, clinic.time_zone)


def local_zone(contact: Contact, clinic: Clinic) -> ZoneInfo:
    """The zone in which a parent's "tomorrow" and birthdays are read."""
    return ZoneInfo(contact.time_zone or clinic.time_zone)
