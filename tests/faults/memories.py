"""Both memories of a run side by side, indexed: the product's rows and what the carriers saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

from tests.faults.doubts import Doubt, doubts_of
from tests.faults.evidence import Evidence, StoredReply
from tests.faults.families import Family
from tests.faults.truth import Took, Truth, Wrote

_TOLD_APART = timedelta(seconds=1.2)
"""The carrier's list knows when a text was written to the second, and a pull that gives texts
their places puts them at its end: nobody can tell whether a mail of that second came before."""


def travelled(evidence: Evidence, truth: Truth) -> list[Took]:
    """Every text that was taken: of a mail, also those that were claimed to travel in it."""
    beside = defaultdict(list)
    claimed_at = {text.id: text.claimed_at for text in evidence.texts}
    for text in evidence.texts:
        # What was given back since may have gone, or been dropped, by itself.
        if text.rides_with is not None and text.claimed_at == claimed_at.get(text.rides_with):
            beside[text.rides_with].append(text.id)
    return [
        replace(took, text_id=text_id)
        for took in truth.took
        for text_id in (took.text_id, *beside[took.text_id])
    ]


def turn(reply: StoredReply) -> tuple[bool, datetime | None, int]:
    """Its place in the order in which messages were acted on."""
    return (reply.processed_at is None, reply.processed_at, reply.id)


class Memories:
    """What the account looks things up in."""

    def __init__(
        self,
        evidence: Evidence,
        truth: Truth,
        families: tuple[Family, ...],
        *,
        strict_order: bool = False,
    ) -> None:
        self.evidence, self.truth, self.families = evidence, truth, families
        self.text = {text.id: text for text in evidence.texts}
        self.reply = {reply.sid: reply for reply in evidence.replies}
        self.wrote: defaultdict[str, list[Wrote]] = defaultdict(list)
        for wrote in truth.wrote:
            self.wrote[wrote.who].append(wrote)
        who_at = {family.email: family.who for family in families if family.email}
        self.all_taken = [
            replace(took, who=who_at.get(took.who, took.who)) for took in travelled(evidence, truth)
        ]
        self.took: defaultdict[str, list[Took]] = defaultdict(list)
        for took in self.all_taken:
            self.took[took.who].append(took)
        self.took_ids = {took.text_id for took in self.all_taken}
        self.superseded = {
            text.reply_id for text in evidence.texts if text.cancel_reason == "answered"
        }
        """Replies whose answer was left unsent because a newer one serves."""
        self.excused = frozenset() if strict_order else self._turned_round()
        """Families whose messages the carriers themselves brought in another order."""
        self.doubts: dict[int, Doubt] = doubts_of(evidence, truth, self.took_ids)
        """Mails whose fate the product cannot know, by text."""
        self.lost = {text_id: doubt for text_id, doubt in self.doubts.items() if doubt.is_honest}
        """Those of them that never were taken, where a person was told."""

    def said(self, family: Family) -> list[Wrote]:
        """What a family itself wrote, without its machine, in order."""
        return [wrote for wrote in self.wrote[family.who] if not wrote.automatic]

    def waits_for_the_lost(self, family: Family) -> bool:
        """Whether a family cannot go on because a mail to it is lost, which nobody can know."""
        unfinished = len(self.said(family)) < len(family.says)
        return unfinished and any(lost.who == family.who for lost in self.lost.values())

    def answered(self) -> set[int | None]:
        """Replies of which an answer was taken, or lost without anybody's fault."""
        return {
            text.reply_id
            for text in self.evidence.texts
            if text.id in self.took_ids or text.id in self.lost
        }

    def stored(self, who: str) -> list[StoredReply]:
        """The family's messages as stored, in the order in which they were written."""
        return [self.reply[w.sid] for w in self.wrote[who] if w.sid in self.reply]

    def known(self, who: str) -> list[Took]:
        """What was taken for a family, where the product knows it."""
        return [took for took in self.took[who] if took.text_id in self.text]

    def stops(self, who: str) -> Iterator[tuple[datetime, datetime | None]]:
        """From when to when nothing may come, by either channel."""
        wrote = self.wrote[who]
        for position, message in enumerate(wrote):
            since = self.truth.acknowledged.get(message.sid)
            if message.body == "STOP" and since is not None:
                back = [later.at for later in wrote[position:] if later.body == "START"]
                yield since, min(back, default=None)

    def _turned_round(self) -> frozenset[str]:
        who = [family.who for family in self.families]
        return frozenset(one for one in who if self._turned_round_on_the_way(one))

    def _turned_round_on_the_way(self, who: str) -> bool:
        """Whether a message was acted on before one that was written earlier but that the carrier
        had not got rid of when the later one set out, or that came another way in that second."""
        known = [(w, self.reply[w.sid]) for w in self.wrote[who] if w.sid in self.reply]
        for (first, a), (second, b) in pairwise(known):
            acknowledged = self.truth.acknowledged.get(first.sid)
            late = acknowledged is None or acknowledged > second.at
            both = first.channel is not second.channel and second.at - first.at < _TOLD_APART
            if (late or both) and turn(a) > turn(b):
                return True
        return False
