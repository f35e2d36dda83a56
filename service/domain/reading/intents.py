"""What a message asks the service to do, apart from answering its question.

Control words count only where they are the whole message, courtesy aside; phrases that can mean
nothing else ("stop texting me") count anywhere. A "stop" that stands by itself first or last in a
message that says nothing of the child counts too. Of several the more consequential one wins.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.matching import Match, Message
from service.domain.reading.tokens import Break
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
_ORDERS = frozenset({"stop", "stopall", "unsubscribe", "alto", "basta", "paren"})
_ASKS_FOR_MORE = frozenset({*_LISTS, Asked.FREE})
_NO_MORE = frozenset({("no", "more"), ("no", "mas"), ("ya", "no", "mas")})
_URGING = frozenset({"please", "now", "just", "por", "favor", "ya"})
_OF_THE_CHILD = frozenset({Kind.SIGN, Kind.SKILL, Kind.SUBJECT, Kind.CANNOT})

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
        if fired is not None and intent is Intent.STOP and _nothing_more(fired, message, context):
            fired = None
        if fired is None and mine and intent is Intent.STOP:
            fired = _stands_alone(mine, courtesy, message)
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
    if mine[0].rule.intent is Intent.YES:
        # "no esta bien" is no yes
        courtesy = {i for i in courtesy if message.tokens[i].word != "no"}
    if all(i in covered or i in courtesy for i in range(len(message.tokens))):
        return mine[0]
    return None


def _stands_alone(mine: list[Match], courtesy: set[int], message: Message) -> Match | None:
    """ "This is harassment, stop": an order of one word, in a message not about the child."""
    if any(m.rule.kind in _OF_THE_CHILD for m in message.of(Family.CONCERN)):
        return None
    end = len(message.tokens) - 1
    for match in mine:
        said = {token.word for token in message.tokens[match.first : match.last + 1]}
        if not said & _ORDERS or said - _ORDERS - _URGING:
            continue
        first, last = match.first, match.last
        while message.tokens[first].before is Break.NONE and first - 1 in courtesy:
            first -= 1
        while last < end and last + 1 in courtesy:
            last += 1
        begins = first == 0 or message.tokens[first].before is not Break.NONE
        ends = last == end or message.tokens[last + 1].before is not Break.NONE
        if begins and ends and (first == 0 or last == end):
            return match
    return None


def _nothing_more(fired: Match, message: Message, context: Context) -> bool:
    """ "No more" answers "anything else?"; after a text of ours it asks us to stop."""
    words = tuple(token.word for token in message.tokens[fired.first : fired.last + 1])
    return context.asked in _ASKS_FOR_MORE and words in _NO_MORE


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
