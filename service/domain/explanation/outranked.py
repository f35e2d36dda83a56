"""What was read and still did not decide, and what it lost to.

Each answer here is taken from what was decided (the reasons of an ``Outcome``), never decided a
second time, so that an explanation cannot tell another story than triage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.age_rules import AgeRule
from service.domain.explanation.words import FLAGS, INTENTS, NOT_COUNTED, age, plain
from service.domain.reading.types import Evidence, Milestone, Reading
from service.domain.triage import Outcome, Said, TriageRules, corrected_age
from service.domain.vocabulary import FlagLevel, Intent, Suggestion

_A_SERVICE = frozenset({Suggestion.OT, Suggestion.PT, Suggestion.BOTH})
_BY_CONDITION = "T-condition"
_SOON = "T-soon"


@dataclass(frozen=True, slots=True)
class Outranked:
    """Something that was noticed and did not count, or did not decide.

    ``why`` says what it lost to; ``rule`` and ``source`` are the losing rule's.
    """

    what: str
    why: str
    rule: str
    source: str
    evidence: Evidence | None = None


def set_aside(reading: Reading) -> Iterator[Outranked]:
    """Concerns that were named and ruled out in the same breath."""
    for concern in reading.concerns:
        if concern.status in NOT_COUNTED:
            what = f"{plain(concern.domain)} ({concern.domain.side})"
            yield _noticed(what, NOT_COUNTED[concern.status], concern.evidence)


def by_flags(reading: Reading, outcome: Outcome) -> Iterator[Outranked]:
    """What a red flag pushes back: lower flags, an order of the parent's, the suggestion."""
    highest = max(outcome.flags, default=None)
    if highest is None:
        return
    first = next((f for f in reading.flags if f.level is highest), None)
    for flag in reading.flags:
        if flag.level < highest:
            why = f"{FLAGS[highest]} is answered first"
            yield _noticed(FLAGS[flag.level], why, flag.evidence)
    rule = first.evidence.rule if first else _SOON
    source = first.evidence.source if first else ""
    if highest is FlagLevel.SOON:
        if outcome.suggestion in _A_SERVICE:
            why = "a medical sign is said first; the suggestion rides along"
            yield Outranked(f"suggestion {outcome.suggestion.value}", why, rule, source)
        return
    if outcome.suggestion in _A_SERVICE:
        why = f"{FLAGS[highest]} is answered at once, and texting pauses until staff have looked"
        yield Outranked(f"suggestion {outcome.suggestion.value}", why, rule, source)
    if reading.intent not in (None, Intent.STOP) and reading.intent_evidence is not None:
        why = f"{FLAGS[highest]} is answered instead"
        yield _noticed(INTENTS[reading.intent], why, reading.intent_evidence)


def by_rules(
    said: Said, outcome: Outcome, age_months: int | None, rules: TriageRules
) -> Iterator[Outranked]:
    """What was said and does not decide the suggestion. ``age_months`` counts from birth."""
    decided = outcome.reasons[-1].rule if outcome.reasons else ""
    used = {reason.rule for reason in outcome.reasons}
    yield from _conditions(said, decided, rules)
    for milestone in said.milestones:
        yield from _milestone(milestone, said, used, age_months, rules)
    for topic in said.topics:
        if topic.key in rules.outside_topics and outcome.suggestion in _A_SERVICE:
            why = (
                "outside OT and PT: it has an answer of its own and does not change the suggestion"
            )
            yield _noticed(f"about {plain(topic.key)}", why, topic.evidence)
    if said.nothing and outcome.suggestion in _A_SERVICE:
        why = "something was named all the same, and that counts"
        yield Outranked("no worries", why, "T-none", rules.sources.get("T-none", ""))


def _conditions(said: Said, decided: str, rules: TriageRules) -> Iterator[Outranked]:
    for hint in said.hints:
        rule = rules.conditions.get(hint.condition)
        what = f"named: {plain(hint.condition)}"
        if rule is None:
            why = "no rule says what this condition alone suggests"
            yield _noticed(what, why, hint.evidence)
        elif decided != _BY_CONDITION:
            why = (
                f"by itself it would suggest {rule.default.value}; "
                f"what was told of the child decides ({decided})"
            )
            yield Outranked(what, why, rule.id, rule.source, hint.evidence)


def _milestone(
    milestone: Milestone,
    said: Said,
    used: set[str],
    age_months: int | None,
    rules: TriageRules,
) -> Iterator[Outranked]:
    about = [rule for rule in rules.age_rules if milestone.skill in rule.skills]
    what = f"not yet: {plain(milestone.skill)}"
    counted = corrected_age(age_months, said.early_birth, rules)
    if counted is None:
        for rule in about:
            why = f"counts {_ages(rule)}; the child's age is not known"
            yield Outranked(what, why, rule.id, rule.source, milestone.evidence)
        return
    if any(rule.id in used for rule in about):
        return
    for rule in about:
        if rule.fires(milestone.skill, counted):
            why = "confirms a concern on its own side, and never opens the other side alone"
        else:
            due = "" if counted == age_months else " counted from the due date"
            why = f"counts {_ages(rule)}; the child is {age(counted)}{due}"
        yield Outranked(what, why, rule.id, rule.source, milestone.evidence)


def _ages(rule: AgeRule) -> str:
    begin = "at any age" if rule.from_months == 0 else f"from {age(rule.from_months)}"
    return begin if rule.to_months is None else f"{begin} to {age(rule.to_months)}"


def _noticed(what: str, why: str, evidence: Evidence) -> Outranked:
    return Outranked(what, why, evidence.rule, evidence.source, evidence)
