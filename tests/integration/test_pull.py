"""The pull: what a parent wrote while nobody was there is fetched from the carrier, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update

from service.channels.errors import TryLater
from service.channels.sms import Received, TwilioSms
from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.intake import Intake
from service.flows.pull import ask_about_silent, pull, pull_at_once
from service.flows.reply import drain_replies
from service.flows.tick import tick
from service.store.migrate import upgrade
from service.store.models import Contact, Reply, Sender, TextRow
from tests.support.installation import CLINIC_NUMBER, PARENT, Installation, installed
from tests.support.postgres import PrivatePostgres
from tests.support.talk import say, take, texts_of
from tests.support.webhook import inbound

SPEECH = "my son is 4, he falls a lot"


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    with installed(database_url) as place:
        # Whatever was before is read: from here on only what is due is pulled.
        pull(place.services)
        yield place


def write(place: Installation, *bodies: str, number: str = PARENT) -> list[str]:
    """A parent writes while no web server is there: only the carrier has it."""
    carrier = place.carrier.carrier
    return [carrier.text_from_parent(number, CLINIC_NUMBER, body).sid for body in bodies]


def bodies(place: Installation) -> list[str]:
    with place.services.database.transaction() as session:
        return [r.body for r in session.scalars(select(Reply).order_by(Reply.written_at, Reply.id))]


def make_due(place: Installation) -> None:
    """Ten minutes pass."""
    with place.services.database.transaction() as session:
        session.execute(
            update(Sender).values(pulled_until=Sender.pulled_until - timedelta(minutes=11))
        )


def test_what_only_the_carrier_has_is_taken_in_once_and_answered(place: Installation) -> None:
    write(place, "hi")
    assert pull(place.services) == 0  # not due yet
    make_due(place)
    assert tick(place.services).pulled == 1
    make_due(place)
    assert tick(place.services).pulled == 0
    assert bodies(place) == ["hi"]
    assert len(place.texts_to(PARENT)) == 1


def test_what_is_wanted_is_pulled_at_once(place: Installation) -> None:
    write(place, "hi")
    assert pull_at_once(place.services)
    write(place, "anybody there?")
    assert pull_at_once(place.services)
    assert bodies(place) == ["hi", "anybody there?"]


def test_what_was_wanted_while_another_was_at_it_is_not_forgotten(place: Installation) -> None:
    write(place, "hi")
    with place.services.database.one_at_a_time(7_243_002):
        assert not pull_at_once(place.services)
    assert bodies(place) == []
    assert tick(place.services).pulled == 1


def test_a_reply_that_could_not_be_stored_has_the_others_fetched(place: Installation) -> None:
    write(place, "hi")
    intake = Intake(place.services)
    intake.missed()
    intake.take_sms(inbound("hello?", "+13125550777"))
    assert tick(place.services).pulled == 1


def test_several_in_one_second_keep_the_order_in_which_they_were_written(
    place: Installation,
) -> None:
    first = write(place, "hi", SPEECH, "yes")
    # The last of them came through after all, before the pull.
    take(place, "yes", MessageSid=first[-1])
    make_due(place)
    assert pull(place.services) == 2
    assert bodies(place) == ["hi", SPEECH, "yes"]
    drain_replies(place.services)
    assert show(place.services, PARENT)["suggestion"] == "PT"


def test_a_pull_that_could_not_ask_is_made_up_for_by_the_next(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(place, "hi")
    make_due(place)

    def away(self: TwilioSms, number: str, since: datetime) -> list[object]:
        raise TryLater("away")

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "received_by", away)
        assert pull(place.services) == 0
    with place.services.database.transaction() as session:
        # Ten minutes have not passed, but some seconds have.
        now = datetime.now(UTC)
        seconds_ago = now - timedelta(seconds=11)
        session.execute(update(Sender).values(pulled_until=now, pull_ended_at=seconds_ago))
    assert pull(place.services) == 1


def test_one_bad_answer_does_not_cost_the_order(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(place, "hi")
    make_due(place)
    real, calls = TwilioSms.received_by, []

    def once_bad(self: TwilioSms, number: str, since: datetime) -> list[Received]:
        calls.append(1)
        if len(calls) == 1:
            raise TryLater("500")
        return real(self, number, since)

    monkeypatch.setattr(TwilioSms, "received_by", once_bad)
    assert pull(place.services) == 1


def test_a_text_that_comes_between_list_and_store_stays_behind_what_was_listed(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (sid,) = write(place, "he is 4")
    take(place, "he is 4", MessageSid=sid)
    make_due(place)
    real = TwilioSms.received_by

    def slowly(self: TwilioSms, number: str, since: datetime) -> list[Received]:
        found = real(self, number, since)
        take(place, "he is 5")
        # As on a carrier whose clock is ahead.
        return [replace(item, written_at=item.written_at + timedelta(seconds=30)) for item in found]

    monkeypatch.setattr(TwilioSms, "received_by", slowly)
    pull(place.services)
    assert bodies(place) == ["he is 4", "he is 5"]


def test_a_text_whose_webhook_wins_while_the_list_is_stored_keeps_its_place(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    sids = write(place, "he is 4", "he is 5", "no, 6")
    for sid, body in zip(sids, ("he is 4", "he is 5", "no, 6"), strict=True):
        take(place, body, MessageSid=sid)
    make_due(place)
    # The second came in after it was looked whether it is known.
    monkeypatch.setattr(
        "service.store.replies.known_among", lambda session, provider, ids: {sids[0], sids[2]}
    )
    pull(place.services)
    assert bodies(place) == ["he is 4", "he is 5", "no, 6"]


def test_every_page_of_a_long_list_is_read(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.channels.sms.PAGE", 7)
    for n in range(30):
        write(place, f"{n}", number=f"+1312555{n:04d}")
    make_due(place)
    assert pull(place.services) == 30
    assert bodies(place) == [str(n) for n in range(30)]


def test_messages_from_before_the_clinic_was_here_are_left_alone(database_url: str) -> None:
    with installed(database_url) as place:
        write(place, "an old message")
        with place.services.database.transaction() as session:
            later = datetime.now(UTC) + timedelta(seconds=2)
            session.execute(update(Sender).values(created_at=later))
        assert pull(place.services) == 0


def test_our_own_texts_are_never_taken_for_replies(place: Installation) -> None:
    say(place, "hi")
    make_due(place)
    assert pull(place.services) == 0


def test_an_answer_to_what_was_written_long_ago_keeps_the_sending_hours(
    place: Installation,
) -> None:
    night = next(
        f"Etc/GMT{shift:+d}" for shift in range(-12, 12)
        if (datetime.now(UTC) - timedelta(hours=shift)).hour == 3
    )  # fmt: skip
    say(place, "hi")
    take(place, "yes")
    with place.services.database.transaction() as session:
        session.execute(update(Contact).values(time_zone=night))
        hours_ago = datetime.now(UTC) - timedelta(hours=5)
        session.execute(
            update(Reply).where(Reply.processed_at.is_(None)).values(written_at=hours_ago)
        )
    drain_replies(place.services)
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 1
    assert texts_of(place)[-1].send_after > datetime.now(UTC) + timedelta(hours=5)


def test_after_a_restart_of_postgresql_the_missing_come_before_what_came_since(
    private_postgres: PrivatePostgres,
) -> None:
    upgrade(private_postgres.url)
    with installed(private_postgres.url) as place:
        say(place, "hi")
        private_postgres.stop()
        write(place, SPEECH)  # nobody took it, and the carrier gave it up
        private_postgres.start()
        (sid,) = write(place, "yes")
        take(place, "yes", MessageSid=sid)
        assert drain_replies(place.services) == 2
        found = show(place.services, PARENT)
        assert [m["text"] for m in found["messages"] if m["direction"] == "in"] == [
            "hi", SPEECH, "yes",
        ]  # fmt: skip
        assert found["suggestion"] == "PT"


def test_while_the_first_pull_is_under_way_nobody_answers(
    place: Installation,
) -> None:
    take(place, "hi")
    with place.services.database.transaction() as session:
        session.execute(update(Sender).values(pull_ended_at=None))
    with place.services.database.one_at_a_time(7_243_002) as ours:
        assert ours
        assert drain_replies(place.services) == 0
    assert drain_replies(place.services) == 1


def test_a_text_that_nobody_reported_on_is_asked_about_after_an_hour(place: Installation) -> None:
    say(place, "hi")
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(state="sent", settled_at=None))
    assert ask_about_silent(place.services) == 0
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(sent_at=datetime.now(UTC) - timedelta(hours=2)))
    assert ask_about_silent(place.services) == 1
    assert texts_of(place)[0].state == "delivered"
    assert ask_about_silent(place.services) == 0


def test_a_listed_message_that_cannot_be_stored_keeps_no_other_back(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = TwilioSms.received_by

    def odd(self: TwilioSms, number: str, since: datetime) -> list[Received]:
        found = real(self, number, since)
        return [replace(found[0], sender="whatsapp:strange", provider_id="SMx"), *found]

    write(place, "hi\0 there")
    make_due(place)
    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "received_by", odd)
        assert pull(place.services) == 1
    assert bodies(place) == ["hi there"]


def test_the_lock_of_a_pull_ends_with_its_process(place: Installation) -> None:
    with place.services.database.engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(7243002)"))
        write(place, "hi")
        make_due(place)
        assert pull(place.services) == 0
        pid = connection.scalar(text("SELECT pg_backend_pid()"))
        with place.services.database.transaction() as session:
            session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        assert pull(place.services) == 1
        connection.invalidate()


def test_what_was_pulled_and_is_delivered_late_acts_once(place: Installation) -> None:
    (sid,) = write(place, "hi")
    make_due(place)
    pull(place.services)
    take(place, "hi", MessageSid=sid)
    assert bodies(place) == ["hi"]


def test_one_sender_s_odd_list_stops_neither_the_others_nor_the_answers(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: TwilioSms, number: str, since: datetime) -> list[object]:
        raise RuntimeError("nothing like a list")

    take(place, "hi")
    with place.services.database.transaction() as session:
        session.execute(update(Sender).values(pull_ended_at=None))
    monkeypatch.setattr(TwilioSms, "received_by", broken)
    assert drain_replies(place.services) == 1


def test_half_an_emoji_is_taken_in_like_any_other_word(place: Installation) -> None:
    take(place, "hi \ud83d there")
    assert bodies(place) == ["hi ? there"]


def test_the_other_numbers_of_a_messaging_service_are_pulled_too(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool_number = "+13125550909"
    place.carrier.carrier.own(pool_number, place.base_url)
    place.carrier.carrier.text_from_parent(PARENT, pool_number, "hi")
    with place.services.database.transaction() as session:
        session.execute(update(Sender).values(messaging_service_sid="MG" + "1" * 32))
    make_due(place)
    monkeypatch.setattr(
        TwilioSms, "numbers_of_service", lambda self, sid: [CLINIC_NUMBER, pool_number]
    )
    assert pull(place.services) == 1
    assert bodies(place) == ["hi"]


def test_a_service_the_carrier_does_not_know_keeps_no_pull_from_being_complete(
    place: Installation,
) -> None:
    write(place, "hi")
    with place.services.database.transaction() as session:
        session.execute(update(Sender).values(messaging_service_sid="MG" + "1" * 32))
    make_due(place)
    assert pull(place.services) == 1
    assert pull(place.services) == 0
