"""What holds for every reply, tried on the labelled replies and on phrases of the packs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.score import AS_OF, replies
from config.packs import load_packs
from service.domain.evaluation import Evaluated, evaluate
from service.domain.reading import Status
from service.domain.vocabulary import Asked, Channel, FlagLevel, Language

PACKS = load_packs().packs
REPLIES = [reply for _, reply in replies() if reply["channel"] == "sms"]
FLAGGED = [r for r in REPLIES if r["want"].get("suggestion") in ("URGENT", "SOON")]
EMERGENCIES = [r for r in FLAGGED if r["want"]["suggestion"] == "URGENT"]
# Said without a break, as a telephone writes down what it hears.
AROUND = {
    Language.EN: (
        "sorry to bother but {}", "ok so {}", "{} what do i do", "{} is this normal", "{} shes 3",
        "no he loves minecraft. {}", "we signed up last month. {}", "hes in preschool. {}",
        "hi its his aunt, {}", "{} thanks for checking in", "1 and 3. {}",
    ),
    Language.ES: (
        "es que {}", "oiga {}", "pues {}", "hola buenas, {}", "{} que hago", "{} es normal?",
        "{} tiene 3 años", "le gusta minecraft. {}", "nos apuntamos el mes pasado. {}",
        "{} gracias por escribir", "1 y 3. {}", "{} mi hermana me dijo que les escribiera",
    ),
}  # fmt: skip
# The same cases every time: what one machine passes another must not fail.
RELAXED = settings(
    max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
SOME_REPLY = st.sampled_from(REPLIES)

SKILLS = {
    Language.EN: (
        "stairs", "running", "handwriting", "buttons", "noise", "eating", "balance", "scissors",
        "jumping", "dressing", "puzzles", "brushing teeth", "walking", "climbing", "sharing",
    ),
    Language.ES: (
        "correr", "saltar", "escribir", "vestirse", "comer", "masticar", "caminar", "gatear",
        "los botones", "subir escaleras", "recortar", "los rompecabezas", "concentrarse",
    ),
}  # fmt: skip
DENIALS = {
    Language.EN: (
        "no trouble with {}",
        "no problems with {}",
        "{} is fine",
        "not worried about {}",
    ),
    Language.ES: ("no tiene problemas para {}", "sin problemas con {}", "no le cuesta {}"),
}


def read(text: str, reply: dict[str, Any]) -> Evaluated:
    return evaluate(
        text,
        language=Language(reply["lang"]),
        asked=Asked(reply["asked"]),
        packs=PACKS,
        now=AS_OF,
        channel=Channel(reply["channel"]),
        age_months=reply["age_months"],
    )


def highest(found: Evaluated) -> int:
    return max((int(flag) for flag in found.outcome.flags), default=-1)


@RELAXED
@given(
    reply=SOME_REPLY, courtesy=st.sampled_from([" thanks", " thank you!", " gracias", " 🙂", " ❤"])
)
def test_thanks_or_an_emoji_changes_nothing(reply: dict[str, Any], courtesy: str) -> None:
    plain, polite = read(reply["text"], reply), read(reply["text"] + courtesy, reply)
    assert polite.numbers == plain.numbers
    assert polite.age_months == plain.age_months
    assert polite.suggestion == plain.suggestion
    assert polite.domains == plain.domains
    if plain.reading.intent is not None:
        assert polite.reading.intent is plain.reading.intent


@pytest.mark.parametrize("language", list(Language))
@RELAXED
@given(data=st.data())
def test_a_denied_concern_never_counts(language: Language, data: st.DataObject) -> None:
    skill = data.draw(st.sampled_from(SKILLS[language]))
    text = data.draw(st.sampled_from(DENIALS[language])).format(skill)
    before = data.draw(st.sampled_from(["", "hi. ", "4. ", "hola. "]))
    found = evaluate(
        before + text,
        language=language,
        asked=data.draw(st.sampled_from([Asked.FREE, Asked.CHECKLIST_1, Asked.CHECKLIST_2])),
        packs=PACKS,
        now=datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert not [c for c in found.reading.concerns if c.status is Status.PRESENT], text


@RELAXED
@given(reply=st.sampled_from(FLAGGED), other=SOME_REPLY, first=st.booleans())
def test_a_flag_is_never_lost_by_adding_text(
    reply: dict[str, Any], other: dict[str, Any], first: bool
) -> None:
    texts = [reply["text"], other["text"]]
    joined = ".\n".join(texts if first else reversed(texts))
    alone = read(reply["text"], reply)
    assert highest(read(joined, reply)) >= max(
        (int(f.level) for f in alone.reading.flags), default=-1
    )


@RELAXED
@given(reply=st.sampled_from(EMERGENCIES), data=st.data())
def test_what_stands_around_an_emergency_never_hides_it(
    reply: dict[str, Any], data: st.DataObject
) -> None:
    around = data.draw(st.sampled_from(AROUND[Language(reply["lang"])]))
    alone, amid = read(reply["text"], reply), read(around.format(reply["text"]), reply)
    # One that nobody hears alone is counted by the tests of labelled replies, not here.
    assert highest(amid) >= highest(alone)


@RELAXED
@given(reply=st.sampled_from(FLAGGED), repeated=st.integers(2, 3))
def test_saying_it_twice_is_no_less_urgent(reply: dict[str, Any], repeated: int) -> None:
    said = max((f.level for f in read(reply["text"], reply).reading.flags), default=None)
    again = read(". ".join([reply["text"]] * repeated), reply).reading.flag
    assert said is None or (again is not None and again >= said)


def test_the_levels_are_in_the_order_of_danger() -> None:
    assert FlagLevel.SOON < FlagLevel.CRISIS < FlagLevel.URGENT
