"""What parents write on any day is no emergency and no opt-out, whatever had been asked.

Written by people who had not seen the packs; what was mended after the first reading stays so.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from config.packs import load_packs
from service.domain.evaluation import evaluate
from service.domain.vocabulary import Asked, Intent, Language
from tests.unit.reading.conftest import NOW

DATA = Path(__file__).resolve().parents[2] / "data" / "reading"


def messages(language: Language) -> list[str]:
    return (DATA / f"calm_{language.value}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize("asked", list(Asked))
@pytest.mark.parametrize("language", list(Language))
def test_no_calm_message_raises_an_alarm(language: Language, asked: Asked) -> None:
    packs = load_packs().packs
    alarms = []
    for text in messages(language):
        found = evaluate(text, language=language, asked=asked, packs=packs, now=NOW, age_months=48)
        if found.suggestion == "URGENT" or found.reading.intent is Intent.STOP:
            alarms.append((text, found.suggestion, found.reading.intent))
    assert alarms == []


@pytest.mark.parametrize("language", list(Language))
def test_there_are_eight_hundred_different_ones(language: Language) -> None:
    assert len(set(messages(language))) >= 780
