"""The link to stop: one click without login, and nothing by looking at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from flask import Flask

from service.flows.families import show
from service.store import contacts, conversations
from service.store.models import Contact
from tests.integration.test_mail_strangers import go_on, mail, take_mail
from tests.support.installation import ANA, PARENT, Installation, installed
from tests.support.smtp_server import SmtpServer, smtp_server


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def place(database_url: str, server: SmtpServer) -> Iterator[Installation]:
    with installed(database_url, smtp_url=server.url) as place:
        yield place


def link_of(place: Installation, server: SmtpServer) -> str:
    """The path of the link in the header of the last mail, after a family that got a suggestion."""
    for number, words in enumerate(["he is 4 and falls a lot", "yes"]):
        take_mail(place.services, mail(words, number))
        go_on(place)
    sent = message_from_bytes(server.taken[-1][2], policy=policy.default)
    found = re.search(r"<(https?://[^>]+)>", str(sent["List-Unsubscribe"]))
    assert found is not None
    return found[1].removeprefix(place.base_url)


def with_number(place: Installation) -> None:
    """Ana's number is known as well."""
    with place.services.database.transaction() as session:
        contact = contacts.find(session, place.clinic_id, ANA)
        assert contact is not None
        contacts.give_number(session, contact, PARENT)


def test_looking_at_the_link_changes_nothing(
    place: Installation, server: SmtpServer, app: Flask
) -> None:
    link = link_of(place, server)
    for _ in range(2):
        page = app.test_client().get(link)
        assert page.status_code == 200
        assert "Sunny Days Pediatric Therapy" in page.text
    assert not show(place.services, ANA)["stopped"]


def test_the_mail_programs_one_click_stops_everything_without_cookie_or_redirect(
    place: Installation, server: SmtpServer, app: Flask
) -> None:
    link = link_of(place, server)
    with_number(place)
    for _ in range(2):
        answer = app.test_client(use_cookies=False).post(
            link, data={"List-Unsubscribe": "One-Click"}
        )
        assert answer.status_code == 200
    found = show(place.services, ANA)
    assert found["stopped"]
    assert {reminder["state"] for reminder in found["reminders"]} == {"cancelled"}
    assert show(place.services, PARENT)["stopped"]
    count = len(server.taken)
    take_mail(place.services, mail("are you there?", 50))
    go_on(place)
    assert len(server.taken) == count


def test_who_stops_mails_alone_goes_on_by_text(
    place: Installation, server: SmtpServer, app: Flask
) -> None:
    link = link_of(place, server)
    with_number(place)
    page = app.test_client().get(link)
    assert PARENT[-4:] in page.text
    app.test_client().post(link, data={"choice": "email"})
    found = show(place.services, ANA)
    assert not found["stopped"]
    assert "due" in {reminder["state"] for reminder in found["reminders"]}
    with place.services.database.transaction() as session:
        contact = session.query(Contact).one()
        row = conversations.current(session, contact)
        assert row is not None
        assert row.channel == "sms"
    count = len(server.taken)
    take_mail(place.services, mail("what is PT?", 50))
    go_on(place)
    assert len(server.taken) == count
    assert place.texts_to(PARENT)


def test_a_wrong_click_can_be_taken_back(
    place: Installation, server: SmtpServer, app: Flask
) -> None:
    link = link_of(place, server)
    app.test_client().post(link, data={"choice": "all"})
    app.test_client().post(link, data={"choice": "undo"})
    found = show(place.services, ANA)
    assert not found["stopped"]
    assert "due" in {reminder["state"] for reminder in found["reminders"]}


def test_taking_it_back_takes_all_of_it_back(
    place: Installation, server: SmtpServer, app: Flask
) -> None:
    link = link_of(place, server)
    with_number(place)
    for choice in ("email", "all", "undo"):
        app.test_client().post(link, data={"choice": choice})
    count = len(server.taken)
    take_mail(place.services, mail("what is PT?", 50))
    go_on(place)
    assert len(server.taken) == count + 1


def test_the_link_does_not_undo_a_stop_that_was_said_elsewhere(
    place: Installation, server: SmtpServer, app: Flask
) -> None:
    link = link_of(place, server)
    take_mail(place.services, mail("Stop", 50))
    go_on(place)
    page = app.test_client().post(link, data={"choice": "undo"})
    assert 'value="undo"' not in page.text
    assert show(place.services, ANA)["stopped"]


def test_a_link_that_is_not_ours_is_kindly_refused(place: Installation, app: Flask) -> None:
    for token in ("x", "a" * 24, "reply", "%00", "a" * 4000):
        for answer in (
            app.test_client().get(f"/unsubscribe/{token}"),
            app.test_client().post(f"/unsubscribe/{token}"),
        ):
            assert answer.status_code == 404
    spanish = app.test_client().get("/unsubscribe/x", headers={"Accept-Language": "es-MX,es;q=0.9"})
    assert 'lang="es"' in spanish.text


def test_a_reply_address_is_no_link_to_stop(
    place: Installation, server: SmtpServer, app: Flask
) -> None:
    link_of(place, server)
    sent = message_from_bytes(server.taken[-1][2], policy=policy.default)
    token = str(sent["Reply-To"]).partition("+")[2].partition("@")[0]
    assert app.test_client().post(f"/unsubscribe/{token}").status_code == 404
    assert not show(place.services, ANA)["stopped"]
