"""What a text costs, counted as carriers do."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from service.domain.segments import count, outside_gsm, to_gsm

DATA = Path(__file__).parent / "data"
CASES = yaml.safe_load((DATA / "segments.yaml").read_text("utf-8"))["cases"]

PLAIN = "ab 1é\nñ¿"
DOUBLE = "€{}~"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_text_costs_what_the_carrier_bills(case: dict[str, Any]) -> None:
    found = count(case["text"] * case.get("repeat", 1) + case.get("then", ""))

    assert (found.encoding, found.units, found.segments) == (
        case["encoding"],
        case["units"],
        case["segments"],
    )


@given(st.text(alphabet=PLAIN + DOUBLE, min_size=1, max_size=700))
def test_gsm_texts_can_be_cut_into_exactly_the_parts_counted(text: str) -> None:
    found = count(text)
    sizes = [2 if character in DOUBLE else 1 for character in text]

    assert found.encoding == "GSM-7"
    assert found.units == sum(sizes)
    assert found.segments == _fewest_parts(sizes, single=160, part=153)


@given(st.text(alphabet="aéí\U0001f642", min_size=1, max_size=300).map(lambda t: t + "í"))
def test_other_texts_can_be_cut_into_exactly_the_parts_counted(text: str) -> None:
    found = count(text)
    sizes = [len(character.encode("utf-16-le")) // 2 for character in text]

    assert found.encoding == "UCS-2"
    assert found.units == len(text.encode("utf-16-le")) // 2
    assert found.segments == _fewest_parts(sizes, single=70, part=67)


@given(st.text(max_size=400), st.characters(codec="utf-8"))
def test_a_longer_text_never_costs_less(text: str, more: str) -> None:
    assert count(text + more).segments >= count(text).segments


@given(st.text(max_size=200))
def test_a_text_is_cheap_exactly_when_no_letter_is_outside_the_alphabet(text: str) -> None:
    assert (count(text).encoding == "GSM-7") == (outside_gsm(text) == ())


@given(st.text(max_size=200))
def test_making_a_value_plain_never_costs_letters_the_alphabet_has(text: str) -> None:
    plain = to_gsm(text)

    # Against the composed form: a few signs (Tibetan, for one) have no composed form at all.
    assert len(outside_gsm(plain)) <= len(outside_gsm(unicodedata.normalize("NFC", text)))
    assert to_gsm(plain) == plain


@given(st.text(alphabet=PLAIN + DOUBLE))
def test_a_value_that_is_plain_already_stays_as_it_is(text: str) -> None:
    assert to_gsm(text) == text


def test_a_clinic_name_with_accents_and_curly_quotes_becomes_cheap() -> None:
    assert to_gsm("Cl\u00ednica \u201cNi\u00f1os\u201d \u2014 Mart\u00edn\u2019s\u2026") == (
        'Clinica "Niños" - Martin\'s...'
    )
    assert to_gsm("Clinica nin\u0303os") == "Clinica niños"


def test_the_letters_that_make_a_text_expensive_are_named_once_each() -> None:
    assert outside_gsm("días más allá") == ("í", "á")


def _fewest_parts(sizes: list[int], *, single: int, part: int) -> int:
    """The fewest parts, found by trying every place to cut (no greed, unlike the product)."""
    if sum(sizes) <= single:
        return 1
    fewest = [0] * (len(sizes) + 1)
    for end in range(1, len(sizes) + 1):
        used, best = 0, len(sizes)
        for begin in range(end - 1, -1, -1):
            used += sizes[begin]
            if used > part:
                break
            best = min(best, fewest[begin] + 1)
        fewest[end] = best
    return fewest[-1]
