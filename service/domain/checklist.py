"""The concern checklist: which items a parent is shown at their child's age, and in which words.

Items are shown in one list for babies and two for older children. What is shown is numbered
from 1, and the second list runs on where the first one ended, so that a late reply can never
be read two ways. Staff and rules use an item's key, never its number. Source: knowledge b.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.reading.types import ListItem
from service.domain.triage import Pick
from service.domain.vocabulary import Domain, Language, Side

LAST_MONTH = 215
"""The last month before the 18th birthday. Whoever is older sees the list of that month."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of a list as sent: the number in front of it and the item behind it."""

    number: int
    key: str


@dataclass(frozen=True, slots=True)
class Wording:
    """How an item reads from ``first_month`` to ``last_month`` of age, both included.

    ``reasons`` replaces the item's own short phrase at these ages, where it has one.
    """

    first_month: int
    last_month: int
    texts: Mapping[Language, str]
    reasons: Mapping[Language, str] | None = None

    def covers(self, age_months: int) -> bool:
        """Whether this is the wording for a child of ``age_months``."""
        return self.first_month <= age_months <= self.last_month


@dataclass(frozen=True, slots=True)
class Item:
    """One concern a parent can pick.

    ``part`` is the list it stands in (1 moving, 2 hands and daily life). An item is shown at
    exactly the ages one of its ``wordings`` covers. ``soft``: picked alone it earns the softer
    words of the suggestion (knowledge c2).
    """

    id: str
    key: str
    part: int
    side: Side
    domains: tuple[Domain, ...]
    soft: bool
    source: str
    reasons: Mapping[Language, str]
    wordings: tuple[Wording, ...]
    called: frozenset[str] = frozenset()
    """Single words by which parents name the item: "the stairs one"."""
    titles: frozenset[frozenset[str]] = frozenset()
    """The words of each of its texts."""

    def wording(self, age_months: int) -> Wording | None:
        """The wording for this age, or None where the item is hidden."""
        return next((w for w in self.wordings if w.covers(age_months)), None)


@dataclass(frozen=True, slots=True)
class Checklist:
    """All items in the order they are shown, and the phrases results are worded with."""

    version: str
    one_list_until: int
    """Below this age in months everything fits one list."""
    items: tuple[Item, ...]
    domain_phrases: Mapping[tuple[Domain, Language], str]

    def item(self, key: str) -> Item:
        """The item behind a key. Raises ``KeyError`` if there is none."""
        for item in self.items:
            if item.key == key:
                return item
        raise KeyError(key)

    def pick(self, shown: Shown, words: str) -> Pick:
        """A shown item as picked by these words."""
        item = self.item(shown.key)
        return Pick(shown.number, item.key, item.domains, words, item.source)

    def listed(self, shown: tuple[Shown, ...]) -> tuple[ListItem, ...]:
        """The lines of a list as a reply may name them. A list sent under other content may hold
        items that are no more: those have a number only."""
        known = {item.key: item for item in self.items}
        items = ((line.number, known.get(line.key)) for line in shown)
        return tuple(ListItem(number, item.called, item.titles) for number, item in items if item)

    def lists_for(self, age_months: int) -> tuple[tuple[Shown, ...], ...]:
        """The one or two lists for a child of this age, numbered as they are sent."""
        age = _months(age_months)
        shown = [item for item in self.items if item.wording(age)]
        lines = tuple(Shown(number, item.key) for number, item in enumerate(shown, start=1))
        if age < self.one_list_until:
            return (lines,)
        first = sum(item.part == 1 for item in shown)
        return tuple(part for part in (lines[:first], lines[first:]) if part)

    def item_text(self, key: str, language: Language, age_months: int) -> str:
        """An item's words for this age. Raises ``KeyError`` where it is not shown."""
        wording = self.item(key).wording(_months(age_months))
        if wording is None:
            raise KeyError(f"{key} is not shown at {age_months} months")
        return wording.texts[language]

    def list_text(
        self, header: str, shown: tuple[Shown, ...], language: Language, age_months: int
    ) -> str:
        """A whole list as sent: the header, then one numbered line an item."""
        lines = (
            f"{line.number} {self.item_text(line.key, language, age_months)}" for line in shown
        )
        return "\n".join((header, *lines))

    def reason(self, key: str, language: Language, age_months: int | None = None) -> str:
        """The few words a result names a picked item with.

        With an age they fit that age ("rolling and sitting" for a baby).
        """
        item = self.item(key)
        wording = None if age_months is None else item.wording(_months(age_months))
        if wording is not None and wording.reasons is not None:
            return wording.reasons[language]
        return item.reasons[language]

    def domain_phrase(self, domain: Domain, language: Language) -> str:
        """The few words a result names a concern with that was told in free words."""
        return self.domain_phrases[domain, language]

    def phrases(self, language: Language) -> tuple[str, ...]:
        """Every phrase a result may name, each once: for checking them."""
        found = [item.reasons[language] for item in self.items]
        found += [w.reasons[language] for item in self.items for w in item.wordings if w.reasons]
        found += [self.domain_phrases[domain, language] for domain in Domain]
        return tuple(dict.fromkeys(found))


def _months(age_months: int) -> int:
    if age_months < 0:
        raise ValueError(f"an age cannot be {age_months} months")
    return min(age_months, LAST_MONTH)
