"""Mails that are not what they seem: other senders, other clinics' addresses, machines, repeats."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message

import pytest

from service.flows.deliver import drain_texts
from service.flows.families import NoSuchFamily, show
from service.flows.intake import BadMessage, UnknownSender
from service.flows.mail_intake import MailOutcome, TooLarge, take_mail
from service.flows.onboarding import open_clinic
from service.flows.reply import drain_replies
from tests.support.installation import ANA, Installation, installed
from tests.support.smtp_server import SmtpServer, smtp_server

CLINIC = "sunny-days-pediatric-therapy@mail.tandem.example"
STRANGER = "mallory@example.org"


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def place(database_url: str, server: SmtpServer) -> Iterator[Installation]:
    with installed(database_url, smtp_url=server.url) as place:
        yield place


def mail(words: str, number: int, **headers: str) -> bytes:
    """A raw mail from Ana to the clinic, changed by ``headers`` (an empty one is left out)."""
    lines = {
        "From": f"Ana <{ANA}>",
        "To": CLINIC,
        "Subject": "Re: A message",
        "Message-ID": f"<{number}@example.com>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"{head}\r\n{words}\r\n".encode()


def go_on(place: Installation) -> None:
    drain_replies(place.services)
    drain_texts(place.services)


def begun(place: Installation, server: SmtpServer) -> Message:
    """Ana said yes and her child's age; the clinic's last mail to her."""
    for number, words in enumerate(["my son is 4", "yes"], 9000):
        take_mail(place.services, mail(words, number))
        go_on(place)
    return message_from_bytes(server.taken[-1][2], policy=policy.default)


def kinds(place: Installation, address: str = ANA) -> list[str]:
    return [alert["kind"] for alert in show(place.services, address)["alerts"] if alert["open"]]


def test_a_forged_sender_with_a_valid_address_changes_nothing_and_is_flagged(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    before = show(place.services, ANA)
    count = len(server.taken)
    for number, words in enumerate(["1 3", "We booked it", "español por favor"]):
        forged = mail(words, number, From=STRANGER, To=str(last["Reply-To"]))
        assert take_mail(place.services, forged) is MailOutcome.NEW
        go_on(place)
    after = show(place.services, ANA)
    assert (after["step"], after["booked"]) == (before["step"], False)
    assert kinds(place) == ["other_sender"]
    assert [m["text"].strip() for m in after["messages"]][-3:] == [
        "1 3", "We booked it", "español por favor",
    ]  # fmt: skip
    assert len(server.taken) == count
    with pytest.raises(NoSuchFamily):
        show(place.services, STRANGER)


def test_a_stop_and_an_emergency_count_whoever_writes_them(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    reply_to = str(last["Reply-To"])
    take_mail(place.services, mail("He can't breathe!", 1, From=STRANGER, To=reply_to))
    go_on(place)
    assert {"urgent", "other_sender"} <= set(kinds(place))
    assert "911" in server.taken[-1][2].decode()
    take_mail(place.services, mail("Stop writing to us.", 2, From=STRANGER, To=reply_to))
    go_on(place)
    assert show(place.services, ANA)["stopped"]
    assert {to for _, to, _ in server.taken} == {ANA}  # strangers are never written to


def test_the_same_mailbox_written_differently_is_no_stranger(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    own = mail("1 3", 1, From="Ana <ANA+kids@example.com>", To=str(last["Reply-To"]))
    take_mail(place.services, own)
    go_on(place)
    assert show(place.services, ANA)["step"] == "checklist_2"
    assert kinds(place) == []


def test_a_reply_address_that_somebody_made_up_is_none(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    real = str(last["Reply-To"])
    made_up = real.replace(real[8:11], "aaa")
    assert take_mail(place.services, mail("1 3", 1, To=made_up)) is MailOutcome.NEW
    go_on(place)
    # Ana is known by her address; a stranger would begin a conversation of their own.
    assert show(place.services, ANA)["step"] == "checklist_2"
    take_mail(place.services, mail("hello", 2, From=STRANGER, To=made_up))
    go_on(place)
    assert show(place.services, STRANGER)["step"] == "consent"


def test_a_mail_to_one_clinic_never_lands_at_another(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    open_clinic(
        place.services,
        name="Other Clinic",
        number="+13125550199",
        phone="(312) 555-0199",
        time_zone="America/Chicago",
        booking_link="",
        offers=("OT",),
        messaging_service_sid=None,
    )
    before = show(place.services, ANA)
    other = "other-clinic@mail.tandem.example"
    answer = mail("1 3", 1, From=STRANGER, To=other, In_Reply_To=str(last["Message-ID"]))
    take_mail(place.services, answer)
    go_on(place)
    assert show(place.services, ANA) == before
    assert "Other Clinic" in server.taken[-1][2].decode()
    # Of the two, nobody knows which is meant: refused, not guessed.
    with pytest.raises(UnknownSender):
        take_mail(
            place.services, mail("hello", 2, To="reply+aaaaaaaaaaaaaaaaaaaa@mail.tandem.example")
        )


def test_an_answer_without_our_address_is_found_by_the_mail_it_answers(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    plain = mail("1 3", 1, From="ana@work.example", In_Reply_To=str(last["Message-ID"]))
    take_mail(place.services, plain)
    go_on(place)
    assert kinds(place) == ["other_sender"]


def test_a_mail_that_comes_twice_acts_once_also_without_a_message_id(
    place: Installation, server: SmtpServer
) -> None:
    raw = mail("hello", 1)
    assert take_mail(place.services, raw) is MailOutcome.NEW
    assert take_mail(place.services, raw) is MailOutcome.REPEATED
    without = mail("yes", 2, Message_ID="", Date="Mon, 30 Nov 2026 10:00:00 -0600")
    assert take_mail(place.services, without) is MailOutcome.NEW
    assert take_mail(place.services, without) is MailOutcome.REPEATED
    go_on(place)
    assert len(server.taken) == 2


def test_two_machines_facing_each_other_exchange_one_mail_at_most(
    place: Installation, server: SmtpServer
) -> None:
    begun(place, server)
    count = len(server.taken)
    for number in range(5):
        away = mail("I am away until Monday.", number, Auto_Submitted="auto-replied")
        take_mail(place.services, away)
        go_on(place)
    assert len(server.taken) == count
    messages = show(place.services, ANA)["messages"]
    assert sum(message["direction"] == "in" for message in messages) == 2 + 5


@pytest.mark.parametrize(
    "words",
    [
        "I am out of the office until December 5. Please write to my colleague until then, thanks.",
        "Gracias por su correo. Estoy fuera de la oficina hasta el lunes y le respondo entonces.",
        "Your request has been noted as number 4711 and somebody will be in touch with you soon.",
    ],
)
def test_a_machine_that_does_not_say_so_is_answered_once_at_most(
    place: Installation, server: SmtpServer, words: str
) -> None:
    begun(place, server)
    count = len(server.taken)
    for number in range(5):
        take_mail(place.services, mail(words, number))
        go_on(place)
    assert len(server.taken) <= count + 1
    assert "unread" in kinds(place)


def test_what_a_machine_writes_to_us_first_leads_to_nothing(
    place: Installation, server: SmtpServer
) -> None:
    news = mail("Buy now!", 1, From="news@example.org", List_Id="<news.example.org>")
    assert take_mail(place.services, news) is MailOutcome.IGNORED
    own = mail("hello", 2, From=CLINIC)
    assert take_mail(place.services, own) is MailOutcome.IGNORED
    go_on(place)
    assert server.taken == []


def test_a_mail_that_only_quotes_ours_picks_nothing_and_a_person_looks(
    place: Installation, server: SmtpServer
) -> None:
    begun(place, server)
    quoted = "On Mon, Nov 30, 2026 at 4:10 PM Sunny <a@b.example> wrote:\r\n> 1 Trips\r\n> 2 Tires"
    take_mail(place.services, mail(f"Sent from my iPhone\r\n\r\n{quoted}", 1))
    go_on(place)
    assert show(place.services, ANA)["step"] == "checklist_1"
    assert kinds(place) == ["unread"]


@pytest.mark.parametrize(
    "introduced",
    [
        "",
        "________________________________\r\n",
        "On Monday, Sunny Days Pediatric Therapy wrote:\r\n",
    ],
)
def test_our_own_words_below_an_answer_are_nobodys(
    place: Installation, server: SmtpServer, introduced: str
) -> None:
    last = begun(place, server)
    (ours, _) = last.get_payload()
    quoted = ours.get_payload(decode=True).decode()
    assert "911" in quoted
    take_mail(place.services, mail(f"None of these\r\n\r\n{introduced}{quoted}", 1))
    go_on(place)
    found = show(place.services, ANA)
    assert (found["step"], found["paused"], found["stopped"]) == ("checklist_2", False, False)
    assert kinds(place) == []


def test_a_stop_or_an_emergency_behind_a_mailing_list_reaches_a_person(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    count = len(server.taken)
    listed = {"List_Id": "<family.example.com>", "To": str(last["Reply-To"])}
    take_mail(place.services, mail("He is not breathing, please help", 1, **listed))
    go_on(place)
    assert kinds(place) == ["unread"]
    assert len(server.taken) == count


def test_a_from_that_anybody_can_write_does_not_undo_a_stop(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    take_mail(place.services, mail("Stop", 1))
    take_mail(place.services, mail("START", 2))
    go_on(place)
    assert show(place.services, ANA)["stopped"]
    assert "other_sender" in kinds(place)
    take_mail(place.services, mail("START", 3, To=str(last["Reply-To"])))
    go_on(place)
    assert not show(place.services, ANA)["stopped"]


def test_an_empty_answer_is_not_answered_by_the_threads_old_subject(
    place: Installation, server: SmtpServer
) -> None:
    begun(place, server)
    take_mail(place.services, mail("", 1, Subject="Re: he can't breathe"))
    go_on(place)
    assert not show(place.services, ANA)["paused"]


def test_the_same_short_answer_to_two_questions_acts_twice_without_message_ids(
    place: Installation,
) -> None:
    first = mail("yes", 1, Message_ID="", In_Reply_To="<q1@mail.example>")
    second = mail("yes", 2, Message_ID="", In_Reply_To="<q2@mail.example>")
    assert take_mail(place.services, first) is MailOutcome.NEW
    assert take_mail(place.services, second) is MailOutcome.NEW


def test_a_stop_is_read_in_the_subject_where_there_is_nothing_else(
    place: Installation, server: SmtpServer
) -> None:
    last = begun(place, server)
    empty = mail("", 1, Subject="unsubscribe", To=str(last["Reply-To"]))
    take_mail(place.services, empty)
    go_on(place)
    assert show(place.services, ANA)["stopped"]
    assert "STOP" not in server.taken[-1][2].decode().upper().split("START")[0][-200:]


def test_the_subject_of_a_first_mail_is_read_with_it(
    place: Installation, server: SmtpServer
) -> None:
    take_mail(place.services, mail("He is 4 years old.", 1, Subject="My son falls a lot"))
    take_mail(place.services, mail("yes", 2))
    go_on(place)
    assert show(place.services, ANA)["suggestion"] == "PT"


def test_attachments_are_kept_out_and_a_person_is_told(
    place: Installation, server: SmtpServer
) -> None:
    begun(place, server)
    parts = (
        "--b\r\nContent-Type: text/plain\r\n\r\n1 3\r\n"
        '--b\r\nContent-Type: image/jpeg; name="a.jpg"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n/9j/4AAQ\r\n--b--"
    )
    take_mail(place.services, mail(parts, 1, Content_Type='multipart/mixed; boundary="b"'))
    go_on(place)
    assert show(place.services, ANA)["step"] == "checklist_2"
    assert kinds(place) == ["unread"]


def test_what_is_no_mail_is_refused_in_one_line(place: Installation) -> None:
    for raw in (b"", b"\0\0\0", b"no headers at all"):
        with pytest.raises(BadMessage) as refusal:
            take_mail(place.services, raw)
        assert "\n" not in str(refusal.value)
    with pytest.raises(TooLarge):
        take_mail(place.services, mail("x" * 30 * 2**20, 1))
    with pytest.raises(BadMessage, match="From"):
        take_mail(place.services, mail("hello", 1, From=""))


def test_names_and_subjects_that_try_to_become_headers_stay_words(
    place: Installation, server: SmtpServer
) -> None:
    evil = "=?utf-8?q?Hi=0D=0ABcc=3A_victim=40example=2Eorg=0D=0A=0D=0Abody?="
    take_mail(
        place.services, mail("hello", 1, Subject=evil, From=f'"a\\nBcc: x@y.example" <{ANA}>')
    )
    go_on(place)
    answer = message_from_bytes(server.taken[0][2], policy=policy.default)
    assert answer["Bcc"] is None
    assert answer["Subject"] == "Re: Hi Bcc: victim@example.org body"
    assert len(server.taken) == 1
