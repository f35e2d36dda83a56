"""A stop told to a person, for anybody at all; and a number on hold, which staff must see."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select, update

from service.cli import tandem
from service.flows import told_stops
from service.flows.deliver import drain_texts
from service.flows.inbox import find
from service.flows.outreach import invite
from service.flows.outreach_list import Outcome
from service.flows.remind import fire_reminders
from service.store import contacts
from service.store.models import Consent, Contact, ConversationRow, Sender
from tests.support.admin import (
    OTHER_NUMBER,
    Desk,
    desk_at,
    say,
    second_clinic,
    sign_in,
)
from tests.support.installation import CLINIC_NUMBER, PARENT, Installation

STRANGER, WRITTEN = "+17735550199", "(773) 555-0199"
MAIL = "ana.lopez@example.com"


def told(desk: Desk, address: str, how: str = "On the phone") -> str:
    answer = desk.post("/admin/stops", address=address, how=how)
    assert answer.status_code == 200, answer.text
    return answer.text


def ledger(place: Installation) -> list[tuple[int, str, str, str | None, int | None]]:
    with place.services.database.transaction() as session:
        rows = session.execute(
            select(
                Consent.clinic_id, Consent.event, Consent.method, Consent.source, Consent.staff_id
            ).order_by(Consent.id)
        )
        return [(clinic, event, how, source, by) for clinic, event, how, source, by in rows]


def people(place: Installation) -> int:
    with place.services.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(Contact)) or 0


def upload(place: Installation, *rows: str) -> list[Outcome]:
    listed = "number,email,consent_source,consent_date\n" + "".join(
        f"{row},form,2026-03-31\n" for row in rows
    )
    report = invite(place.services, place.clinic_id, io.BytesIO(listed.encode()), name="later")
    assert report.good == len(rows) - len(report.rows)
    return [row.outcome for row in report.rows]


def command(place: Installation, *arguments: str) -> Result:
    return CliRunner().invoke(tandem, ["stop", *arguments], env=place.environment)


def test_a_stop_told_on_the_phone_counts_for_a_number_nobody_here_knows(
    place: Installation, desk: Desk
) -> None:
    assert "/admin/stops" in desk.get("/admin/")
    assert f"Nothing is sent to {WRITTEN} any more." in told(desk, " 773.555.0199 ")
    assert ledger(place) == [(place.clinic_id, "revoked", "staff", "On the phone", desk.staff_id)]
    assert upload(place, f"{STRANGER},", f"{PARENT},") == [Outcome.OPTED_OUT]
    drain_texts(place.services, datetime.now(UTC) + timedelta(days=8))
    assert place.texts_to(STRANGER) == []
    say(place, "hello?", number=STRANGER)
    assert place.texts_to(STRANGER) == []


def test_a_stop_told_by_letter_ends_a_conversation_that_is_going_on(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi", "yes", "4 years", "1 3", "none", "no")
    before = place.texts_to(PARENT)
    page = told(desk, PARENT, "By letter or email")
    assert f"/admin/conversations/{conversation}" in page
    assert ledger(place)[-1][1:] == ("revoked", "staff", "By letter or email", desk.staff_id)
    fire_reminders(place.services, datetime.now(UTC) + timedelta(days=30))
    drain_texts(place.services, datetime.now(UTC) + timedelta(days=30))
    assert place.texts_to(PARENT) == before
    assert "Stopped" in desk.get(f"/admin/conversations/{conversation}")


def test_recording_the_same_stop_again_changes_nothing_and_says_so(
    place: Installation, desk: Desk
) -> None:
    told(desk, WRITTEN)
    again = told(desk, STRANGER, "In person")
    assert f"{WRITTEN} was stopped already. Nothing was changed." in again
    assert len(ledger(place)) == people(place) == 1


def test_two_people_recording_the_same_new_stop_at_once_leave_one_line(
    place: Installation, desk: Desk
) -> None:
    def stop(_: int) -> bool:
        return told_stops.record_told_stop(
            place.services, place.clinic_id, STRANGER, "phone", desk.staff_id
        ).already

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(stop, range(6))) == [False] + [True] * 5
    assert len(ledger(place)) == people(place) == 1


def test_a_parent_who_came_back_can_be_stopped_again(place: Installation, desk: Desk) -> None:
    say(place, "hi", "yes", "STOP", "START")
    assert "Nothing is sent" in told(desk, PARENT)
    assert [line[1] for line in ledger(place)] == ["granted", "revoked", "granted", "revoked"]


def test_a_stop_for_an_email_address_is_kept_in_one_spelling_and_found_by_lists(
    place: Installation, desk: Desk
) -> None:
    page = told(desk, " Ana.Lopez@Example.COM ", "By letter or email")
    assert f"Nothing is sent to {MAIL} any more." in page
    assert "record the stop for that number too" in page
    assert "stopped already" in told(desk, MAIL)
    with place.services.database.transaction() as session:
        contact = contacts.find(session, place.clinic_id, MAIL)
        assert contact is not None
        assert (contact.email, contact.number, contact.language) == (MAIL, None, "en")
    outcomes = upload(place, f"{STRANGER},ANA.lopez@example.com", f"{PARENT},kim@example.com")
    assert outcomes == [Outcome.OPTED_OUT]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "Please type the number or email address."),
        ("   ", "Not recorded: not a phone number."),
        ("call me", "Not recorded: not a phone number."),
        ("312 555 012", "Not recorded: has the wrong number of digits."),
        ("(312) 555-0123 x5", "Not recorded: has an extension"),
        ("+44 20 7946 0958", "Not recorded: is not a US or Canadian number."),
        ("(312) 555-0123, (312) 555-0124", "Not recorded: not a phone number."),
        (CLINIC_NUMBER, "Not recorded: a clinic&#39;s own number."),
        ("ana@", "Not recorded: not an email address."),
        ("ana@example", "Not recorded: not an email address."),
        ("ana@example.com, kim@example.com", "Not recorded: not an email address."),
        ("Ana <ana@example.com>", "Not recorded: not an email address."),
        ("ana@exa\0mple.com", "Not recorded: not an email address."),
        ("a" * 250 + "@example.com", "longer than 254"),
    ],
)
def test_what_can_be_no_parents_number_or_address_is_said_beside_the_field(
    place: Installation, desk: Desk, address: str, why: str
) -> None:
    answer = desk.post("/admin/stops", address=address, how="On the phone")
    assert answer.status_code == 422
    beside = answer.text.split('id="wrong">')[1].split("</div>")[0]
    assert beside.startswith(why) or why in beside
    assert answer.text.count("invalid-feedback") == 1
    assert (people(place), ledger(place)) == (0, [])


def test_how_it_was_told_is_one_of_the_known_ways(place: Installation, desk: Desk) -> None:
    for how in ("", "By carrier pigeon"):
        answer = desk.post("/admin/stops", address=STRANGER, how=how)
        assert answer.status_code == 422
    assert (people(place), ledger(place)) == (0, [])


def test_a_parent_who_wrote_from_another_country_can_be_stopped(
    place: Installation, desk: Desk
) -> None:
    with place.services.database.transaction() as session:
        contacts.lock_or_add(session, place.clinic_id, "+525512345678", "es")
    assert "Nothing is sent to +52 55 1234 5678 any more." in told(desk, "+52 (55) 1234-5678")


def test_no_address_and_no_cookie_ever_holds_a_number(desk: Desk) -> None:
    answer = desk.post("/admin/stops", address=STRANGER, how="On the phone")
    assert answer.location is None
    assert not any("7735550199" in value for _, value in answer.headers)
    assert "/admin/stops" in answer.request.path


def test_only_staff_with_a_form_of_ours_record_stops(place: Installation, app: Flask) -> None:
    desk = desk_at(place, app)
    data = {"address": STRANGER, "how": "On the phone"}
    assert desk.client.post("/admin/stops", data=data).status_code == 400
    stranger = app.test_client()
    for answer in (stranger.get("/admin/stops"), stranger.get("/admin/holds")):
        assert "/admin/login" in answer.location
    assert stranger.post("/admin/stops", data=data).status_code in (302, 400)
    assert (people(place), ledger(place)) == (0, [])


def test_another_clinics_family_with_the_same_number_is_still_texted(
    place: Installation, desk: Desk
) -> None:
    other = second_clinic(place)
    place.carrier.carrier.own(OTHER_NUMBER, f"{place.base_url}/webhooks/twilio/sms")
    say(place, "hi", "yes", To=OTHER_NUMBER)
    before = len(place.texts_to(PARENT))
    told(desk, PARENT)
    theirs = find(place.services, other, PARENT)
    assert theirs is not None
    assert [(line[0], line[1]) for line in ledger(place)] == [
        (other, "granted"),
        (place.clinic_id, "revoked"),
    ]
    with place.services.database.transaction() as session:
        row = session.get_one(ConversationRow, theirs)
        assert not contacts.is_revoked(session, row.contact_id)
    say(place, "4 years", To=OTHER_NUMBER)
    assert len(place.texts_to(PARENT)) > before
    assert f"/admin/conversations/{theirs}" not in told(desk, PARENT)


def test_the_operator_records_a_stop_on_the_command_line(place: Installation) -> None:
    first = command(place, "773-555-0199", "--how", " called  the\noffice ")
    assert (first.exit_code, first.output) == (0, f"nothing is sent to {WRITTEN} any more\n")
    again = command(place, STRANGER, "--how", "letter")
    assert again.exit_code == 0
    assert again.output == f"{WRITTEN} was stopped already; nothing was changed\n"
    assert ledger(place) == [(place.clinic_id, "revoked", "staff", "called the office", None)]
    assert command(place, "Ana.Lopez@example.com", "--how", "mail").output == (
        f"nothing is sent to {MAIL} any more\n"
    )
    assert upload(place, f"{STRANGER},", f"{PARENT},{MAIL}") == [Outcome.OPTED_OUT] * 2


def test_the_command_refuses_what_it_cannot_do_in_one_line(place: Installation) -> None:
    def refused(*arguments: str) -> str:
        answer = command(place, *arguments)
        assert answer.exit_code == 2
        last = answer.output.strip().splitlines()[-1]
        assert last.startswith("Error: ")
        return last

    assert "NUMBER|ADDRESS: not a phone number" in refused("call me", "--how", "phone")
    assert "NUMBER|ADDRESS: not an email address" in refused("ana@", "--how", "phone")
    assert "--how: say in 1 to 200" in refused(STRANGER, "--how", "  ")
    assert "--how" in refused(STRANGER)
    assert "there is no clinic 'Nowhere'" in refused(
        STRANGER, "--how", "phone", "--clinic", "Nowhere"
    )
    other = second_clinic(place)
    assert "name the clinic with --clinic" in refused(STRANGER, "--how", "phone")
    assert ledger(place) == []
    done = command(place, STRANGER, "--how", "phone", "--clinic", "Other Clinic")
    assert (done.exit_code, ledger(place)[0][0]) == (0, other)


# A number on hold


def hold(place: Installation, code: int | None, number: str = CLINIC_NUMBER) -> None:
    """As after a refusal, its moment to try again long gone."""
    with place.services.database.transaction() as session:
        session.execute(
            update(Sender)
            .where(Sender.address == number)
            .values(
                held_until=datetime.now(UTC) - timedelta(hours=5),
                held_since=datetime(2026, 11, 27, 21, 5, tzinfo=UTC),
                held_code=code,
            )
        )


def test_a_number_on_hold_is_on_top_of_every_page_until_a_text_is_taken(
    place: Installation, desk: Desk
) -> None:
    conversation = say(place, "hi")
    pages = (
        "/admin/",
        f"/admin/conversations/{conversation}",
        "/admin/outreach",
        "/admin/stops",
        "/admin/holds",
    )
    for page in pages:
        assert "No texts are going out" not in desk.get(page)
    hold(place, 21606)
    for page in pages:
        shown = desk.get(page)
        assert 'role="alert"' in shown
        assert "No texts are going out from (500) 555-0006" in shown
        assert "Fri Nov 27, 2026, 3:05 PM" in shown
        assert "Twilio error 21606" in shown
        assert "not ours to text from" in shown
    assert "No texts are going out" in desk.client.get("/admin/conversations/999999").text
    say(place, "yes")
    for page in pages:
        assert "No texts are going out" not in desk.get(page)


def test_where_only_some_families_cannot_be_reached_staff_read_that_answers_go_on(
    place: Installation, desk: Desk
) -> None:
    hold(place, 21612)
    page = desk.get("/admin/")
    assert "No reminders or invitations are going out from (500) 555-0006" in page
    assert "Families who write are answered." in page
    assert "get no answers" not in page


def test_what_the_carrier_answers_reaches_the_clinics_staff_by_itself(
    place: Installation, desk: Desk
) -> None:
    place.carrier.carrier.auth_token = "another token now"  # as after a change at Twilio
    say(place, "hi")
    page = desk.get("/admin/")
    assert "Twilio error 20003" in page
    assert "TWILIO_AUTH_TOKENS" in page


@pytest.mark.parametrize(("code", "said"), [(None, "shows the reason"), (29999, "error 29999")])
def test_a_code_nobody_has_words_for_still_says_what_to_do(
    place: Installation, desk: Desk, code: int | None, said: str
) -> None:
    hold(place, code)
    page = desk.get("/admin/")
    assert "Tell whoever runs Tandem" in page
    assert said in page
    assert "error None" not in page


def test_a_clinic_sees_its_own_numbers_only(place: Installation, app: Flask, desk: Desk) -> None:
    second_clinic(place)
    hold(place, 30034, OTHER_NUMBER)
    assert "No texts are going out" not in desk.get("/admin/")
    assert "No texts are going out" not in app.test_client().get("/admin/login").text
    signed_in = sign_in(app.test_client(), "desk@example.com", "wrong password")
    assert "No texts are going out" not in signed_in.text
