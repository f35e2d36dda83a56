"""Several texts in one second: read in order, answered once where one answer serves."""

from __future__ import annotations

import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from service.channels.errors import OutcomeUnknown
from service.channels.sms import Accepted, TwilioSms
from service.flows.deliver import drain_texts
from service.flows.families import show
from service.flows.outreach import invite
from service.flows.remind import fire_reminders
from service.flows.reply import drain_replies
from service.flows.settle import record_status, settle_stale
from service.flows.tick import tick
from service.store.models import Contact, ReminderRow, Reply, TextRow
from tests.support.installation import PARENT, Installation, installed
from tests.support.talk import in_open_hours, say, suggested, take, texts_of, unreported


def answer(place: Installation) -> list[str]:
    """Read and answer what waits, by several workers; the texts that came of it."""
    before = len(place.texts_to(PARENT))
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: drain_replies(place.services), range(3)))
        list(pool.map(lambda _: drain_texts(place.services), range(3)))
    drain_texts(place.services)
    return place.texts_to(PARENT)[before:]


def test_five_texts_in_the_middle_get_one_answer(place: Installation) -> None:
    say(place, "hi", "yes")
    take(place, "hes 4", "he falls a lot", "like every day", "and the stairs", "he wont climb")
    texts = answer(place)
    assert show(place.services, PARENT)["suggestion"] == "PT"
    assert [words[:7] for words in texts if words.startswith(("To book", "Thank"))] == [
        "Thank y", "To book",
    ]  # fmt: skip
    assert len([words for words in texts if "How old" in words]) == 0


def test_numbers_sent_one_by_one_are_answered_once(place: Installation) -> None:
    say(place, "hi", "yes", "4 years")
    take(place, "1", "3")
    texts = answer(place)
    assert len(texts) == 1
    cancelled = [text for text in texts_of(place) if text.cancel_reason == "answered"]
    assert len(cancelled) == 1


def test_an_answer_to_a_question_of_theirs_is_never_left_out(place: Installation) -> None:
    say(place, "hi", "yes")
    take(place, "what is ot?", "hes 4")
    texts = answer(place)
    assert any("occupational" in words.lower() for words in texts)
    assert len([words for words in texts if "How old" in words]) == 0


@pytest.mark.parametrize("last", ["STOP", "she is not breathing"])
def test_what_ends_or_pauses_texting_leaves_nothing_else_to_be_sent(
    place: Installation, last: str
) -> None:
    say(place, "hi", "yes")
    take(place, "hes 4", last)
    texts = answer(place)
    assert len(texts) == 1
    assert ("911" in texts[0]) or ("off" in texts[0])


def test_a_text_that_comes_while_an_answer_is_being_sent_is_read_and_answered(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(place, "hi")
    real = TwilioSms.send

    def and_then_they_write(self: TwilioSms, **fields: str) -> Accepted:
        if not any(m["text"] == "hes 4" for m in show(place.services, PARENT)["messages"]):
            take(place, "hes 4")
        return real(self, **fields)

    take(place, "yes")
    drain_replies(place.services)
    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", and_then_they_write)
        drain_texts(place.services)
    texts = answer(place)
    assert show(place.services, PARENT)["step"] == "checklist_1"
    assert len(texts) == 1


def test_an_answer_waits_for_a_newer_text_to_be_read(place: Installation) -> None:
    say(place, "hi")
    take(place, "yes")
    drain_replies(place.services)
    take(place, "hes 4")
    assert drain_texts(place.services) == 0  # the question about the age is out of date
    drain_replies(place.services)
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 2
    assert "How old" not in place.texts_to(PARENT)[-1]


def test_a_reminder_does_not_cut_into_a_conversation(place: Installation) -> None:
    suggested(place)
    with place.services.database.transaction() as session:
        session.execute(update(ReminderRow).values(due_at=datetime.now(UTC)))
        # A zone in which it is noon.
        shift = (datetime.now(UTC).hour - 12) % 24
        zone = f"Etc/GMT{shift if shift < 12 else shift - 24:+d}"
        session.execute(update(Contact).values(time_zone=zone))
    assert fire_reminders(place.services) == 0
    due = show(place.services, PARENT)["reminders"][0]["due_at"]
    assert datetime.fromisoformat(due) > datetime.now(UTC) + timedelta(minutes=8)


def test_a_list_that_has_not_gone_out_is_not_lost_to_what_cannot_be_read(
    place: Installation,
) -> None:
    say(place, "hi")
    take(place, "yes", "he is 4", "asdf qwer", "the dog ate the mail", " ")
    texts = answer(place)
    assert len(texts) == 1
    assert "1 " in texts[0]
    assert "\n2 " in texts[0]


def test_an_invitation_in_doubt_is_not_sent_after_the_conversation(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = f"number,consent_source,consent_date\n{PARENT},form,2026-03-31\n"
    invite(place.services, place.clinic_id, io.BytesIO(rows.encode()), name="l")

    def lost(self: TwilioSms, **_: object) -> Accepted:
        raise OutcomeUnknown("time-out")

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", lost)
        drain_texts(place.services, as_of=in_open_hours())
    say(place, "yes, my son is 4, he falls a lot")
    settle_stale(place.services, timedelta(0))
    drain_texts(place.services, as_of=in_open_hours())
    invitation = texts_of(place)[0]
    assert (invitation.kind, invitation.state) == ("invitation", "cancelled")
    assert invitation.cancel_reason == "answered"


def test_after_an_outage_no_pile_of_old_questions_goes_out(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(place, "hi")

    def lost(self: TwilioSms, **_: object) -> Accepted:
        raise OutcomeUnknown("500")

    with monkeypatch.context() as patch:
        patch.setattr(TwilioSms, "send", lost)
        say(place, "yes", "4 years", "1 3")
    settle_stale(place.services, timedelta(0))
    drain_texts(place.services)
    texts = place.texts_to(PARENT)[1:]
    assert len(texts) == 1
    assert "\n8 " in texts[0]


def test_an_answer_that_waits_for_monday_does_not_grow_old(place: Installation) -> None:
    say(place, "hi")
    take(place, "yes")
    drain_replies(place.services)
    monday = datetime.now(UTC) - timedelta(minutes=1)
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow)
            .where(TextRow.state == "queued")
            .values(created_at=monday - timedelta(hours=37), send_after=monday, due_at=monday)
        )
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 2


def test_a_local_run_that_acts_for_next_week_still_answers(place: Installation) -> None:
    take(place, "hi")
    tick(place.services, as_of=datetime.now(UTC) + timedelta(days=8))
    assert place.texts_to(PARENT)[0].startswith("This is")


def test_texts_spread_over_a_second_get_one_answer(database_url: str) -> None:
    """As workers do it: each reply is read as it comes, texts go out when they are announced."""
    with installed(database_url, quiet=timedelta(seconds=2)) as place:
        say(place, "hi")
        time.sleep(2)
        drain_texts(place.services)
        for body in ("yes", "he is 4", "1", "3", "and 2"):
            take(place, body)
            drain_replies(place.services)
            drain_texts(place.services)
            time.sleep(0.2)
        time.sleep(2)
        drain_texts(place.services)
        texts = place.texts_to(PARENT)
        assert show(place.services, PARENT)["step"] == "checklist_2"
        assert [words[:7] for words in texts] == ["This is", "Next li"]


def test_nobody_waits_for_safety_words_or_the_first_text(database_url: str) -> None:
    with installed(database_url, quiet=timedelta(seconds=30)) as place:
        say(place, "hi", "she is not breathing")
        assert len(place.texts_to(PARENT)) == 2
        say(place, "hi", "STOP", number="+13125550777")
        assert len(place.texts_to("+13125550777")) == 2


def test_numbers_sent_one_by_one_never_skip_a_list(place: Installation) -> None:
    say(place, "hi", "yes", "4 years")
    take(place, "1", "3", "5")
    texts = answer(place)
    assert len(texts) == 1
    assert "\n8 " in texts[0]  # the second list
    assert show(place.services, PARENT)["step"] == "checklist_2"
    take(place, "7", "8", "9")
    texts = answer(place)
    assert len(texts) == 1
    assert "anything" in texts[0]
    say(place, "no")
    assert show(place.services, PARENT)["suggestion"] == "BOTH"


def test_what_was_said_first_is_read_first_also_while_it_waits_a_moment(
    database_url: str,
) -> None:
    with installed(database_url, quiet=timedelta(seconds=2)) as place:
        say(place, "hi")
        take(place, "yes my son is 4, he falls a lot", "is it covered by insurance?")
        drain_replies(place.services)
        assert drain_texts(place.services) == 0
        time.sleep(2)
        drain_texts(place.services)
        texts = place.texts_to(PARENT)[1:]
        assert "PT helps kids" in texts[0]
        assert "health plans" in texts[-1]


def test_what_waited_for_the_morning_goes_out_when_the_parent_writes_again(
    place: Installation,
) -> None:
    take(place, "hi")
    with place.services.database.transaction() as session:
        hours_ago = datetime.now(UTC) - timedelta(hours=3)
        session.execute(update(Reply).values(written_at=hours_ago))
    drain_replies(place.services)
    tomorrow = datetime.now(UTC) + timedelta(hours=9)
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(send_after=tomorrow, due_at=tomorrow))
    take(place, "my son is 4, he falls a lot")
    texts = answer(place)
    assert [words[:7] for words in texts] == ["This is", "Thank y", "To book"]


def test_an_answer_is_not_lost_to_the_repetition_of_an_older_one(place: Installation) -> None:
    say(place, "hi", "yes")
    asked = texts_of(place)[-1]
    unreported(place)
    record_status(place.services, asked.id, asked.provider_id or "", "undelivered", 30003)
    take(place, "asdf qwer")
    assert len(answer(place)) == 1


def test_a_late_answer_does_not_leave_at_night(place: Installation) -> None:
    say(place, "hi")
    take(place, "yes")
    drain_replies(place.services)
    night = next(
        f"Etc/GMT{shift:+d}" for shift in range(-12, 12)
        if (datetime.now(UTC) - timedelta(hours=shift)).hour == 3
    )  # fmt: skip
    with place.services.database.transaction() as session:
        hours_ago = datetime.now(UTC) - timedelta(hours=8)
        session.execute(update(Contact).values(time_zone=night))
        session.execute(update(TextRow).where(TextRow.state == "queued").values(due_at=hours_ago))
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 1


def test_a_stop_that_reached_us_much_too_late_counts_and_is_not_confirmed(
    place: Installation,
) -> None:
    say(place, "hi")
    take(place, "STOP")
    with place.services.database.transaction() as session:
        session.execute(
            update(Reply)
            .where(Reply.processed_at.is_(None))
            .values(written_at=datetime.now(UTC) - timedelta(hours=2))
        )
    assert answer(place) == []
    assert show(place.services, PARENT)["stopped"] is True
