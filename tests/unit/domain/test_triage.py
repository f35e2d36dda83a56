"""Triage: sides, lead, softness and age rules, from what was said to a suggestion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.packs import load_packs
from service.domain.checklist import Shown
from service.domain.reading.types import Concern, Evidence, Flag, Hint, Milestone, Status, Topic
from service.domain.triage import Pick, Said, suggest
from service.domain.vocabulary import Domain, FlagLevel, Side, Suggestion

PACKS = load_packs().packs
WORDS = Evidence("test.rule", "test", "words", 0, 5)
ITEMS = PACKS.checklist.items


def concern(domain: Domain) -> Concern:
    return Concern(domain, Status.PRESENT, WORDS)


def pick(number: int) -> Pick:
    item = ITEMS[number - 1]
    return PACKS.checklist.pick(Shown(number, item.key), str(number))


def outcome(said: Said, age: int | None = 48):  # type: ignore[no-untyped-def]
    return suggest(said, age, PACKS.triage, PACKS.version)


@given(st.sets(st.integers(1, 12), min_size=1))
def test_the_sides_of_the_picks_decide_whatever_their_order(numbers: set[int]) -> None:
    sides = {domain.side for n in numbers for domain in ITEMS[n - 1].domains}
    expected = "BOTH" if len(sides) == 2 else sides.pop().value
    forwards = outcome(Said(picks=tuple(pick(n) for n in sorted(numbers))))
    backwards = outcome(Said(picks=tuple(pick(n) for n in sorted(numbers, reverse=True))))
    assert forwards.suggestion.value == backwards.suggestion.value == expected


@given(st.lists(st.sampled_from(list(Domain)), min_size=1, max_size=6))
def test_every_concern_is_named_among_the_reasons(domains: list[Domain]) -> None:
    found = outcome(Said(concerns=tuple(concern(d) for d in domains)), age=36)
    assert {r.domain for r in found.reasons if r.domain} == set(domains)
    assert all(reason.rule and reason.source for reason in found.reasons)


@pytest.mark.parametrize(
    ("age", "counted"), [(47, Domain.DELAY), (48, Domain.GROSS_MOTOR), (None, Domain.DELAY)]
)
def test_a_first_move_that_is_missing_is_late_only_below_four(
    age: int | None, counted: Domain
) -> None:
    found = outcome(Said(concerns=(concern(Domain.DELAY),)), age)
    assert {r.domain for r in found.reasons if r.domain} == {counted}


def test_the_side_with_more_concerns_leads() -> None:
    found = outcome(Said(picks=(pick(2), pick(8), pick(9))))
    assert (found.suggestion, found.lead) == (Suggestion.BOTH, Side.OT)


@pytest.mark.parametrize(("age", "lead"), [(20, Side.PT), (30, Side.OT)])
def test_on_a_tie_pt_leads_for_the_youngest_and_else_what_was_said_first(
    age: int, lead: Side
) -> None:
    said = Said(concerns=(concern(Domain.FEEDING), concern(Domain.BALANCE)))
    assert outcome(said, age).lead is lead


def test_one_pick_of_meltdowns_alone_is_worded_softly() -> None:
    assert outcome(Said(picks=(pick(11),))).soft
    assert outcome(Said(picks=(pick(12),))).soft
    assert not outcome(Said(picks=(pick(11), pick(12)))).soft
    assert not outcome(Said(picks=(pick(8),))).soft


@pytest.mark.parametrize(
    ("skill", "age", "suggestion", "soon", "rule"),
    [
        ("walks", 17, Suggestion.PT, False, "M10"),
        ("walks", 18, Suggestion.PT, True, "M12"),
        ("sits", 9, Suggestion.PT, True, "M04"),
        ("rolls", 6, Suggestion.PT, False, "M03"),
        ("rolls", 9, Suggestion.PT, True, "M03"),
        ("spoon", 24, Suggestion.OT, False, "M16"),
        ("hand_preference", 11, Suggestion.BOTH, True, "M24"),
        ("hand_preference", 12, Suggestion.OT, True, "M25"),
        ("toe_walks", 30, Suggestion.PT, False, "M27"),
    ],
)
def test_a_skill_not_seen_yet_matters_from_its_age_on(
    skill: str, age: int, suggestion: Suggestion, soon: bool, rule: str
) -> None:
    found = outcome(Said(milestones=(Milestone(skill, WORDS),)), age)
    assert found.suggestion is suggestion
    assert (FlagLevel.SOON in found.flags) is soon
    assert rule in {reason.rule for reason in found.reasons}


def test_before_its_age_a_skill_not_seen_yet_decides_nothing() -> None:
    found = outcome(Said(milestones=(Milestone("walks", WORDS),)), 12)
    assert found.suggestion is Suggestion.UNCLEAR
    assert found.flags == ()


@pytest.mark.parametrize(
    ("condition", "domains", "expected"),
    [
        ("cerebral_palsy", [], Suggestion.BOTH),
        ("autism", [], Suggestion.OT),
        ("autism", [Domain.BALANCE], Suggestion.BOTH),
        ("adhd", [Domain.ATTENTION], Suggestion.OT),
        ("low_tone", [], Suggestion.PT),
        ("low_tone", [Domain.FEEDING], Suggestion.BOTH),
        ("sports_injury", [], Suggestion.PT),
    ],
)
def test_a_condition_the_parent_named_adds_the_side_it_usually_needs(
    condition: str, domains: list[Domain], expected: Suggestion
) -> None:
    said = Said(hints=(Hint(condition, WORDS),), concerns=tuple(concern(d) for d in domains))
    assert outcome(said).suggestion is expected


def test_speech_alone_is_none_and_behaviour_alone_is_unclear() -> None:
    assert outcome(Said(topics=(Topic("speech", WORDS),))).suggestion is Suggestion.NONE
    assert outcome(Said(topics=(Topic("behaviour", WORDS),))).suggestion is Suggestion.UNCLEAR
    assert outcome(Said()).suggestion is Suggestion.UNCLEAR
    assert outcome(Said(nothing=True)).suggestion is Suggestion.NONE


@given(st.lists(st.sampled_from(list(FlagLevel)), min_size=1))
def test_a_flag_is_never_lost(levels: list[FlagLevel]) -> None:
    said = Said(
        flags=tuple(Flag(level, WORDS) for level in levels), concerns=(concern(Domain.DELAY),)
    )
    assert set(outcome(said).flags) == set(levels)
