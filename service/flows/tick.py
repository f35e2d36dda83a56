"""The tick: everything that is due, or that no nudge announced. Safe to run twice at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.flows.deliver import drain_texts, settle_stale
from service.flows.remind import fire_reminders
from service.flows.reply import drain_replies
from service.flows.services import Services


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did."""

    replies: int
    reminders: int
    settled: int
    texts: int


def tick(services: Services, as_of: datetime | None = None) -> Ticked:
    """Answer, remind, settle and send whatever is due by ``as_of`` (local runs only), else now."""
    replies = drain_replies(services)
    reminders = fire_reminders(services, as_of)
    settled = settle_stale(services)
    return Ticked(replies, reminders, settled, drain_texts(services, as_of))
