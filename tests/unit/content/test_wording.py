"""Filling in texts, and lists of reasons in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.load_checklist import LONGEST_PHRASE
from service.domain.conversation import Clinic, Text
from service.domain.vocabulary import Channel, Language
from service.domain.wording import (
    BOTH_REASONS_LIMIT,
    REASONS_LIMIT,
    Messages,
    WordingError,
    listed,
)

EN, ES = Language.EN, Language.ES


def messages(text: str, key: str = "declined") -> Messages:
    return Messages.from_texts({(EN, key): text})


def test_values_take_the_place_of_their_placeholders() -> None:
    text = messages("Hi from {clinic}, {phone}. {clinic}!")

    filled = text.render(EN, "declined", {"clinic": "Sunny", "phone": "1"})

    assert filled == "Hi from Sunny, 1. Sunny!"


@given(st.text())
def test_a_clinic_may_be_called_anything_even_with_braces(name: str) -> None:
    assert messages("Hi {clinic}.").render(EN, "declined", {"clinic": name}) == f"Hi {name}."


def test_a_name_that_looks_like_a_placeholder_is_not_filled_in_again() -> None:
    values = {"clinic": "{phone}", "phone": "1"}

    assert messages("Hi {clinic}.").render(EN, "declined", values) == "Hi {phone}."


def test_values_a_text_does_not_use_are_no_trouble() -> None:
    assert messages("Fine.").render(EN, "declined", {"clinic": "Sunny"}) == "Fine."


def test_a_placeholder_without_a_value_is_refused_by_name() -> None:
    with pytest.raises(WordingError, match=r"en/declined: no value for \{clinic\}"):
        messages("Hi {clinic}.").render(EN, "declined", {})


def test_a_placeholder_a_text_may_not_hold_is_refused_by_name() -> None:
    with pytest.raises(WordingError, match=r"en/declined: \{link\} may not be used here"):
        messages("See {link}.").render(EN, "declined", {"link": "x"})


def test_a_text_that_does_not_exist_in_a_language_is_refused_by_name() -> None:
    with pytest.raises(WordingError, match="es/declined: there is no such text"):
        messages("Fine.").render(ES, "declined", {})


def test_a_clinic_can_word_one_text_itself_and_the_others_stay() -> None:
    before = Messages.from_texts({(EN, "thanks"): "Welcome.", (EN, "empty"): "Blank."})

    after = before.with_text(EN, "thanks", "Any time.")

    assert after.text(EN, "thanks") == "Any time."
    assert after.text(EN, "empty") == "Blank."
    assert before.text(EN, "thanks") == "Welcome."


@pytest.mark.parametrize(
    ("language", "phrases", "words"),
    [
        (EN, [], ""),
        (EN, ["eating"], "eating"),
        (EN, ["eating", "hand skills"], "eating and hand skills"),
        (EN, ["eating", "calming down", "hand skills"], "eating, calming down and hand skills"),
        (EN, ["running and stairs", "eating"], "running and stairs, and eating"),
        (EN, ["eating", "eating"], "eating"),
        (ES, ["comer", "calmarse"], "comer y calmarse"),
        (ES, ["correr y subir", "comer"], "correr y subir, y comer"),
        (ES, ["comer", "ir a la escuela"], "comer e ir a la escuela"),
        (ES, ["correr y subir", "hilar"], "correr y subir, e hilar"),
        (ES, ["comer", "hielo"], "comer y hielo"),
    ],
)
def test_reasons_are_listed_as_a_person_would_say_them(
    language: Language, phrases: list[str], words: str
) -> None:
    assert listed(phrases, language) == words


@given(
    st.lists(st.text(alphabet="ab ", min_size=1, max_size=LONGEST_PHRASE), min_size=1),
    st.sampled_from(Language),
    st.integers(min_value=LONGEST_PHRASE, max_value=REASONS_LIMIT),
)
def test_listed_reasons_keep_to_the_limit_and_start_with_the_first(
    phrases: list[str], language: Language, limit: int
) -> None:
    words = listed(phrases, language, limit)

    assert len(words) <= limit
    assert words.startswith(phrases[0])


def test_two_of_the_longest_reasons_fit_each_half_of_the_answer_for_both() -> None:
    first, second = "a and " + "a" * (LONGEST_PHRASE - 6), "b" * LONGEST_PHRASE

    assert second in listed([first, second], EN, BOTH_REASONS_LIMIT)


BOTH = Messages.from_texts(
    {(EN, "booked"): "Text us, {clinic}.", (EN, "thanks"): "Fine."},
    {(EN, "booked"): "Reply, {clinic}.", (EN, "mail_book"): "Book"},
)


def test_a_mail_uses_its_own_words_where_there_are_some() -> None:
    values = {"clinic": "Sunny"}

    assert BOTH.render(EN, "booked", values, Channel.EMAIL) == "Reply, Sunny."
    assert BOTH.render(EN, "booked", values) == "Text us, Sunny."
    assert BOTH.render(EN, "thanks", values, Channel.EMAIL) == "Fine."
    assert BOTH.has_variant("booked", Channel.EMAIL)
    assert not BOTH.has_variant("booked", Channel.SMS)
    assert not BOTH.has_variant("thanks", Channel.EMAIL)


def test_the_words_around_a_mail_are_never_a_text() -> None:
    assert BOTH.text(EN, "mail_book", Channel.EMAIL) == "Book"
    assert not BOTH.has_variant("mail_book", Channel.EMAIL)
    with pytest.raises(WordingError, match="en/mail_book: there is no such text"):
        BOTH.text(EN, "mail_book")


def test_a_clinics_own_wording_of_one_channel_leaves_the_other_as_it_is() -> None:
    for channel, other in ((Channel.SMS, Channel.EMAIL), (Channel.EMAIL, Channel.SMS)):
        changed = BOTH.with_text(EN, "booked", "Own words.", channel)

        assert changed.text(EN, "booked", channel) == "Own words."
        assert changed.text(EN, "booked", other) == BOTH.text(EN, "booked", other)


def test_a_name_keeps_its_accents_in_a_mail_and_loses_them_in_a_text() -> None:
    clinic = Clinic("Días de Sol", "(312) 555-0142", "", "America/Chicago", frozenset())
    text = Text("booked", lines=("1 Caminar",))

    assert text.render(BOTH, EN, clinic, Channel.EMAIL) == "Reply, Días de Sol.\n1 Caminar"
    assert text.render(BOTH, EN, clinic) == "Text us, Dias de Sol.\n1 Caminar"
