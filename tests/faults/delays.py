"""How long a parent waited for each answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.faults.evidence import Evidence
from tests.faults.memories import travelled
from tests.faults.truth import Truth, Wrote


@dataclass(frozen=True, slots=True)
class Delay:
    """How long a message took: until its webhook was acknowledged (None where it was pulled),
    until it was acted on, and until the carrier had its first answer, in seconds."""

    wrote: Wrote
    acknowledged: float | None
    processed: float
    answered: float


def delays(evidence: Evidence, truth: Truth) -> list[Delay]:
    """Every message that was answered, in the order in which they were written."""
    reply_of = {text.id: text.reply_id for text in evidence.texts}
    first: dict[int, datetime] = {}
    for took in travelled(evidence, truth):
        reply_id = reply_of.get(took.text_id)
        if reply_id is not None:
            first.setdefault(reply_id, took.at)
    replies = {reply.sid: reply for reply in evidence.replies}
    found = []
    for wrote in truth.wrote:
        reply = replies.get(wrote.sid)
        if reply is None or reply.id not in first or reply.processed_at is None:
            continue
        acknowledged = truth.acknowledged.get(wrote.sid)
        found.append(
            Delay(
                wrote,
                (acknowledged - wrote.at).total_seconds() if acknowledged else None,
                (reply.processed_at - wrote.at).total_seconds(),
                (first[reply.id] - wrote.at).total_seconds(),
            )
        )
    return found
