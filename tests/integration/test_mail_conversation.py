"""From the first mail to a suggestion, by real SMTP both ways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.flows.families import show
from tests.support.installation import ANA, PARENT, Installation
from tests.support.mail import answer, go_on, mailing, mails_to, opened_mail, words_of, write
from tests.support.talk import say


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    with mailing(database_url) as place:
        yield place


def _answered(place: Installation, text: str, language: str = "en") -> str:
    answer(place, text, language=language)
    go_on(place)
    return words_of(mails_to(place)[-1])


def test_a_parent_mails_and_reaches_a_suggestion_in_one_thread(place: Installation) -> None:
    write(place, "Hello, I have a question about my son.", subject="My son")
    go_on(place)
    assert "YES" in words_of(mails_to(place)[-1])
    for text, expected in [
        ("Yes please.\n\nThanks,\nAna", "how old"),
        ("He is 4.", "1 "),
        ("1 and 3", "7 "),
        ("none of these", "anything else"),
        ("no", "about running and stairs"),
    ]:
        assert expected in _answered(place, text)
    mails = [opened_mail(mail) for mail in mails_to(place)]
    assert len(mails) == 6
    assert {mail["Subject"] for mail in mails} == {"Re: My son"}
    first = mails[0]["In-Reply-To"]
    assert all(first in str(mail["References"]) for mail in mails)
    found = show(place.services, ANA)
    assert (found["step"], found["suggestion"]) == ("suggested", "PT")
    assert {message["channel"] for message in found["messages"]} == {"email"}


def test_the_same_in_spanish_with_every_accent(place: Installation) -> None:
    write(place, "Hola, tengo una pregunta sobre mi hija", subject="Mi hija")
    go_on(place)
    _answered(place, "sí", "es")
    _answered(place, "tiene 4 años", "es")
    said = _answered(place, "se cae mucho y no sube escaleras", "es")
    said = _answered(place, "ninguna", "es")
    said = _answered(place, "no", "es")
    assert show(place.services, ANA)["suggestion"] == "PT"
    assert opened_mail(mails_to(place)[-1])["Content-Language"] == "es"
    assert "cita" in said


def test_everything_in_one_mail_is_answered_at_once(place: Installation) -> None:
    write(place, "My daughter is 4. She falls a lot and can't climb stairs.")
    go_on(place)
    assert "A PT (physical therapy) visit" in _answered(place, "yes")
    assert len(mails_to(place)) == 2  # suggestion and next step travel in one mail


def test_a_family_goes_on_by_email_where_it_began_by_text_and_back(place: Installation) -> None:
    say(place, "hi", "yes", "4")
    with place.services.database.transaction() as session:
        from service.store import contacts

        contact = contacts.find(session, place.clinic_id, PARENT)
        assert contact is not None
        contacts.give_email(session, contact, ANA)
    write(place, "1 3", subject="My son")
    go_on(place)
    assert "7 " in words_of(mails_to(place)[-1])
    say(place, "none", "no")
    assert len(mails_to(place)) == 1
    found = show(place.services, PARENT)
    assert found == show(place.services, ANA)
    assert found["suggestion"] == "PT"
    assert [m["channel"] for m in found["messages"] if m["direction"] == "in"] == [
        "sms", "sms", "sms", "email", "sms", "sms",
    ]  # fmt: skip
