"""The account of mails, and of both channels together: what must not happen would be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from service.domain.vocabulary import Channel
from tests.faults.account import Must, judge
from tests.faults.doubts import count_doubts
from tests.faults.evidence import Evidence, StoredEnd, StoredReply, StoredText
from tests.faults.families import Family
from tests.faults.memories import Memories
from tests.faults.scripts import End, Kind, Says, by_mail
from tests.faults.truth import Dot, Took, Truth, Wrote

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NUMBER, ADDRESS = "+13125550100", "ana@family.example"
ANSWER = 1
SAYS = (Says("hi"), *by_mail((Says("yes"), Says("STOP"))))
FAMILY = Family(
    NUMBER, Kind.TO_MAIL, "en", SAYS, End("age", stopped=True), ("Etc/UTC",), email=ADDRESS
)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def mailed(text_id: int, seconds: float, words: str) -> Took:
    return Took(f"<{text_id}@x>", text_id, ADDRESS, words, at(seconds), Channel.EMAIL)


def by_mail_text(text_id: int, kind: str, reply_id: int, claimed: float, body: str) -> StoredText:
    return StoredText(
        text_id, NUMBER, kind, ANSWER, "sent", NOON, reply_id, None, at(claimed), None,
        Channel.EMAIL, at(claimed + 0.1), body=body,
    )  # fmt: skip


WROTE = (
    Wrote("hi", NUMBER, "hi", at(0)),
    Wrote("<yes@f>", NUMBER, "yes", at(10), Channel.EMAIL),
    Wrote("<stop@f>", NUMBER, "STOP", at(20), Channel.EMAIL, answers=2),
)
TRUTH = Truth(
    WROTE,
    (
        Took("SM1", 1, NUMBER, "Do you agree?", at(2)),
        mailed(2, 12, "Clinic writes: How old? And: thanks."),
        mailed(4, 22, "Stopped."),
    ),
    {"hi": at(0.1), "<yes@f>": at(10.1), "<stop@f>": at(20.1)},
    dots=(Dot(2, at(12), taken=True, answered=True), Dot(4, at(22), taken=True, answered=True)),
)
TEXTS = (
    StoredText(1, NUMBER, "consent", ANSWER, "delivered", NOON, 1, None, at(1.5)),
    replace(by_mail_text(2, "age_ask", 2, 11.5, "How  old?"), state="delivered"),
    replace(by_mail_text(3, "thanks", 2, 11.5, "thanks."), state="delivered", rides_with=2),
    by_mail_text(4, "stop_confirmed", 3, 21.5, "Stopped."),
)
EVIDENCE = Evidence(
    at(100),
    (
        StoredReply(1, "hi", NUMBER, at(1)),
        StoredReply(2, "<yes@f>", NUMBER, at(11)),
        StoredReply(3, "<stop@f>", NUMBER, at(21)),
    ),
    TEXTS,
    {NUMBER: StoredEnd("age", None, stopped=True, paused=False)},
)


def is_open(moment: datetime, zones: Sequence[str]) -> bool:
    """Open from noon to one o'clock."""
    return NOON <= moment < NOON + timedelta(hours=1)


def found(
    evidence: Evidence = EVIDENCE, truth: Truth = TRUTH, family: Family = FAMILY
) -> set[Must]:
    return {finding.must for finding in judge(evidence, truth, [family], is_open)}


def with_text(position: int, **changes: Any) -> Evidence:
    texts = list(TEXTS)
    texts[position] = replace(texts[position], **changes)
    return replace(EVIDENCE, texts=tuple(texts))


def with_more(*texts: StoredText) -> Evidence:
    return replace(EVIDENCE, texts=(*TEXTS, *texts))


def with_taken(*taken: Took) -> Truth:
    return replace(TRUTH, took=(*TRUTH.took, *taken))


def test_a_conversation_by_both_channels_in_which_nothing_went_wrong_gives_no_finding() -> None:
    assert found() == set()


def test_a_mail_that_was_never_stored_is_lost() -> None:
    assert Must.NOT_STORED in found(replace(EVIDENCE, replies=EVIDENCE.replies[:2]))


def test_a_mail_stored_twice_is_seen() -> None:
    again = replace(EVIDENCE.replies[1], id=9)
    assert Must.STORED_TWICE in found(replace(EVIDENCE, replies=(*EVIDENCE.replies, again)))


def test_a_text_and_a_mail_read_in_the_wrong_order_are_seen() -> None:
    hi, *others = EVIDENCE.replies
    late = (replace(hi, processed_at=at(15)), *others)
    assert found(replace(EVIDENCE, replies=late)) == {Must.OUT_OF_ORDER}


def test_the_order_of_a_text_and_a_mail_of_the_same_second_is_not_certain() -> None:
    hi, *others = EVIDENCE.replies
    late = (replace(hi, processed_at=at(15)), *others)
    same_second = (WROTE[0], replace(WROTE[1], at=at(0.5)), WROTE[2])
    truth = replace(TRUTH, wrote=same_second)
    assert Must.OUT_OF_ORDER not in found(replace(EVIDENCE, replies=late), truth)


def test_a_mail_taken_twice_is_seen_and_so_is_what_travelled_in_it() -> None:
    again = with_taken(mailed(2, 13, "How old? And: thanks."))
    assert found(truth=again) == {Must.TAKEN_TWICE}
    findings = judge(EVIDENCE, again, [FAMILY], is_open)
    assert [finding.who for finding in findings] == ["text 2: 2 times", "text 3: 2 times"]


def test_words_that_stand_in_two_mails_are_seen_though_no_row_went_twice() -> None:
    more = by_mail_text(5, "other", 1, 1.5, "Something else.")
    truth = with_taken(mailed(5, 2.5, "Something else. How old?"))
    assert found(with_more(more), truth) == {Must.SAID_TWICE}


def test_words_that_were_left_out_of_their_mail_are_seen() -> None:
    taken = tuple(
        replace(took, body="How old?") if took.text_id == 2 else took for took in TRUTH.took
    )
    assert found(truth=replace(TRUTH, took=taken)) == {Must.ONLY_BELIEVED}


def test_the_same_answer_by_text_and_by_mail_is_seen() -> None:
    by_text = replace(TEXTS[1], id=6, channel=Channel.SMS, handed_at=None, body="")
    truth = with_taken(Took("SM6", 6, NUMBER, "How old?", at(12)))
    assert found(with_more(by_text), truth) == {Must.SAID_TWICE, Must.BY_BOTH}


def test_a_copy_by_text_of_a_mail_that_came_back_is_none_too_many() -> None:
    by_text = replace(
        TEXTS[1], id=6, channel=Channel.SMS, handed_at=None, dedupe_key="other:2", copy_of=2
    )
    came_back = with_text(1, state="undelivered")
    evidence = replace(came_back, texts=(*came_back.texts, by_text))
    truth = replace(with_taken(Took("SM6", 6, NUMBER, "How old?", at(14))), bounced=frozenset({2}))
    assert found(evidence, truth) == set()


def test_a_text_after_a_stop_by_mail_is_seen_and_a_mail_too() -> None:
    late_text = StoredText(7, NUMBER, "nudge_1", 3, "delivered", NOON, None, None, at(21))
    by_text = Took("SM7", 7, NUMBER, "Still there?", at(22))
    assert found(with_more(late_text), with_taken(by_text)) == {Must.AFTER_STOP}
    late_mail = replace(late_text, channel=Channel.EMAIL, handed_at=at(21), body="Still there?")
    assert found(with_more(late_mail), with_taken(mailed(7, 22, "Still there?"))) == {
        Must.AFTER_STOP
    }


def test_a_mail_of_ours_at_night_is_seen() -> None:
    night = 3 * 3600.0
    back = replace(WROTE[2], body="START")
    truth = replace(with_taken(mailed(7, night, "Still there?")), wrote=(*WROTE[:2], back))
    late = replace(by_mail_text(7, "nudge_1", 0, night, "Still there?"), lane=3, reply_id=None)
    family = replace(FAMILY, says=(*SAYS[:2], Says("START")))
    assert found(with_more(late), truth, family) == {Must.OUTSIDE_HOURS}


def test_an_answer_to_a_machine_is_seen() -> None:
    away = Wrote("<away@f>", NUMBER, "I am away", at(13), Channel.EMAIL, automatic=True)
    truth = replace(TRUTH, wrote=(*WROTE[:2], away, WROTE[2]))
    kept = StoredReply(8, "<away@f>", NUMBER, at(14))
    stored = replace(EVIDENCE, replies=(*EVIDENCE.replies[:2], kept, EVIDENCE.replies[2]))
    assert found(stored, truth) == set()
    answer = replace(TEXTS[0], id=9, kind="unread", reply_id=8, state="queued", send_after=at(999))
    assert found(replace(stored, texts=(*TEXTS, answer)), truth) == {Must.MACHINE_ANSWERED}


def test_a_mail_that_the_parent_answered_and_that_is_not_known_to_arrive_is_seen() -> None:
    assert found(with_text(1, state="sent")) == {Must.NOT_ARRIVED}
    assert found(with_text(2, state="sent")) == {Must.NOT_ARRIVED}


def test_a_mail_believed_sent_that_no_server_took_is_seen() -> None:
    taken = tuple(took for took in TRUTH.took if took.text_id != 4)
    assert Must.ONLY_BELIEVED in found(truth=replace(TRUTH, took=taken))


@pytest.mark.parametrize("state", ["queued", "cancelled", "failed"])
def test_a_mail_that_was_taken_and_is_believed_unsent_is_seen(state: str) -> None:
    assert Must.DISOWNED in found(with_text(3, state=state, send_after=at(999)))


# A mail in doubt: its last dot went out, and the answer never came.

LOST = replace(
    TRUTH,
    wrote=WROTE[:2],
    took=TRUTH.took[:1],
    dots=(Dot(2, at(12), taken=False, answered=False),),
)
WAITS = replace(
    EVIDENCE,
    replies=EVIDENCE.replies[:2],
    texts=(
        TEXTS[0],
        replace(TEXTS[1], state="unknown", settled_at=at(70)),
        replace(TEXTS[2], state="unknown", settled_at=at(70)),
    ),
    ends={NUMBER: StoredEnd("age", None, stopped=False, paused=False)},
    open_alerts=frozenset({(NUMBER, "unsettled")}),
)


def test_a_mail_that_nobody_can_know_to_be_lost_is_counted_apart() -> None:
    assert found(WAITS, LOST) == set()
    doubts = Memories(WAITS, LOST, (FAMILY,)).doubts
    assert list(count_doubts(WAITS, LOST, doubts.values()).values()) == [0, 0, 2, 1]


def test_a_mail_in_doubt_of_which_no_person_knows_is_seen() -> None:
    assert Must.WRONGLY_IN_DOUBT in found(replace(WAITS, open_alerts=frozenset()), LOST)
    untold = replace(WAITS, texts=tuple(replace(t, settled_at=None) for t in WAITS.texts))
    assert Must.WRONGLY_IN_DOUBT in found(untold, LOST)


def test_a_mail_lost_without_any_fault_is_no_honest_doubt() -> None:
    assert Must.WRONGLY_IN_DOUBT in found(WAITS, replace(LOST, dots=()))
    assert found(WAITS, replace(LOST, dots=(), broke=(at(12),))) == set()
    assert Must.WRONGLY_IN_DOUBT in found(WAITS, replace(LOST, dots=(), broke=(at(60),)))


def test_a_mail_in_doubt_that_was_put_back_is_no_doubt_any_more() -> None:
    back = replace(WAITS, texts=(TEXTS[0], replace(TEXTS[1], state="queued", handed_at=None)))
    assert Must.UNSETTLED in found(back, LOST)


def test_a_mail_in_doubt_that_was_sent_again_is_seen_even_if_the_first_was_lost() -> None:
    again = replace(TRUTH, dots=(Dot(2, at(11.6), taken=False, answered=False), *TRUTH.dots))
    assert found(truth=again) == {Must.SENT_AGAIN}


def test_only_the_answer_that_was_lost_is_excused() -> None:
    first = replace(WAITS, texts=WAITS.texts[1:])
    assert Must.NO_ANSWER in found(first, replace(LOST, took=()))


def test_a_mail_in_doubt_that_was_taken_may_stay_so_only_where_nobody_answered_it() -> None:
    last = with_text(3, state="unknown", settled_at=at(90))
    last = replace(last, open_alerts=frozenset({(NUMBER, "unsettled")}))
    assert found(last) == set()
    answered = with_text(1, state="unknown", settled_at=at(90))
    answered = replace(answered, open_alerts=last.open_alerts)
    assert found(answered) == {Must.NOT_ARRIVED}
