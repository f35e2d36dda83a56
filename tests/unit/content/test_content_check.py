"""The check that guards every text a parent reads, the product's own and a clinic's wording."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from config.load_checklist import load_checklist
from config.load_messages import load_avoid_words, load_messages
from service.domain.content_check import Problem, check, check_checklist, check_text
from service.domain.vocabulary import Channel, Language
from service.domain.wording import EMAIL_ONLY, KEYS, Messages

ROOT = Path(__file__).resolve().parents[3]
MESSAGES = load_messages(ROOT)
AVOID = load_avoid_words(ROOT)
CHECKLIST = load_checklist(ROOT)
EN, ES = Language.EN, Language.ES


def test_everything_parents_read_passes() -> None:
    assert check(MESSAGES, AVOID) == ()


def test_the_checklist_passes_at_every_age() -> None:
    assert check_checklist(CHECKLIST, MESSAGES, AVOID) == ()


def test_a_text_that_exists_in_one_language_only_is_reported() -> None:
    texts = {key: text for key, text in MESSAGES.texts.items() if key != (ES, "thanks")}

    assert check(Messages.from_texts(texts, MESSAGES.email), AVOID) == (
        Problem("thanks", ES, "is missing"),
    )


@pytest.mark.parametrize(
    ("key", "name"), [("consent", "consent.email"), ("mail_subject", "mail_subject")]
)
def test_words_for_mails_in_one_language_only_are_reported(key: str, name: str) -> None:
    email = {of: text for of, text in MESSAGES.email.items() if of != (ES, key)}

    assert check(Messages.from_texts(MESSAGES.texts, email), AVOID) == (
        Problem(name, ES, "is missing"),
    )


def reasons(language: Language, key: str, text: str, channel: Channel = Channel.SMS) -> str:
    problems = check_text(language, key, text, AVOID, channel)
    return "\n".join(problem.reason for problem in problems)


@pytest.mark.parametrize(
    ("language", "key", "text", "reason"),
    [
        (EN, "thanks", "See {link}.", "{link} may not be used here"),
        (EN, "thanks", "Hi {name}.", "{name} may not be used here"),
        (EN, "next_step", "Call {phone}.", "needs {link}"),
        (EN, "thanks", "Hi {Clinic}.", "holds a brace that belongs to no placeholder"),
        (EN, "thanks", "word " * 62, "takes 3 segments"),
        (EN, "human", "{clinic}" + "word " * 55, "takes 3 segments"),
        (ES, "thanks", "Hasta el sábado.", "holds á"),
        (EN, "thanks", "Thank you \U0001f642", "more than doubles the cost"),
        (EN, "thanks", "Wow! Great!", "more than one exclamation mark"),
        (EN, "thanks", "He is DELAYED.", "avoid 'delay*' (en-delay); say 'not doing yet'"),
        (EN, "thanks", "Work on fine motor skills.", "en-fine-motor"),
        (EN, "thanks", "We can diagnose it.", "en-diagnose"),
        (EN, "thanks", "Don\u2019t worry.", "en-verdict"),
        (ES, "thanks", "Tiene un retraso.", "es-delay"),
        (ES, "thanks", "Es un diagnóstico.", "es-diagnose"),
        (ES, "thanks", "Es un diagnostico.", "es-diagnose"),
        (EN, "no_such_text", "Hi.", "there is no such text"),
    ],
)
def test_a_problem_is_reported_in_words_an_editor_understands(
    language: Language, key: str, text: str, reason: str
) -> None:
    assert reason in reasons(language, key, text)


@pytest.mark.parametrize(
    ("language", "key", "text"),
    [
        (EN, "thanks", "This is not a diagnosis."),
        (ES, "thanks", "Esto no diagnostica."),
        (EN, "faq_fine_motor", "Fine motor means small hand moves."),
        (EN, "thanks", "Call {clinic} at {phone}."),
        (EN, "thanks", "Wait: bulldelay and Normandy are no words of ours."),
        (ES, "thanks", "The word delay is English."),
    ],
)
def test_words_are_allowed_where_they_do_no_harm(language: Language, key: str, text: str) -> None:
    assert reasons(language, key, text) == ""


@pytest.mark.parametrize(
    ("language", "key", "text", "reason"),
    [
        (EN, "thanks", "word " * 181, "is 905 characters long with its longest values; 900 fit"),
        (EN, "mail_subject", "{clinic}" + "a" * 25, "61 characters long"),
        (EN, "mail_subject", "A message\nfrom {clinic}", "must be one line"),
        (EN, "mail_subject", "A message", "needs {clinic}"),
        (EN, "mail_why", "{clinic} {link}", "{link} may not be used here"),
        (EN, "mail_book", "Have the delay seen", "en-delay"),
        (ES, "thanks", "Tiene un retraso.", "es-delay"),
        (EN, "mail_no_such", "Hi.", "there is no such text"),
    ],
)
def test_a_problem_of_a_mail_is_reported_like_that_of_a_text(
    language: Language, key: str, text: str, reason: str
) -> None:
    assert reason in reasons(language, key, text, Channel.EMAIL)


def test_a_mail_may_be_longer_than_a_text_and_keeps_its_accents() -> None:
    assert reasons(ES, "thanks", "Será así. " * 80, Channel.EMAIL) == ""
    assert reasons(EN, "mail_subject", "A message from {clinic}", Channel.EMAIL) == ""


def test_the_words_around_a_mail_are_no_text_of_their_own() -> None:
    for key in EMAIL_ONLY:
        assert reasons(EN, key, "Hi {clinic}.") == "there is no such text"


def test_a_problem_names_the_file_of_the_words_for_mails() -> None:
    messages = MESSAGES.with_text(EN, "booked", "He is delayed.", Channel.EMAIL)

    (problem,) = check(messages, AVOID)
    assert (problem.key, problem.language) == ("booked.email", EN)


def test_a_subject_names_the_clinic_and_nothing_about_a_child() -> None:
    assert MESSAGES.text(EN, "mail_subject", Channel.EMAIL) == "A message from {clinic}"
    assert MESSAGES.text(ES, "mail_subject", Channel.EMAIL) == "Un mensaje de {clinic}"


@pytest.mark.parametrize("language", Language)
def test_no_mail_speaks_of_texting(language: Language) -> None:
    """Where both channels are meant, or the parent may text a help line, it is said on purpose."""
    texting = re.compile(r"(?i)\btext(s|ing|ed)?\b|mensajes? de texto|\btarifas\b|\brates\b")
    meant = {"crisis", "teen", "moved_to_email", "moved_to_sms"}
    for key in sorted(set(KEYS) - meant):
        assert not texting.search(MESSAGES.text(language, key, Channel.EMAIL)), key


@pytest.mark.parametrize("language", Language)
def test_a_mail_offers_the_same_words_to_reply_with_as_the_text(language: Language) -> None:
    def capitals(channel: Channel, key: str) -> set[str]:
        plain = unicodedata.normalize("NFD", MESSAGES.text(language, key, channel))
        words = re.findall(r"\b[A-Z]{2,}\b", re.sub(r"[\u0300-\u036f]", "", plain))
        return set(words) - {"OT", "PT", "ID"}

    for key in KEYS:
        if MESSAGES.has_variant(key, Channel.EMAIL):
            assert capitals(Channel.EMAIL, key) == capitals(Channel.SMS, key), key


@pytest.mark.parametrize("key", ["consent", "invitation"])
@pytest.mark.parametrize(
    ("language", "duty"),
    [
        (EN, "STOP"),
        (EN, "911"),
        (EN, "not fully private"),
        (EN, "{clinic}"),
        (ES, "ALTO"),
        (ES, "911"),
        (ES, "no es del todo privado"),
        (ES, "{clinic}"),
    ],
)
def test_a_first_mail_without_what_a_parent_must_know_is_reported(
    key: str, language: Language, duty: str
) -> None:
    text = MESSAGES.text(language, key, Channel.EMAIL)
    assert duty in text

    assert duty.strip("{}") in reasons(language, key, text.replace(duty, ""), Channel.EMAIL)


@pytest.mark.parametrize("language", Language)
def test_a_first_mail_says_that_nothing_is_diagnosed(language: Language) -> None:
    for key in ("consent", "invitation"):
        assert "diagn" in MESSAGES.text(language, key, Channel.EMAIL)


@pytest.mark.parametrize("key", ["consent", "invitation", "moved_to_sms"])
@pytest.mark.parametrize(
    ("language", "duty"),
    [
        (EN, "STOP"),
        (EN, "HELP"),
        (EN, "Msg & data rates may apply"),
        (EN, "911"),
        (EN, "{clinic}"),
        (ES, "ALTO"),
        (ES, "AYUDA"),
        (ES, "tarifas de mensajes y datos"),
        (ES, "911"),
        (ES, "{clinic}"),
    ],
)
def test_a_first_text_without_what_the_law_wants_is_reported(
    key: str, language: Language, duty: str
) -> None:
    text = MESSAGES.text(language, key)
    assert duty in text

    assert duty in reasons(language, key, text.replace(duty, ""))


def test_texts_that_leave_no_doubt_say_what_they_must() -> None:
    for language in Language:
        for channel in Channel:
            assert "911" in MESSAGES.text(language, "urgent", channel)
        for number in ("988", "911", "1-800-422-4453"):
            assert number in MESSAGES.text(language, "crisis")
        for key in KEYS:
            if key.startswith("suggestion_"):
                assert "diagnos" in MESSAGES.text(language, key), key


def test_urgent_and_crisis_put_the_call_before_everything_else() -> None:
    for language in Language:
        for key in ("urgent", "crisis"):
            for channel in Channel:
                assert "911" in MESSAGES.text(language, key, channel)[:45]


def test_reminders_hold_no_health_detail_and_offer_the_same_three_answers() -> None:
    answers = {EN: ("BOOKED", "LATER", "CALL ME"), ES: ("YA TENGO CITA", "LUEGO", "LLAMADA")}
    for language, words in answers.items():
        for key in ("booking_1", "booking_2", "booking_3"):
            for channel in Channel:
                text = MESSAGES.text(language, key, channel)
                assert all(word in text for word in words)
                assert not any(word in text for word in ("OT", "PT", "reasons"))


def test_no_two_texts_say_the_same() -> None:
    for language in Language:
        for channel in Channel:
            texts = [MESSAGES.text(language, key, channel) for key in KEYS]
            assert len(set(texts)) == len(texts)


def test_a_clinic_name_of_36_letters_still_fits_every_text() -> None:
    longer = MESSAGES.with_text(EN, "human", "{clinic}" + "a" * (306 - 36))

    assert check(longer, AVOID) == ()
    assert reasons(EN, "human", "{clinic}" + "a" * (307 - 36)) != ""
