"""From what a parent said to a suggestion: OT, PT, both, none or unclear, with its reasons.

No weights and no score: the first rule that fits decides, and every concern that counted is
named with the parent's own words. The rules are those of ``config/triage`` (knowledge c2-c5);
the same words under the same pack always give the same suggestion.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from service.domain.age_rules import AgeRule, fired_at
from service.domain.reading.types import (
    Concern,
    EarlyBirth,
    Evidence,
    Flag,
    Hint,
    Milestone,
    Topic,
)
from service.domain.vocabulary import Domain, FlagLevel, Side, Suggestion


@dataclass(frozen=True, slots=True)
class ConditionRule:
    """What a condition that the parent named suggests by itself."""

    id: str
    source: str
    condition: str
    default: Suggestion
    early_until_months: int | None
    """Up to this age the public path of that age is told too: an early check matters."""
    by_area: bool
    """Whether the concerns told alone decide, and the default only where none was told."""

    def checked_early(self, age_months: int | None) -> bool:
        """Whether a child of that age should also be sent the public way (knowledge c5)."""
        until = self.early_until_months
        return until is not None and age_months is not None and age_months <= until


@dataclass(frozen=True, slots=True)
class TriageRules:
    """The triage pack: ids, sources and thresholds."""

    sources: dict[str, str]
    age_rules: tuple[AgeRule, ...]
    conditions: dict[str, ConditionRule]
    soft_domains: frozenset[Domain]
    early_birth_weeks: int
    """From this many weeks before term on, ages are corrected."""
    corrected_below_months: int
    pt_leads_below_months: int
    late_moves_below_months: int
    """From this age on a first move that is missing is no longer a milestone that comes late."""
    outside_topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pick:
    """A checklist item the parent picked: its number as shown, its key and what it stands for."""

    number: int
    item: str
    domains: tuple[Domain, ...]
    words: str
    source: str
    """Where the item comes from."""


@dataclass(frozen=True, slots=True)
class Said:
    """Everything a parent told us that triage looks at, in the order it was said."""

    picks: tuple[Pick, ...] = ()
    concerns: tuple[Concern, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    hints: tuple[Hint, ...] = ()
    topics: tuple[Topic, ...] = ()
    flags: tuple[Flag, ...] = ()
    early_birth: EarlyBirth | None = None
    nothing: bool = False
    """The parent said none, or that all is well."""
    chose: Side | None = None
    """The answer to "more about moving, or more about daily things?"."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a suggestion came out as it did: a rule, its source and the words that fired it."""

    rule: str
    source: str
    words: str
    domain: Domain | None = None
    item: str | None = None
    """The checklist item picked, where one was."""

    @property
    def side(self) -> Side | None:
        """The service this reason speaks for."""
        return self.domain.side if self.domain else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A suggestion with everything needed to explain and to replay it."""

    suggestion: Suggestion
    lead: Side | None
    flags: tuple[FlagLevel, ...]
    reasons: tuple[Reason, ...]
    soft: bool
    """One weak single pick: "could help; also bring it up with your child's doctor"."""
    pack_version: str


def suggest(said: Said, age_months: int | None, rules: TriageRules, pack_version: str) -> Outcome:
    """Decide, by knowledge c2. ``age_months`` is counted from birth, None where unknown."""
    told = [_at_age(reason, age_months, rules) for reason in _concerned(said.concerns)]
    reasons = [*_picked(said.picks), *told]
    corrected = corrected_age(age_months, said.early_birth, rules)
    age_reasons, age_soon = _by_age(said.milestones, corrected, rules)
    if said.chose and not reasons:
        rule, domain = _CHOICES[said.chose]
        reasons = [Reason(rule, rules.sources[rule], "", domain)]
    decided_by_age = not reasons and bool(age_reasons)
    # A milestone that is due confirms a concern on its side, and never opens the other one alone.
    named = _sides(reasons)
    reasons += [r for r in age_reasons if decided_by_age or r.side in named]

    flags = {flag.level for flag in said.flags} | ({FlagLevel.SOON} if age_soon else set())
    flag_reasons = [
        Reason(f.evidence.rule, f.evidence.source, f.evidence.words) for f in said.flags
    ]

    suggestion, rule, extra = _decide(_sides(reasons), decided_by_age, said, rules)
    if corrected != age_months and said.early_birth is not None and said.milestones:
        extra.append(_reason("T-corrected", said.early_birth.evidence, rules))
    return Outcome(
        suggestion=suggestion,
        lead=_lead(suggestion, reasons, age_months, said, rules),
        flags=tuple(sorted(flags, reverse=True)),
        reasons=(
            *flag_reasons,
            *reasons,
            *extra,
            Reason(rule, rules.sources[rule], ""),
        ),
        soft=len({r.item or r.domain for r in reasons}) == 1
        and all(r.domain in rules.soft_domains for r in reasons),
        pack_version=pack_version,
    )


def corrected_age(
    age_months: int | None, early_birth: EarlyBirth | None, rules: TriageRules
) -> int | None:
    """The age in whole months counted from the due date, where the child came early enough and
    is young enough for it to matter (knowledge c4); else the age itself."""
    if age_months is None or early_birth is None:
        return age_months
    if early_birth.weeks < rules.early_birth_weeks or age_months >= rules.corrected_below_months:
        return age_months
    return max(0, math.floor(age_months - early_birth.weeks / _WEEKS_A_MONTH))


def ordered_by_doctor(topics: Iterable[Topic]) -> frozenset[Side]:
    """The services a doctor has already sent the child for."""
    return frozenset(_ORDERED[topic.key] for topic in topics if topic.key in _ORDERED)


_WEEKS_A_MONTH = 4.345
_ORDERED = {"referral_pt": Side.PT, "referral_ot": Side.OT}
_CHOICES = {Side.PT: ("T-moving", Domain.GROSS_MOTOR), Side.OT: ("T-daily", Domain.SELF_CARE)}


def _picked(picks: Iterable[Pick]) -> list[Reason]:
    return [
        Reason(f"P-{pick.item}", pick.source, pick.words, domain, pick.item)
        for pick in picks
        for domain in pick.domains
    ]


def _concerned(concerns: Iterable[Concern]) -> list[Reason]:
    return [
        Reason(c.evidence.rule, c.evidence.source, c.evidence.words, c.domain) for c in concerns
    ]


def _at_age(reason: Reason, age_months: int | None, rules: TriageRules) -> Reason:
    """A reason as it counts at this age: "doesn't walk" of a schoolchild tells of moving now."""
    late = age_months is not None and age_months >= rules.late_moves_below_months
    if not late or reason.domain is not Domain.DELAY:
        return reason
    return replace(reason, domain=Domain.GROSS_MOTOR)


def _by_age(
    milestones: Iterable[Milestone], age_months: int | None, rules: TriageRules
) -> tuple[list[Reason], bool]:
    fired = fired_at(age_months, milestones, rules.age_rules)
    reasons = [
        Reason(rule.id, rule.source, milestone.evidence.words, domain)
        for rule, milestone in fired
        for domain in rule.domains
    ]
    return reasons, any(rule.is_soon(age_months) for rule, _ in fired)


def _sides(reasons: Iterable[Reason]) -> set[Side]:
    return {reason.side for reason in reasons if reason.side}


def _decide(
    sides: set[Side], by_age: bool, said: Said, rules: TriageRules
) -> tuple[Suggestion, str, list[Reason]]:
    """The suggestion, the rule that decided, and reasons that only that rule brings."""
    hints = [rules.conditions[h.condition] for h in said.hints if h.condition in rules.conditions]
    hint_reasons = [
        Reason(
            rules.conditions[h.condition].id, rules.conditions[h.condition].source, h.evidence.words
        )
        for h in said.hints
        if h.condition in rules.conditions
    ]
    ordered = ordered_by_doctor(said.topics)
    if ordered and not ordered <= sides:
        # What a doctor ordered is never talked away; what else was told comes on top of it.
        orders = [
            _reason("T-referral", t.evidence, rules) for t in said.topics if t.key in _ORDERED
        ]
        return _service(sides | ordered), "T-referral", [*hint_reasons, *orders]
    if sides == {Side.OT, Side.PT}:
        return Suggestion.BOTH, "T-age" if by_age else "T-both", hint_reasons
    if sides:
        (side,) = sides
        # "OT; BOTH with any PT item": a named condition adds the side it usually needs too.
        if any(not r.by_area and r.default is not Suggestion(side.value) for r in hints):
            return Suggestion.BOTH, "T-condition", hint_reasons
        rule = "T-age" if by_age else ("T-pt" if side is Side.PT else "T-ot")
        return Suggestion(side.value), rule, hint_reasons
    if hints:
        defaults = {rule.default for rule in hints}
        suggestion = defaults.pop() if len(defaults) == 1 else Suggestion.BOTH
        return suggestion, "T-condition", hint_reasons
    topics = [Reason(t.evidence.rule, t.evidence.source, t.evidence.words) for t in said.topics]
    if any(topic.key in rules.outside_topics for topic in said.topics):
        return Suggestion.NONE, "T-outside", topics
    if said.nothing and not said.topics:
        return Suggestion.NONE, "T-none", []
    return Suggestion.UNCLEAR, "T-unclear", topics


def _service(sides: Iterable[Side]) -> Suggestion:
    found = set(sides)
    return Suggestion.BOTH if len(found) > 1 else Suggestion(found.pop().value)


def _reason(rule: str, words: Evidence, rules: TriageRules) -> Reason:
    return Reason(rule, rules.sources[rule], words.words)


def _lead(
    suggestion: Suggestion,
    reasons: list[Reason],
    age_months: int | None,
    said: Said,
    rules: TriageRules,
) -> Side | None:
    """The side to start with: what a doctor ordered; else more reasons; on a tie PT for the
    youngest, else what came first."""
    if suggestion in (Suggestion.OT, Suggestion.PT):
        return Side(suggestion.value)
    if suggestion is not Suggestion.BOTH:
        return None
    ordered = ordered_by_doctor(said.topics)
    if len(ordered) == 1:
        return next(iter(ordered))
    domains = {side: {r.domain for r in reasons if r.side is side} for side in Side}
    if len(domains[Side.OT]) != len(domains[Side.PT]):
        return max(Side, key=lambda side: len(domains[side]))
    if age_months is not None and age_months < rules.pt_leads_below_months:
        return Side.PT
    return next((r.side for r in reasons if r.side), None)
