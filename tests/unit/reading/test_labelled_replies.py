"""The promises on understanding hold on the labelled replies (``make score`` prints the tables).

A word that may be missing from a phrase can hide a plain opt-out or an emergency from all the rest;
hundreds of ways of saying them are read here, so that such a slip in a pack does not land.
"""

from __future__ import annotations

from functools import cache

import pytest

from bench.score import KEYS, TARGETS, Judged, Tally, alarms, judge, replies
from config.packs import load_packs

LANGUAGES_APART = 0.03
"""By how much Spanish may be understood less well than English."""
FALSE_EMERGENCIES = 0.01
FALSE_OPT_OUTS = 0.002
FOUND = 0.995
"""Of those in the replies to work with, some told in riddles."""


def _alarming(want: dict[str, object]) -> bool:
    return want.get("intent") == "stop" or want.get("suggestion") == "URGENT"


@cache
def judged(part: str) -> list[Judged]:
    """The replies held out; of those to work with all opt-outs and emergencies."""
    packs = load_packs().packs
    return [
        judge(reply, packs)
        for _, reply in replies([part])
        if part == "held_out" or _alarming(reply["want"])
    ]


def share(key: str, language: str | None = None) -> float:
    """How much of what was asked is read right in the replies held out."""
    tally = Tally()
    for one in judged("held_out"):
        if language is None or one.reply["lang"] == language:
            tally.add(one)
    found = tally.share(key)
    assert found is not None
    return found


@pytest.mark.parametrize("key", KEYS)
def test_replies_nobody_tuned_for_are_understood(key: str) -> None:
    assert share(key) >= TARGETS[key]


@pytest.mark.parametrize("key", KEYS)
def test_spanish_is_understood_as_well_as_english(key: str) -> None:
    assert share(key, "es") >= share(key, "en") - LANGUAGES_APART


def test_opt_outs_are_found_and_not_invented() -> None:
    held_out = alarms(judged("held_out"), "intent", "stop")
    assert not held_out.missed
    assert len(held_out.invented) <= FALSE_OPT_OUTS * held_out.others
    work = alarms(judged("work"), "intent", "stop")
    assert len(work.missed) <= (1 - FOUND) * work.wanted


def test_emergencies_are_found_and_seldom_invented() -> None:
    held_out = alarms(judged("held_out"), "suggestion", "URGENT")
    assert len(held_out.missed) <= 2 * (1 - FOUND) * held_out.wanted + 1
    assert len(held_out.invented) <= FALSE_EMERGENCIES * held_out.others
    work = alarms(judged("work"), "suggestion", "URGENT")
    assert len(work.missed) <= (1 - FOUND) * work.wanted
