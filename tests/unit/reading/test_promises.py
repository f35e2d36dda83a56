"""What reading promises for any text at all."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.load_lexicon import load_lexicon
from config.pack_files import PackError
from service.domain.reading import Picks
from service.domain.reading.spelling import one_apart
from service.domain.vocabulary import Asked, Intent, Language

WORDS = (
    "cant wont no not walk falls button 1 2 3 and y e but pero 4 months years old his "
    "brother stop cancel born in may he is she almost half used to anymore ya camina "
    "se cae 👍 1️⃣ . , ? seizure choking had as a baby - / # all none first last both "
    "1/2 2023 turns next month >"
).split()
RELAXED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@RELAXED
@given(
    text=st.text(max_size=300),
    asked=st.sampled_from(list(Asked)),
    channel=st.sampled_from(["sms", "email"]),
)
def test_no_text_whatever_makes_reading_fail(
    reads: Any, text: str, asked: Asked, channel: str
) -> None:
    reading = reads(text, asked=asked, channel=channel)
    assert reading == reads(text, asked=asked, channel=channel)


@RELAXED
@given(
    words=st.lists(st.sampled_from(WORDS), max_size=40),
    asked=st.sampled_from(list(Asked)),
    lang=st.sampled_from(list(Language)),
)
def test_words_in_any_order_are_read_and_quoted_exactly(
    reads: Any, words: list[str], asked: Asked, lang: Language
) -> None:
    reading = reads(" ".join(words), asked=asked, lang=lang)
    told = [*reading.concerns, *reading.flags, *reading.hints, *reading.milestones]
    told += [*reading.topics] + [part for part in (reading.numbers, reading.age) if part]
    for part in told:
        evidence = part.evidence
        assert reading.text[evidence.start : evidence.end] == evidence.words
        assert evidence.rule
        assert evidence.source


@RELAXED
@given(picks=st.lists(st.integers(1, 6), min_size=1, max_size=5, unique=True))
def test_the_order_of_picks_never_matters(reads: Any, picks: list[int]) -> None:
    for joint in (" ", ", ", " and ", "\n"):
        numbers = reads(joint.join(map(str, picks)), asked="checklist_1").numbers
        assert numbers is not None
        assert numbers.items == tuple(sorted(picks))


def test_every_order_of_three_items_reads_the_same_in_spanish(reads: Any) -> None:
    for order in permutations(("uno", "tres", "5")):
        numbers = reads(" y ".join(order), asked="checklist_1", lang="es").numbers
        assert numbers is not None
        assert numbers.items == (1, 3, 5)


def test_a_number_that_was_not_shown_records_nothing(reads: Any) -> None:
    numbers = reads("1 9", asked="checklist_1").numbers
    assert numbers is not None
    assert numbers.picks is Picks.UNCLEAR
    assert numbers.items == ()


def test_stop_and_danger_in_one_message_are_both_seen(reads: Any) -> None:
    reading = reads("stop texting me he cant breathe")
    assert reading.intent is Intent.STOP
    assert reading.flag is not None
    assert reading.flag.name == "URGENT"


@pytest.mark.parametrize(
    "text",
    [
        "😀" * 1600,
        "1️⃣" * 533,
        "a " * 800,
        "cant hold " * 160,
        "9" * 1600,
        "born in " * 200,
        "\n>" * 800,
    ],
    ids=["emoji", "keycaps", "letters", "phrases", "digits", "births", "quotes"],
)
def test_the_longest_message_is_read_whatever_it_holds(reads: Any, text: str) -> None:
    for channel in ("sms", "email"):
        for asked in Asked:
            reads(text, asked=asked, channel=channel)


def test_an_email_is_read_without_greeting_signature_and_quoted_mail(reads: Any) -> None:
    mail = (
        "Hi Sunny Days,\n\nHe falls a lot.\n\nThanks,\nMaria Lopez\n555-1234\n\n"
        "On Mon, Nov 16, 2026 at 9:00 AM Sunny Days\n<reply@example.org> wrote:\n"
        "> 1 Late to sit, crawl, or walk\n> Reply STOP to stop\n"
    )
    assert reads(mail, channel="email").text == "He falls a lot."


def test_answers_between_quoted_items_are_kept_with_their_numbers(reads: Any) -> None:
    mail = "El lun, 16 nov 2026,\nSunny Days escribió:\n> 1 Tarda en caminar\nsi\n> 2 correr\nno\n"
    assert reads(mail, channel="email").text == "1 si\n2 no"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("button", "buton", True),
        ("pencil", "pnecil", True),
        ("scissors", "sissors", True),
        ("pencil", "pensil", True),
        ("walker", "walnut", False),
        ("abcde", "badce", False),
    ],
)
def test_one_slip_is_forgiven_and_two_are_not(a: str, b: str, same: bool) -> None:
    assert one_apart(a, b) is same
    assert one_apart(b, a) is same


def test_a_wrong_pack_names_file_line_and_key(tmp_path: Path) -> None:
    for folder in ("lexicon", "safety", "intents"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text("hints: []\n")
    wrong = tmp_path / "safety" / "a.yaml"
    wrong.write_text("flags:\n  - id: x\n    level: soonish\n    source: s\n    en: [a b]\n")
    with pytest.raises(PackError, match=r"safety/a\.yaml:2: level: 'soonish'"):
        load_lexicon(tmp_path)
