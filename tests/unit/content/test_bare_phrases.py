"""No alarm is raised by words that anybody may write."""

from __future__ import annotations

from pathlib import Path

from bench.bare_phrases import bare_phrases
from config.load_lexicon import read_packs
from config.packs import PROJECT

COMMONEST = -5.6
"""How common the words of an alarm of several words may be, as a power of ten: "le di" (I gave)
was -4.4, and rightly refused."""
SURE = frozenset({"no aire", "no despierta", "no respirar"})
"""Danger however common their words are."""


def test_what_is_left_without_brackets_is_listed(tmp_path: Path) -> None:
    for folder in ("lexicon", "safety", "intents"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text("hints: []\n")
    (tmp_path / "safety" / "a.yaml").write_text(
        "flags:\n"
        "  - id: urgent.hot_car\n"
        "    level: urgent\n"
        "    source: test\n"
        "    en: [is (left) in (a) (hot) car, strangled, was|has (been) + locked-in ! toy]\n"
        "  - id: soon.pale\n"
        "    level: soon\n"
        "    source: test\n"
        "    en: [is pale]\n"
    )
    found = bare_phrases(read_packs(tmp_path))
    assert {bare.words for bare in found} == {"strangled", "is in car", "was + locked in"}
    assert [bare.commonness for bare in found] == sorted(
        (b.commonness for b in found), reverse=True
    )
    assert found[0].words == "strangled"


def test_no_alarm_of_several_words_shrinks_to_what_anybody_may_write() -> None:
    found = bare_phrases(read_packs(PROJECT / "config"))
    common = {bare.words for bare in found if bare.commonness > COMMONEST}
    assert {words for words in common if " " in words} - SURE == set()
