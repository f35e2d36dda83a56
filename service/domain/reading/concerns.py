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
    BEGINS_NEW,
    NOT_REACHES,
    Named,
    Scope,
    State,
    denial_reaches,
    goes_on,
    near,
)
from service.domain.reading.denials import holds_an_answer
from service.domain.reading.difficulty import (
    settle_question,
    take_anymore,
    take_can,
    take_fine,
    take_no_longer,
    take_trouble,
    take_worry,
)
from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.other_people import (
    back_to_the_child,
    give_to_another,
    only_reports,
    take_subject,
)
from service.domain.reading.tokens import Break
from service.domain.reading.types import Status

_SAID_AFTER_REACHES = 3
_LIST_REACHES = 2
_ENDS_UNLESS_LISTED = frozenset({Scope.NO_TROUBLE, Scope.LOST, Scope.OVER})
"""What a comma ends, unless one more of a list follows it."""
_US = frozenset({"we", "i", "you", "us", "yo", "nosotros", "usted", "ustedes"})
_WHO_DOES = frozenset({"he", "she", "they", "ella"})
_NEGATORS = word_set(
    "no not never cant cannot wont doesnt dont didnt isnt hasnt nunca jamas nada ni sin barely "
    "hardly apenas casi zero cero without nobody nadie"
)
_FINITE = word_set(
    "walks runs jumps sits stands crawls climbs camina corre salta brinca gatea para sienta sube "
    "baja levanta trepa"
)
"""After a comma these begin a clause of their own: "can't jump, walks fine"."""
_ENDED = word_set("stopped quit dejo")
_NO_TROUBLE = "grammar.no_trouble"
# Forms that tell what the child does. Alone they name no worry, as "walking" or "stairs" do.
_DOES = word_set(
    "walks runs jumps hops skips climbs crawls rolls sits stands swims rides eats chews swallows "
    "drinks talks speaks reads writes draws colors plays shares listens dresses sleeps learns "
    "camina corre salta brinca gatea come mastica traga habla lee escribe dibuja juega comparte "
    "kicks patea aprende se trepa sube baja corretea trota pedalea nada da gallops pedals bikes "
    "pulls cruises babbles waves voltea rueda escala usa abotona vuela patina baila dances skates "
    "rides climbs"
)


def read_concerns(message: Message, lost_skill: Rule) -> ChildWords:
    """Concerns, missing skills, topics and lost skills, in the order they were said."""
    state = State()
    previous = understood = -1
    for match in message.of(Family.CONCERN):
        if match.rule.kind is Kind.SIGN and holds_an_answer(match, message):
            continue  # "no, se concentra"
        if previous >= 0 and message.separated(previous, match.first):
            about, asked_about = state.other, state.sentence
            _end_sentence(state, message)
            state.before = about
            if _answers_at_once(previous, match, message):
                settle_question(asked_about, match, message)
        elif previous >= 0 and message.separated(previous, match.first, Break.COMMA):
            state.carried = True
            ends = state.scope in _ENDS_UNLESS_LISTED and not _list_goes_on(match, previous)
            if state.scope is Scope.NOT or ends:
                state.open()
        # "doesn't have trouble" and "trouble with" overlap: the first one has been understood
        if match.first > understood or match.rule.kind is not Kind.TROUBLE:
            _take(match, state, message)
        previous = max(previous, match.last)
        if match.rule.kind is not Kind.SUBJECT:
            understood = previous
    _end_sentence(state, message)
    tell_past(state.named, message)
    said = [one for one in state.named if one.status or not _merely_does(one, message)]
    return child_words(said, message, lost_skill)


def _answers_at_once(previous: int, match: Match, message: Message) -> bool:
    """ "balance? great": whether what follows a question mark begins with its answer."""
    between = message.between(previous, match.first)
    return previous + 1 == match.first and "?" in between


def _take(match: Match, state: State, message: Message) -> None:
    kind = match.rule.kind
    if state.other is not None and kind is not Kind.OTHER:
        back_to_the_child(match, state, message)
    if kind is Kind.GLUE:
        return
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
        take_fine(match, state, message)
    elif kind is Kind.WORRY:
        take_worry(match, state, message)
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
    elif kind is Kind.OTHER and only_reports(match, message):
        pass
    elif kind is Kind.OTHER:
        state.open()
        # "his brother" and "brother is" overlap: the first one tells whose brother.
        if state.other is None or match.first > state.other.last:
            state.other = match
            give_to_another(match, state, message)


def _take_skill(match: Match, state: State, message: Message) -> None:
    scope = state.scope
    if scope is Scope.CANNOT and _begins_a_clause_of_its_own(match, message):
        scope = Scope.OPEN
    if scope is Scope.NOT and not denial_reaches(match, state, message):
        scope = Scope.OPEN
    named = Named(match, scope, state.marker, state.carried)
    last = state.sentence[-1] if state.sentence else None
    follows = match.first - state.at <= 2 and not _begins_a_clause_of_its_own(match, message)
    if scope is Scope.OPEN and last is not None and follows:
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


def _begins_a_clause_of_its_own(match: Match, message: Message) -> bool:
    """ "no puede esperar, se para, se sienta", "no corre, camina nomás": after a comma, what the
    child does is no more of what it can't do."""
    first = match.first
    if first == 0 or message.tokens[first].before is Break.NONE:
        return False
    word = message.word(first)
    return (word in _FINITE or (word == "se" and message.word(first + 1) in _FINITE)) and (
        message.word(first - 1) not in {"ni", "nor", "or", "o"}
    )


def _take_sign(match: Match, state: State, message: Message) -> None:
    named = Named(match, state.scope, state.marker, status=Status.PRESENT)
    close = near(match, state, NOT_REACHES)
    own = state.marker is not None and any(
        first <= state.marker.last and state.marker.first <= last for first, last in match.parts
    )
    # "never + socks": the "never" is a part of the sign, and takes nothing away
    denied = state.scope is Scope.NOT and not own and denial_reaches(match, state, message)
    # "no tiene problemas para comer" holds "problemas para comer"
    within = state.scope is Scope.CAN and _begins_in(state.marker, match)
    if message.tokens[match.begins].word in _NEGATORS:
        denied = within = False  # "nada de fuerza", "no pone atencion" say their own "no"
    elif state.scope is Scope.NO_TROUBLE or _of_no_trouble(state, match, message):
        denied = True
    if denied or within:
        named.status = Status.DENIED
    elif state.scope in (Scope.LOST, Scope.OVER) and close and _straight_on(state, match, message):
        named.status = Status.OVER
        if state.marker is not None and message.words[state.marker.first] in _ENDED:
            state.open()  # "stopped falling once we got the right shoes": no skill is lost
    _add(named, state)


def _begins_in(marker: Match | None, match: Match) -> bool:
    """Whether a part of a sign lies in a marker's words: "no le molesta" and "molesta + ropa"."""
    if marker is None:
        return False
    begins = [first for first, _ in match.parts] or [match.first]
    return any(marker.first <= first <= marker.last for first in begins)


def _of_no_trouble(state: State, match: Match, message: Message) -> bool:
    """ "never had a problem with falling": words of no trouble right before a sign."""
    marker = state.marker
    return (
        state.scope is Scope.CAN
        and marker is not None
        and marker.rule.id == _NO_TROUBLE
        and marker.last + 1 == match.first
        and message.joined(match.first)
    )


def _list_goes_on(match: Match, previous: int) -> bool:
    """ "no trouble walking, running or jumping": a bare skill right after the comma."""
    return match.rule.kind is Kind.SKILL and match.first - previous <= _LIST_REACHES


def _straight_on(state: State, match: Match, message: Message) -> bool:
    """Whether nothing new begins between "no longer" and a sign."""
    begun = state.marker.last if state.marker is not None else state.at
    between = message.tokens[begun + 1 : match.first]
    return not any(t.word in BEGINS_NEW or t.before is not Break.NONE for t in between[1:])


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
    cue = None if state.other else (state.cue or _said_after(waiting, state, message))
    if cue is not None:
        for named in waiting:
            if not _of_us(named, message):
                named.status, named.marker = Status.PRESENT, cue
    elif (
        waiting
        and not (state.told or state.other)
        and _only_names(message, waiting[0].match.first, state)
    ):
        for named in waiting:
            if not _merely_does(named, message):
                named.status = Status.PRESENT
    state.sentence = []
    state.cue = None
    state.told = False
    state.other = None
    state.start_anew()


def _of_us(named: Named, message: Message) -> bool:
    """ "we walk in the door and it's a meltdown" tells nothing of the child's walking."""
    first = named.match.first
    return message.word(first - 1) in _US or _merely_does(named, message)


def _merely_does(named: Named, message: Message) -> bool:
    """ "walks" and "she run" tell what the child does, and no worry."""
    first = named.match.first
    alone = first == named.match.last
    return message.word(first) in _DOES or (alone and message.word(first - 1) in _WHO_DOES)


def _said_after(waiting: list[Named], state: State, message: Message) -> Match | None:
    """ "las agujetas no", "the stairs he just cant": an inability that speaks of what was just
    named, as nothing follows it."""
    marker = state.marker
    if marker is None or not waiting or state.scope not in (Scope.CANNOT, Scope.NOT):
        return None
    last = state.sentence[-1].match.last
    close = 0 < marker.first - last <= _SAID_AFTER_REACHES
    return marker if close and not message.separated(last, marker.first, Break.COMMA) else None


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
