"""What was understood of one message, with the words it was understood from.

A reading records everything the message says; what to do about it is decided by
``triage`` and ``conversation``. Every part carries the parent's own words and the id of
the rule that noticed them, so that each answer can be explained later.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from service.domain.vocabulary import Asked, Channel, Domain, FlagLevel, Intent, Language


@dataclass(frozen=True, slots=True)
class Evidence:
    """The parent's words that fired a rule.

    ``start`` and ``end`` are character offsets into ``Reading.text``; ``words`` is that slice.
    """

    rule: str
    source: str
    words: str
    start: int
    end: int
    parts: tuple[tuple[int, int], ...] = ()
    """Where in the text the words stand that fired it, where others stand between them."""

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """The offsets of every word group that fired the rule."""
        return self.parts or ((self.start, self.end),)


class Status(StrEnum):
    """Whether a concern that was mentioned counts."""

    PRESENT = "present"
    DENIED = "denied"
    """The parent says it is fine: "walks fine"."""
    OVER = "over"
    """It used to be so: "not falling anymore"."""
    OTHER_PERSON = "other_person"
    """It is about another child or person."""


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern in one domain. Only ``PRESENT`` ones count; the others show what was ruled out."""

    domain: Domain
    status: Status
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Flag:
    """A sign that needs somebody sooner than a therapy visit (knowledge d)."""

    level: FlagLevel
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Hint:
    """A condition the parent named themselves, e.g. ``cerebral_palsy`` (knowledge c5)."""

    condition: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Milestone:
    """A skill the parent says the child does not have yet, e.g. ``walks`` (knowledge c4).

    Whether that matters depends on the child's age, which ``triage`` knows and reading may not.
    """

    skill: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Topic:
    """Something outside OT and PT that has an answer of its own, e.g. ``speech`` (knowledge c3)."""

    key: str
    evidence: Evidence


class Picks(StrEnum):
    """How a reply answered a numbered list."""

    SOME = "some"
    NONE = "none"
    ALL = "all"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Numbers:
    """The list items picked. ``items`` is ascending and empty unless ``picks`` is ``SOME``."""

    picks: Picks
    items: tuple[int, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Age:
    """The child's age in whole completed months, or None where it was mentioned but is unclear."""

    months: int | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class EarlyBirth:
    """The child came this many weeks before 40 weeks of pregnancy, as the parent said."""

    weeks: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ListItem:
    """A line of a list that was sent, as a reply may name it.

    ``called`` are single words for it ("the stairs one"); ``titles`` the words of its texts.
    """

    number: int
    called: frozenset[str]
    titles: frozenset[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Context:
    """What reading may depend on besides the words.

    ``shown`` are the item numbers of the lists sent so far, in order; ``latest`` those of the list
    sent last ("the first two", "all but 9"; empty: the same as ``shown``). ``now`` is aware; a
    birthday is judged in its time zone. ``age_months`` is what we already know. ``items`` are the
    lines shown, for replies that name them by their words. ``told`` are our own words that a mail
    may quote without a mark.
    """

    language: Language
    asked: Asked
    now: dt.datetime
    channel: Channel = Channel.SMS
    shown: tuple[int, ...] = ()
    age_months: int | None = None
    latest: tuple[int, ...] = ()
    items: tuple[ListItem, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything one message says."""

    text: str
    """The words that were read: the message without greeting, signature and quoted mail."""
    language: Language | None = None
    """The language it is written in, or None where the words do not tell ("ok 1 3")."""
    intent: Intent | None = None
    intent_evidence: Evidence | None = None
    numbers: Numbers | None = None
    age: Age | None = None
    concerns: tuple[Concern, ...] = ()
    flags: tuple[Flag, ...] = ()
    hints: tuple[Hint, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    topics: tuple[Topic, ...] = ()
    all_fine: Evidence | None = None
    """The parent says there is nothing to worry about ("he is doing great, no concerns")."""
    early_birth: EarlyBirth | None = None
    question: str | None = None
    """Key of the FAQ entry asked about, with ``intent`` FAQ."""
    date: dt.date | None = None
    """A day the parent named: with BOOKED the visit, with LATER when to ask again; alone, after
    the suggestion, whatever the conversation was about."""

    @property
    def present(self) -> tuple[Concern, ...]:
        """The concerns that count, in the order the parent named them."""
        return tuple(c for c in self.concerns if c.status is Status.PRESENT)

    @property
    def flag(self) -> FlagLevel | None:
        """The highest flag, if any."""
        return max((f.level for f in self.flags), default=None)

    @property
    def says_something(self) -> bool:
        """Whether the message holds anything about the child that an answer can build on."""
        return bool(
            self.present
            or self.flags
            or self.hints
            or self.milestones
            or self.topics
            or self.all_fine
            or (self.age and self.age.months is not None)
            or (self.numbers and self.numbers.picks is not Picks.UNCLEAR)
        )
