"""Finding the clinic a command is about."""

from __future__ import annotations

from service.flows.services import Services
from service.store import clinics


class UnknownClinic(LookupError):
    """Which clinic is meant is unclear; one line that lists the ones there are."""


def clinic_called(services: Services, name: str | None) -> int:
    """The id of the clinic with this name, or of the only clinic. Raises ``UnknownClinic``."""
    with services.database.transaction() as session:
        every = clinics.all_of(session)
    known = ", ".join(clinic.name for clinic in every) or "none yet; tandem clinic add makes one"
    if name is None and len(every) == 1:
        return every[0].id
    if name is None:
        raise UnknownClinic(f"name the clinic with --clinic (there are: {known})")
    for clinic in every:
        if clinic.name == name:
            return clinic.id
    raise UnknownClinic(f"--clinic: there is no clinic '{name}' (there are: {known})")
