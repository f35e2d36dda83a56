"""Twilio's error codes, each sorted by what we may do about it.

Source: Twilio's error dictionary and shared experience (providers 1, "Error codes"). One table
serves both ways a code arrives: as the answer to a call, and later in a status callback.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from service.channels.errors import (
    AddressRefused,
    ContentRefused,
    DailyLimit,
    Misconfigured,
    NotAllowedThere,
    OptedOut,
    OutcomeUnknown,
    SendError,
    TooFast,
    TryLater,
)

_CODES: Final[dict[type[SendError], frozenset[int]]] = {
    # 21211 not a number, 21214/21217/21635 not reachable by text, 21614 not mobile,
    # 30004 blocked by its owner, 30005 unknown handset, 30006 landline
    AddressRefused: frozenset({21211, 21214, 21217, 21614, 21635, 30004, 30005, 30006}),
    OptedOut: frozenset({21610}),
    # 21602 no words, 21617/21619 too long, 30007 filtered, 30019 too large
    ContentRefused: frozenset({21602, 21617, 21619, 30007, 30019}),
    # 20003 wrong token, 20404 no such account, 21212/21606/21659 not our number,
    # 30002 account suspended, 30032 toll-free not verified, 30034 not registered (10DLC)
    Misconfigured: frozenset({20003, 20404, 21212, 21606, 21659, 30002, 30032, 30034}),
    # 21408 region not enabled, 21608 trial account, 21612 no route from our number
    NotAllowedThere: frozenset({21408, 21608, 21612}),
    # 20429 too many requests, 21611 and 30001 the number's queue is full
    TooFast: frozenset({20429, 21611, 30001}),
    # 30022 a carrier's daily cap, 63038 the account's rolling day (seen as HTTP 429)
    DailyLimit: frozenset({30022, 63038}),
    # 30003 phone off, 30008 no reason given, 30017 congestion, 30036 validity over, 30410, 30450
    TryLater: frozenset({30003, 30008, 30017, 30036, 30410, 30450}),
}
BLOCKED_BY_ITS_OWNER: Final = frozenset({30004})
"""Whoever blocked our number is not written to elsewhere instead."""
_CLASS_OF: Final = {code: error for error, codes in _CODES.items() for code in codes}


def error_class(code: int | None) -> type[SendError] | None:
    """The class of a code, or None where it is not in the table."""
    return _CLASS_OF.get(code) if code is not None else None


def codes_of(error: type[SendError]) -> frozenset[int]:
    """The codes sorted into one class."""
    return _CODES[error]


def classify(status: int, code: int | None, message: str = "") -> SendError:
    """The error for an answer of the provider: by its code first, then by HTTP status."""
    known = error_class(code)
    if known is not None:
        return known(message, code)
    if status == 429:
        return TooFast(message, code)
    if status >= 500:
        return OutcomeUnknown(message, code)
    if status in (401, 403, 404):
        return Misconfigured(message, code)
    return ContentRefused(message, code)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A text that did not arrive may be repeated: so many times, the first after ``wait``, which
    doubles each time."""

    times: int
    wait: timedelta


_REPEATS: Final = {
    30003: Repeat(3, timedelta(minutes=30)),
    30008: Repeat(1, timedelta(minutes=30)),
    30001: Repeat(2, timedelta(minutes=15)),
    30017: Repeat(2, timedelta(minutes=15)),
    30022: Repeat(2, timedelta(hours=6)),
    30036: Repeat(1, timedelta(0)),
    30410: Repeat(2, timedelta(minutes=15)),
    30450: Repeat(2, timedelta(minutes=15)),
}


def repeat_after(code: int | None) -> Repeat | None:
    """Whether a text reported as not delivered, with this code, is worth repeating.

    Only codes that prove that it did not arrive are: with any other it may be on the phone.
    """
    return _REPEATS.get(code) if code is not None else None
