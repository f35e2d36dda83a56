"""The account itself: that it would see what must not happen. A proof that cannot fail is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.domain.sending_hours import Window
from tests.faults.account import Must, judge
from tests.faults.delays import delays
from tests.faults.evidence import Evidence, StoredEnd, StoredReply, StoredText
from tests.faults.families import Family
from tests.faults.scripts import End, Kind, Says
from tests.faults.truth import Took, Truth, Wrote

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NUMBER = "+13125550100"
ANSWER, REMINDER = 1, 3
FAMILY = Family(
    NUMBER,
    Kind.STOP,
    "en",
    (Says("hi"), Says("STOP")),
    End("consent", stopped=True),
    ("Etc/GMT+1",),
)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def wrote(sid: str, body: str, seconds: float) -> Wrote:
    return Wrote(sid, NUMBER, body, at(seconds))


def took(text_id: int, seconds: float) -> Took:
    return Took(f"SM{text_id}-{seconds}", text_id, NUMBER, "words", at(seconds))


def text(text_id: int, kind: str, reply_id: int | None, claimed: float = 0.0) -> StoredText:
    return StoredText(
        text_id, NUMBER, kind, ANSWER, "delivered", NOON, reply_id, None, at(claimed), None
    )


TRUTH = Truth(
    wrote=(wrote("hi", "hi", 0), wrote("stop", "STOP", 10)),
    took=(took(1, 2), took(2, 12)),
    acknowledged={"hi": at(0.1), "stop": at(10.1)},
)
EVIDENCE = Evidence(
    at(100),
    replies=(
        StoredReply(1, "hi", NUMBER, at(1)),
        StoredReply(2, "stop", NUMBER, at(11)),
    ),
    texts=(text(1, "consent", 1, 1.5), text(2, "stop_confirmed", 2, 11.5)),
    ends={NUMBER: StoredEnd("consent", None, stopped=True, paused=False)},
)


def is_open(moment: datetime, zones: Sequence[str]) -> bool:
    """Open from noon to one o'clock."""
    return Window(NOON.time(), (NOON + timedelta(hours=1)).time()).opens <= moment.time() and (
        moment < NOON + timedelta(hours=1)
    )


def found(
    evidence: Evidence = EVIDENCE, truth: Truth = TRUTH, *, strict_order: bool = False
) -> set[Must]:
    findings = judge(evidence, truth, [FAMILY], is_open, strict_order=strict_order)
    return {finding.must for finding in findings}


def with_texts(*texts: StoredText) -> Evidence:
    return replace(EVIDENCE, texts=(*EVIDENCE.texts, *texts))


def with_taken(*taken: Took) -> Truth:
    return replace(TRUTH, took=(*TRUTH.took, *taken))


def test_a_conversation_in_which_nothing_went_wrong_gives_no_finding() -> None:
    assert found() == set()


def test_a_message_that_was_never_stored_is_lost() -> None:
    assert Must.NOT_STORED in found(replace(EVIDENCE, replies=EVIDENCE.replies[:1]))


def test_a_message_stored_twice_is_seen() -> None:
    again = replace(EVIDENCE.replies[1], id=3)
    assert Must.STORED_TWICE in found(replace(EVIDENCE, replies=(*EVIDENCE.replies, again)))


def test_a_message_nobody_acted_on_is_seen() -> None:
    first, second = EVIDENCE.replies
    waiting = replace(second, processed_at=None)
    assert Must.NOT_PROCESSED in found(replace(EVIDENCE, replies=(first, waiting)))


def test_messages_acted_on_in_the_wrong_order_are_seen() -> None:
    first, second = EVIDENCE.replies
    turned = replace(EVIDENCE, replies=(replace(first, processed_at=at(50)), second))
    assert Must.OUT_OF_ORDER in found(turned)


def test_an_order_that_the_carrier_itself_turned_round_is_excused_unless_order_is_the_point() -> (
    None
):
    first, second = EVIDENCE.replies
    turned = replace(EVIDENCE, replies=(replace(first, processed_at=at(50)), second))
    late = replace(TRUTH, acknowledged={"hi": at(20), "stop": at(10.1)})
    assert Must.OUT_OF_ORDER not in found(turned, late)
    assert Must.OUT_OF_ORDER in found(turned, late, strict_order=True)


def test_a_message_without_its_answer_is_seen() -> None:
    assert Must.NO_ANSWER in found(truth=replace(TRUTH, took=TRUTH.took[:1]))


def test_a_question_left_unasked_is_excused_only_where_a_later_answer_came() -> None:
    first, second = EVIDENCE.texts
    unasked = replace(first, state="cancelled", cancel_reason="answered")
    left_out = replace(EVIDENCE, texts=(unasked, second))
    assert Must.NO_ANSWER not in found(left_out, replace(TRUTH, took=TRUTH.took[1:]))
    assert Must.NO_ANSWER in found(left_out, replace(TRUTH, took=()))


def test_a_family_that_waits_for_ever_is_seen() -> None:
    only_hi = replace(TRUTH, wrote=TRUTH.wrote[:1], took=TRUTH.took[:1])
    assert Must.NO_ANSWER in found(truth=only_hi)


@pytest.mark.parametrize(
    "end",
    [
        None,
        StoredEnd("age", None, stopped=True, paused=False),
        StoredEnd("consent", "PT", stopped=True, paused=False),
        StoredEnd("consent", None, stopped=False, paused=False),
        StoredEnd("consent", None, stopped=True, paused=True),
    ],
)
def test_a_conversation_that_ended_elsewhere_is_seen(end: StoredEnd | None) -> None:
    ends = {} if end is None else {NUMBER: end}
    assert found(replace(EVIDENCE, ends=ends)) == {Must.WRONG_END}


def test_a_message_that_was_given_up_on_is_seen() -> None:
    assert found(replace(EVIDENCE, alerts=((NUMBER, "stuck"),))) == {Must.GIVEN_TO_A_PERSON}


def test_a_text_that_the_carrier_took_twice_is_seen() -> None:
    assert found(truth=with_taken(took(1, 3))) == {Must.TAKEN_TWICE}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"reply_id": 1, "kind": "consent"}, {"reply_id": 1, "kind": "consent"}),
        ({"dedupe_key": "reminder:7"}, {"dedupe_key": "reminder:7"}),
        ({"lane": REMINDER, "kind": "booking_1"}, {"lane": REMINDER, "kind": "booking_1"}),
    ],
)
def test_two_texts_for_one_reason_are_seen(one: dict[str, Any], other: dict[str, Any]) -> None:
    base = text(0, "thanks", None, 3)
    pair = (replace(base, id=8, **one), replace(base, id=9, **other))
    truth = with_taken(took(8, 4), took(9, 5))
    assert found(with_texts(*pair), truth) == {Must.SAID_TWICE}


def test_a_text_claimed_and_taken_after_a_stop_is_seen() -> None:
    late = replace(text(3, "booking_1", None, claimed=11), lane=REMINDER)
    assert found(with_texts(late), with_taken(took(3, 12))) == {Must.AFTER_STOP}


@pytest.mark.parametrize(
    "late",
    [
        text(3, "age_ask", None, claimed=10.05),  # claimed before the stop was acknowledged
        text(3, "urgent", None, claimed=11),
    ],
)
def test_safety_words_and_what_was_on_its_way_may_still_come_after_a_stop(
    late: StoredText,
) -> None:
    assert found(with_texts(late), with_taken(took(3, 12))) == set()


def test_a_reminder_that_never_came_is_seen_unless_it_is_night_there() -> None:
    family = replace(FAMILY, kind=Kind.REMINDED)
    findings = judge(EVIDENCE, TRUTH, [family], is_open)
    assert [finding.must for finding in findings] == [Must.NO_REMINDER]
    at_night = replace(EVIDENCE, at=at(3 * 3600.0))
    assert judge(at_night, TRUTH, [family], is_open) == []


def test_after_a_start_texts_may_come_again() -> None:
    family = replace(FAMILY, says=(*FAMILY.says, Says("START")))
    back = replace(
        TRUTH,
        wrote=(*TRUTH.wrote, wrote("start", "START", 20)),
        took=(*TRUTH.took, took(3, 22)),
        acknowledged={**TRUTH.acknowledged, "start": at(20.1)},
    )
    evidence = replace(
        with_texts(text(3, "start_again", 3, claimed=21)),
        replies=(*EVIDENCE.replies, StoredReply(3, "start", NUMBER, at(21))),
    )
    assert judge(evidence, back, [family], is_open) == []


def test_a_text_of_ours_outside_the_sending_hours_is_seen_and_an_answer_is_not() -> None:
    night = 3 * 3600.0
    family = replace(FAMILY, says=FAMILY.says[:1], end=End("consent"))
    truth = replace(TRUTH, wrote=TRUTH.wrote[:1], took=(took(1, 2), took(3, night)))
    ends = {NUMBER: StoredEnd("consent", None, stopped=False, paused=False)}
    for lane, wrong in ((REMINDER, [Must.OUTSIDE_HOURS]), (ANSWER, [])):
        late = replace(text(3, "nudge_1", None, claimed=night), lane=lane)
        evidence = replace(
            EVIDENCE, replies=EVIDENCE.replies[:1], texts=(EVIDENCE.texts[0], late), ends=ends
        )
        assert [f.must for f in judge(evidence, truth, [family], is_open)] == wrong


def test_a_text_claimed_just_before_the_hours_ended_was_on_its_way() -> None:
    family = replace(FAMILY, says=FAMILY.says[:1], end=End("consent"))
    truth = replace(TRUTH, wrote=TRUTH.wrote[:1], took=(took(1, 2), took(3, 3601)))
    ends = {NUMBER: StoredEnd("consent", None, stopped=False, paused=False)}
    last = replace(text(3, "nudge_1", None, claimed=3599), lane=REMINDER)
    evidence = replace(
        EVIDENCE, replies=EVIDENCE.replies[:1], texts=(EVIDENCE.texts[0], last), ends=ends
    )
    assert judge(evidence, truth, [family], is_open) == []


@pytest.mark.parametrize("state", ["sending", "unknown", "queued"])
def test_a_text_that_was_never_settled_is_seen(state: str) -> None:
    open_end = replace(text(3, "thanks", None), state=state)
    assert found(with_texts(open_end)) == {Must.UNSETTLED}


def test_a_text_that_waits_for_the_morning_is_no_fault() -> None:
    waits = replace(text(3, "thanks", None), state="queued", send_after=at(9999))
    assert found(with_texts(waits)) == set()


def test_a_text_believed_sent_that_the_carrier_never_took_is_seen() -> None:
    assert found(with_texts(text(3, "thanks", None))) == {Must.ONLY_BELIEVED}


@pytest.mark.parametrize("state", ["cancelled", "failed"])
def test_a_text_on_the_phone_that_the_product_believes_unsent_is_seen(state: str) -> None:
    disowned = replace(text(3, "thanks", None, claimed=1), state=state)
    assert found(with_texts(disowned), with_taken(took(3, 3))) == {Must.DISOWNED}


def test_a_text_the_product_does_not_know_is_seen() -> None:
    assert found(truth=with_taken(took(99, 3))) == {Must.DISOWNED}


def test_an_answer_counts_from_when_the_message_was_written() -> None:
    first, second = delays(EVIDENCE, TRUTH)
    assert (first.answered, second.answered) == (2.0, 2.0)
    assert (first.processed, second.processed) == (1.0, 1.0)
