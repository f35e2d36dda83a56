"""Finding the clinic a command is about."""

from __future__ import annotations

from service.flows.services import Services
from service.store import clinics


def clinic_called(services: Services, name: str | None) -> int | None:
    """The id of the clinic with this name, or of the only clinic; None where that is unclear."""
    with services.database.transaction() as session:
        if name is not None:
            clinic = clinics.by_name(session, name)
            return clinic.id if clinic else None
        every = clinics.all_of(session)
        return every[0].id if len(every) == 1 else None
