"""The tick: everything that is due, or that no nudge announced. Safe to run twice at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.flows.deliver import drain_texts
from service.flows.pull import pull
from service.flows.remind import fire_reminders
from service.flows.reply import drain_replies
from service.flows.services import Services
from service.flows.settle import settle_stale
from service.flows.settle_mail import settle_mails

REPLIES_A_TURN = 20
BATCHES_A_TURN = 4
"""What one task does before it steps back: a burst of one kind of work must not hold up the other
(answers are written by one kind and sent by the other)."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one tick did."""

    pulled: int
    replies: int
    reminders: int
    settled: int
    texts: int


def tick(services: Services, as_of: datetime | None = None, *, share: bool = False) -> Ticked:
    """Pull, answer, remind, settle and send what is due by ``as_of`` (local runs only), else now.

    With ``share`` (in a worker) each drain does a turn's worth and announces the rest.
    """
    stages: tuple[Callable[[], int], ...] = (
        lambda: pull(services, as_of),
        lambda: _answer(services, share),
        lambda: fire_reminders(services, as_of),
        lambda: settle_stale(services) + settle_mails(services),
        lambda: drain_texts(services, as_of, BATCHES_A_TURN if share else None),
    )
    done: list[int] = []
    fault: Exception | None = None
    for stage in stages:
        try:
            done.append(stage())
        except Exception as error:
            # The others still get their turn; the first fault is raised in the end.
            fault = fault or error
    if fault is not None:
        raise fault
    return Ticked(*done)


def _answer(services: Services, share: bool) -> int:
    answered = drain_replies(services, REPLIES_A_TURN if share else None)
    if answered and not share:
        # A command is not there any more when the moment of quiet after a reply has passed.
        time.sleep(services.quiet.total_seconds())
    return answered
