"""Skills most children show by an age, and what it means that one is not there yet.

"Not yet" means: talk about it and check, never a diagnosis. Source: knowledge c4 (CDC 2022).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.reading.types import Milestone
from service.domain.vocabulary import Domain


@dataclass(frozen=True, slots=True)
class AgeRule:
    """A skill most children show by an age. Months are whole and completed, ends included."""

    id: str
    source: str
    skills: frozenset[str]
    from_months: int
    to_months: int | None
    domains: tuple[Domain, ...]
    soon_from_months: int | None

    def fires(self, skill: str, age_months: int) -> bool:
        """Whether a skill not seen yet matters at this age."""
        return (
            skill in self.skills
            and age_months >= self.from_months
            and (self.to_months is None or age_months <= self.to_months)
        )

    def is_soon(self, age_months: int | None) -> bool:
        """Whether it is one for the child's doctor as well at this age."""
        soon = self.soon_from_months
        return soon is not None and age_months is not None and age_months >= soon


def fired_at(
    age_months: int | None, milestones: Iterable[Milestone], rules: Iterable[AgeRule]
) -> list[tuple[AgeRule, Milestone]]:
    """The rules that fire at an age, each once, with the first words that tell of it."""
    if age_months is None:
        return []
    rules = tuple(rules)
    fired: dict[str, tuple[AgeRule, Milestone]] = {}
    first = {milestone.skill: milestone for milestone in reversed(tuple(milestones))}
    for skill in sorted(first, key=lambda skill: first[skill].evidence.start):
        for rule in rules:
            if rule.fires(skill, age_months):
                fired.setdefault(rule.id, (rule, first[skill]))
    return list(fired.values())
