"""How hard the texts are to read, measured with a library on texts filled in as sent.

English: Flesch-Kincaid, a school grade. Spanish: Fernandez-Huerta, where 70 to 80 is fairly
easy (grade 6) and more is easier. Source: knowledge e1.
"""

from __future__ import annotations

from pathlib import Path
from statistics import mean

import pytest
import textstat

from config.load_messages import load_messages
from service.domain.vocabulary import Language
from service.domain.wording import KEYS

MESSAGES = load_messages(Path(__file__).resolve().parents[3])

HARDEST_GRADE = 6.0
HARDEST_SPANISH = 70.0

VALUES = {
    Language.EN: {
        "clinic": "Sunny Days",
        "phone": "555-0142",
        "link": "sunnydays.org",
        "reasons": "running and stairs, and eating",
        "pt_reasons": "running and stairs",
        "ot_reasons": "eating",
        "when": "Thursday, December 3",
    },
    Language.ES: {
        "clinic": "Sunny Days",
        "phone": "555-0142",
        "link": "sunnydays.org",
        "reasons": "correr y subir, y comer",
        "pt_reasons": "correr y subir",
        "ot_reasons": "comer",
        "when": "jueves 3 de diciembre",
    },
}


def english_grade(text: str) -> float:
    textstat.set_lang("en")
    return float(textstat.flesch_kincaid_grade(text))


def spanish_ease(text: str) -> float:
    textstat.set_lang("es")
    return float(textstat.fernandez_huerta(text))


@pytest.mark.parametrize("key", KEYS)
def test_a_sixth_grader_can_read_every_english_text(key: str) -> None:
    text = MESSAGES.render(Language.EN, key, VALUES[Language.EN])

    assert english_grade(text) <= HARDEST_GRADE


@pytest.mark.parametrize("key", KEYS)
def test_every_spanish_text_is_at_least_fairly_easy(key: str) -> None:
    text = MESSAGES.render(Language.ES, key, VALUES[Language.ES])

    assert spanish_ease(text) >= HARDEST_SPANISH


def test_on_the_whole_the_texts_read_at_grade_five_or_below() -> None:
    grades = [english_grade(MESSAGES.render(Language.EN, key, VALUES[Language.EN])) for key in KEYS]

    assert mean(grades) <= 5


def test_the_measure_tells_hard_words_from_easy_ones() -> None:
    hard_english = "Developmental coordination abnormalities necessitate multidisciplinary care."
    hard_spanish = "Las alteraciones psicomotrices requieren intervenciones multidisciplinarias."

    assert english_grade(hard_english) > HARDEST_GRADE
    assert spanish_ease(hard_spanish) < HARDEST_SPANISH
