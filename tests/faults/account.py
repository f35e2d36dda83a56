"""The account of a run: what the product remembers against what the carrier saw. Pure.

Every count must be 0. Times are of one machine, so they can be compared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from tests.faults.evidence import Evidence, StoredEnd, StoredReply, StoredText
from tests.faults.families import Family, Kind
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
    TAKEN_TWICE = "texts the carrier took twice"
    SAID_TWICE = "texts sent twice for one reason"
    AFTER_STOP = "texts after a stop"
    OUTSIDE_HOURS = "texts of ours outside sending hours"
    UNSETTLED = "texts never settled"
    ONLY_BELIEVED = "texts believed sent that the carrier never took"
    DISOWNED = "texts the carrier took that the product believes unsent"
    TOO_LATE = "answers later than this experiment allows"
    BROKEN_OFF = "parts of the experiment that could not be done"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not have happened, with the ids to look for."""

    must: Must
    who: str


LAST_WORDS = frozenset({"stop_confirmed", "urgent", "crisis"})
"""All that may still come after a stop."""
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
    run = _Run(evidence, truth, tuple(families), is_open, strict_order)
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
            (Must.TAKEN_TWICE, run.taken_twice),
            (Must.SAID_TWICE, run.said_twice),
            (Must.AFTER_STOP, run.after_stop),
            (Must.OUTSIDE_HOURS, run.outside_hours),
            (Must.UNSETTLED, run.unsettled),
            (Must.ONLY_BELIEVED, run.only_believed),
            (Must.DISOWNED, run.disowned),
        )
        for who in look()
    ]


@dataclass(frozen=True, slots=True)
class Delay:
    """How long a message took: until its webhook was acknowledged (None where it was pulled),
    until it was acted on, and until the carrier had its first answer, in seconds."""

    wrote: Wrote
    acknowledged: float | None
    processed: float
    answered: float


def delays(evidence: Evidence, truth: Truth) -> list[Delay]:
    """Every message that was answered, in the order in which they were written."""
    reply_of = {text.id: text.reply_id for text in evidence.texts}
    first: dict[int, datetime] = {}
    for took in truth.took:
        reply_id = reply_of.get(took.text_id)
        if reply_id is not None:
            first.setdefault(reply_id, took.at)
    replies = {reply.sid: reply for reply in evidence.replies}
    found = []
    for wrote in truth.wrote:
        reply = replies.get(wrote.sid)
        if reply is None or reply.id not in first or reply.processed_at is None:
            continue
        acknowledged = truth.acknowledged.get(wrote.sid)
        found.append(
            Delay(
                wrote,
                (acknowledged - wrote.at).total_seconds() if acknowledged else None,
                (reply.processed_at - wrote.at).total_seconds(),
                (first[reply.id] - wrote.at).total_seconds(),
            )
        )
    return found


class _Run:
    """Both memories, indexed."""

    def __init__(
        self,
        evidence: Evidence,
        truth: Truth,
        families: tuple[Family, ...],
        is_open: IsOpen,
        strict_order: bool,
    ) -> None:
        self.evidence, self.truth, self.families, self.is_open = evidence, truth, families, is_open
        self.text = {text.id: text for text in evidence.texts}
        self.took_ids = {took.text_id for took in truth.took}
        self.reply = {reply.sid: reply for reply in evidence.replies}
        self.wrote: defaultdict[str, list[Wrote]] = defaultdict(list)
        for wrote in truth.wrote:
            self.wrote[wrote.number].append(wrote)
        self.took: defaultdict[str, list[Took]] = defaultdict(list)
        for took in truth.took:
            self.took[took.number].append(took)
        self.superseded = {
            text.reply_id for text in evidence.texts if text.cancel_reason == "answered"
        }
        """Replies whose answer was left unsent because a newer one serves."""
        self.excused = frozenset() if strict_order else self.turned_round()

    def turned_round(self) -> frozenset[str]:
        """Families whose messages the carrier itself brought in another order."""
        numbers = [family.number for family in self.families]
        return frozenset(number for number in numbers if self._turned_round_on_the_way(number))

    def not_stored(self) -> Iterator[str]:
        return (_message(w) for w in self.truth.wrote if w.sid not in self.reply)

    def stored_twice(self) -> Iterator[str]:
        counts = Counter(reply.sid for reply in self.evidence.replies)
        return (f"{sid}: {count} times" for sid, count in counts.items() if count > 1)

    def not_processed(self) -> Iterator[str]:
        return (f"reply {r.id} {r.sid}" for r in self.evidence.replies if r.processed_at is None)

    def out_of_order(self) -> Iterator[str]:
        for family in self.families:
            stored = self._stored(family.number)
            if family.number not in self.excused and stored != sorted(stored, key=_turn):
                yield f"{family.number}: replies {[reply.id for reply in stored]}"

    def no_answer(self) -> Iterator[str]:
        answered = self._answered()
        for family in self.families:
            if family.number in self.excused:
                continue
            wrote = self.wrote[family.number]
            if len(wrote) < len(family.says):
                yield f"{family.number} ({family.kind}): waits since {_last(wrote)}"
            # A question that the next message made pointless may go unasked, never the last one.
            served = False
            for says, message in reversed(list(zip(family.says, wrote, strict=False))):
                reply = self.reply.get(message.sid)
                if reply is None:
                    continue
                if reply.id in answered:
                    served = True
                elif says.answered and not (served and reply.id in self.superseded):
                    yield f"{_message(message)}, reply {reply.id} ({family.kind})"

    def no_reminder(self) -> Iterator[str]:
        for family in self.families:
            if family.kind is Kind.REMINDED and self.is_open(self.evidence.at, family.zones):
                if not any(
                    self.text[t.text_id].lane == _REMINDER for t in self._known(family.number)
                ):
                    yield f"{family.number} in {', '.join(family.zones)}"

    def wrong_end(self) -> Iterator[str]:
        ends = self.evidence.ends or {}
        for family in self.families:
            end = family.end
            must = StoredEnd(end.step, end.suggestion, end.stopped, end.paused)
            found = ends.get(family.number)
            if found != must and family.number not in self.excused:
                yield f"{family.number} ({family.kind}): {found}"

    def given_to_a_person(self) -> Iterator[str]:
        return (number for number, kind in self.evidence.alerts if kind == "stuck")

    def taken_twice(self) -> Iterator[str]:
        counts = Counter(took.text_id for took in self.truth.took)
        return (f"text {i}: {count} times" for i, count in counts.items() if count > 1)

    def said_twice(self) -> Iterator[str]:
        reasons: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        for text in self.evidence.texts:
            if text.id not in self.took_ids:
                continue
            if text.dedupe_key is not None:
                reasons["key", text.dedupe_key].append(text.id)
            if text.reply_id is not None:
                reasons["reply", text.reply_id, text.kind].append(text.id)
            if text.lane in _WE_START:
                reasons["family", text.number, text.kind].append(text.id)
        return (f"{why}: texts {ids}" for why, ids in reasons.items() if len(ids) > 1)

    def after_stop(self) -> Iterator[str]:
        for family in self.families:
            for since, until in self._stops(family.number):
                for took in self.took[family.number]:
                    text = self.text.get(took.text_id)
                    if took.at <= since or (until is not None and took.at >= until):
                        continue
                    if text is None or (text.kind not in LAST_WORDS and _claimed(text) >= since):
                        yield f"{_text(took, text)}, stop acknowledged {since:%H:%M:%S.%f}"

    def outside_hours(self) -> Iterator[str]:
        for family in self.families:
            for took in self._known(family.number):
                text = self.text[took.text_id]
                if text.lane not in _WE_START or self.is_open(took.at, family.zones):
                    continue
                # Claimed while it was still open, it was on its way.
                if text.claimed_at is None or not self.is_open(text.claimed_at, family.zones):
                    yield f"{_text(took, text)} in {', '.join(family.zones)}"

    def unsettled(self) -> Iterator[str]:
        for text in self.evidence.texts:
            due = text.state == "queued" and text.send_after <= self.evidence.at
            if due or text.state in _OPEN_END:
                yield f"text {text.id} {text.kind}: {text.state}"

    def only_believed(self) -> Iterator[str]:
        for text in self.evidence.texts:
            if text.state in _ON_ITS_WAY and text.id not in self.took_ids:
                yield f"text {text.id} {text.kind} to {text.number}: {text.state}"

    def disowned(self) -> Iterator[str]:
        for took in self.truth.took:
            text = self.text.get(took.text_id)
            if text is None or text.state not in _ON_ITS_WAY | _OPEN_END:
                yield _text(took, text)

    def _answered(self) -> set[int | None]:
        """Replies of which the carrier took an answer."""
        return {text.reply_id for text in self.evidence.texts if text.id in self.took_ids}

    def _stored(self, number: str) -> list[StoredReply]:
        """The family's messages as stored, in the order in which they were written."""
        return [self.reply[w.sid] for w in self.wrote[number] if w.sid in self.reply]

    def _known(self, number: str) -> list[Took]:
        return [took for took in self.took[number] if took.text_id in self.text]

    def _turned_round_on_the_way(self, number: str) -> bool:
        """Whether a message was acted on before one that was written earlier but that the carrier
        had not got rid of when the later one set out."""
        known = [(w, self.reply[w.sid]) for w in self.wrote[number] if w.sid in self.reply]
        for (first, a), (second, b) in pairwise(known):
            acknowledged = self.truth.acknowledged.get(first.sid)
            late = acknowledged is None or acknowledged > second.at
            if late and _turn(a) > _turn(b):
                return True
        return False

    def _stops(self, number: str) -> Iterator[tuple[datetime, datetime | None]]:
        """From when to when nothing may come."""
        wrote = self.wrote[number]
        for position, message in enumerate(wrote):
            since = self.truth.acknowledged.get(message.sid)
            if message.body == "STOP" and since is not None:
                back = [later.at for later in wrote[position:] if later.body == "START"]
                yield since, min(back, default=None)


def _claimed(text: StoredText) -> datetime:
    """When it was claimed; where that is not known it is no excuse."""
    return text.claimed_at or datetime.max.replace(tzinfo=text.send_after.tzinfo)


def _turn(reply: StoredReply) -> tuple[bool, datetime | None, int]:
    """Its place in the order in which messages were acted on."""
    return (reply.processed_at is None, reply.processed_at, reply.id)


def _last(wrote: Sequence[Wrote]) -> str:
    return _message(wrote[-1]) if wrote else "the beginning"


def _message(wrote: Wrote) -> str:
    return f"{wrote.number} {wrote.sid} {wrote.body!r} {wrote.at:%H:%M:%S}"


def _text(took: Took, text: StoredText | None) -> str:
    what = f"{text.kind}, {text.state}" if text else "unknown to the product"
    return f"text {took.text_id} ({what}) to {took.number}, taken {took.at:%H:%M:%S.%f}"
