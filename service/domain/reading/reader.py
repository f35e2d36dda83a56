"""Reading one message: every part of the reading, from one pass over its words.

``read`` never raises whatever the text, gives the same reading for the same arguments, and takes
time linear in the text's length.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from service.domain.reading.ages import read_age
from service.domain.reading.all_clear import all_fine, taken_back
from service.domain.reading.calendar_words import read_day
from service.domain.reading.child_words import RESOLVED
from service.domain.reading.concerns import read_concerns
from service.domain.reading.courtesy import without_thanks
from service.domain.reading.early_birth import read_early_birth
from service.domain.reading.email_text import written_text
from service.domain.reading.intent_scope import DATED
from service.domain.reading.intents import IntentRead, read_intent
from service.domain.reading.language import read_language
from service.domain.reading.lexicon import Family, Kind, Lexicon
from service.domain.reading.matching import Match, Message, look_up
from service.domain.reading.number_words import cardinal, word_set
from service.domain.reading.numbers import read_numbers, says_also, says_none
from service.domain.reading.reactions import without_our_words
from service.domain.reading.safety import read_flags
from service.domain.reading.together import add_together
from service.domain.reading.told_words import without_told
from service.domain.reading.types import (
    Age,
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
_FOLLOW_UP = frozenset({Asked.AFTER_SUGGESTION, Asked.REMINDER})
_BARE_DAY_TOKENS = 6
_DENIAL_REACHES = 3
_RULED_OUT = frozenset(
    {("no", "es"), ("no", "tiene"), ("ruled", "out"), ("no", "era"), ("salio", "bien")}
)
_NEGATIVE = word_set("negative negativo negativa descartado descartada descartaron descarto")


def read(text: str, context: Context, lexicon: Lexicon) -> Reading:
    """Understand one message. See the module's promises."""
    if context.channel is Channel.EMAIL:
        text = without_told(written_text(text), context.told)
    text = without_our_words(text)
    message = look_up(text, lexicon)
    add_together(message, lexicon)
    plain = without_thanks(message)
    language = read_language(plain.text, plain.tokens, lexicon)
    flags = read_flags(message, context.age_months)
    child = read_concerns(message, lexicon.lost_skill)
    told = {f.evidence.rule for f in flags}
    flags += tuple(f for f in child.lost if f.evidence.rule not in told)
    written_in = replace(context, language=language or context.language)
    day = read_day(message.tokens, text, context.now.date(), written_in.language)
    intent = read_intent(
        message, context, dated=day is not None, worried=bool(child.concerns or flags)
    )
    topics = _topics(message, child.topics)
    if intent is None:
        intent = _for_a_person(topics)
    age = read_age(plain, written_in)
    hints = _hints(message)
    numbers = read_numbers(plain, written_in, age.used)
    concerns = taken_back(child.concerns, message)
    milestones = child.milestones if concerns is child.concerns else ()
    worries = bool(flags) or any(c.status is Status.PRESENT for c in concerns)
    fine = None if worries else all_fine(plain)
    asks_nothing = intent is None or intent.intent is Intent.YES
    if asks_nothing and not (worries or fine or topics):
        # A skill was named, and neither good nor bad said of it: a doubtful pick counts as picked.
        concerns += child.doubtful
        if not child.doubtful:
            topics = child.doubtful_topics
        worries = bool(child.doubtful)
    if numbers is None and fine is not None and context.asked in _LISTS:
        numbers = Numbers(Picks.NONE, (), fine)
    if numbers is None and not worries and (none := says_none(plain, context)) is not None:
        numbers = Numbers(Picks.NONE, (), none)
    if fine is None and not worries:
        fine = _ruled_out(concerns)
    stops = intent is not None and intent.intent is Intent.STOP
    # "Dec 3" alone, once a visit may be booked: a day, and no pick from a list sent long ago.
    bare_day = (
        intent is None
        and day is not None
        and context.asked in _FOLLOW_UP
        and len(message.tokens) <= _BARE_DAY_TOKENS
        and not says_also(message)
    )
    if bare_day or (stops and not _picks_beside_stop(message, numbers)):
        numbers = None
    elif intent is None or intent.intent not in DATED:
        day = None
    return Reading(
        text=text,
        language=language,
        intent=intent.intent if intent else None,
        intent_evidence=intent.evidence if intent else None,
        numbers=numbers,
        age=_age_beside_stop(age.age) if stops else age.age,
        concerns=concerns,
        flags=flags,
        hints=hints,
        milestones=milestones,
        topics=topics,
        all_fine=fine,
        early_birth=read_early_birth(message),
        question=intent.question if intent else None,
        date=day,
    )


def _picks_beside_stop(message: Message, numbers: Numbers | None) -> bool:
    """Whether items were picked before asking to stop: "2 3 stop" picks; the "end" of an opt-out
    and "no more" pick nothing."""
    return (
        numbers is not None
        and numbers.picks is Picks.SOME
        and any(cardinal(token) is not None for token in message.tokens)
    )


def _age_beside_stop(age: Age | None) -> Age | None:
    """An age is kept beside an opt-out where it is one; that none was told is no answer then."""
    return age if age is not None and age.months is not None else None


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
    return [
        m
        for m in found
        if not message.shortly_before(m.first, against, _DENIAL_REACHES)
        and not _of_somebody_else(m, message)
        and not _ruled_out_after(m, message)
        and not _behind_them(m, message)
    ]


def _of_somebody_else(match: Match, message: Message) -> bool:
    """ "mi esposo es el que tiene TDAH": the person named last in the sentence is not the child."""
    named = [at for at in message.others if at < match.first]
    return (
        bool(named) and message.others[named[-1]] and not message.separated(named[-1], match.first)
    )


def _behind_them(match: Match, message: Message) -> bool:
    """ "had pt for torticollis, discharged, never looked back" """
    return any(
        past.rule.id == RESOLVED and not message.separated(past.first, match.first)
        for past in message.of(Family.PAST)
    )


def _ruled_out_after(match: Match, message: Message) -> bool:
    """ "le hicieron la prueba de autismo y no es", "autism was ruled out"."""
    after = [
        message.word(at)
        for at in range(match.last + 1, match.last + 1 + _DENIAL_REACHES)
        if message.joined(at)
    ]
    return any(pair in _RULED_OUT for pair in pairwise(after)) or bool(
        _NEGATIVE.intersection(after)
    )


def _for_a_person(topics: tuple[Topic, ...]) -> IntentRead | None:
    """A child who writes for themselves is for a person, never for the questions (g10)."""
    told = next((topic for topic in topics if topic.key == TEEN_SELF), None)
    return IntentRead(Intent.HUMAN, told.evidence) if told else None


def _ruled_out(concerns: tuple[Concern, ...]) -> Evidence | None:
    """Where concerns were named only to say that they are not, or no longer, or another's."""
    return concerns[0].evidence if concerns else None
