"""What a message asks the service to do, apart from answering its question.

Control words count only where they are the whole message, courtesy aside; phrases that can mean
nothing else ("stop texting me") count anywhere, or wherever their entry's ``only`` allows. A "stop"
that stands by itself first or last in a message that says nothing of the child counts too. Of
several the more consequential one wins.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.asking import asks, asks_anything
from service.domain.reading.lexicon import Family, Kind, Only, Rule
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
_BACK_AGAIN = "start.again"
"""The rule of those who take back a stop: they name it, so it wins over the stop."""
_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_NO_QUESTION = frozenset({Asked.AFTER_SUGGESTION, Asked.REMINDER})
_SHORT = 8
_FEW_WORDS = 14
_ORDERS = frozenset(
    {"stop", "stopall", "unsubscribe", "cease", "desist", "alto", "basta", "paren", "parenle"}
)
_ASKS_FOR_MORE = frozenset({*_LISTS, Asked.FREE})
_NO_MORE = frozenset({("no", "more"), ("no", "mas"), ("ya", "no", "mas")})
_URGING = frozenset({"please", "now", "just", "por", "favor", "ya", "all"})
_OF_THE_CHILD = frozenset({Kind.SIGN, Kind.SKILL, Kind.SUBJECT, Kind.CANNOT})
_TOLD = frozenset({Kind.SIGN, Kind.SKILL})
_ASIDE = frozenset({Intent.YES, Intent.NO, Intent.THANKS})
_BUT = frozenset({"but", "pero", "except", "however"})

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
    found = message.of(Family.INTENT)
    if not found:
        return None
    courtesy = {i for m in message.of(Family.COURTESY) for i in range(m.first, m.last + 1)}
    traps = [m for m in found if m.rule.kind is Kind.TRAP]
    matches = [m for m in found if _counts(m, traps, message, context, courtesy)]
    back = any(m.rule.id == _BACK_AGAIN for m in matches)
    for intent in _ORDER:
        if (intent is Intent.NO and context.asked in _LISTS) or (back and intent is Intent.STOP):
            continue
        mine = [m for m in matches if m.rule.intent is intent]
        fired = _of_one(intent, mine, matches, courtesy, message, context, dated) if mine else None
        if fired is not None:
            return IntentRead(
                _in_context(fired.rule, intent, context),
                message.shown_by(fired),
                fired.rule.question,
            )
    return None


def _of_one(
    intent: Intent,
    mine: list[Match],
    matches: list[Match],
    courtesy: set[int],
    message: Message,
    context: Context,
    dated: bool,
) -> Match | None:
    """The match that makes the message mean an intent."""
    fired = _fires(intent, mine, matches, courtesy, message)
    if intent is Intent.STOP:
        if fired is not None and _nothing_more(fired, message, context):
            fired = None
        return fired or _stands_alone(mine, courtesy, message)
    if intent is Intent.THANKS and fired is not None and _says_more(message, courtesy):
        return None
    if fired is None and context.asked is Asked.CONSENT:
        fired = _leads(intent, mine, message)
    if fired is None and dated:
        fired = _with_day(intent, mine, message)
    return fired


def _counts(
    match: Match, traps: list[Match], message: Message, context: Context, courtesy: set[int]
) -> bool:
    rule = match.rule
    if rule.kind is not Kind.INTENT or any(_trapped(match, trap) for trap in traps):
        return False
    for only in rule.only:
        if only is Only.FOLLOW_UP:
            allowed = context.asked in _NO_QUESTION
        elif only is Only.NOT_OF_THE_CHILD:
            allowed = not any(m.rule.kind in _TOLD for m in message.of(Family.CONCERN))
        elif only is Only.ASKING:
            allowed = asks(message, match.begins, courtesy)
        else:
            allowed = len(message.tokens) <= _FEW_WORDS
        if not allowed:
            return False
    return True


def _trapped(match: Match, trap: Match) -> bool:
    """Whether words that look like an intent hold the match, or lead into it ("don't stop")."""
    if match.parts:
        return any(trap.first <= first <= trap.last for first, _ in match.parts)
    return trap.first < match.first <= trap.last


def _fires(
    intent: Intent, mine: list[Match], matches: list[Match], courtesy: set[int], message: Message
) -> Match | None:
    for match in mine:
        if not match.rule.whole:
            return match
    if intent is Intent.YES:
        # "no esta bien" is no yes
        courtesy = {i for i in courtesy if message.tokens[i].word != "no"}
    # "listo, agendado": a yes, a no or thanks beside what is asked for is courtesy.
    beside = _ASIDE if intent not in _ASIDE else frozenset({intent, Intent.THANKS})
    if intent is Intent.NO:
        beside = _ASIDE
    covered = {
        i
        for m in matches
        if m.rule.intent is intent or m.rule.intent in beside
        for i in range(m.begins, m.last + 1)
    }
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


def _says_more(message: Message, courtesy: set[int]) -> bool:
    """Whether thanks come with a question or a "but": then they are not all there is."""
    if any(token.word in _BUT for token in message.tokens):
        return True
    return asks_anything(message, courtesy)


def _leads(intent: Intent, mine: list[Match], message: Message) -> Match | None:
    """At the consent question a leading yes or no is the answer, whatever follows."""
    if intent not in (Intent.YES, Intent.NO):
        return None
    first = mine[0]
    before = message.tokens[: first.first]
    opened = all(token.word in _OPENERS for token in before)
    return first if opened else None


_OPENERS = frozenset({"oh", "uh", "um", "well", "hmm", "pues", "ay", "hi", "hello", "hola", "hey"})


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
