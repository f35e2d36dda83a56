"""What law and carriers want in the first message a family gets on a channel (providers 3).

A first text names the cost and both keywords. A first mail costs nothing to read, but travels
openly: whoever answers with words about a child's health must have been told so (knowledge e1).
The clinic's name is a placeholder those texts must hold anyway.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from service.domain.vocabulary import Channel, Language

_FIRST = MappingProxyType(
    {
        Channel.SMS: frozenset({"consent", "invitation", "moved_to_sms"}),
        Channel.EMAIL: frozenset({"consent", "invitation", "moved_to_email"}),
    }
)

_EMERGENCY = ("911 for emergencies", r"\b911\b")

_DUTIES: Mapping[tuple[Channel, Language], tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        (Channel.SMS, Language.EN): (
            ("STOP", r"\bSTOP\b"),
            ("HELP", r"\bHELP\b"),
            ("Msg & data rates may apply", r"(?i)\bmsg ?& ?data rates may apply\b"),
            _EMERGENCY,
        ),
        (Channel.SMS, Language.ES): (
            ("ALTO", r"\bALTO\b"),
            ("AYUDA", r"\bAYUDA\b"),
            (
                "Pueden aplicar tarifas de mensajes y datos",
                r"(?i)\btarifas de mensajes? y datos\b",
            ),
            _EMERGENCY,
        ),
        (Channel.EMAIL, Language.EN): (
            ("STOP", r"\bSTOP\b"),
            ("Email is not fully private", r"(?i)\bnot fully private\b"),
            _EMERGENCY,
        ),
        (Channel.EMAIL, Language.ES): (
            ("ALTO", r"\bALTO\b"),
            ("Un correo no es del todo privado", r"(?i)\bno es del todo privado\b"),
            _EMERGENCY,
        ),
    }
)


def missing_duties(language: Language, key: str, text: str, channel: Channel) -> tuple[str, ...]:
    """What this text still lacks as a family's first one on ``channel``; none if it is no such."""
    if key not in _FIRST[channel]:
        return ()
    return tuple(
        duty for duty, pattern in _DUTIES[channel, language] if not re.search(pattern, text)
    )
