"""Whole conversations, turn by turn, as tables in ``tests/data/conversations``.

A turn says what the parent writes and what must come of it: the message files sent, the step,
the suggestion, alerts, reminders waiting, words that must or must not be in an answer.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from config.packs import load_packs
from service.domain.conversation import (
    Clinic,
    Conversation,
    Packs,
    Policy,
    Turn,
    advance,
    open_by_clinic,
)
from service.domain.conversation.advance import wordless
from service.domain.conversation.state import KnownAge
from service.domain.reading import read
from service.domain.reminders import Place, Planned
from service.domain.vocabulary import Channel, Language, Side

DATA = Path(__file__).resolve().parents[2] / "data" / "conversations"
START = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)  # a Tuesday, 10 am in Chicago


def stories() -> list[Any]:
    return [
        pytest.param(story, id=f"{path.stem}: {story['story']}")
        for path in sorted(DATA.glob("*.yaml"))
        for story in yaml.safe_load(path.read_text("utf-8"))
    ]


@pytest.fixture(scope="module")
def packs() -> Packs:
    return load_packs().packs


def policy_of(story: dict[str, Any], packs: Packs) -> Policy:
    offers = frozenset(Side(side) for side in story.get("offers", ["OT", "PT"]))
    clinic = Clinic(
        "Sunny Days", "(312) 555-0142", "https://x.example/b", "America/Chicago", offers
    )
    return Policy(clinic, packs, Place(packs.hours, ("America/Chicago",), "America/Chicago"))


def answer(
    state: Conversation, turn: dict[str, Any], policy: Policy, packs: Packs, now: datetime
) -> Turn:
    here = now.astimezone(ZoneInfo("America/Chicago"))
    if not turn["say"].strip():
        return wordless(state, bool(turn.get("picture")), policy, here)
    reading = read(turn["say"], state.context(here, Channel.SMS), packs.lexicon)
    return advance(state, reading, policy, here)


@pytest.mark.parametrize("story", stories())
def test_story(story: dict[str, Any], packs: Packs) -> None:
    policy = policy_of(story, packs)
    state = Conversation(language=Language(story.get("language", "en")))
    waiting: tuple[Planned, ...] = ()
    now = START
    if "invited" in story:
        months = story["invited"].get("age_months")
        state = Conversation(
            language=state.language, age=KnownAge(months, now.date()) if months else None
        )
        state = open_by_clinic(state, policy, now).conversation
    for number, expected in enumerate(story["turns"], 1):
        now += timedelta(minutes=2)
        turn = answer(state, expected, policy, packs, now)
        state = turn.conversation
        waiting = waiting if turn.plan is None else turn.plan
        words = "\n".join(
            text.render(packs.messages, state.language, policy.clinic) for text in turn.texts
        )
        found = {
            "sends": [text.key for text in turn.texts],
            "step": state.step.value,
            "suggestion": state.outcome.suggestion.value if state.outcome else None,
            "lead": state.outcome.lead.value if state.outcome and state.outcome.lead else None,
            "flags": [flag.name for flag in state.outcome.flags] if state.outcome else [],
            "alerts": [alert.value for alert in turn.alerts],
            "waiting": [planned.kind for planned in waiting],
            "language": state.language.value,
            "stopped": state.stopped,
            "paused": state.paused,
            "booked": state.booked,
            "consent": turn.consent.event.value if turn.consent else None,
        }
        where = f"turn {number}, {expected['say']!r}: {found}\n{words}"
        for key, value in expected.items():
            if key in found:
                assert found[key] == value, f"{key}: {where}"
            elif key == "has":
                assert all(piece.lower() in words.lower() for piece in value), where
            elif key == "has_not":
                assert not any(piece.lower() in words.lower() for piece in value), where
            else:
                assert key in ("say", "picture"), f"unknown expectation {key}"
