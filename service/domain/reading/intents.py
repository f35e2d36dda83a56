"""What a message asks the service to do, apart from answering its question.

Control words count only where they are the whole message, courtesy aside; phrases that can mean
nothing else ("stop texting me") count anywhere, or wherever their entry's ``only`` allows. A "stop"
that stands by itself first or last in a message that says nothing of the child counts too. Of
several the more consequential one wins.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.asking import asks_anything, asks_plainly
from service.domain.reading.courtesy import length_without_thanks
from service.domain.reading.intent_scope import DATED, FEW_WORDS, NO_QUESTION, Scope
from service.domain.reading.lexicon import Family, Rule
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.stop_orders import OF_THE_CHILD, stands_alone
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
_REASONS = frozenset(
    {"later.reason", "later.busy", "later.busy_spanish", "later.time_told", "later.meant_spanish"}
)
"""Why not now, told beside a question: "where are you? i'm on the bus" asks."""
_NO_NEED = "stop.no_need_to_write"
"""No opt-out beside a visit that is booked: "no hace falta que me recuerden, ya hice la cita"."""
_THANKS = word_set("thanks thank you thx ty gracias muchas")
_WISH = word_set("interesa interested quiero")
_NOT_NOW = word_set(
    "me interesa im interested not right now no por el momento ahora ahorita quiero today hoy at "
    "this time"
)
_NAMED = "_named"
_BACK_AGAIN = "start.again"
"""How the rules begin of those who take back a stop: they name it, so it wins over the stop."""
_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_BEFORE_ANYTHING = frozenset({Asked.CONSENT, Asked.AGE, *_LISTS})
_ASKS_US = "help.any_question"
_ASKS_CLINIC = "faq.any_question"
_FOR_THE_CLINIC = "office"
_SHORT = 8
_THANKS_SHORT = 16
_ASKS_FOR_MORE = frozenset({*_LISTS, Asked.FREE})
_NO_MORE = frozenset({("no", "more"), ("no", "mas"), ("ya", "no", "mas")})
_ASIDE = frozenset({Intent.YES, Intent.NO, Intent.THANKS})
_WITH_ASIDE = frozenset({Intent.STOP, Intent.HUMAN, Intent.BOOKED, Intent.LATER, Intent.START})
_BUT = frozenset({"but", "pero", "except", "however"})


@dataclass(frozen=True, slots=True)
class IntentRead:
    """An intent, the words that told it, and the FAQ entry asked about."""

    intent: Intent
    evidence: Evidence
    question: str | None = None


def read_intent(
    message: Message, context: Context, *, dated: bool = False, worried: bool = False
) -> IntentRead | None:
    """The intent of a message, or None. ``dated`` tells that it names a day, ``worried`` that it
    tells of something hard for the child."""
    found = message.of(Family.INTENT)
    courtesy = {i for m in message.of(Family.COURTESY) for i in range(m.first, m.last + 1)}
    scope = Scope(message, context, courtesy, worried)
    matches = [m for m in found if scope.counts(m)]
    asks_clinic = any(m.rule.intent is Intent.FAQ for m in matches)
    if any(m.rule.intent is Intent.BOOKED and not m.rule.whole for m in matches):
        matches = [m for m in matches if m.rule.id != _NO_NEED]
    back = any(m.rule.id.startswith(_BACK_AGAIN) for m in matches)
    for intent in (Intent.START, *_ORDER) if back else _ORDER:
        if intent is Intent.NO and context.asked in _LISTS:
            continue
        mine = [m for m in matches if m.rule.intent is intent]
        fired = _of_one(intent, mine, matches, courtesy, message, context, dated) if mine else None
        if fired is not None and fired.rule.id in _REASONS and asks_clinic:
            continue
        if fired is not None:
            if intent is Intent.LATER and _refuses_politely(message, courtesy, context):
                intent = Intent.NO
            return IntentRead(
                _in_context(fired.rule, intent, context),
                message.shown_by(fired),
                fired.rule.question,
            )
    return _wonders(message, context, courtesy, worried)


def _refuses_politely(message: Message, courtesy: set[int], context: Context) -> bool:
    """ "por el momento no, gracias", "not right now thank you": asked whether we may write, "not
    now" with thanks, and with no time named, is a no."""
    if context.asked is not Asked.CONSENT:
        return False
    said = {token.word for at, token in enumerate(message.tokens) if at not in courtesy}
    refused = message.word(0) == "no" and len(message.tokens) > 1
    refused = refused and message.tokens[1].before is not Break.NONE
    return said <= _NOT_NOW | _THANKS and (refused or bool(message.said & (_THANKS | _WISH)))


def _wonders(
    message: Message, context: Context, courtesy: set[int], worried: bool
) -> IntentRead | None:
    """Who asks something before anything was told, and not about a child, needs help with us; asked
    later, it is a question for the clinic."""
    tokens = message.tokens
    if (
        worried
        or not 2 <= length_without_thanks(message) <= FEW_WORDS
        or message.numbers
        or any(m.rule.kind in OF_THE_CHILD for m in message.of(Family.CONCERN))
        or not asks_anything(message, courtesy)
    ):
        return None
    words = len(tokens) - 1
    if context.asked in NO_QUESTION:
        if not asks_plainly(message, courtesy):
            return None
        asked = message.evidence(_ASKS_CLINIC, "knowledge c2", 0, words)
        return IntentRead(Intent.FAQ, asked, _FOR_THE_CLINIC)
    if context.asked not in _BEFORE_ANYTHING:
        return None
    return IntentRead(Intent.HELP, message.evidence(_ASKS_US, "knowledge c1", 0, words))


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
    if intent is Intent.FAQ:
        mine = sorted(mine, key=_closest_first)
    fired = _fires(intent, mine, matches, courtesy, message)
    if intent is Intent.STOP:
        if fired is not None and _nothing_more(fired, message, context):
            fired = None
        return fired or stands_alone(mine, courtesy, message)
    if intent is Intent.THANKS:
        if context.asked in NO_QUESTION:
            if fired is None and _short_and_not_of_the_child(message, _THANKS_SHORT):
                fired = mine[0]
        elif message.numbers:
            return None  # "cumplio 3, gracias por preguntar" answers what was asked
        return None if fired is not None and _says_more(message, courtesy) else fired
    if fired is None and (context.asked is Asked.CONSENT or _no_more(intent, message, context)):
        fired = _leads(intent, mine, message, context)
    if fired is None and intent is Intent.YES and context.asked is Asked.CONSENT:
        fired = _after_all(mine, message)
    if fired is None and dated:
        fired = _with_day(intent, mine, message)
    return fired


def _closest_first(match: Match) -> bool:
    """A question by its own words goes before one by a topic only named."""
    return match.rule.id.endswith(_NAMED)


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
    beside = _ASIDE if intent in _WITH_ASIDE else frozenset({intent, Intent.THANKS})
    if intent is Intent.NO:
        beside = _ASIDE
    covered = {
        i
        for m in matches
        if m.rule.intent is intent or m.rule.intent in beside
        for i in range(m.begins, m.last + 1)
    }
    if all(i in covered or i in courtesy for i in range(len(message.tokens))):
        # The "que" of "que tenga buen dia" is courtesy and asks nothing.
        kind = message.of(Family.COURTESY)
        return next((m for m in mine if not any(_within(m, c) for c in kind)), None)
    return None


def _within(match: Match, longer: Match) -> bool:
    return (
        longer.first <= match.first
        and match.last <= longer.last
        and longer.last - longer.first > match.last - match.first
    )


def _nothing_more(fired: Match, message: Message, context: Context) -> bool:
    """ "No more" answers "anything else?"; after a text of ours it asks us to stop."""
    words = tuple(token.word for token in message.tokens[fired.first : fired.last + 1])
    return context.asked in _ASKS_FOR_MORE and words in _NO_MORE


def _says_more(message: Message, courtesy: set[int]) -> bool:
    """Whether thanks come with a question or a "but": then they are not all there is."""
    if not _BUT.isdisjoint(message.said):
        return True
    return asks_anything(message, courtesy)


def _no_more(intent: Intent, message: Message, context: Context) -> bool:
    """Whether a leading "no" may say that nothing is left to tell."""
    return (
        intent is Intent.NO and context.asked is Asked.FREE and _short_and_not_of_the_child(message)
    )


def _short_and_not_of_the_child(message: Message, most: int = _SHORT) -> bool:
    return length_without_thanks(message) <= most and not any(
        m.rule.kind in OF_THE_CHILD for m in message.of(Family.CONCERN)
    )


def _leads(intent: Intent, mine: list[Match], message: Message, context: Context) -> Match | None:
    """At the consent question a leading yes or no is the answer, whatever follows; asked for more,
    a leading no is, where words of "that is all" follow."""
    if intent not in (Intent.YES, Intent.NO):
        return None
    first = mine[0]
    before = message.tokens[: first.first]
    opened = all(token.word in _OPENERS for token in before)
    if not opened or context.asked is Asked.CONSENT:
        return first if opened else None
    return first if any(t.word in _ALL_TOLD for t in message.tokens[first.last :]) else None


def _after_all(mine: list[Match], message: Message) -> Match | None:
    """ "mi esposo dijo que no pero yo digo que sí", "stop by anytime lol jk. yes you can text": a
    yes that comes last and begins a clause, or is what somebody says. "Yes lets do it" is one."""
    last = mine[-1]
    begins = last.first
    for match in reversed(mine[:-1]):
        if match.last + 1 == begins and message.tokens[begins].before is Break.NONE:
            begins = match.first
    apart = message.tokens[begins].before is not Break.NONE
    said = message.word(begins - 1) in _SAYS_YES
    no_after = any(
        message.word(at) in {"no", "not", "dont"} for at in range(last.last, len(message.tokens))
    )
    return last if (apart or said) and not no_after else None


_SAYS_YES = word_set("pero but que say said")
_ALL_TOLD = word_set(
    "all everything else more it that now today other nothing none todo nada mas eso ahora otra"
    " ninguna ninguno"
)
_OPENERS = frozenset(
    {
        "buenos",
        "buenas",
        "buen",
        "dia",
        "dias",
        "tardes",
        "noches",
        "good",
        "morning",
        "afternoon",
        "evening",
        "oh",
        "uh",
        "um",
        "well",
        "hmm",
        "pues",
        "ay",
        "uy",
        "hi",
        "hello",
        "hola",
        "hey",
    }
)


def _with_day(intent: Intent, mine: list[Match], message: Message) -> Match | None:
    """ "BOOKED Dec 14", "later, in January": the word first, then little more than the day."""
    if intent in DATED and mine[0].first == 0 and length_without_thanks(message) <= _SHORT:
        return mine[0]
    return None


def _in_context(rule: Rule, intent: Intent, context: Context) -> Intent:
    """A mild yes ("k", a thumbs-up) is only thanks where nothing was asked."""
    if intent is Intent.YES and rule.id.endswith("mild") and context.asked in NO_QUESTION:
        return Intent.THANKS
    return intent
