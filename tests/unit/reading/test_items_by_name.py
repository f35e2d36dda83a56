"""Items of a list named by their words instead of their numbers."""

from __future__ import annotations

from typing import Any

import pytest

from bench.score import AS_OF
from config.packs import load_packs
from service.domain.evaluation import evaluate
from service.domain.vocabulary import Asked, Language

PACKS = load_packs().packs


@pytest.mark.parametrize(
    ("text", "asked", "language", "numbers"),
    [
        ("the one about stairs", "checklist_1", "en", [2]),
        ("Trips, falls or bumps into things", "checklist_1", "en", [3]),
        ("All except the wheelchair one", "checklist_1", "en", [1, 2, 3, 4, 5]),
        ("everything minus the walker", "checklist_1", "en", [1, 2, 3, 4, 5]),
        ("the food one and the noise one", "checklist_2", "en", [9, 10]),
        ("the meltdown one omg", "checklist_2", "en", [11]),
        ("4 from the first one and 9", "checklist_2", "en", [4, 9]),
        ("la de los botones y la de la comida", "checklist_2", "es", [8, 9]),
        ("el de los ruidos y el 12", "checklist_2", "es", [10, 12]),
        ("todas menos la de comer", "checklist_2", "es", [7, 8, 10, 11, 12]),
        ("Le molestan ruidos, ropa o tacto. esa", "checklist_2", "es", [10]),
        ("12 y la 4 de antes", "checklist_2", "es", [4, 12]),
        ("What bugs me most is the eating one", "checklist_2", "en", [9]),
        ("noise touch clothes one", "checklist_2", "en", [10]),
        ("eso de subir y saltar", "checklist_1", "es", [2]),
        ("he hates loud noise and tags", "checklist_2", "en", None),
        ("the teacher says he trips", "checklist_1", "en", None),
        ("la de la escuela dice que se cae", "checklist_1", "es", None),
    ],
)
def test_a_line_may_be_named_by_its_words(
    text: str, asked: str, language: str, numbers: Any
) -> None:
    found = evaluate(text, language=Language(language), asked=Asked(asked), packs=PACKS, now=AS_OF)
    assert found.numbers == numbers
