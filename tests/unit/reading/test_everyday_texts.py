"""Ten thousand texts a language that have nothing to do with Tandem start no false alarm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import cycle
from pathlib import Path

import pytest
import yaml

from config.packs import load_packs
from service.domain.evaluation import evaluate
from service.domain.reading import Evidence
from service.domain.vocabulary import Asked, FlagLevel, Intent, Language
from tests.support.everyday_texts import LONGEST, SHORTEST, everyday_texts

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[2] / "data" / "reading" / "everyday_texts.yaml"
STEPS = (Asked.CONSENT, Asked.FREE, Asked.AFTER_SUGGESTION)
FEWEST = 10_000
ALLOWED_IN_1000 = 1


@dataclass(frozen=True, slots=True)
class Alarm:
    """A text that was read as an emergency or an opt-out."""

    kind: str
    step: Asked
    fired: tuple[Evidence, ...]
    text: str

    @property
    def id(self) -> str:
        return text_id(self.text)

    def __str__(self) -> str:
        rules = ", ".join(f"{one.rule} ({one.words})" for one in self.fired)
        return f"{self.id} {self.kind} at {self.step}: {rules}: {self.text}"


def text_id(text: str) -> str:
    """What the list of excused texts names a text by."""
    return sha256(text.encode()).hexdigest()[:12]


@pytest.fixture(scope="module", params=list(Language))
def language(request: pytest.FixtureRequest) -> Language:
    return Language(request.param)


@pytest.fixture(scope="module")
def texts(language: Language) -> list[str]:
    return everyday_texts(language)


@pytest.fixture(scope="module")
def alarms(language: Language, texts: list[str]) -> list[Alarm]:
    packs = load_packs().packs
    found = []
    for step, text in zip(cycle(STEPS), texts, strict=False):
        evaluated = evaluate(text, language=language, asked=step, packs=packs, now=NOW)
        reading = evaluated.reading
        if evaluated.suggestion == "URGENT":
            fired = tuple(f.evidence for f in reading.flags if f.level >= FlagLevel.CRISIS)
            found.append(Alarm("URGENT", step, fired, text))
        if reading.intent is Intent.STOP:
            fired = (reading.intent_evidence,) if reading.intent_evidence else ()
            found.append(Alarm("stop", step, fired, text))
    return found


@pytest.fixture(scope="module")
def excused(language: Language) -> set[str]:
    """The ids of texts that a careful reader would call an alarm too."""
    rows = yaml.safe_load(DATA.read_text("utf-8"))
    return {str(row["id"]) for row in rows if row["lang"] == language}


def test_there_are_ten_thousand_different_short_texts(texts: list[str]) -> None:
    assert len(set(texts)) == len(texts) >= FEWEST
    assert all(SHORTEST <= len(text) <= LONGEST for text in texts)


@pytest.mark.parametrize("kind", ["URGENT", "stop"])
def test_at_most_one_in_a_thousand_is_a_false_alarm(
    kind: str, texts: list[str], alarms: list[Alarm], excused: set[str]
) -> None:
    false = [alarm for alarm in alarms if alarm.kind == kind and alarm.id not in excused]
    allowed = len(texts) * ALLOWED_IN_1000 // 1000
    assert len(false) <= allowed, "\n".join(
        [f"{len(false)} of {len(texts)} texts, {allowed} allowed:", *map(str, false)]
    )


def test_every_excused_text_is_one_that_still_alarms(
    alarms: list[Alarm], excused: set[str]
) -> None:
    urgent = {alarm.id for alarm in alarms if alarm.kind == "URGENT"}
    assert excused <= urgent, f"not an alarm any more, or not there: {sorted(excused - urgent)}"
