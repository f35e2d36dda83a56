"""Reading stays fast whatever it is sent: the quick form of ``make bench-reading``, in ratios."""

from __future__ import annotations

from functools import cache

import pytest

from bench.hostile_texts import LENGTH, hostile_texts
from bench.reading import reader, seconds
from bench.score import replies
from config.packs import load_packs

PACKS = load_packs().packs
READ = reader(PACKS)
PROSE = " ".join(reply["text"] for _, reply in replies() if reply["channel"] == "sms")
HOSTILE = dict(hostile_texts(PACKS))
# Measured: at most 3 times as long as prose. A text that explodes takes hundreds.
MOST_TIMES_PROSE = 12
MOST_GROWTH = 4
# Other tests run at the same time: a slow try may be theirs. What explodes is slow each time.
TRIES = 5


@cache
def prose_seconds(length: int) -> float:
    return min(seconds(lambda: READ(PROSE[:length])) for _ in range(3))


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_takes_much_longer_than_prose_of_its_length(name: str) -> None:
    most = MOST_TIMES_PROSE * prose_seconds(LENGTH)
    for channel in ("sms", "email"):
        tries: list[float] = []
        while len(tries) < TRIES and (not tries or tries[-1] > most):
            tries.append(
                seconds(lambda c=channel: READ(HOSTILE[name], asked="checklist_2", channel=c), 3)
            )
        assert min(tries) <= most


def test_twice_the_text_takes_about_twice_as_long() -> None:
    # By turns: what else the machine does then slows both alike, and the quickest of each compare.
    pairs = [
        (seconds(lambda: READ(PROSE[:LENGTH])), seconds(lambda: READ(PROSE[: 2 * LENGTH])))
        for _ in range(2 * TRIES)
    ]
    once, twice = map(min, zip(*pairs, strict=True))
    assert twice <= MOST_GROWTH * once
