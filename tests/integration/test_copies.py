"""A text that did not arrive is repeated where that may help, and only then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from service.domain.conversation import Lane
from service.flows.deliver import drain_texts
from service.flows.settle import record_status
from service.store.models import TextRow
from tests.support.installation import PARENT, Installation
from tests.support.talk import (
    alerts,
    in_open_hours,
    say,
    suggested,
    texts_of,
    unreported,
)


def undelivered(place: Installation, code: int) -> None:
    """The carrier could not deliver the newest text."""
    with place.services.database.transaction() as session:
        newest = session.scalars(select(TextRow).order_by(TextRow.id.desc())).first()
        assert newest is not None
        newest.state, newest.settled_at = "sent", None
        text_id, provider_id = newest.id, newest.provider_id or "SMx"
    assert record_status(place.services, text_id, provider_id, "undelivered", code)


def test_a_phone_that_was_off_gets_the_text_once_it_is_on(place: Installation) -> None:
    say(place, "hi")
    undelivered(place, 30003)
    assert {"kind": "undelivered", "open": True} in alerts(place)
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 1  # not at once
    first, copy = texts_of(place)
    assert timedelta(minutes=25) < copy.send_after - datetime.now(UTC) < timedelta(minutes=35)
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow).where(TextRow.id == copy.id).values(
                send_after=func.now(), lane=int(Lane.SAFETY)
            )
        )  # fmt: skip
    drain_texts(place.services)
    assert place.texts_to(PARENT)[0] == place.texts_to(PARENT)[1]
    assert (first.state, first.error_code) == ("undelivered", 30003)
    copy = texts_of(place)[1]
    record_status(place.services, copy.id, copy.provider_id or "", "delivered", None)
    assert {"kind": "undelivered", "open": False} in alerts(place)


@pytest.mark.parametrize(("code", "times"), [(30003, 3), (30008, 1), (30007, 0), (30005, 0)])
def test_a_text_is_repeated_as_often_as_its_error_allows(
    place: Installation, code: int, times: int
) -> None:
    say(place, "hi")
    for _ in range(times + 1):
        undelivered(place, code)
    assert len(texts_of(place)) == 1 + times


def test_a_repetition_is_dropped_when_the_conversation_went_on(place: Installation) -> None:
    say(place, "hi")
    undelivered(place, 30003)
    say(place, "yes")
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).where(TextRow.copies > 0).values(send_after=func.now()))
    drain_texts(place.services)
    copy = next(text for text in texts_of(place) if text.copies)
    assert (copy.state, copy.cancel_reason) == ("cancelled", "outdated")


def make_copies_due(place: Installation) -> None:
    """Their half hour is over, at an hour at which they may go."""
    with place.services.database.transaction() as session:
        session.execute(
            update(TextRow)
            .where(TextRow.copies > 0, TextRow.state == "queued")
            .values(send_after=func.now(), due_at=func.now())
        )


def test_several_texts_of_one_answer_are_repeated_together(place: Installation) -> None:
    suggested(place)
    unreported(place)
    answer = texts_of(place)[-2:]
    for text in answer:
        record_status(place.services, text.id, text.provider_id or "", "undelivered", 30003)
    make_copies_due(place)
    drain_texts(place.services, as_of=in_open_hours())
    copies = [text for text in texts_of(place) if text.copies]
    assert [text.body for text in copies] == [text.body for text in answer]
    assert all(text.sent_at for text in copies)
    record_status(place.services, copies[0].id, copies[0].provider_id or "", "delivered", None)
    assert {"kind": "undelivered", "open": True} in alerts(place)  # one is still missing
    record_status(place.services, copies[1].id, copies[1].provider_id or "", "delivered", None)
    assert {"kind": "undelivered", "open": False} in alerts(place)


def test_a_text_that_arrived_after_all_is_not_repeated(place: Installation) -> None:
    say(place, "hi")
    undelivered(place, 30003)
    first = texts_of(place)[0]
    record_status(place.services, first.id, first.provider_id or "", "delivered", None)
    make_copies_due(place)
    drain_texts(place.services, as_of=in_open_hours())
    assert len(place.texts_to(PARENT)) == 1
    assert texts_of(place)[0].state == "undelivered"  # the first final state stays


def test_safety_words_that_did_not_arrive_are_repeated_whatever_came_since(
    place: Installation,
) -> None:
    say(place, "hi", "she is not breathing")
    undelivered(place, 30003)
    say(place, "hello?")
    make_copies_due(place)
    drain_texts(place.services, as_of=in_open_hours())
    assert sum("Call 911 now" in words for words in place.texts_to(PARENT)) == 2
