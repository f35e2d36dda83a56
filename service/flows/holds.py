"""Numbers of a clinic that the carrier refuses: nothing goes out until its set-up is mended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.channels.numbers import as_people_read
from service.flows.claim import ANSWERABLE
from service.flows.services import Services
from service.store import clinics


@dataclass(frozen=True, slots=True)
class Hold:
    """A number or address on hold, as people read it, and the error code if one was given."""

    number: str
    is_email: bool
    code: int | None
    answers: bool
    """Whether families who write are answered all the same."""
    since: datetime | None
    time_zone: str
    """The clinic's, in which staff read times."""


def holds_of(services: Services, clinic_id: int) -> tuple[Hold, ...]:
    """The clinic's numbers on hold. A hold ends with the first text that is taken again, not by
    the time that has passed."""
    with services.database.transaction() as session:
        held = clinics.held_senders(session, clinic_id)
        zone = clinics.facts(session, clinic_id).time_zone if held else ""
    return tuple(
        Hold(as_people_read(address), "@" in address, code, code in ANSWERABLE, since, zone)
        for address, code, since in held
    )
