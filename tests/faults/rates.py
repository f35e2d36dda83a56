"""How often the carriers fail in which way, and the seeded dice that decide and count."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

F = TypeVar("F", bound=StrEnum)


class Create(StrEnum):
    """What goes wrong when the product hands over a text."""

    ERROR_NOT_TAKEN = "create: 500, not taken"
    ERROR_TAKEN = "create: 500, but taken"
    TOO_MANY = "create: 429"
    SILENT_NOT_TAKEN = "create: time-out, not taken"
    SILENT_TAKEN = "create: time-out, but taken"
    SILENT_TAKEN_LATE = "create: time-out, taken afterwards"
    RESET_NOT_TAKEN = "create: reset, not taken"
    RESET_TAKEN = "create: reset, but taken"


class Listing(StrEnum):
    """What goes wrong when the product asks about texts."""

    ERROR = "list: 500"
    TOO_MANY = "list: 429"


class Inbound(StrEnum):
    """What goes wrong when the carrier hands over a parent's message."""

    TWICE_AT_ONCE = "inbound: twice at the same moment"
    TWICE = "inbound: again some seconds later"
    ANSWER_LOST = "inbound: the product's answer lost, so repeated"
    GIVEN_UP = "inbound: given up after the first failure"
    NEVER_SENT = "inbound: the webhook never sent"


class Status(StrEnum):
    """What goes wrong when the carrier reports how far a text has come."""

    NEVER_SENT = "status: never sent"
    TWICE = "status: twice"
    LATE = "status: late, out of order"


class Handover(StrEnum):
    """What goes wrong when the product hands over a mail."""

    RECIPIENT_FOR_NOW = "mail: 451 for the recipient"
    WORDS_FOR_NOW = "mail: 451 after the whole mail"
    CLOSED_BEFORE_DOT = "mail: hung up before the last dot"
    CLOSED_TAKEN = "mail: hung up after the last dot, but taken"
    CLOSED_NOT_TAKEN = "mail: hung up after the last dot, not taken"
    SILENT_TAKEN = "mail: no answer in time, but taken"
    SILENT_NOT_TAKEN = "mail: no answer in time, not taken"
    SLOW = "mail: answered slowly"


class Bringing(StrEnum):
    """What goes wrong when a provider brings a parent's mail. It never gives one up."""

    TWICE_AT_ONCE = "mail in: twice at the same moment"
    TWICE = "mail in: again some seconds later"
    ANSWER_LOST = "mail in: the product's answer lost, so repeated"
    LATE = "mail in: late"


@dataclass(frozen=True)
class Rates:
    """The share of requests that meets each fault."""

    create: Mapping[Create, float] = field(default_factory=dict)
    listing: Mapping[Listing, float] = field(default_factory=dict)
    inbound: Mapping[Inbound, float] = field(default_factory=dict)
    status: Mapping[Status, float] = field(default_factory=dict)
    handover: Mapping[Handover, float] = field(default_factory=dict)
    bringing: Mapping[Bringing, float] = field(default_factory=dict)


NONE = Rates()

MIXTURE = Rates(
    create={
        Create.ERROR_NOT_TAKEN: 0.01,
        Create.ERROR_TAKEN: 0.01,
        Create.TOO_MANY: 0.02,
        Create.SILENT_NOT_TAKEN: 0.002,
        Create.SILENT_TAKEN: 0.004,
        Create.SILENT_TAKEN_LATE: 0.002,
        Create.RESET_NOT_TAKEN: 0.01,
        Create.RESET_TAKEN: 0.01,
    },
    listing={Listing.ERROR: 0.05, Listing.TOO_MANY: 0.05},
    inbound={
        Inbound.TWICE_AT_ONCE: 0.03,
        Inbound.TWICE: 0.03,
        Inbound.ANSWER_LOST: 0.02,
        Inbound.GIVEN_UP: 0.2,  # of those that fail at all
        Inbound.NEVER_SENT: 0.003,
    },
    status={Status.NEVER_SENT: 0.05, Status.TWICE: 0.05, Status.LATE: 0.1},
    handover={
        Handover.RECIPIENT_FOR_NOW: 0.015,
        Handover.WORDS_FOR_NOW: 0.015,
        Handover.CLOSED_BEFORE_DOT: 0.015,
        Handover.CLOSED_TAKEN: 0.015,
        # Each of these leaves a family without its answer, and that is nobody's fault.
        Handover.CLOSED_NOT_TAKEN: 0.003,
        Handover.SILENT_TAKEN: 0.01,
        Handover.SILENT_NOT_TAKEN: 0.002,
        Handover.SLOW: 0.03,
    },
    bringing={
        Bringing.TWICE_AT_ONCE: 0.03,
        Bringing.TWICE: 0.03,
        Bringing.ANSWER_LOST: 0.02,
        Bringing.LATE: 0.03,
    },
)

TIMEOUTS = Rates(
    create={Create.SILENT_TAKEN: 0.05},
    status={Status.NEVER_SENT: 0.75, Status.LATE: 0.05},
    handover={Handover.SILENT_TAKEN: 0.05},
)
"""A time-out after the carrier took the text, and so few reports that half of the texts in doubt
have none: only the carrier's list tells. Of mails only the parent's answer does."""


class Dice:
    """Decides by chance from one seed. All methods may be called from any thread."""

    def __init__(self, seed: int, rates: Rates = NONE) -> None:
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self.rates = rates

    def roll(self, shares: Mapping[F, float]) -> F | None:
        """One of these faults or none; a fault that happens is counted."""
        with self._lock:
            left = self._random.random()
            for fault, share in shares.items():
                if left < share:
                    self._counts[fault.value] += 1
                    return fault
                left -= share
        return None

    def between(self, shortest: float, longest: float) -> float:
        """A number of seconds."""
        with self._lock:
            return self._random.uniform(shortest, longest)

    def count(self, what: str) -> None:
        """Something happened that chance did not decide."""
        with self._lock:
            self._counts[what] += 1

    def counts(self) -> dict[str, int]:
        """How often each thing happened."""
        with self._lock:
            return dict(self._counts)
