"""What a mail server's refusal means: its codes, sorted by what we may do about it.

Sources: RFC 5321 4.2 (4yz: may work later, 5yz: never like this) and RFC 3463 (the enhanced code
"5.1.1": subject 1 is the address, 2 the mailbox, 7 policy). The same table serves a refusal during
the conversation and a bounce that comes later.
"""

from __future__ import annotations

import re
from enum import Enum, auto

from service.channels.errors import (
    AddressRefused,
    ContentRefused,
    Misconfigured,
    NotAllowedThere,
    SendError,
    TooFast,
    TryLater,
)

_ENHANCED = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")
"""Not part of an address or a version: "192.5.1.1", "Exim 4.97.1.2"."""
_NO_SUCH_MAILBOX = frozenset({"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "4.4", "7.13"})
"""Bad mailbox, bad domain, bad syntax, moved, null MX, disabled; no route; account disabled."""
_FOR_NOW = frozenset({"2.0", "2.2", "2.4", "4.0", "4.1", "4.2", "4.3", "4.5", "4.6", "4.7"})
"""A mailbox that is full today may be empty next week, and a network may be mended."""
_TOO_LARGE = frozenset({"2.3", "3.4"})
_OURS_TO_MEND = frozenset(
    {"7.8", "7.9", "7.11", "7.14", "7.20", "7.21", "7.22", "7.23", "7.25", "7.26"}
)
"""Sign-in, encryption, and what a domain must show: SPF, DKIM, DMARC, reverse DNS."""


class Stage(Enum):
    """What the server said no to."""

    SIGN_IN = auto()
    SENDER = auto()
    RECIPIENT = auto()
    WORDS = auto()


def enhanced_code(words: str) -> str | None:
    """The enhanced code in a server's words, e.g. "5.1.1"; None where there is none."""
    found = _ENHANCED.search(words)
    return ".".join(found.groups()) if found else None


def class_of_bounce(status: str) -> type[SendError]:
    """The class of a bounce by its status ("5.1.1"), from the same table; ``TryLater`` where it
    tells nothing, as for everything that may pass."""
    found = _ENHANCED.fullmatch(status)
    if found is None or found[1] != "5":
        return TryLater
    return type(refusal(Stage.RECIPIENT, 550, status))


def refusal(stage: Stage, code: int, words: str) -> SendError:
    """The error for a refusal of the server; ``code`` is its three digits."""
    message = f"the mail server said {code} {words}"[:200]
    enhanced = enhanced_code(words)
    detail = enhanced.partition(".")[2] if enhanced else ""
    if code < 500:
        too_fast = detail in ("7.0", "7.28") or (code == 450 and "rate" in words.lower())
        return (TooFast if too_fast else TryLater)(message, code)
    if stage is Stage.SIGN_IN or detail in _OURS_TO_MEND or code in (530, 534, 535, 538):
        return Misconfigured(message, code)
    if detail in _TOO_LARGE:
        return ContentRefused(message, code)
    if stage is Stage.SENDER:
        return (ContentRefused if code == 552 else Misconfigured)(message, code)
    if detail in _FOR_NOW or (code == 552 and stage is Stage.RECIPIENT):
        return TryLater(message, code)
    if detail in _NO_SUCH_MAILBOX:
        return AddressRefused(message, code)
    if stage is Stage.RECIPIENT:
        # "5.7.1 relaying denied", "blocked": by rule, not for want of a mailbox.
        return (NotAllowedThere if detail.startswith("7.") else AddressRefused)(message, code)
    return ContentRefused(message, code)
