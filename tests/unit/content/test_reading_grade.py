"""How hard the texts are to read: every one of them, as it is sent."""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest

from config.load_messages import load_messages
from service.domain.content_check import Problem
from service.domain.vocabulary import Channel, Language
from service.domain.wording import EMAIL_ONLY, KEYS
from service.flows.reading_grade import TYPICAL, english_grade, hard_texts, too_hard

MESSAGES = load_messages(Path(__file__).resolve().parents[3])
IN_A_MAIL = [key for key in KEYS if MESSAGES.has_variant(key, Channel.EMAIL)] + list(EMAIL_ONLY)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", list(Language))
def test_a_sixth_grader_can_read_every_text(language: Language, key: str) -> None:
    assert too_hard(language, MESSAGES.render(language, key, TYPICAL[language])) is None


@pytest.mark.parametrize("key", IN_A_MAIL)
@pytest.mark.parametrize("language", list(Language))
def test_a_sixth_grader_can_read_every_mail(language: Language, key: str) -> None:
    words = MESSAGES.render(language, key, TYPICAL[language], Channel.EMAIL)
    assert too_hard(language, words) is None


def test_on_the_whole_the_texts_read_at_grade_five_or_below() -> None:
    values = TYPICAL[Language.EN]
    grades = [english_grade(MESSAGES.render(Language.EN, key, values)) for key in KEYS]
    assert mean(grades) <= 5


def test_hard_words_in_a_mail_are_named_by_their_file() -> None:
    hard = "Developmental coordination abnormalities necessitate multidisciplinary care."
    messages = MESSAGES.with_text(Language.EN, "booked", hard, Channel.EMAIL)
    (problem,) = hard_texts(messages.with_text(Language.EN, "mail_book", "Book", Channel.EMAIL))
    assert problem.key == "booked.email"


@pytest.mark.parametrize(
    ("language", "text", "why"),
    [
        (
            Language.EN,
            "Developmental coordination abnormalities necessitate multidisciplinary care.",
            "reads at grade",
        ),
        (
            Language.ES,
            "Las alteraciones psicomotrices requieren intervenciones multidisciplinarias.",
            "has a reading ease of",
        ),
    ],
)
def test_a_hard_text_is_named_with_its_measure(language: Language, text: str, why: str) -> None:
    assert hard_texts(MESSAGES) == ()
    (problem,) = hard_texts(MESSAGES.with_text(language, "thanks", text))
    assert isinstance(problem, Problem)
    assert (problem.key, problem.language) == ("thanks", language)
    assert problem.reason.startswith(why)
