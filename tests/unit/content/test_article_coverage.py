"""Every row of the source articles is read as the articles mean it, in both languages."""

from __future__ import annotations

import pytest

from bench.article_coverage import PAGE, TITLES, Row, page, read, rows
from config.packs import load_packs
from service.domain.vocabulary import Intent, Language

PACKS = load_packs().packs
ROWS = list(rows())
SAID = [row for row in ROWS if row.question is None]
ASKED = [row for row in ROWS if row.question is not None]
LANGUAGES = list(Language)


def ids(row: Row) -> str:
    return row.id


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", SAID, ids=ids)
def test_what_a_parent_says_leads_to_the_articles_suggestion(row: Row, language: Language) -> None:
    found = read(row, language, PACKS)
    assert found.suggestion == row.suggestion, found.outcome.reasons
    assert row.domains <= set(found.domains), found.outcome.reasons


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", ASKED, ids=ids)
def test_what_a_parent_asks_gets_its_answer(row: Row, language: Language) -> None:
    found = read(row, language, PACKS)
    assert found.reading.intent is Intent.FAQ
    assert found.reading.question == row.question


def test_no_row_of_the_articles_is_left_out() -> None:
    told = {row.id.rstrip("ab") for row in ROWS}
    for letter, last in (("O", 21), ("P", 16), ("B", 12), ("E", 11)):
        assert {f"{letter}{number}" for number in range(1, last + 1)} <= told
    counts = {part: sum(row.part == part for row in ROWS) for part in TITLES}
    assert counts["conditions"] >= 15
    assert counts["questions"] >= 18


def test_the_page_is_the_one_made_from_these_rows() -> None:
    assert PAGE.read_text("utf-8") == page(PACKS), "run: make coverage-page"
