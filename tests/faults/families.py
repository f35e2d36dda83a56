"""The families of a run: who writes what, when they wait, and how it must end for them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from tests.faults.zones import Zones


class When(Enum):
    """What a parent waits for before a message."""

    ANSWERED = "a text since the last message, however long it takes"
    AT_ONCE = "nothing"
    TOLD = "the rig's word"


class Kind(StrEnum):
    """What a family is there to prove."""

    STEP_BY_STEP = "step by step"
    ALL_AT_ONCE = "all in one message"
    STOP = "stop in the middle"
    STOP_AND_START = "stop, then start"
    EMERGENCY = "emergency"
    DECLINES = "declines"
    BURST = "many texts in a second"
    INVITED = "invited, open now"
    INVITED_AT_NIGHT = "invited, closed now"
    REMINDED = "reminder falls due"
    REMINDED_AND_STOP = "reminder falls due, stop in the same moment"
    REMINDED_AT_NIGHT = "reminder falls due, closed now"
    BLOCKED = "the carrier says 21610"


@dataclass(frozen=True, slots=True)
class Says:
    """One message; ``answered`` says whether a text must come back."""

    body: str
    when: When = When.ANSWERED
    answered: bool = True


@dataclass(frozen=True, slots=True)
class End:
    """How the product's own rows must look afterwards; None: no conversation at all."""

    step: str
    suggestion: str | None = None
    stopped: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """One parent at one number. ``zone`` is set where the clinic knows it."""

    number: str
    kind: Kind
    language: str
    says: tuple[Says, ...]
    end: End
    zones: tuple[str, ...]
    """Every zone whose sending hours count for this number."""
    zone: str | None = None
    blocked_after: int | None = None

    @property
    def is_invited(self) -> bool:
        """Whether the clinic writes first."""
        return self.kind in (Kind.INVITED, Kind.INVITED_AT_NIGHT)

    @property
    def is_reminded(self) -> bool:
        """Whether its first reminder is made due during the run."""
        return self.kind in (Kind.REMINDED, Kind.REMINDED_AND_STOP, Kind.REMINDED_AT_NIGHT)


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
}

_WORDS = {
    "en": ("hi", "yes", "4 years", "1 3", "7 8", "no"),
    "es": ("hola", "sí", "4 años", "1 3", "7 8", "no"),
}
_AT_ONCE = {"en": "my son is 4, he falls a lot", "es": "mi hijo tiene 4 años y se cae mucho"}
_EMERGENCY = {"en": "she is not breathing", "es": "no respira"}
_BOTH = End("suggested", "BOTH")


def make_families(
    count: int, chance: random.Random, zones: Zones, kinds: Sequence[Kind] = tuple(Kind)
) -> list[Family]:
    """``count`` families on different numbers, in a random order, each kind by its share."""
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
    wanted: list[Kind] = []
    for kind in kinds:
        wanted += [kind] * max(1, count * _SHARES[kind] // whole)
    return (wanted + [kinds[0]] * count)[:count]


def _numbers() -> Iterator[tuple[str, str]]:
    """Numbers with their zone, one area after the other."""
    for position in range(_A_AREA):
        for area, zone in _AREAS.items():
            yield f"+1{area}555{position:04d}", zone


def _family(
    kind: Kind, number: str, area_zone: str, language: str, zones: Zones, chance: random.Random
) -> Family:
    words = _WORDS[language]
    says, end = _script(kind, language, words, chance)
    family = Family(
        number, kind, language, says, end, tuple(dict.fromkeys((area_zone, CLINIC_ZONE)))
    )
    match kind:
        case Kind.INVITED:
            zone = zones.open
        case Kind.REMINDED | Kind.REMINDED_AND_STOP:
            zone = chance.choice([zones.open, zones.open, zones.closing])
        case Kind.INVITED_AT_NIGHT | Kind.REMINDED_AT_NIGHT:
            zone = zones.closed
        case Kind.BLOCKED:
            return replace(family, blocked_after=1)
        case _:
            return family
    return replace(family, zone=zone, zones=(zone,))


def _script(
    kind: Kind, language: str, words: tuple[str, ...], chance: random.Random
) -> tuple[tuple[Says, ...], End]:
    path = tuple(map(Says, words))
    match kind:
        case Kind.STEP_BY_STEP | Kind.REMINDED | Kind.REMINDED_AT_NIGHT:
            return path, _BOTH
        case Kind.ALL_AT_ONCE:
            return (Says(_AT_ONCE[language]), path[1]), End("suggested", "PT")
        case Kind.STOP:
            said = chance.randrange(1, len(path))
            steps = ("consent", "age", "checklist_1", "checklist_2", "free")
            return (*path[:said], Says("STOP")), End(steps[said - 1], stopped=True)
        case Kind.STOP_AND_START:
            return (*path[:2], Says("STOP"), Says("START"), *path[2:]), _BOTH
        case Kind.EMERGENCY:
            last = Says(_EMERGENCY[language])
            return (*path[:2], last), End("age", paused=True)
        case Kind.DECLINES:
            return (path[0], Says("no")), End("closed")
        case Kind.BURST:
            return (path[0], *(Says(word, When.AT_ONCE) for word in words[1:])), _BOTH
        case Kind.INVITED:
            return path[1:], _BOTH
        case Kind.INVITED_AT_NIGHT:
            return (), End("consent")
        case Kind.REMINDED_AND_STOP:
            return (*path, Says("STOP", When.TOLD)), End("suggested", "BOTH", stopped=True)
        case Kind.BLOCKED:
            return (path[0], Says(words[1], answered=False)), End("age", stopped=True)
