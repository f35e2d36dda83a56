"""Replies as parents write them, by kind, each with what must be understood."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from service.domain.reading import Reading, Status

DATA = Path(__file__).resolve().parents[2] / "data" / "reading"


def _cases(name: str) -> list[Any]:
    cases = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    return [pytest.param(case, id=str(case["text"])[:60]) for case in cases]


def _read(reads: Any, case: dict[str, Any]) -> Reading:
    keys = ("asked", "lang", "channel", "age_months")
    reading: Reading = reads(case["text"], **{k: case[k] for k in keys if k in case})
    return reading


@pytest.mark.parametrize("case", _cases("numbers"))
def test_numbers_are_read_as_the_parent_meant_them(reads: Any, case: dict[str, Any]) -> None:
    numbers = _read(reads, case).numbers
    if numbers is None:
        got: Any = None
    else:
        got = list(numbers.items) if numbers.picks == "some" else str(numbers.picks)
    assert got == case["numbers"]


@pytest.mark.parametrize("case", _cases("ages"))
def test_the_childs_age_is_read_in_completed_months(reads: Any, case: dict[str, Any]) -> None:
    age = _read(reads, case).age
    got = "nothing" if age is None else age.months if age.months is not None else "unclear"
    assert got == case["age"]


@pytest.mark.parametrize("case", _cases("intents"))
def test_what_the_parent_asks_for_is_noticed(reads: Any, case: dict[str, Any]) -> None:
    reading = _read(reads, case)
    assert (str(reading.intent) if reading.intent else None) == case["intent"]
    if "question" in case:
        assert reading.question == case["question"]
    if "date" in case:
        assert reading.date == case["date"]


@pytest.mark.parametrize("case", _cases("concerns"))
def test_concerns_are_found_in_the_parents_words(reads: Any, case: dict[str, Any]) -> None:
    reading = _read(reads, case)
    assert sorted({str(c.domain) for c in reading.present}) == sorted(case.get("present", []))
    ruled_out = {(str(c.domain), str(c.status)) for c in reading.concerns}
    for status in (Status.DENIED, Status.OVER, Status.OTHER_PERSON):
        for domain in case.get(str(status), []):
            assert (domain, str(status)) in ruled_out
    for kind, key in (("hints", "condition"), ("milestones", "skill"), ("topics", "key")):
        got = {getattr(found, key) for found in getattr(reading, kind)}
        assert set(case.get(kind, ())) <= got


@pytest.mark.parametrize("case", _cases("safety"))
def test_signs_of_danger_are_seen_and_look_alikes_are_not(reads: Any, case: dict[str, Any]) -> None:
    flag = _read(reads, case).flag
    assert (flag.name.lower() if flag is not None else None) == case["flag"]
