"""The families of a run: how many of each kind, where they live, and how they are reached."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tests.faults.scripts import End, Kind, Says, script
from tests.faults.zones import Zones


@dataclass(frozen=True, slots=True)
class Family:
    """One parent, at a number, an address, or both. ``zone`` is set where the clinic knows it."""

    number: str | None
    kind: Kind
    language: str
    says: tuple[Says, ...]
    end: End
    zones: tuple[str, ...]
    """Every zone whose sending hours count for this number."""
    zone: str | None = None
    blocked_after: int | None = None
    email: str | None = None

    @property
    def who(self) -> str:
        """What it goes by, on both sides of the account."""
        return self.number or self.email or ""

    @property
    def is_invited(self) -> bool:
        """Whether the clinic writes first."""
        return self.kind in _INVITED

    @property
    def is_reminded(self) -> bool:
        """Whether its first reminder is made due during the run."""
        return self.kind in _REMINDED

    @property
    def stops_when_reminded(self) -> bool:
        """Whether it says stop in the moment in which reminders come."""
        return self.kind in _STOP_WHEN_REMINDED


_INVITED = frozenset({Kind.INVITED, Kind.INVITED_AT_NIGHT, Kind.MAIL_INVITED})
_STOP_WHEN_REMINDED = frozenset(
    {Kind.REMINDED_AND_STOP, Kind.MAIL_REMINDED_AND_STOP, Kind.STOP_BY_MAIL}
)
_REMINDED = _STOP_WHEN_REMINDED | {Kind.REMINDED, Kind.REMINDED_AT_NIGHT, Kind.MAIL_REMINDED}
WAITS_FOR_THE_RIG = _INVITED | _REMINDED
"""Families that need more than the passing of their own messages."""
_BY_MAIL_ALONE = frozenset(kind for kind in Kind if kind.name.startswith("MAIL_"))
_BY_BOTH = frozenset(
    {
        Kind.TO_MAIL,
        Kind.TO_TEXT,
        Kind.MIXED_BURST,
        Kind.STOP_BY_MAIL,
        Kind.NO_MAILBOX,
        Kind.BOUNCED,
    }
)


CLINIC_ZONE = "America/Chicago"
_AREAS = {
    "312": CLINIC_ZONE,
    "773": CLINIC_ZONE,
    "617": "America/New_York",
    "206": "America/Los_Angeles",
    "602": "America/Phoenix",
    "303": "America/Denver",
}
_A_AREA = 9000
"""How many made-up numbers (exchange 555) an area is used for."""

_SHARES = {
    Kind.STEP_BY_STEP: 40,
    Kind.ALL_AT_ONCE: 14,
    Kind.STOP: 8,
    Kind.STOP_AND_START: 4,
    Kind.EMERGENCY: 4,
    Kind.DECLINES: 4,
    Kind.BURST: 6,
    Kind.INVITED: 6,
    Kind.INVITED_AT_NIGHT: 2,
    Kind.REMINDED: 4,
    Kind.REMINDED_AND_STOP: 5,
    Kind.REMINDED_AT_NIGHT: 1,
    Kind.BLOCKED: 2,
    Kind.MAIL_STEP_BY_STEP: 14,
    Kind.MAIL_ALL_AT_ONCE: 6,
    Kind.MAIL_STOP: 4,
    Kind.MAIL_EMERGENCY: 2,
    Kind.MAIL_DECLINES: 2,
    Kind.MAIL_INVITED: 4,
    Kind.MAIL_REMINDED: 3,
    Kind.MAIL_REMINDED_AND_STOP: 3,
    Kind.MAIL_MACHINE: 2,
    Kind.TO_MAIL: 3,
    Kind.TO_TEXT: 3,
    Kind.MIXED_BURST: 2,
    Kind.STOP_BY_MAIL: 3,
    Kind.NO_MAILBOX: 2,
    Kind.BOUNCED: 2,
}


def make_families(
    count: int, chance: random.Random, zones: Zones, kinds: Sequence[Kind] = tuple(Kind)
) -> list[Family]:
    """``count`` families on different numbers and addresses, in a random order, each kind by its
    share."""
    numbers = _numbers()
    wanted = _in_shares(count, kinds)
    chance.shuffle(wanted)
    return [
        _family(kind, *next(numbers), "es" if chance.random() < 0.4 else "en", zones, chance)
        for kind in wanted
    ]


def _in_shares(count: int, kinds: Sequence[Kind]) -> list[Kind]:
    """At least one of each kind where there is room, the rest by share."""
    whole = sum(_SHARES[kind] for kind in kinds)
    wanted = list(kinds)
    for kind in kinds:
        wanted += [kind] * (count * _SHARES[kind] // whole - 1)
    return (wanted + [kinds[0]] * count)[:count]


def _numbers() -> Iterator[tuple[str, str]]:
    """Numbers with their zone, one area after the other."""
    for position in range(_A_AREA):
        for area, zone in _AREAS.items():
            yield f"+1{area}555{position:04d}", zone


def _family(
    kind: Kind, number: str, area_zone: str, language: str, zones: Zones, chance: random.Random
) -> Family:
    says, end = script(kind, language, chance)
    by_mail = kind in _BY_MAIL_ALONE
    family = Family(
        None if by_mail else number,
        kind,
        language,
        says,
        end,
        (CLINIC_ZONE,) if by_mail else tuple(dict.fromkeys((area_zone, CLINIC_ZONE))),
        email=f"parent{number[2:]}@family.example" if by_mail or kind in _BY_BOTH else None,
    )
    match kind:
        case Kind.INVITED | Kind.MAIL_INVITED:
            zone = zones.open
        case Kind.INVITED_AT_NIGHT | Kind.REMINDED_AT_NIGHT:
            zone = zones.closed
        case Kind.BLOCKED:
            return replace(family, blocked_after=1)
        case _ if family.is_reminded:
            zone = chance.choice([zones.open, zones.open, zones.closing])
        case _:
            return family
    return replace(family, zone=zone, zones=(zone,))
