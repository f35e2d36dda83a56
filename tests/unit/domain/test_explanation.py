"""The path of one text: everything read, fired and outranked, and the same for every reader."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.packs import load_packs
from service.domain.explanation import Explanation, Tone, explain
from service.domain.segments import count
from service.domain.vocabulary import Asked, Language

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)


def path(text: str, asked: str = "free", age: int | None = None, lang: str = "en") -> Explanation:
    return explain(
        text,
        age_months=age,
        language=Language(lang),
        asked=Asked(asked),
        packs=load_packs().packs,
        now=NOW,
    )


OUTRANKED = [
    # text, what it answers, age in months, what lost, to what, in which words
    ("walks fine but cant hold a crayon", "free", 48, "gross motor", "said to be fine", "walks"),
    ("he doesn't fall anymore", "free", 48, "balance", "said to be over", "fall"),
    ("her brother falls a lot", "free", 48, "balance", "about somebody else", "falls"),
    ("no seizures, but he falls a lot", "free", 48, "Urgent", "denied just before", "seizures"),
    ("he had a seizure last year", "free", 48, "Urgent", "told of the past", "seizure"),
    (
        "she has CP, falls a lot and cant hold a crayon",
        "free",
        48,
        "cerebral palsy",
        "T-both",
        "CP",
    ),
    ("falls a lot and does not talk much", "free", 48, "speech", "outside OT and PT", "talk"),
    ("he doesnt jump", "free", 20, "jumps", "counts from 2 years 6 months", "doesnt jump"),
    ("he doesnt jump", "free", None, "jumps", "age is not known", "doesnt jump"),
    ("he lost words and cant hold a crayon", "free", 48, "suggestion OT", "rides along", ""),
    ("he is choking and falls a lot", "free", 48, "suggestion PT", "texting pauses", ""),
    ("no more", "free", 48, "Stop", "in answer to what was asked", "no more"),
    ("please stop texting me, call me instead", "free", 48, "person", "Stop matters", "call me"),
    ("we stop at the stairs", "free", 48, "Stop", "whole message", "stop"),
    ("she walks to school", "free", 48, "gross motor", "without a difficulty", "walks"),
    ("he has a fever, 100 degrees", "free", 48, "Urgent", "known to be under 3 months", "fever"),
    ("he has a fever", "free", None, "Urgent", "known to be under 3 months", "fever"),
    ("1 and 3, no concerns", "checklist_1", 48, "no worries", "named all the same", ""),
]


@pytest.mark.parametrize(("text", "asked", "age", "what", "why", "words"), OUTRANKED)
def test_what_did_not_count_is_shown_with_what_it_lost_to(
    text: str, asked: str, age: int | None, what: str, why: str, words: str
) -> None:
    found = path(text, asked, age).outranked
    fitting = [lost for lost in found if what in lost.what and why in lost.why]
    assert fitting, [(lost.what, lost.why) for lost in found]
    lost = fitting[0]
    assert lost.rule
    assert words in (lost.evidence.words if lost.evidence else "")
    if lost.evidence:
        start, end = lost.evidence.start, lost.evidence.end
        assert text[start:end] == lost.evidence.words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("falls a lot", "free"),
        ("is there a fee? falls a lot", "free"),
        ("yes please", "consent"),
        ("4 years", "age"),
        ("1 3", "checklist_1"),
        ("thanks", "after_suggestion"),
    ],
)
def test_what_counted_is_not_told_to_be_outranked(text: str, asked: str) -> None:
    assert path(text, asked, 48).outranked == ()


def test_every_kind_of_thing_that_was_read_is_named_with_its_words_rule_and_source() -> None:
    found = path(
        "she's 4, born at 30 weeks, has CP, cant hold a crayon. she had seizures last year. "
        "doesn't talk. eats fine. please stop texting me"
    )
    kinds = {fact.kind for fact in found.facts}
    assert kinds >= {
        "red flag", "concern", "milestone", "condition", "early birth", "topic", "age", "intent",
    }  # fmt: skip
    for fact in found.facts:
        assert fact.evidence is not None
        assert fact.evidence.words
        assert fact.evidence.rule
    numbers = path("1, 3", "checklist_1").facts
    assert [(fact.kind, fact.what) for fact in numbers] == [("numbers", "picked 1, 3")]


def test_the_rules_that_fired_end_with_the_one_that_decided() -> None:
    found = path("cant hold a crayon and falls a lot", age=48)
    assert [fired.decided for fired in found.fired][-1]
    assert [fired.rule for fired in found.fired if fired.decided] == ["T-both"]
    assert {fired.area for fired in found.fired} >= {"fine motor (OT)", "balance (PT)"}
    assert all(fired.source for fired in found.fired)
    assert found.verdict is not None
    assert (found.verdict.suggestion.value, found.verdict.word) == ("BOTH", "BOTH")
    assert found.verdict.pack_version == load_packs().packs.version


@pytest.mark.parametrize(
    ("text", "word"),
    [("falls a lot", "PT"), ("falls a lot, lost words", "SOON"), ("is choking", "URGENT"),
     ("i want to die", "URGENT"), ("blue", "UNCLEAR")],
)  # fmt: skip
def test_a_red_flag_outranks_the_service_in_one_word(text: str, word: str) -> None:
    verdict = path(text).verdict
    assert verdict is not None
    assert verdict.word == word


def test_what_would_be_sent_is_the_very_text_with_what_it_costs() -> None:
    found = path("falls a lot", age=48)
    assert [text.kind for text in found.sent] == ["suggestion_pt", "next_step"]
    for text in found.sent:
        assert text.size == count(text.body)
        assert "{" not in text.body
    assert [planned.kind for planned in found.reminders] == ["booking_1", "booking_2", "booking_3"]


def test_a_list_is_answered_against_what_a_child_of_that_age_was_shown() -> None:
    baby, child = path("1", "checklist_1", 9), path("1", "checklist_1", 60)
    assert {fired.item for fired in baby.fired} != {fired.item for fired in child.fired}


@settings(deadline=None)
@given(
    st.text(max_size=120)
    | st.lists(
        st.sampled_from(
            "no not stop falls a lot brother choking 1 2 cant walk . , but last year yes".split()
        ),
        max_size=25,
    ).map(" ".join),
    st.sampled_from(Asked),
)
def test_any_text_has_a_path_and_its_words_come_back_whole(text: str, asked: Asked) -> None:
    found = path(text, asked.value)
    assert "".join(piece.text for piece in found.pieces) == text
    marked = {piece.tone for piece in found.pieces}
    told = {fact.tone for fact in found.facts if fact.evidence and fact.evidence.words}
    assert (Tone.FLAG in told) <= (Tone.FLAG in marked)
