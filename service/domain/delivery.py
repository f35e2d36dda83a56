"""The life of a text, from the outbox to the parent's phone: its states and where each may lead.

    queued -> sending -> sent -> delivered | undelivered | failed
       ^         |
       |         +-> unknown -> sent ... (the carrier has it)
       +---------+      |
       +----------------+          only where it is certain that the carrier does not have it

    cancelled(reason): from any state in which nothing was handed over

A state never goes back, whatever order the carrier's callbacks arrive in, with one exception that
is no step back for the parent: what certainly was not taken may be queued again (design P4).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class TextState(StrEnum):
    """Where a text stands."""

    QUEUED = "queued"
    """Written and committed with the turn that made it; nobody has it in hand. It may be claimed
    from ``send_after`` on, after the send gate has judged it once more."""

    SENDING = "sending"
    """Claimed by one worker (``claimed_by``, ``claimed_at``, ``attempts``) and committed so,
    before the carrier is called. A claim that outlives every call is a worker that died: the
    text is then in doubt, never simply free."""

    UNKNOWN = "unknown"
    """The carrier may or may not have it: the answer was lost. Settled by a status callback or by
    asking the carrier; queued again only where its absence is proven. After a day a person
    decides."""

    SENT = "sent"
    """The carrier has it (``provider_id``) and is on its way with it."""

    DELIVERED = "delivered"
    """On the parent's phone. Final."""

    UNDELIVERED = "undelivered"
    """The carrier could not deliver it (``error_code``). Final; where trying again may help, a
    copy is queued as a text of its own."""

    FAILED = "failed"
    """The carrier refused it for good, or took it and gave it up. Final; a person is told."""

    CANCELLED = "cancelled"
    """It lost its reason before it was handed over (``cancel_reason``). Final."""


_RANK: Final = {
    TextState.QUEUED: 0,
    TextState.SENDING: 1,
    TextState.UNKNOWN: 1,
    TextState.SENT: 2,
    TextState.UNDELIVERED: 3,
    TextState.FAILED: 3,
    TextState.DELIVERED: 3,
    TextState.CANCELLED: 3,
}

FINAL: Final = frozenset(state for state, rank in _RANK.items() if rank == 3)
"""States that nothing changes any more."""


def may_become(now: TextState, then: TextState) -> bool:
    """Whether news of ``then`` takes a text in ``now`` forward. The first final state stays."""
    if now in FINAL:
        return now is then
    return _RANK[then] >= _RANK[now]


PROVIDER_STATES: Final = {
    "accepted": TextState.SENT,
    "scheduled": TextState.SENT,
    "queued": TextState.SENT,
    "sending": TextState.SENT,
    "sent": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "read": TextState.DELIVERED,
    "undelivered": TextState.UNDELIVERED,
    "failed": TextState.FAILED,
    "canceled": TextState.FAILED,
}
"""Twilio's words for where a text stands, in ours. A word nobody knows yet changes nothing."""
