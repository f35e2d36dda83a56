"""The account of a run: what the product remembers against what the carriers saw. Pure.

Every count must be 0. Times are of one machine, so they can be compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tests.faults import mail_account
from tests.faults.doubts import is_in_doubt
from tests.faults.evidence import Evidence, StoredEnd, StoredText
from tests.faults.families import Family
from tests.faults.memories import Memories, turn
from tests.faults.scripts import Kind
from tests.faults.truth import Took, Truth, Wrote

IsOpen = Callable[[datetime, Sequence[str]], bool]


class Must(StrEnum):
    """What must not happen."""

    NOT_STORED = "messages lost (never stored)"
    STORED_TWICE = "messages stored twice"
    NOT_PROCESSED = "messages stored and never acted on"
    OUT_OF_ORDER = "messages taken in out of their order"
    NO_ANSWER = "messages without their answer"
    NO_REMINDER = "reminders that fell due and never came"
    WRONG_END = "conversations that ended elsewhere than they must"
    GIVEN_TO_A_PERSON = "messages given up on (alert: stuck)"
    MACHINE_ANSWERED = "answers to a machine"
    TAKEN_TWICE = "texts and mails taken twice"
    SAID_TWICE = "texts and mails sent twice for one reason"
    SENT_AGAIN = "mails in doubt that were sent again"
    BY_BOTH = "the same words by text and by mail"
    AFTER_STOP = "texts and mails after a stop, by either channel"
    OUTSIDE_HOURS = "texts and mails of ours outside sending hours"
    UNSETTLED = "texts and mails never settled"
    WRONGLY_IN_DOUBT = "mails in doubt that nobody is told of, or that nothing explains"
    NOT_ARRIVED = "mails the parent answered that are not known to have arrived"
    ONLY_BELIEVED = "texts and mails believed sent that were never taken"
    DISOWNED = "texts and mails taken that the product believes unsent"
    TOO_LATE = "answers later than this experiment allows"
    BROKEN_OFF = "parts of the experiment that could not be done"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not have happened, with the ids to look for."""

    must: Must
    who: str


LAST_WORDS = frozenset({"stop_confirmed", "urgent", "crisis"})
"""All that may still come after a stop."""
_MUST_BE_REMINDED = frozenset({Kind.REMINDED, Kind.MAIL_REMINDED})
_REMINDER = 3
_WE_START = frozenset({_REMINDER, 4})
"""The lanes of reminders and of campaigns."""
_ON_ITS_WAY = frozenset({"sent", "delivered", "undelivered"})
_OPEN_END = frozenset({"sending", "unknown"})


def judge(
    evidence: Evidence,
    truth: Truth,
    families: Iterable[Family],
    is_open: IsOpen,
    *,
    strict_order: bool = False,
) -> list[Finding]:
    """Everything that is wrong, in the order of ``Must``.

    Where the carrier itself brought a family's messages in another order, their order and what
    follows from it is not the product's fault; with ``strict_order`` it must mend even that.
    """
    memories = Memories(evidence, truth, tuple(families), strict_order=strict_order)
    run = _Run(memories, is_open)
    return [
        Finding(must, who)
        for must, look in (
            (Must.NOT_STORED, run.not_stored),
            (Must.STORED_TWICE, run.stored_twice),
            (Must.NOT_PROCESSED, run.not_processed),
            (Must.OUT_OF_ORDER, run.out_of_order),
            (Must.NO_ANSWER, run.no_answer),
            (Must.NO_REMINDER, run.no_reminder),
            (Must.WRONG_END, run.wrong_end),
            (Must.GIVEN_TO_A_PERSON, run.given_to_a_person),
            (Must.MACHINE_ANSWERED, lambda: mail_account.machines_answered(memories)),
            (Must.TAKEN_TWICE, run.taken_twice),
            (Must.SAID_TWICE, run.said_twice),
            (Must.SAID_TWICE, lambda: mail_account.words_too_often(memories)),
            (Must.SENT_AGAIN, lambda: mail_account.sent_again(memories)),
            (Must.BY_BOTH, lambda: mail_account.by_both_channels(memories)),
            (Must.AFTER_STOP, run.after_stop),
            (Must.OUTSIDE_HOURS, run.outside_hours),
            (Must.UNSETTLED, run.unsettled),
            (Must.WRONGLY_IN_DOUBT, lambda: mail_account.wrongly_in_doubt(memories)),
            (Must.NOT_ARRIVED, lambda: mail_account.not_known_to_arrive(memories)),
            (Must.ONLY_BELIEVED, run.only_believed),
            (Must.ONLY_BELIEVED, lambda: mail_account.words_left_out(memories)),
            (Must.DISOWNED, run.disowned),
        )
        for who in look()
    ]


class _Run:
    """The checks that hold for texts and mails alike."""

    def __init__(self, memories: Memories, is_open: IsOpen) -> None:
        self.run, self.is_open = memories, is_open

    def not_stored(self) -> Iterator[str]:
        return (_message(w) for w in self.run.truth.wrote if w.sid not in self.run.reply)

    def stored_twice(self) -> Iterator[str]:
        counts = Counter(reply.sid for reply in self.run.evidence.replies)
        return (f"{sid}: {count} times" for sid, count in counts.items() if count > 1)

    def not_processed(self) -> Iterator[str]:
        return (
            f"reply {r.id} {r.sid}" for r in self.run.evidence.replies if r.processed_at is None
        )

    def out_of_order(self) -> Iterator[str]:
        for family in self.run.families:
            stored = self.run.stored(family.who)
            if family.who not in self.run.excused and stored != sorted(stored, key=turn):
                yield f"{family.who}: replies {[reply.id for reply in stored]}"

    def no_answer(self) -> Iterator[str]:
        answered = self.run.answered()
        for family in self.run.families:
            if family.who in self.run.excused:
                continue
            wrote = self.run.said(family)
            if len(wrote) < len(family.says) and not self.run.waits_for_the_lost(family):
                yield f"{family.who} ({family.kind}): waits since {_last(wrote)}"
            # A question that the next message made pointless may go unasked, never the last one.
            served = False
            for says, message in reversed(list(zip(family.says, wrote, strict=False))):
                reply = self.run.reply.get(message.sid)
                if reply is None:
                    continue
                if reply.id in answered:
                    served = True
                elif says.answered and not (served and reply.id in self.run.superseded):
                    yield f"{_message(message)}, reply {reply.id} ({family.kind})"

    def no_reminder(self) -> Iterator[str]:
        for family in self.run.families:
            if family.kind not in _MUST_BE_REMINDED or self.run.waits_for_the_lost(family):
                continue
            lost = [text_id for text_id, doubt in self.run.lost.items() if doubt.who == family.who]
            came = [took.text_id for took in self.run.known(family.who)]
            if self.is_open(self.run.evidence.at, family.zones) and not any(
                self.run.text[text_id].lane == _REMINDER for text_id in (*came, *lost)
            ):
                yield f"{family.who} in {', '.join(family.zones)}"

    def wrong_end(self) -> Iterator[str]:
        ends = self.run.evidence.ends or {}
        for family in self.run.families:
            end = family.end
            must = StoredEnd(end.step, end.suggestion, end.stopped, end.paused)
            found = ends.get(family.who)
            if family.who in self.run.excused or self.run.waits_for_the_lost(family):
                continue
            if found != must:
                yield f"{family.who} ({family.kind}): {found}"

    def given_to_a_person(self) -> Iterator[str]:
        return (number for number, kind in self.run.evidence.alerts if kind == "stuck")

    def taken_twice(self) -> Iterator[str]:
        counts = Counter(took.text_id for took in self.run.all_taken)
        return (f"text {i}: {count} times" for i, count in counts.items() if count > 1)

    def said_twice(self) -> Iterator[str]:
        reasons: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        for text in self.run.evidence.texts:
            if text.id not in self.run.took_ids or mail_account.came_back(self.run, text):
                continue
            if text.dedupe_key is not None:
                reasons["key", text.dedupe_key].append(text.id)
            if text.reply_id is not None:
                reasons["reply", text.reply_id, text.kind].append(text.id)
            if text.lane in _WE_START:
                reasons["family", text.who, text.kind].append(text.id)
        return (f"{why}: texts {ids}" for why, ids in reasons.items() if len(ids) > 1)

    def after_stop(self) -> Iterator[str]:
        for family in self.run.families:
            for since, until in self.run.stops(family.who):
                for took in self.run.took[family.who]:
                    text = self.run.text.get(took.text_id)
                    if took.at <= since or (until is not None and took.at >= until):
                        continue
                    if text is None or (text.kind not in LAST_WORDS and _claimed(text) >= since):
                        yield f"{_text(took, text)}, stop acknowledged {since:%H:%M:%S.%f}"

    def outside_hours(self) -> Iterator[str]:
        for family in self.run.families:
            for took in self.run.known(family.who):
                text = self.run.text[took.text_id]
                if text.lane not in _WE_START or self.is_open(took.at, family.zones):
                    continue
                # Claimed while it was still open, it was on its way.
                if text.claimed_at is None or not self.is_open(text.claimed_at, family.zones):
                    yield f"{_text(took, text)} in {', '.join(family.zones)}"

    def unsettled(self) -> Iterator[str]:
        for text in self.run.evidence.texts:
            due = text.state == "queued" and text.send_after <= self.run.evidence.at
            if due or (text.state in _OPEN_END and not is_in_doubt(text)):
                yield f"text {text.id} {text.kind}: {text.state}"

    def only_believed(self) -> Iterator[str]:
        for text in self.run.evidence.texts:
            if text.state in _ON_ITS_WAY and text.id not in self.run.took_ids:
                yield f"text {text.id} {text.kind} to {text.who}: {text.state}"

    def disowned(self) -> Iterator[str]:
        for took in self.run.all_taken:
            text = self.run.text.get(took.text_id)
            if text is None or text.state not in _ON_ITS_WAY | _OPEN_END:
                yield _text(took, text)


def _claimed(text: StoredText) -> datetime:
    """When it was claimed; where that is not known it is no excuse."""
    return text.claimed_at or datetime.max.replace(tzinfo=text.send_after.tzinfo)


def _last(wrote: Sequence[Wrote]) -> str:
    return _message(wrote[-1]) if wrote else "the beginning"


def _message(wrote: Wrote) -> str:
    return f"{wrote.who} {wrote.sid} {wrote.body!r} {wrote.at:%H:%M:%S}"


def _text(took: Took, text: StoredText | None) -> str:
    what = f"{text.kind}, {text.state}" if text else "unknown to the product"
    return f"text {took.text_id} ({what}) to {took.who}, taken {took.at:%H:%M:%S.%f}"
