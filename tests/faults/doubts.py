"""Mails in doubt: what SMTP cannot prove (decision 0013), counted and shown apart.

A mail whose last dot may have gone out and whose answer was lost is never sent again. Where the
server took it, the parent's answer shows that. Where it did not, nobody can know: a person has to
be told, and a fault of this run has to explain it. Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.vocabulary import Channel
from tests.faults.evidence import Evidence, StoredText
from tests.faults.truth import Truth

_JUST_BEFORE = timedelta(seconds=2)
_SOON_AFTER = timedelta(seconds=15)
"""A process that ended so soon after it was about to complete a mail may not have; it is noticed
a moment later than it happens, and the database may have told of the commit and not."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text that is *unknown*, in a mail that was about to be completed."""

    text_id: int
    who: str
    taken: bool
    told: bool
    """A person was told: the alert is open."""
    explained: bool
    """A fault that the rig made explains why nobody knows."""

    @property
    def is_honest(self) -> bool:
        """Lost, by no fault of the product, and it says that it does not know."""
        return not self.taken and self.told and self.explained


def doubts_of(evidence: Evidence, truth: Truth, took_ids: Collection[int]) -> dict[int, Doubt]:
    """Every mail in doubt at the end of a run, by text."""
    dots = {dot.text_id for dot in truth.dots}
    return {
        text.id: Doubt(
            text.id,
            text.who,
            taken=text.id in took_ids,
            told=text.settled_at is not None and (text.who, "unsettled") in evidence.open_alerts,
            # A server that saw the whole mail was not heard, or whoever listened died.
            explained=bool({text.id, text.rides_with} & dots) or _ended(text, truth.broke),
        )
        for text in evidence.texts
        if is_in_doubt(text)
    }


def is_in_doubt(text: StoredText) -> bool:
    """Whether the product does not know of a mail, and cannot."""
    return text.channel is Channel.EMAIL and text.state == "unknown" and text.handed_at is not None


def count_doubts(evidence: Evidence, truth: Truth, doubts: Collection[Doubt]) -> dict[str, int]:
    """How the mails in doubt came out, for the table."""
    silent = {dot.text_id for dot in truth.dots if dot.taken and not dot.answered}
    settled = [text for text in evidence.texts if text.id in silent and text.state == "delivered"]
    lost = [doubt for doubt in doubts if not doubt.taken]
    return {
        "mails taken without an answer that the parent's own answer settled": len(settled),
        "texts in mails that were taken, never answered: a person is told": sum(
            doubt.taken for doubt in doubts
        ),
        "texts in mails that were lost, which nobody knows: a person is told": len(lost),
        "families that wait for one of these": len({doubt.who for doubt in lost}),
    }


def _ended(text: StoredText, broke: Collection[datetime]) -> bool:
    """Whether something ended right when this mail was about to go."""
    about = text.handed_at
    if about is None:
        return False
    return any(about - _JUST_BEFORE <= end <= about + _SOON_AFTER for end in broke)
