"""One message on its own: what was read, and what it alone would lead to.

This is what ``tandem evaluate`` measures and ``tandem explain`` shows; conversations use the
same reading and the same triage with everything said before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.checklist import Checklist, Shown
from service.domain.conversation.state import Packs
from service.domain.reading import read
from service.domain.reading.types import Context, Picks, Reading
from service.domain.triage import Outcome, Pick, Said, suggest
from service.domain.vocabulary import Asked, Channel, Domain, FlagLevel, Intent, Language


@dataclass(frozen=True, slots=True)
class Lists:
    """The numbered items a message is read against: all shown so far, and those shown last."""

    shown: tuple[Shown, ...] = ()
    latest: tuple[Shown, ...] = ()


_LISTED = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2, Asked.FREE, Asked.AFTER_SUGGESTION})


def full_lists(asked: Asked, checklist: Checklist) -> Lists:
    """The twelve items as an evaluation shows them, whatever the age: 1 to 6, then 7 to 12."""
    if asked not in _LISTED:
        return Lists()
    every = tuple(Shown(number, item.key) for number, item in enumerate(checklist.items, 1))
    first, second = every[:6], every[6:]
    return Lists(first, first) if asked is Asked.CHECKLIST_1 else Lists(every, second)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A message with its reading and outcome."""

    reading: Reading
    outcome: Outcome
    domains: tuple[Domain, ...]
    """The domains that counted, first said first."""

    @property
    def suggestion(self) -> str:
        """The one word for it: URGENT and SOON outrank the suggestion; a crisis is urgent."""
        highest = max(self.outcome.flags, default=None)
        if highest in (FlagLevel.URGENT, FlagLevel.CRISIS):
            return "URGENT"
        return "SOON" if highest is FlagLevel.SOON else self.outcome.suggestion.value

    @property
    def numbers(self) -> list[int] | str | None:
        """The items picked, or ``none``, ``all``, ``unclear``, or None where not about numbers."""
        numbers = self.reading.numbers
        if numbers is None:
            return None
        return list(numbers.items) if numbers.picks is Picks.SOME else numbers.picks.value

    @property
    def age_months(self) -> int | str | None:
        """Whole months, ``unclear``, or None where no age was said."""
        age = self.reading.age
        if age is None:
            return None
        return "unclear" if age.months is None else age.months


def evaluate(
    text: str,
    *,
    language: Language,
    asked: Asked,
    packs: Packs,
    now: datetime,
    channel: Channel = Channel.SMS,
    age_months: int | None = None,
    lists: Lists | None = None,
) -> Evaluated:
    """Read one message and decide on it alone. ``now`` is aware. Never raises on any text.

    ``lists`` are the items sent, the full ones by default.
    """
    lists = lists or full_lists(asked, packs.checklist)
    context = Context(
        language,
        asked,
        now,
        channel,
        tuple(item.number for item in lists.shown),
        age_months,
        latest=tuple(item.number for item in lists.latest),
        items=packs.checklist.listed(lists.shown),
    )
    reading = read(text, context, packs.lexicon)
    known_age = age_months
    if reading.age and reading.age.months is not None:
        known_age = reading.age.months
    said = Said(
        picks=_picks(reading, packs.checklist, lists),
        concerns=reading.present,
        milestones=reading.milestones,
        hints=reading.hints,
        topics=reading.topics,
        flags=reading.flags,
        early_birth=reading.early_birth,
        nothing=reading.all_fine is not None
        or (reading.numbers is not None and reading.numbers.picks is Picks.NONE)
        or (asked is Asked.FREE and reading.intent is Intent.NO),
    )
    outcome = suggest(said, known_age, packs.triage, packs.version)
    domains = dict.fromkeys(reason.domain for reason in outcome.reasons if reason.domain)
    return Evaluated(reading, outcome, tuple(domains))


def _picks(reading: Reading, checklist: Checklist, lists: Lists) -> tuple[Pick, ...]:
    numbers = reading.numbers
    if numbers is None or numbers.picks not in (Picks.SOME, Picks.ALL):
        return ()
    picked = lists.latest
    if numbers.picks is Picks.SOME:
        picked = tuple(item for item in lists.shown if item.number in numbers.items)
    return tuple(checklist.pick(item, numbers.evidence.words) for item in picked)
