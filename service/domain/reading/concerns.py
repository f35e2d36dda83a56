"""Which concerns a message names, which it denies, and whose they are.

The phrases of a sentence are walked from left to right. A word of difficulty ("can't",
"trouble with", "le cuesta") reaches forward over the skills that follow until the child is named
anew, a "but", or the end of the sentence; "is hard" reaches back to the skill just named. A sign
("falls a lot") is a concern by itself and "no" takes it away; with a skill it is the other way
round: "doesn't walk" is a concern, "walks fine" is not. What used to be so is over, except that a
skill that used to be there is a lost skill, which is a flag.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from service.domain.reading.child_words import ChildWords, child_words, tell_past
from service.domain.reading.concern_scope import (
    NOT_REACHES,
    Named,
    Scope,
    State,
    denial_reaches,
    goes_on,
    near,
)
from service.domain.reading.difficulty import (
    take_anymore,
    take_can,
    take_fine,
    take_no_longer,
    take_trouble,
)
from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.other_people import take_subject
from service.domain.reading.tokens import Break
from service.domain.reading.types import Status

# Forms that tell what the child does. Alone they name no worry, as "walking" or "stairs" do.
_DOES = word_set(
    "walks runs jumps hops skips climbs crawls rolls sits stands swims rides eats chews swallows "
    "drinks talks speaks reads writes draws colors plays shares listens dresses sleeps learns "
    "camina corre salta brinca gatea come mastica traga habla lee escribe dibuja juega comparte "
    "kicks patea aprende se"
)


def read_concerns(message: Message, lost_skill: Rule) -> ChildWords:
    """Concerns, missing skills, topics and lost skills, in the order they were said."""
    state = State()
    previous = understood = -1
    for match in message.of(Family.CONCERN):
        if previous >= 0 and message.separated(previous, match.first):
            about = state.other
            _end_sentence(state, message)
            state.before = about
        elif previous >= 0 and message.separated(previous, match.first, Break.COMMA):
            state.carried = True
            if state.scope is Scope.NOT:
                state.open()
        # "doesn't have trouble" and "trouble with" overlap: the first one has been understood
        if match.first > understood or match.rule.kind is not Kind.TROUBLE:
            _take(match, state, message)
        previous = max(previous, match.last)
        if match.rule.kind is not Kind.SUBJECT:
            understood = previous
    _end_sentence(state, message)
    tell_past(state.named, message)
    return child_words(state.named, message, lost_skill)


def _take(match: Match, state: State, message: Message) -> None:
    kind = match.rule.kind
    if kind is Kind.SKILL:
        _take_skill(match, state, message)
    elif kind is Kind.SIGN:
        _take_sign(match, state, message)
    elif kind is Kind.CANNOT:
        state.enter(Scope.CANNOT, match)
    elif kind is Kind.NOT and goes_on(match, state, message):
        state.at = match.last
    elif kind is Kind.NOT:
        state.enter(Scope.OVER if state.scope is Scope.LOST else Scope.NOT, match)
    elif kind is Kind.TROUBLE:
        take_trouble(match, state, message)
    elif kind is Kind.CAN:
        take_can(match, state)
    elif kind is Kind.FINE:
        take_fine(match, state)
    elif kind is Kind.NO_LONGER:
        take_no_longer(match, state)
    elif kind is Kind.ANYMORE:
        take_anymore(match, state)
    elif kind is Kind.CONTRAST:
        _end_sentence(state, message)
    elif kind is Kind.SUBJECT:
        state.start_anew()
        state.told = True
        take_subject(match, state, message)
    elif kind is Kind.OTHER:
        state.open()
        # "his brother" and "brother is" overlap: the first one tells whose brother.
        if state.other is None or match.first > state.other.last:
            state.other = match


def _take_skill(match: Match, state: State, message: Message) -> None:
    scope = state.scope
    if scope is Scope.NOT and not denial_reaches(match, state, message):
        scope = Scope.OPEN
    named = Named(match, scope, state.marker, state.carried)
    last = state.sentence[-1] if state.sentence else None
    if scope is Scope.OPEN and last is not None and match.first - state.at <= 2:
        if last.rule.kind is Kind.SKILL and last.match.last == state.at and last.status:
            named.status, named.missing = last.status, last.missing
            named.scope, named.carried = last.scope, True
    elif scope in (Scope.CANNOT, Scope.NOT, Scope.LOST):
        named.status, named.missing = Status.PRESENT, True
        named.lost = scope is Scope.LOST
    elif scope is Scope.TROUBLE:
        named.status = Status.PRESENT
    elif scope in (Scope.CAN, Scope.NO_TROUBLE):
        named.status = Status.DENIED
    elif scope is Scope.OVER:
        named.status = Status.OVER
    _add(named, state)


def _take_sign(match: Match, state: State, message: Message) -> None:
    named = Named(match, state.scope, state.marker, status=Status.PRESENT)
    close = near(match, state, NOT_REACHES)
    denied = state.scope is Scope.NOT and denial_reaches(match, state, message)
    # "no tiene problemas para comer" holds "problemas para comer"
    within = state.scope is Scope.CAN and match.first <= state.at
    if denied or within or state.scope is Scope.NO_TROUBLE:
        named.status = Status.DENIED
    elif state.scope in (Scope.LOST, Scope.OVER) and close:
        named.status = Status.OVER
    _add(named, state)


def _add(named: Named, state: State) -> None:
    if state.other is not None:
        named.status = Status.OTHER_PERSON
        named.missing = named.lost = False
    state.named.append(named)
    state.sentence.append(named)
    state.at = named.match.last


def _end_sentence(state: State, message: Message) -> None:
    """Settle the skills that no word of difficulty or ease spoke of.

    A sentence of nothing but skills ("handwriting and buttons") answers "what worries you?".
    """
    waiting = [named for named in state.sentence if named.status is None]
    if (
        waiting
        and not (state.told or state.other)
        and _only_names(message, waiting[0].match.first, state)
    ):
        for named in waiting:
            if message.tokens[named.match.first].word not in _DOES:
                named.status = Status.PRESENT
    state.sentence = []
    state.told = False
    state.other = None
    state.start_anew()


def _only_names(message: Message, at: int, state: State) -> bool:
    """Whether the sentence around a token holds nothing but known phrases."""
    if not state.known:
        for family in (Family.CONCERN, Family.COURTESY, Family.HINT, Family.TOPIC):
            for match in message.of(family):
                state.known.update(range(match.first, match.last + 1))
    sentence = message.sentences[at]
    first = bisect_left(message.sentences, sentence)
    last = bisect_right(message.sentences, sentence)
    return all(i in state.known or message.tokens[i].is_number for i in range(first, last))
