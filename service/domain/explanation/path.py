"""The whole path of one message: what was read, what fired, what was outranked, what was sent.

``tandem explain`` and the admin page both show an ``Explanation``; neither works anything out
by itself, so the two cannot tell different stories.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.conversation.state import AlertKind
from service.domain.explanation.facts import Fact, Piece, Span, Tone, facts_of, pieces, spans_of
from service.domain.explanation.outranked import (
    Outranked,
    by_flags,
    by_rules,
    set_aside,
)
from service.domain.explanation.words import plain
from service.domain.reading.types import Reading
from service.domain.reminders import Planned
from service.domain.segments import Segments, count
from service.domain.triage import Outcome, Reason, Said, TriageRules
from service.domain.vocabulary import Asked, Domain, FlagLevel, Language, Side, Suggestion


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that counted, the words that fired it, and what it stands for."""

    rule: str
    source: str
    words: str
    domain: Domain | None
    item: str | None
    """Key of the checklist item that was picked, where one was."""
    decided: bool
    """Whether this is the rule that settled the suggestion."""

    @property
    def side(self) -> Side | None:
        """The service it speaks for."""
        return self.domain.side if self.domain else None

    @property
    def area(self) -> str:
        """What it stands for in plain words; empty where it stands for no area."""
        return f"{plain(self.domain)} ({self.domain.side})" if self.domain else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The suggestion, and the content it was made from."""

    suggestion: Suggestion
    lead: Side | None
    flags: tuple[FlagLevel, ...]
    pack_version: str
    alone: bool
    """Whether this is what the one message comes to by itself, not a suggestion that was given."""

    @property
    def word(self) -> str:
        """The one word for it: a red flag outranks the service."""
        highest = max(self.flags, default=None)
        if highest is None:
            return self.suggestion.value
        return "SOON" if highest is FlagLevel.SOON else "URGENT"


@dataclass(frozen=True, slots=True)
class SentText:
    """A text as the parent gets it. ``state`` is how far it came, empty where none was made."""

    kind: str
    body: str
    size: Segments
    state: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The path of one message from the parent's words to the answer."""

    asked: Asked | None
    """What the message answered, where that is known."""
    language: Language | None
    """The language it is written in, where the words tell."""
    pieces: tuple[Piece, ...]
    """The parent's words, cut where marks begin and end."""
    facts: tuple[Fact, ...]
    fired: tuple[Fired, ...]
    outranked: tuple[Outranked, ...]
    verdict: Verdict | None
    """None where no suggestion was due."""
    sent: tuple[SentText, ...]
    alerts: tuple[AlertKind, ...]
    reminders: tuple[Planned, ...] = ()


def describe(
    reading: Reading,
    *,
    asked: Asked | None,
    verdict: Verdict | None = None,
    reasons: tuple[Reason, ...] = (),
    outranked: Iterable[Outranked] = (),
    sent: Iterable[SentText] = (),
    alerts: Iterable[AlertKind] = (),
    reminders: Iterable[Planned] = (),
) -> Explanation:
    """Put the parts of a path together and mark the parent's words with them."""
    lost = tuple(dict.fromkeys(outranked))
    spans = (
        *spans_of(reading),
        *(
            Span(start, end, Tone.NOT_COUNTED, f"{o.what}: {o.why}")
            for o in lost
            if o.evidence is not None
            for start, end in o.evidence.places
        ),
    )
    return Explanation(
        asked=asked,
        language=reading.language,
        pieces=pieces(reading.text, spans),
        facts=facts_of(reading),
        fired=fired_by(reasons),
        outranked=lost,
        verdict=verdict,
        sent=tuple(sent),
        alerts=tuple(alerts),
        reminders=tuple(reminders),
    )


def outranked_in(reading: Reading, outcome: Outcome | None) -> tuple[Outranked, ...]:
    """What the reading itself shows as ruled out, and what a red flag pushed back."""
    found = [*set_aside(reading)]
    if outcome is not None:
        found += by_flags(reading, outcome)
    return tuple(found)


def outranked_by(
    said: Said, outcome: Outcome, age_months: int | None, rules: TriageRules
) -> tuple[Outranked, ...]:
    """What was said and did not decide, under the rules that decided."""
    return tuple(by_rules(said, outcome, age_months, rules))


def fired_by(reasons: tuple[Reason, ...]) -> tuple[Fired, ...]:
    """The reasons of a suggestion; the last of them names the rule that decided."""
    last = len(reasons) - 1
    return tuple(
        Fired(
            rule=reason.rule,
            source=reason.source,
            words=reason.words,
            domain=reason.domain,
            item=reason.item,
            decided=at == last and not reason.words,
        )
        for at, reason in enumerate(reasons)
    )


def as_sent(kind: str, body: str, state: str = "") -> SentText:
    """A text with what it costs to send."""
    return SentText(kind, body, count(body), state)
