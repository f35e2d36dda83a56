"""What parents are asked at their child's age, and how it is numbered."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.load_checklist import LONGEST_PHRASE, load_checklist
from config.load_messages import load_messages
from service.domain.checklist import LAST_MONTH
from service.domain.segments import count
from service.domain.vocabulary import Domain, Language, Side

ROOT = Path(__file__).resolve().parents[3]
BANDS = yaml.safe_load(
    (Path(__file__).parent / "data" / "checklist_bands.yaml").read_text("utf-8")
)["bands"]
CHECKLIST = load_checklist(ROOT)
MESSAGES = load_messages(ROOT)

ages = st.integers(min_value=0, max_value=LAST_MONTH)
languages = st.sampled_from(Language)


@pytest.mark.parametrize("band", BANDS, ids=lambda band: band["name"])
def test_each_age_is_asked_what_fits_it(band: dict[str, Any]) -> None:
    for months in band["months"]:
        lists = CHECKLIST.lists_for(months)

        assert [[line.key for line in part] for part in lists] == band["lists"], months


@given(ages)
def test_numbers_run_on_from_the_first_list_into_the_second(age_months: int) -> None:
    lines = list(chain.from_iterable(CHECKLIST.lists_for(age_months)))

    assert [line.number for line in lines] == list(range(1, len(lines) + 1))


@given(ages)
def test_the_first_list_is_about_moving_and_the_second_about_daily_life(age_months: int) -> None:
    sides = [
        {CHECKLIST.item(line.key).side for line in part} for part in CHECKLIST.lists_for(age_months)
    ]

    assert sides == ([{Side.PT, Side.OT}] if age_months < 12 else [{Side.PT}, {Side.OT}])


@pytest.mark.parametrize("language", Language)
def test_every_list_at_every_age_fits_two_cheap_segments(language: Language) -> None:
    for age_months in range(LAST_MONTH + 1):
        for part, shown in enumerate(CHECKLIST.lists_for(age_months), start=1):
            header = MESSAGES.text(language, f"checklist_{part}_header")
            cost = count(CHECKLIST.list_text(header, shown, language, age_months))

            assert cost.encoding == "GSM-7", (age_months, part)
            assert cost.segments <= 2, (age_months, part)


@given(ages, languages)
def test_a_list_is_its_header_and_one_numbered_line_an_item(
    age_months: int, language: Language
) -> None:
    shown = CHECKLIST.lists_for(age_months)[-1]

    header, *lines = CHECKLIST.list_text("Header?", shown, language, age_months).split("\n")

    assert header == "Header?"
    assert [int(line.split(" ", 1)[0]) for line in lines] == [line.number for line in shown]
    assert all(len(line) <= 38 for line in lines)


def test_an_example_in_the_first_header_is_a_number_every_first_list_has() -> None:
    fewest = min(len(CHECKLIST.lists_for(age)[0]) for age in range(LAST_MONTH + 1))

    for language in Language:
        example = re.search(r"(\d) (\d)", MESSAGES.text(language, "checklist_1_header"))
        assert example
        assert max(map(int, example.groups())) <= fewest


def test_the_items_cover_every_domain_on_its_own_side() -> None:
    assert {d for item in CHECKLIST.items for d in item.domains} == set(Domain)
    assert all(d.side is item.side for item in CHECKLIST.items for d in item.domains)


def test_only_calming_and_focus_earn_softer_words() -> None:
    assert [item.key for item in CHECKLIST.items if item.soft] == ["calming", "focus_play"]


def test_the_same_item_reads_differently_for_a_baby_and_a_school_child() -> None:
    assert CHECKLIST.item_text("hands", Language.EN, 6) == "Holding toys or using both hands"
    assert CHECKLIST.item_text("hands", Language.EN, 100) == "Handwriting, copying or scissors"


@pytest.mark.parametrize(
    ("word", "key", "from_months"),
    [
        ("writ", "hands", 48),
        ("potty", "dressing", 36),
        ("buttons", "dressing", 48),
        ("spoon", "eating", 18),
        ("laces", "dressing", 72),
    ],
)
def test_nobody_is_asked_about_a_skill_before_its_age(
    word: str, key: str, from_months: int
) -> None:
    asked = [
        age
        for age in range(LAST_MONTH + 1)
        if CHECKLIST.item(key).wording(age)
        and word in CHECKLIST.item_text(key, Language.EN, age).lower()
    ]

    assert min(asked) == from_months


def test_an_item_hidden_at_an_age_has_no_words_there() -> None:
    with pytest.raises(KeyError, match="early_moves is not shown at 60 months"):
        CHECKLIST.item_text("early_moves", Language.EN, 60)


def test_an_age_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 months"):
        CHECKLIST.lists_for(-1)


@pytest.mark.parametrize("language", Language)
def test_phrases_for_results_are_short_lower_case_and_cheap(language: Language) -> None:
    for phrase in CHECKLIST.phrases(language):
        assert len(phrase) <= LONGEST_PHRASE, phrase
        assert phrase == phrase.lower(), phrase
        assert count(phrase).encoding == "GSM-7", phrase


def test_every_concern_has_words_for_the_result() -> None:
    for language in Language:
        for domain in Domain:
            assert CHECKLIST.domain_phrase(domain, language)
        for item in CHECKLIST.items:
            assert CHECKLIST.reason(item.key, language)


def test_a_reason_can_fit_the_age() -> None:
    assert CHECKLIST.reason("early_moves", Language.EN) == "sitting and walking"
    assert CHECKLIST.reason("early_moves", Language.EN, 5) == "rolling and sitting"
    assert CHECKLIST.reason("running_stairs", Language.ES, 60) == "correr y subir"
