"""How fast one sender may send, in segments a second: a leaky bucket kept as one moment (GCRA).

``free_at`` is when everything that was sent will have passed at the sender's pace (the theoretical
arrival time of the generic cell rate algorithm). Each text moves it forward by its segments; a
text that may wait is sent only while ``free_at`` lies no further ahead than a short burst.
Answers never wait for it but move it too, so what we start ourselves makes room for them, and
the carrier's own queue, which keeps no lanes, stays empty. Source: carriers count segments, not
texts (providers 1, "Rates").
"""

from __future__ import annotations

from datetime import datetime, timedelta

BURST = timedelta(seconds=0.5)
"""How much may go out ahead of the pace, so that a fast sender is served in batches."""


def has_room(free_at: datetime | None, now: datetime) -> bool:
    """Whether one more text that may wait can go now."""
    return free_at is None or free_at <= now + BURST


def after_sending(
    free_at: datetime | None, segments: int, segments_per_second: float, now: datetime
) -> datetime:
    """``free_at`` once a text of so many segments is on its way."""
    begins = now if free_at is None else max(free_at, now)
    return begins + timedelta(seconds=segments / segments_per_second)


def wait_for_room(free_at: datetime | None, now: datetime) -> timedelta:
    """How long until ``has_room``; zero where there is room now."""
    return max(free_at - BURST - now, timedelta(0)) if free_at else timedelta(0)
