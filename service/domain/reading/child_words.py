"""What the skills and signs named come to: concerns, missing skills, topics and lost skills.

Each carries the words that told it. What is told of the past in the same breath counts as over.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.concern_scope import Named
from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.lost_skills import settle_lost
from service.domain.reading.matching import Match, Message
from service.domain.reading.tokens import Break
from service.domain.reading.types import Concern, Evidence, Flag, Milestone, Status, Topic
from service.domain.vocabulary import FlagLevel

_EVIDENCE_SPAN = 9
RESOLVED = "grammar.resolved"
"""The rule of words that say that something is over, not only when it was."""
_SINCE_THEN = frozenset({"mobility.rehab", "mobility.not_back_after", "mobility.stiff_after"})
"""Signs that tell of what lies behind: the date of an operation does not make them over."""
_PAST_REACHES = 12
# "De una semana para aca camina chueco, antes no", "se cansa antes que todas": it is so now.
_NOT_THEN = frozenset({"no", "que", "q", "de"})
_NOW = frozenset({"now", "ahora", "ahorita", "hoy", "still", "todavia", "aun"})


@dataclass(frozen=True, slots=True)
class ChildWords:
    """What a message says about the child, apart from safety phrases."""

    concerns: tuple[Concern, ...]
    milestones: tuple[Milestone, ...]
    topics: tuple[Topic, ...]
    lost: tuple[Flag, ...]
    doubtful: tuple[Concern, ...] = ()
    """Skills spoken of without a word that says whether they go well."""
    doubtful_topics: tuple[Topic, ...] = ()
    """The same for what is outside OT and PT ("only the talking")."""


def tell_past(named: list[Named], message: Message) -> None:
    """What is told of the past in the same breath counts as over.

    A cue ("as a baby", "but not anymore") speaks of what its own clause names; where that names
    nothing, of the nearest clause of its sentence.
    """
    contrasts = message.ends(Family.CONCERN, Kind.CONTRAST)
    for past in message.of(Family.PAST):
        if message.word(past.last + 1) in _NOT_THEN:
            continue
        near = [one for one in named if _in_one_breath(one, past, message, contrasts)]
        own = [one for one in near if not message.separated(*_ordered(one, past), Break.COMMA)]
        if not own and near and not _of_another(past, message):
            gap = min(_clauses_apart(one, past, message) for one in near)
            own = [one for one in near if _clauses_apart(one, past, message) == gap]
        for one in own:
            if past.rule.id != RESOLVED and one.rule.id in _SINCE_THEN:
                continue
            if one.status in (Status.PRESENT, None) and not one.lost:
                one.status, one.missing = Status.OVER, False


def _of_another(past: Match, message: Message) -> bool:
    """ "el primo convulsionaba de chiquito, el mio no sabe": a past that is somebody else's."""
    return any(
        other and not message.separated(at, past.first, Break.COMMA)
        for at, other in message.others.items()
    )


def _ordered(one: Named, past: Match) -> tuple[int, int]:
    low, high = sorted((one.match.first, past.first))
    return low, high


def _clauses_apart(one: Named, past: Match, message: Message) -> int:
    # What was told before a cue is nearer to it than what follows.
    after = one.match.first > past.first
    return 2 * abs(message.clauses[one.match.first] - message.clauses[past.first]) + after


def _in_one_breath(one: Named, past: Match, message: Message, contrasts: set[int]) -> bool:
    low, high = _ordered(one, past)
    if past.first in contrasts and past.first < one.match.first:
        return False  # "he fell a lot but that is over, now he cant write"
    if high - low > _PAST_REACHES or message.separated(low, high):
        return False
    if past.first < high and any(message.word(at) in _NOW for at in range(low + 1, high)):
        return False  # "antes se caia, ahora es la escritura"
    between = [at for at in range(low, high) if at in contrasts]
    # "trouble on stairs last winter, but both have resolved"
    return not between or (past.rule.id == RESOLVED and past.first == high)


def child_words(named: list[Named], message: Message, lost_skill: Rule) -> ChildWords:
    """What was named, in the order it was said."""
    settle_lost(named, message)
    concerns: list[Concern] = []
    milestones: list[Milestone] = []
    topics: list[Topic] = []
    lost: list[Flag] = []
    doubtful: list[Concern] = []
    doubtful_topics: list[Topic] = []
    for one in named:
        if one.status is None:
            words = _evidence(one, message)
            doubtful += [Concern(domain, Status.PRESENT, words) for domain in one.rule.domains]
            if one.rule.topic is not None:
                doubtful_topics.append(Topic(one.rule.topic, words))
            continue
        rule = one.rule
        evidence = _evidence(one, message)
        domains = rule.domains
        if one.missing and rule.not_yet is not None:
            domains = (rule.not_yet, *rule.domains)
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
        tuple(concerns),
        tuple(milestones),
        tuple(topics),
        tuple(lost),
        tuple(doubtful),
        tuple(doubtful_topics),
    )


def _evidence(one: Named, message: Message) -> Evidence:
    match, marker = one.match, one.marker
    first, last = match.begins, match.last
    if marker is not None:
        low, high = min(first, marker.first), max(last, marker.last)
        if high - low <= _EVIDENCE_SPAN and not message.separated(low, high):
            first, last = low, high
    return message.evidence(one.rule.id, one.rule.source, first, last, match.parts)
