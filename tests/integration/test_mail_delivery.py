"""Mails that go out: what each answer of a mail server leads to, and what becomes of doubts."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import func, update
from sqlalchemy.orm import Session

from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.mail_intake import take_mail
from service.flows.reply import drain_replies
from service.flows.settle_mail import settle_mails
from service.flows.told_stops import record_told_stop
from service.store import mail_threads
from service.store.models import TextRow
from tests.support.installation import ANA, PARENT, Installation, installed
from tests.support.smtp_server import SmtpServer, Trouble, smtp_server
from tests.support.talk import say, texts_of


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def place(database_url: str, server: SmtpServer) -> Iterator[Installation]:
    with installed(database_url, smtp_url=server.url) as place:
        yield place
        assert place.services.smtp is not None
        place.services.smtp.close()


def mail_in(place: Installation, words: str = "hello", **headers: str) -> None:
    """A parent's mail, read and answered as far as the mail server goes along."""
    lines = {
        "From": ANA,
        "To": "clinic@mail.tandem.example",
        "Subject": "A question",
        "Message-ID": f"<{hash((words, *headers.values()))}@example.com>",
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    take_mail(place.services, f"{head}\r\n{words}\r\n".encode())
    drain_replies(place.services)
    drain_texts(place.services)


def later(place: Installation, minutes: float) -> None:
    """As if so much time had passed since everything was claimed and is due."""
    passed = timedelta(minutes=minutes)
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow).values(
                claimed_at=TextRow.claimed_at - passed,
                send_after=func.least(TextRow.send_after, func.now()),
            )
        )


def states(place: Installation) -> list[str]:
    return [text.state for text in texts_of(place)]


def test_what_the_server_took_is_sent_once_and_connections_are_kept(
    place: Installation, server: SmtpServer
) -> None:
    for number in range(5):
        mail_in(place, "hello", From=f"parent{number}@example.com")
    assert states(place) == ["sent"] * 5
    assert len(server.taken) == 5
    assert server.connections == 1


def test_a_mail_says_who_it_is_from_that_a_machine_wrote_it_and_how_to_stop(
    place: Installation, server: SmtpServer
) -> None:
    mail_in(place)
    envelope_from, to, raw = server.taken[0]
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert to == ANA
    assert envelope_from.startswith("bounce+")
    assert mail["From"].addresses[0].display_name == "Sunny Days Pediatric Therapy"
    assert str(mail["Reply-To"]).startswith("reply+")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"<{place.base_url}/unsubscribe/" in mail["List-Unsubscribe"]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("trouble", "reply", "state", "alerts"),
    [
        (Trouble.REFUSES_RECIPIENT, "550 5.1.1 No such user", "failed", ["undelivered"]),
        (Trouble.REFUSES_RECIPIENT, "450 4.2.1 Busy", "queued", []),
        (Trouble.REFUSES_RECIPIENT, "552 5.2.2 Mailbox full", "queued", []),
        (Trouble.REFUSES_RECIPIENT, "554 5.7.1 Relaying denied", "queued", ["undelivered"]),
        (Trouble.REFUSES_SENDER, "550 5.7.1 Not allowed to send", "queued", ["undelivered"]),
        (Trouble.REFUSES_SENDER, "451 4.3.0 Try again", "queued", []),
        (Trouble.REFUSES_WORDS, "554 5.7.1 Spam", "failed", ["undelivered"]),
        (Trouble.REFUSES_WORDS, "451 4.7.1 Try again", "queued", []),
        (Trouble.REFUSES_WORDS, "421 4.3.2 Shutting down", "queued", []),
        (Trouble.HANGS_UP_BEFORE_THE_DOT, "", "queued", []),
        (Trouble.HANGS_UP_INSTEAD_OF_ANSWERING, "", "unknown", []),
        (Trouble.LOSES_IT_INSTEAD_OF_ANSWERING, "", "unknown", []),
    ],
)
def test_each_answer_of_the_server_has_its_effect(
    place: Installation,
    server: SmtpServer,
    trouble: Trouble,
    reply: str,
    state: str,
    alerts: list[str],
) -> None:
    server.trouble, server.reply = trouble, reply
    mail_in(place)
    assert states(place) == [state]
    assert [alert["kind"] for alert in show(place.services, ANA)["alerts"]] == alerts


def test_what_was_put_off_goes_out_later_once(place: Installation, server: SmtpServer) -> None:
    server.trouble = Trouble.HANGS_UP_BEFORE_THE_DOT
    mail_in(place)
    server.trouble = Trouble.NONE
    later(place, 1)
    drain_texts(place.services)
    assert states(place) == ["sent"]
    assert len(server.taken) == 1


def test_what_travelled_together_is_tried_again_together(
    place: Installation, server: SmtpServer
) -> None:
    mail_in(place, "my daughter is 4 and falls a lot")
    server.trouble, server.reply = Trouble.REFUSES_WORDS, "451 4.7.1 Greylisted"
    mail_in(place, "yes")
    waiting = texts_of(place)[1:]
    assert [text.state for text in waiting] == ["queued"] * 2
    assert len({text.send_after for text in waiting}) == 1
    assert {text.rides_with for text in waiting} == {None}
    server.trouble = Trouble.NONE
    later(place, 1)
    drain_texts(place.services)
    assert len(server.taken) == 2


def test_safety_words_and_what_they_stand_behind_travel_once(
    place: Installation, server: SmtpServer
) -> None:
    mail_in(place, "my daughter is 4 and falls a lot, and she lost words she used to say")
    mail_in(place, "yes")
    reply_to = str(message_from_bytes(server.taken[-1][2], policy=policy.default)["Reply-To"])
    mail_in(place, "stop", To=reply_to)
    mail_in(place, "start", To=reply_to)
    assert {text.attempts for text in texts_of(place)} == {1}
    ids = [message_from_bytes(raw)["Message-ID"] for _, _, raw in server.taken]
    assert len(ids) == len(set(ids))
    assert {"start_again", "soon"} <= {text.kind for text in texts_of(place)}


def test_a_stop_that_comes_in_before_the_last_dot_is_kept(
    place: Installation, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_in(place)
    mark = mail_threads.mark_handed

    def stop_first(session: Session, ids: Sequence[int], claimed_at: datetime) -> bool:
        record_told_stop(place.services, place.clinic_id, ANA, "on the phone")
        return mark(session, ids, claimed_at)

    monkeypatch.setattr("service.flows.deliver.mail_threads.mark_handed", stop_first)
    mail_in(place, "yes")
    monkeypatch.undo()
    later(place, 1)
    drain_texts(place.services)
    assert states(place) == ["sent", "cancelled"]
    assert len(server.taken) == 1


def test_a_slow_mail_server_keeps_no_text_waiting(
    place: Installation, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.channels.smtp.TAKING_SECONDS", 2.0)
    server.trouble = Trouble.NEVER_ANSWERS
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(mail_in, place)
        time.sleep(0.7)
        began = time.monotonic()
        say(place, "hi")
        assert time.monotonic() - began < 1.0
        assert not slow.done()
        slow.result()
    assert place.texts_to(PARENT)


def test_a_silent_server_is_not_sent_the_mail_again(
    place: Installation, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.channels.smtp.TAKING_SECONDS", 0.3)
    server.trouble = Trouble.NEVER_ANSWERS
    mail_in(place)
    assert states(place) == ["unknown"]
    server.trouble = Trouble.NONE
    for minutes in (5, 50, 10):
        later(place, minutes)
        settle_mails(place.services)
        drain_texts(place.services)
    assert states(place) == ["unknown"]
    assert len(server.taken) == 1
    # Nobody can be asked: after an hour a person is told.
    assert [alert["kind"] for alert in show(place.services, ANA)["alerts"]] == ["unsettled"]


def test_the_parents_answer_proves_that_a_mail_in_doubt_arrived(
    place: Installation, server: SmtpServer
) -> None:
    server.trouble = Trouble.HANGS_UP_INSTEAD_OF_ANSWERING
    mail_in(place)
    sent = message_from_bytes(server.taken[0][2], policy=policy.default)
    server.trouble = Trouble.NONE
    mail_in(place, "yes", **{"In-Reply-To": sent["Message-ID"], "To": sent["Reply-To"]})
    assert states(place) == ["delivered", "sent"]


def test_a_worker_that_died_before_the_last_dot_is_replaced_and_after_it_not(
    place: Installation, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("service.flows.deliver.mail_threads.mark_handed", die)
    with pytest.raises(KeyboardInterrupt):
        mail_in(place)
    monkeypatch.undo()
    assert states(place) == ["sending"]
    assert server.taken == []
    assert settle_mails(place.services) == 0  # it may still be at it
    later(place, 1)
    assert settle_mails(place.services) == 1
    drain_texts(place.services)
    assert states(place) == ["sent"]
    assert len(server.taken) == 1

    monkeypatch.setattr("service.flows.deliver._record", die)
    with pytest.raises(KeyboardInterrupt):
        mail_in(place, "yes")
    monkeypatch.undo()
    later(place, 5)
    settle_mails(place.services)
    drain_texts(place.services)
    assert states(place) == ["sent", "unknown"]
    assert len(server.taken) == 2


def test_a_worker_that_hung_before_the_last_dot_does_not_send_what_another_has_taken_over(
    place: Installation, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = mail_threads.mark_handed

    def hang(session: Session, ids: Sequence[int], claimed_at: datetime) -> bool:
        monkeypatch.setattr("service.flows.deliver.mail_threads.mark_handed", mark)
        later(place, 1)
        assert settle_mails(place.services) == 1
        assert drain_texts(place.services) == 1  # another worker
        return mark(session, ids, claimed_at)

    monkeypatch.setattr("service.flows.deliver.mail_threads.mark_handed", hang)
    mail_in(place)
    assert states(place) == ["sent"]
    assert len(server.taken) == 1
