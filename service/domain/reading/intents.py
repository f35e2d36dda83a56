"""What a message asks the service to do, apart from answering its question.

Control words count only where they are the whole message, courtesy aside; phrases that can mean
nothing else ("stop texting me") count anywhere. Of several the more consequential one wins.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.matching import Match, Message
from service.domain.reading.types import Context, Evidence
from service.domain.vocabulary import Asked, Intent

_ORDER = (
    Intent.STOP,
    Intent.WRONG_NUMBER,
    Intent.HUMAN,
    Intent.BOOKED,
    Intent.LATER,
    Intent.START,
    Intent.SPANISH,
    Intent.ENGLISH,
    Intent.HELP,
    Intent.FAQ,
    Intent.NO,
    Intent.YES,
    Intent.THANKS,
)
_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_NO_QUESTION = frozenset({Asked.AFTER_SUGGESTION, Asked.REMINDER})
_SHORT = 8

DATED = frozenset({Intent.BOOKED, Intent.LATER})
"""The intents that a day belongs to."""


@dataclass(frozen=True, slots=True)
class IntentRead:
    """An intent, the words that told it, and the FAQ entry asked about."""

    intent: Intent
    evidence: Evidence
    question: str | None = None


def read_intent(message: Message, context: Context, *, dated: bool = False) -> IntentRead | None:
    """The intent of a message, or None. ``dated`` tells that it names a day."""
    matches = [m for m in message.of(Family.INTENT) if m.rule.kind is Kind.INTENT]
    if not matches:
        return None
    courtesy = {i for m in message.of(Family.COURTESY) for i in range(m.first, m.last + 1)}
    for intent in _ORDER:
        if intent is Intent.NO and context.asked in _LISTS:
            continue
        mine = [m for m in matches if m.rule.intent is intent]
        fired = _fires(mine, courtesy, message)
        if fired is None and mine and context.asked is Asked.CONSENT:
            fired = _leads(intent, mine)
        if fired is None and mine and dated:
            fired = _with_day(intent, mine, message)
        if fired is not None:
            return IntentRead(
                _in_context(fired.rule, intent, context),
                message.shown_by(fired),
                fired.rule.question,
            )
    return None


def _fires(mine: list[Match], courtesy: set[int], message: Message) -> Match | None:
    if not mine:
        return None
    for match in mine:
        if not match.rule.whole:
            return match
    covered = {i for m in mine for i in range(m.first, m.last + 1)}
    if all(i in covered or i in courtesy for i in range(len(message.tokens))):
        return mine[0]
    return None


def _leads(intent: Intent, mine: list[Match]) -> Match | None:
    """At the consent question a leading yes or no is the answer, whatever follows."""
    if intent in (Intent.YES, Intent.NO) and mine[0].first == 0:
        return mine[0]
    return None


def _with_day(intent: Intent, mine: list[Match], message: Message) -> Match | None:
    """ "BOOKED Dec 14", "later, in January": the word first, then little more than the day."""
    if intent in DATED and mine[0].first == 0 and len(message.tokens) <= _SHORT:
        return mine[0]
    return None


def _in_context(rule: Rule, intent: Intent, context: Context) -> Intent:
    """A mild yes ("k", a thumbs-up) is only thanks where nothing was asked."""
    if intent is Intent.YES and rule.id.endswith("mild") and context.asked in _NO_QUESTION:
        return Intent.THANKS
    return intent
