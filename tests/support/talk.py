"""Talking to an installation in tests: texts in, answers drained and sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.intake import Intake
from service.flows.reply import drain_replies
from service.store.models import TextRow
from tests.support.installation import PARENT, Installation
from tests.support.webhook import inbound


def take(place: Installation, *bodies: str, number: str = PARENT, **fields: str) -> None:
    """Texts come in and wait."""
    for body in bodies:
        Intake(place.services).take_sms(inbound(body, number, **fields))


def say(place: Installation, *bodies: str, number: str = PARENT, **fields: str) -> None:
    """Texts come in, each answered before the next."""
    for body in bodies:
        take(place, body, number=number, **fields)
        drain_replies(place.services)
        drain_texts(place.services)


def suggested(place: Installation, number: str = PARENT) -> None:
    """A family that was told PT."""
    say(place, "my son is 4, he falls a lot", "yes", number=number)


def in_open_hours() -> datetime:
    """A moment ahead at which any family of the test clinic may be texted: a Wednesday's noon."""
    now = datetime.now(UTC)
    day = now + timedelta(days=(2 - now.weekday()) % 7 or 7)
    return day.replace(hour=18, minute=0, second=0, microsecond=0)


def texts_of(place: Installation) -> list[TextRow]:
    """Every text there is, in the order in which they were written."""
    with place.services.database.transaction() as session:
        return list(session.scalars(select(TextRow).order_by(TextRow.id)))


def greeted(place: Installation, *numbers: str) -> None:
    """Families write for the first time; their answers wait to be sent."""
    for number in numbers:
        take(place, "hi", number=number)
    drain_replies(place.services)


def unreported(place: Installation) -> None:
    """As if the carrier had not told yet what became of anything."""
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(state="sent", settled_at=None))


def alerts(place: Installation, number: str = PARENT) -> list[dict[str, object]]:
    """A family's alerts, open and closed."""
    return list(show(place.services, number)["alerts"])
