"""Where one channel fails: bounces, landlines, full mailboxes, and going on by the other."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.inbox import find
from service.flows.mail_intake import MailOutcome, take_mail
from service.flows.outreach import invite
from service.flows.settle import record_status
from service.flows.tick import tick
from service.store import contacts
from service.store.models import Contact, Sender, TextRow
from service.web.app import create_app
from tests.integration.test_mail_strangers import go_on, mail
from tests.support.admin import desk_at
from tests.support.installation import ANA, PARENT, Installation, installed
from tests.support.smtp_server import SmtpServer, smtp_server
from tests.support.talk import in_open_hours, say, texts_of

NOT_MOBILE = "+15005550009"
"""The carrier refuses it with 21614."""
LIST = "number,email,consent_source,consent_date\n{rows}\n"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def place(database_url: str, server: SmtpServer) -> Iterator[Installation]:
    with installed(database_url, smtp_url=server.url) as place:
        yield place


def listed(place: Installation, *rows: str) -> dict[str, int]:
    """Invite a list; how many rows had each outcome."""
    text = LIST.format(rows="\n".join(f"{row},form,2026-11-02" for row in rows))
    report = invite(place.services, place.clinic_id, io.BytesIO(text.encode()), name="list")
    outcomes = [row.outcome.value for row in report.rows]
    return {"good": report.good} | {each: outcomes.count(each) for each in outcomes}


def known_by_both(place: Installation) -> None:
    """A family that texts, and whose email address is known."""
    say(place, "hi", "yes", "he is 4")
    with place.services.database.transaction() as session:
        contacts.give_email(session, session.scalars(select(Contact)).one(), ANA)


def bounce(place: Installation, server: SmtpServer, status: str, action: str = "failed") -> bytes:
    """The report of a mail server about the last mail, to the address it names for that."""
    return_path = server.taken[-1][0]
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {return_path}\r\nSubject: Undelivered\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="r"\r\n\r\n'
        "--r\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--r\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {ANA}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} said the server\r\n--r--\r\n"
    ).encode()


def kinds(place: Installation, address: str) -> list[str]:
    return [alert["kind"] for alert in show(place.services, address)["alerts"]]


def test_a_landline_is_answered_by_email_and_never_texted_again(
    place: Installation, server: SmtpServer
) -> None:
    known_by_both(place)
    last = texts_of(place)[-1]
    texted = len(place.texts_to(PARENT))
    record_status(place.services, last.id, last.provider_id or "", "undelivered", 30006)
    record_status(place.services, last.id, last.provider_id or "", "undelivered", 30006)
    drain_texts(place.services)
    assert [to for _, to, _ in server.taken] == [ANA]
    words = server.taken[0][2].decode()
    assert "could not text" in words
    assert "worry you" in words
    assert kinds(place, PARENT) == ["undelivered"]
    take_mail(place.services, mail("1 3", 1))
    go_on(place)
    assert len(server.taken) == 2
    assert len(place.texts_to(PARENT)) == texted


def test_a_number_that_blocked_us_is_not_written_to_elsewhere(
    place: Installation, server: SmtpServer
) -> None:
    known_by_both(place)
    last = texts_of(place)[-1]
    record_status(place.services, last.id, last.provider_id or "", "undelivered", 30004)
    drain_texts(place.services)
    assert server.taken == []


def test_reminders_follow_to_the_other_channel(place: Installation, server: SmtpServer) -> None:
    known_by_both(place)
    say(place, "1 3", "none", "no")
    last = texts_of(place)[-1]
    record_status(place.services, last.id, last.provider_id or "", "undelivered", 30005)
    drain_texts(place.services)
    assert len(server.taken) == 1
    for _ in range(12):
        due = [r for r in show(place.services, PARENT)["reminders"] if r["state"] == "due"]
        if not due or len(server.taken) > 1:
            break
        tick(place.services, datetime.fromisoformat(due[0]["due_at"]))
    assert len(server.taken) == 2
    assert "Did you find a time" in server.taken[-1][2].decode()


def test_a_mailbox_that_does_not_exist_goes_on_by_text(
    place: Installation, server: SmtpServer
) -> None:
    known_by_both(place)
    take_mail(place.services, mail("1 3", 1))
    go_on(place)
    texted = len(place.texts_to(PARENT))
    report = bounce(place, server, "5.1.1")
    for _ in range(2):
        assert take_mail(place.services, report) is MailOutcome.REPORT
        go_on(place)
    assert [text.state for text in texts_of(place)][-2:] == ["undelivered", "sent"]
    assert len(place.texts_to(PARENT)) == texted + 1
    assert "did not reach you" in place.texts_to(PARENT)[-1]
    assert kinds(place, PARENT) == ["undelivered"]


def test_a_full_mailbox_is_counted_and_the_third_time_given_up(
    place: Installation, server: SmtpServer
) -> None:
    take_mail(place.services, mail("hello", 1))
    go_on(place)
    for number in range(3):
        assert take_mail(place.services, bounce(place, server, "4.2.2")) is MailOutcome.REPORT
        with place.services.database.transaction() as session:
            contact = session.scalars(select(Contact)).one()
            assert contact.soft_bounces == number + 1
            assert (contact.email_refused_at is not None) == (number == 2)
        if number < 2:
            with place.services.database.transaction() as session:
                text = session.scalars(select(TextRow).order_by(TextRow.id.desc())).first()
                assert text is not None
                text.state, text.settled_at = "sent", None


def test_a_bounce_in_a_servers_own_words_counts_by_the_code_it_names(
    place: Installation, server: SmtpServer
) -> None:
    for number, (words, state) in enumerate(
        [("I am afraid that mailbox is full. 4.2.2", False), ("No such user here (5.1.1).", True)]
    ):
        take_mail(place.services, mail("hello", number))
        go_on(place)
        daemon = {"From": "MAILER-DAEMON@mx.example", "To": server.taken[-1][0]}
        outcome = take_mail(place.services, mail(words, 100 + number, **daemon))
        assert outcome is MailOutcome.REPORT
        with place.services.database.transaction() as session:
            refused_at = session.scalars(select(Contact.email_refused_at)).one()
            assert (refused_at is not None) is state


def test_a_parent_who_writes_again_has_a_mailbox_that_works(
    place: Installation, server: SmtpServer
) -> None:
    take_mail(place.services, mail("hello", 1))
    go_on(place)
    take_mail(place.services, bounce(place, server, "5.1.1"))
    take_mail(place.services, mail("yes", 2))
    go_on(place)
    assert len(server.taken) == 2


def test_a_bounce_that_names_none_of_our_mails_changes_nothing(
    place: Installation, server: SmtpServer
) -> None:
    take_mail(place.services, mail("hello", 1))
    go_on(place)
    address = server.taken[-1][0]
    forged = bounce(place, server, "5.1.1").replace(
        address.encode(), b"bounce+aaaaaaaaaaaaaaaaaaaaaa"
    )
    assert take_mail(place.services, forged) is MailOutcome.IGNORED
    assert [text.state for text in texts_of(place)] == ["sent"]


def test_a_broken_signature_of_ours_leaves_every_mailbox_as_it_is(
    place: Installation, server: SmtpServer
) -> None:
    take_mail(place.services, mail("hello", 1))
    go_on(place)
    take_mail(place.services, bounce(place, server, "5.7.26"))
    with place.services.database.transaction() as session:
        assert session.scalars(select(Contact.email_refused_at)).one() is None
        held = session.scalars(select(Sender.held_code).where(Sender.channel == "email")).one()
    assert held == 5726
    assert kinds(place, ANA) == ["undelivered"]


def test_a_late_bounce_asks_no_old_question(place: Installation, server: SmtpServer) -> None:
    known_by_both(place)
    take_mail(place.services, mail("1 3", 1))
    go_on(place)
    report = bounce(place, server, "5.1.1")
    say(place, "none", "no")
    texted = len(place.texts_to(PARENT))
    take_mail(place.services, report)
    drain_texts(place.services, in_open_hours())
    assert len(place.texts_to(PARENT)) == texted
    assert texts_of(place)[-1].cancel_reason == "outdated"


def test_a_bounce_in_the_night_is_followed_by_a_text_in_the_morning(
    place: Installation, server: SmtpServer
) -> None:
    known_by_both(place)
    take_mail(place.services, mail("1 3", 1))
    go_on(place)
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(due_at=TextRow.due_at - timedelta(hours=9)))
    take_mail(place.services, bounce(place, server, "5.1.1"))
    midnight = in_open_hours().replace(hour=7)
    texted = len(place.texts_to(PARENT))
    drain_texts(place.services, midnight)
    assert len(place.texts_to(PARENT)) == texted
    assert texts_of(place)[-1].state == "queued"


def test_a_list_that_names_a_family_twice_invites_it_once(
    place: Installation, server: SmtpServer
) -> None:
    listed_once = listed(place, f",{ANA}", f"+13125550101,{ANA}", "+13125550102,", "+13125550102,")
    assert listed_once == {"good": 2, "duplicate": 2}
    say(place, "hi", number="+13125550103")
    shared = "bea@example.com"
    counted = listed(place, f",{shared}", f"+13125550103,{shared}", f"+13125550104,{shared}")
    assert counted == {"good": 1, "duplicate": 2}


def test_who_wrote_down_an_address_after_a_landline_gets_all_of_the_suggestion(
    place: Installation, server: SmtpServer
) -> None:
    say(place, "my son is 4, he falls a lot", "yes")
    (suggestion, _) = texts_of(place)[-2:]
    record_status(place.services, suggestion.id, suggestion.provider_id or "", "undelivered", 30006)
    desk = desk_at(place, create_app(place.services))
    page = f"/admin/conversations/{find(place.services, place.clinic_id, PARENT)}"
    desk.post(f"{page}/email", email=ANA)
    drain_texts(place.services)
    due = [r for r in show(place.services, ANA)["reminders"] if r["state"] == "due"]
    assert len(due) == 3


def test_who_calls_a_mail_spam_has_said_stop(place: Installation, server: SmtpServer) -> None:
    take_mail(place.services, mail("hello", 1))
    go_on(place)
    sent = server.taken[-1][2].decode()
    headers = sent.partition("\r\n\r\n")[0]
    complaint = (
        "From: fbl@provider.example\r\nTo: sunny-days-pediatric-therapy@mail.tandem.example\r\n"
        "Subject: FW: complaint\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="r"\r\n\r\n'
        "--r\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n"
        "--r\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
        "User-Agent: x/1\r\nVersion: 1\r\n\r\n"
        f"--r\r\nContent-Type: text/rfc822-headers\r\n\r\n{headers}\r\n--r--\r\n"
    ).encode()
    assert take_mail(place.services, complaint) is MailOutcome.REPORT
    assert show(place.services, ANA)["stopped"]


def test_a_list_invites_by_email_where_there_is_no_number(
    place: Installation, server: SmtpServer
) -> None:
    counted = listed(
        place,
        f",{ANA}",
        "+13125550101,bea@example.com",
        ",bea@example.com",
        ",not an address",
        ",",
        f",{ANA.upper()}",
    )
    assert counted == {"good": 2, "bad": 2, "duplicate": 2}
    drain_texts(place.services, in_open_hours())
    assert [to for _, to, _ in server.taken] == [ANA]
    assert len(place.texts_to("+13125550101")) == 1
    assert "Msg & data rates" not in server.taken[0][2].decode()
    assert listed(place, f",{ANA}") == {"good": 0, "duplicate": 1}


def test_an_invitation_to_a_landline_goes_out_by_email(
    place: Installation, server: SmtpServer
) -> None:
    listed(place, f"{NOT_MOBILE},bea@example.com")
    now = in_open_hours()
    drain_texts(place.services, now)
    drain_texts(place.services, now)
    assert [to for _, to, _ in server.taken] == ["bea@example.com"]


def test_staff_add_the_address_that_a_family_told_them(
    place: Installation, server: SmtpServer
) -> None:
    say(place, "hi")
    last = texts_of(place)[-1]
    record_status(place.services, last.id, last.provider_id or "", "undelivered", 30006)
    desk = desk_at(place, create_app(place.services))
    page = f"/admin/conversations/{find(place.services, place.clinic_id, PARENT)}"
    desk.post(f"{page}/email", email="not an address")
    assert show(place.services, PARENT)["messages"][-1]["channel"] == "sms"
    desk.post(f"{page}/email", email="Ana@Example.com")
    drain_texts(place.services)
    assert [to for _, to, _ in server.taken] == [ANA]
    assert show(place.services, ANA) == show(place.services, PARENT)
