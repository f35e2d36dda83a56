"""What the skills and signs named come to: concerns, missing skills, topics and lost skills.

Each carries the words that told it. What is told of the past in the same breath counts as over.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from service.domain.reading.concern_scope import Named
from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.matching import Message
from service.domain.reading.types import Concern, Evidence, Flag, Milestone, Status, Topic
from service.domain.vocabulary import FlagLevel

_EVIDENCE_SPAN = 9
_PAST_REACHES = 12


@dataclass(frozen=True, slots=True)
class ChildWords:
    """What a message says about the child, apart from safety phrases."""

    concerns: tuple[Concern, ...]
    milestones: tuple[Milestone, ...]
    topics: tuple[Topic, ...]
    lost: tuple[Flag, ...]
    doubtful: tuple[Concern, ...] = ()
    """Skills spoken of without a word that says whether they go well."""


def tell_past(named: list[Named], message: Message) -> None:
    """What is told of the past in the same breath counts as over."""
    pasts = message.of(Family.PAST)
    if not pasts:
        return
    contrasts = message.ends(Family.CONCERN, Kind.CONTRAST)
    for one in named:
        if one.status is not Status.PRESENT or one.lost:
            continue
        first = one.match.first
        after = bisect_left(pasts, first, key=lambda m: m.first)
        for past in pasts[max(0, after - 1) : after + 1]:
            if past.first in contrasts and past.first < first:
                continue  # "he fell a lot but that is over, now he cant write"
            low, high = sorted((past.first, first))
            if high - low > _PAST_REACHES or message.separated(low, high):
                continue
            if not any(low < at < high for at in range(low, high) if at in contrasts):
                one.status, one.missing = Status.OVER, False


def child_words(named: list[Named], message: Message, lost_skill: Rule) -> ChildWords:
    """What was named, in the order it was said."""
    concerns: list[Concern] = []
    milestones: list[Milestone] = []
    topics: list[Topic] = []
    lost: list[Flag] = []
    doubtful: list[Concern] = []
    for one in named:
        if one.status is None:
            words = _evidence(one, message)
            doubtful += [Concern(domain, Status.PRESENT, words) for domain in one.rule.domains]
            continue
        rule = one.rule
        evidence = _evidence(one, message)
        domains = rule.domains
        if one.missing and rule.not_yet is not None:
            domains = (rule.not_yet,)
        said = {(c.domain, c.status, c.evidence.start, c.evidence.end) for c in concerns[-3:]}
        concerns += [
            Concern(domain, one.status, evidence)
            for domain in domains
            if (domain, one.status, evidence.start, evidence.end) not in said
        ]
        if one.status is not Status.PRESENT:
            continue
        if rule.topic is not None:
            topics.append(Topic(rule.topic, evidence))
        if rule.milestone is not None and (one.missing or rule.kind is Kind.SIGN):
            milestones.append(Milestone(rule.milestone, evidence))
        if one.lost:
            words = Evidence(
                lost_skill.id, lost_skill.source, evidence.words, evidence.start, evidence.end
            )
            lost.append(Flag(lost_skill.level or FlagLevel.SOON, words))
    return ChildWords(
        tuple(concerns), tuple(milestones), tuple(topics), tuple(lost), tuple(doubtful)
    )


def _evidence(one: Named, message: Message) -> Evidence:
    first, last = one.match.first, one.match.last
    marker = one.marker
    if marker is not None:
        low, high = min(first, marker.first), max(last, marker.last)
        if high - low <= _EVIDENCE_SPAN and not message.separated(low, high):
            first, last = low, high
    return message.evidence(one.rule.id, one.rule.source, first, last)
