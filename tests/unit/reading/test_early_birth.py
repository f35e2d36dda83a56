"""Weeks before term are read as parents tell them, and ages in weeks are left alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from service.domain.reading import Reading


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("born at 32 weeks", 8),
        ("32 weeker", 8),
        ("he's a 32wker", 8),
        ("preemie (32 weeks)", 8),
        ("35 weeks when she was born", 5),
        ("34+2 weeks at birth", 6),
        ("a month early", 4),
        ("came two months too soon", 9),
        ("8 weeks before her due date", 8),
        ("prematurita de 32 semanas", 8),
        ("me lo sacaron a las 32 semanas", 8),
        ("nacio un mes antes", 4),
        ("se adelanto el parto dos meses", 9),
        ("ochomesino", 5),
        ("nacio a los 7 meses", 10),
        ("he is 32 weeks old", None),
        ("born 6 weeks ago", None),
        ("im 32 weeks pregnant with the next one", None),
        ("prematuro, tiene 32 semanas", None),
        ("his brother was born at 30 weeks", None),
        ("started walking 2 months early", None),
        ("nacio hace 7 meses", None),
        ("lo operaron 2 meses antes", None),
    ],
)
def test_the_weeks_before_term(reads: Callable[..., Reading], text: str, weeks: int | None) -> None:
    birth = reads(text).early_birth
    assert (birth.weeks if birth else None) == weeks
