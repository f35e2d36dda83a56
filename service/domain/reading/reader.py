"""Reading one message: every part of the reading, from one pass over its words.

``read`` never raises whatever the text, gives the same reading for the same arguments, and takes
time linear in the text's length.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain.reading.ages import read_age
from service.domain.reading.calendar_words import read_day
from service.domain.reading.concerns import read_concerns
from service.domain.reading.early_birth import read_early_birth
from service.domain.reading.email_text import written_text
from service.domain.reading.intents import DATED, IntentRead, read_intent
from service.domain.reading.language import read_language
from service.domain.reading.lexicon import Family, Kind, Lexicon
from service.domain.reading.matching import Match, Message, look_up
from service.domain.reading.numbers import read_numbers, says_none
from service.domain.reading.safety import read_flags
from service.domain.reading.together import add_together
from service.domain.reading.tokens import Break
from service.domain.reading.types import (
    Concern,
    Context,
    Evidence,
    Hint,
    Numbers,
    Picks,
    Reading,
    Status,
    Topic,
)
from service.domain.reading.who_writes import TEEN_SELF, read_teen
from service.domain.vocabulary import Asked, Channel, Intent

_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_ASKS_WHAT_WORRIES = frozenset({*_LISTS, Asked.FREE})
_FOLLOW_UP = frozenset({Asked.AFTER_SUGGESTION, Asked.REMINDER})
_BARE_DAY_TOKENS = 6
_DENIAL_REACHES = 3
_NOT = frozenset({"not", "isnt", "arent", "doesnt", "never", "nunca", "tampoco"})
_IS_WELL = frozenset({"esta", "estan", "va", "es", "se"})


def read(text: str, context: Context, lexicon: Lexicon) -> Reading:
    """Understand one message. See the module's promises."""
    if context.channel is Channel.EMAIL:
        text = written_text(text)
    message = look_up(text, lexicon)
    add_together(message, lexicon)
    language = read_language(text, message.tokens, lexicon)
    flags = read_flags(message)
    child = read_concerns(message, lexicon.lost_skill)
    told = {f.evidence.rule for f in flags}
    flags += tuple(f for f in child.lost if f.evidence.rule not in told)
    written_in = replace(context, language=language or context.language)
    day = read_day(message.tokens, text, context.now.date(), written_in.language)
    intent = read_intent(message, context, dated=day is not None)
    topics = _topics(message, child.topics)
    if intent is None:
        intent = _for_a_person(topics)
    age = read_age(message, written_in)
    hints = _hints(message)
    numbers = read_numbers(message, written_in, age.used)
    worries = flags or any(c.status is Status.PRESENT for c in child.concerns)
    all_fine = None if worries else _all_fine(message)
    if all_fine is None and not worries and context.asked not in _LISTS:
        all_fine = _ruled_out(child.concerns)
    if numbers is None and all_fine is not None and context.asked in _LISTS:
        numbers = Numbers(Picks.NONE, (), all_fine)
    if numbers is None and not worries and (none := says_none(message, context)) is not None:
        numbers = Numbers(Picks.NONE, (), none)
    concerns = child.concerns
    told_something = concerns or flags or hints or topics or all_fine or numbers or child.milestones
    if context.asked in _ASKS_WHAT_WORRIES and intent is None and not told_something:
        # Asked what worries them, they spoke of a skill: a doubtful pick counts as picked.
        concerns = child.doubtful
    # "Dec 3" alone, once a visit may be booked: a day, and no pick from a list sent long ago.
    bare_day = (
        intent is None
        and day is not None
        and context.asked in _FOLLOW_UP
        and len(message.tokens) <= _BARE_DAY_TOKENS
    )
    if bare_day:
        numbers = None
    elif intent is None or intent.intent not in DATED:
        day = None
    return Reading(
        text=text,
        language=language,
        intent=intent.intent if intent else None,
        intent_evidence=intent.evidence if intent else None,
        numbers=numbers,
        age=age.age,
        concerns=concerns,
        flags=flags,
        hints=hints,
        milestones=child.milestones,
        topics=topics,
        all_fine=all_fine,
        early_birth=read_early_birth(message),
        question=intent.question if intent else None,
        date=day,
    )


def _hints(message: Message) -> tuple[Hint, ...]:
    return tuple(
        Hint(m.rule.condition, message.shown_by(m))
        for m in _spoken_of(message, Family.HINT)
        if m.rule.condition is not None
    )


def _topics(message: Message, told: tuple[Topic, ...]) -> tuple[Topic, ...]:
    """Every topic once, with the words that told it first."""
    found = {topic.key: topic for topic in reversed(told)}
    teen = read_teen(message)
    if teen is not None:
        found[teen.key] = teen
    for match in _spoken_of(message, Family.TOPIC):
        if match.rule.topic is not None:
            found.setdefault(match.rule.topic, Topic(match.rule.topic, message.shown_by(match)))
    return tuple(sorted(found.values(), key=lambda topic: topic.evidence.start))


def _spoken_of(message: Message, family: Family) -> list[Match]:
    """The family's matches that are affirmed, and of the child."""
    found = message.of(family)
    if not found:
        return []
    against = message.ends(Family.CONCERN, Kind.NOT, Kind.OTHER)
    return [m for m in found if not message.shortly_before(m.first, against, _DENIAL_REACHES)]


def _for_a_person(topics: tuple[Topic, ...]) -> IntentRead | None:
    """A child who writes for themselves is for a person, never for the questions (g10)."""
    told = next((topic for topic in topics if topic.key == TEEN_SELF), None)
    return IntentRead(Intent.HUMAN, told.evidence) if told else None


def _all_fine(message: Message) -> Evidence | None:
    """The words that say all is well, unless a "not" stands right before them."""
    for match in message.of(Family.ALL_FINE):
        first = message.tokens[match.first]
        said = message.tokens[match.first - 1].word if match.first else ""
        # "no todo bien" and "no all good" answer no; "no esta bien" denies.
        denied = said in _NOT or (said == "no" and first.word in _IS_WELL)
        if not denied or first.before is not Break.NONE:
            return message.shown_by(match)
    return None


def _ruled_out(concerns: tuple[Concern, ...]) -> Evidence | None:
    """Where concerns were named only to say that they are not, or no longer, so."""
    ended = [c for c in concerns if c.status is not Status.OTHER_PERSON]
    return ended[0].evidence if ended else None
