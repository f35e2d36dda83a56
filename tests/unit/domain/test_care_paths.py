"""Where else a family is sent, by age and by what the clinic offers."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load_care_paths import load_care_paths
from config.pack_files import PackError

ROOT = Path(__file__).resolve().parents[3]
PATHS = load_care_paths(ROOT / "config")


@pytest.mark.parametrize(
    ("age", "texts"),
    [
        (None, ("path_doctor",)),
        (0, ("path_early_intervention",)),
        (32, ("path_early_intervention",)),
        (33, ("path_early_intervention", "path_school")),
        (35, ("path_early_intervention", "path_school")),
        (36, ("path_school",)),
        (200, ("path_school",)),
    ],
)
def test_every_age_has_its_way_and_the_months_before_three_have_both(
    age: int | None, texts: tuple[str, ...]
) -> None:
    assert PATHS.texts(age) == texts


@pytest.mark.parametrize(
    ("paths", "complaint"),
    [
        ("[]", "no path covers an unknown age"),
        ("[{id: a, text: path_doctor, without_age: true, source: s}]", "no path covers 0"),
        ("[{id: a, text: path_nowhere, source: s}]", "there is no message 'path_nowhere'"),
    ],
)
def test_a_gap_in_the_paths_stops_the_start(tmp_path: Path, paths: str, complaint: str) -> None:
    (tmp_path / "care_paths.yaml").write_text(f"paths: {paths}\n")
    with pytest.raises(PackError, match=rf"care_paths\.yaml:1: \w+: {complaint}"):
        load_care_paths(tmp_path)
