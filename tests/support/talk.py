"""Talking to an installation in tests: texts in, answers drained and sent."""

from __future__ import annotations

from service.flows.deliver import drain_texts
from service.flows.intake import Intake
from service.flows.reply import drain_replies
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
