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
from dataclasses import dataclass, field
from enum import Enum

from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break
from service.domain.reading.types import Concern, Evidence, Flag, Milestone, Status, Topic
from service.domain.vocabulary import FlagLevel

# How many words apart two phrases may be and still speak of each other.
_NOT_REACHES = 5
_AFTER_REACHES = 4
_EVIDENCE_SPAN = 9
_PAST_REACHES = 12
_FAR = -100
_BEGINS_NEW = frozenset({"and", "y", "e", "also", "tambien", "then"})
_HE = frozenset({"he", "hes"})
_SHE = frozenset({"she", "shes", "ella"})
_MALE = word_set(
    "brother brothers father dad grandpa husband son nephew hermano hermanito primo papa abuelo "
    "esposo hijo sobrino otro"
)
_FEMALE = word_set(
    "sister sisters mother mom grandma wife daughter niece hermana hermanita prima mama abuela "
    "hija sobrina otra"
)
# Forms that tell what the child does. Alone they name no worry, as "walking" or "stairs" do.
_DOES = word_set(
    "walks runs jumps hops skips climbs crawls rolls sits stands swims rides eats chews swallows "
    "drinks talks speaks reads writes draws colors plays shares listens dresses sleeps learns "
    "camina corre salta brinca gatea come mastica traga habla lee escribe dibuja juega comparte "
    "kicks patea aprende se"
)


class _Scope(Enum):
    """What the words so far say about the skills and signs that follow."""

    OPEN = "open"
    CANNOT = "cannot"
    NOT = "not"
    TROUBLE = "trouble"
    CAN = "can"
    NO_TROUBLE = "no trouble"
    LOST = "lost"
    OVER = "over"


@dataclass(slots=True)
class _Named:
    """A skill or sign of the message, and what is known about it so far."""

    match: Match
    scope: _Scope
    marker: Match | None
    carried: bool = False
    status: Status | None = None
    missing: bool = False
    lost: bool = False

    @property
    def rule(self) -> Rule:
        return self.match.rule


@dataclass(slots=True)
class _State:
    scope: _Scope = _Scope.OPEN
    marker: Match | None = None
    at: int = _FAR
    other: Match | None = None
    """Who else is spoken of, if not the child."""
    before: Match | None = None
    """Who else the sentence before was about."""
    carried: bool = False
    named: list[_Named] = field(default_factory=list)
    sentence: list[_Named] = field(default_factory=list)
    known: set[int] = field(default_factory=set)
    """Every token that belongs to a known phrase; filled when first needed."""
    told: bool = False
    """Whether the sentence has a subject or says that something goes well."""

    def open(self) -> None:
        self.scope, self.marker, self.carried = _Scope.OPEN, None, False

    def enter(self, scope: _Scope, match: Match) -> None:
        self.scope, self.marker, self.at, self.carried = scope, match, match.last, False


@dataclass(frozen=True, slots=True)
class ChildWords:
    """What a message says about the child, apart from safety phrases."""

    concerns: tuple[Concern, ...]
    milestones: tuple[Milestone, ...]
    topics: tuple[Topic, ...]
    lost: tuple[Flag, ...]


def read_concerns(message: Message, lost_skill: Rule) -> ChildWords:
    """Concerns, missing skills, topics and lost skills, in the order they were said."""
    state = _State()
    previous = understood = -1
    for match in message.of(Family.CONCERN):
        if previous >= 0 and message.separated(previous, match.first):
            about = state.other
            _end_sentence(state, message)
            state.before = about
        elif previous >= 0 and message.separated(previous, match.first, Break.COMMA):
            state.carried = True
            if state.scope is _Scope.NOT:
                state.open()
        # "doesn't have trouble" and "trouble with" overlap: the first one has been understood
        if match.first > understood or match.rule.kind is not Kind.TROUBLE:
            _take(match, state, message)
        previous = max(previous, match.last)
        if match.rule.kind is not Kind.SUBJECT:
            understood = previous
    _end_sentence(state, message)
    _tell_past(state.named, message)
    return _result(state.named, message, lost_skill)


def _take(match: Match, state: _State, message: Message) -> None:
    kind = match.rule.kind
    if kind is Kind.SKILL:
        _take_skill(match, state, message)
    elif kind is Kind.SIGN:
        _take_sign(match, state, message)
    elif kind is Kind.CANNOT:
        state.enter(_Scope.CANNOT, match)
    elif kind is Kind.NOT and _goes_on(match, state, message):
        state.at = match.last
    elif kind is Kind.NOT:
        state.enter(_Scope.OVER if state.scope is _Scope.LOST else _Scope.NOT, match)
    elif kind is Kind.TROUBLE:
        _take_trouble(match, state, message)
    elif kind is Kind.CAN:
        _take_can(match, state)
    elif kind is Kind.FINE:
        _take_fine(match, state)
    elif kind is Kind.NO_LONGER:
        _take_no_longer(match, state)
    elif kind is Kind.ANYMORE:
        _take_anymore(match, state)
    elif kind is Kind.CONTRAST:
        _end_sentence(state, message)
    elif kind is Kind.SUBJECT:
        state.open()
        state.at = _FAR
        state.told = True
        _take_subject(match, state, message)
    elif kind is Kind.OTHER:
        state.open()
        # "his brother" and "brother is" overlap: the first one tells whose brother.
        if state.other is None or match.first > state.other.last:
            state.other = match


def _take_subject(match: Match, state: _State, message: Message) -> None:
    """Whether the child or somebody else is spoken of from here on.

    "My other son toe walks but she ..." is the child again; in "Her brother is 6. He falls." the
    brother is still meant, while "his brother is 6. He falls" most likely means the child.
    """
    if match.rule.id.endswith("child"):
        state.other = state.before = None
        return
    word = message.tokens[match.first].word
    same, opposite = (_MALE, _FEMALE) if word in _HE else (_FEMALE, _MALE)
    if word not in _HE and word not in _SHE:
        return
    if state.other is not None:
        named = _words(state.other, message)
        if named & opposite and not named & same:
            state.other = None
    elif state.before is not None:
        named = _words(state.before, message)
        childs_own = {"his"} if word in _HE else {"her"}
        if named & same and not named & childs_own:
            state.other = state.before


def _words(match: Match, message: Message) -> set[str]:
    return {token.word for token in message.tokens[match.first : match.last + 1]}


def _goes_on(match: Match, state: _State, message: Message) -> bool:
    """ "no problems eating nor dressing": what was said to go well goes on."""
    word = message.tokens[match.first].word
    return word in {"ni", "nor"} and state.scope in (_Scope.CAN, _Scope.NO_TROUBLE)


def _near(match: Match, state: _State, reach: int) -> bool:
    return match.first - state.at <= reach


def _denial_reaches(match: Match, state: _State, message: Message) -> bool:
    """Whether a "no" still speaks of a phrase: near, and nothing new begun with "and"."""
    if not _near(match, state, _NOT_REACHES):
        return False
    begun = state.marker.last if state.marker is not None else state.at
    between = message.tokens[begun + 1 : match.first]
    return not any(token.word in _BEGINS_NEW for token in between)


def _take_skill(match: Match, state: _State, message: Message) -> None:
    scope = state.scope
    if scope is _Scope.NOT and not _denial_reaches(match, state, message):
        scope = _Scope.OPEN
    named = _Named(match, scope, state.marker, state.carried)
    last = state.sentence[-1] if state.sentence else None
    if scope is _Scope.OPEN and last is not None and match.first - state.at <= 2:
        if last.rule.kind is Kind.SKILL and last.match.last == state.at and last.status:
            named.status, named.missing = last.status, last.missing
            named.scope, named.carried = last.scope, True
    elif scope in (_Scope.CANNOT, _Scope.NOT, _Scope.LOST):
        named.status, named.missing = Status.PRESENT, True
        named.lost = scope is _Scope.LOST
    elif scope is _Scope.TROUBLE:
        named.status = Status.PRESENT
    elif scope in (_Scope.CAN, _Scope.NO_TROUBLE):
        named.status = Status.DENIED
    elif scope is _Scope.OVER:
        named.status = Status.OVER
    _add(named, state)


def _take_sign(match: Match, state: _State, message: Message) -> None:
    named = _Named(match, state.scope, state.marker, status=Status.PRESENT)
    close = _near(match, state, _NOT_REACHES)
    denied = state.scope is _Scope.NOT and _denial_reaches(match, state, message)
    # "no tiene problemas para comer" holds "problemas para comer"
    within = state.scope is _Scope.CAN and match.first <= state.at
    if denied or within or state.scope is _Scope.NO_TROUBLE:
        named.status = Status.DENIED
    elif state.scope in (_Scope.LOST, _Scope.OVER) and close:
        named.status = Status.OVER
    _add(named, state)


def _add(named: _Named, state: _State) -> None:
    if state.other is not None:
        named.status = Status.OTHER_PERSON
        named.missing = named.lost = False
    state.named.append(named)
    state.sentence.append(named)
    state.at = named.match.last


def _take_trouble(match: Match, state: _State, message: Message) -> None:
    last = state.sentence[-1] if state.sentence else None
    close = (
        last is not None
        and last.rule.kind is Kind.SKILL
        and match.first - last.match.last <= _AFTER_REACHES
        and not message.separated(last.match.last, match.first, Break.COMMA)
    )
    if state.scope is _Scope.NOT and _near(match, state, 3):
        if close and last is not None and last.scope is _Scope.NOT:
            last.status, last.missing = Status.DENIED, False
        elif close and last is not None and last.status is None:
            last.status = Status.DENIED
        state.enter(_Scope.NO_TROUBLE, match)
    elif state.scope in (_Scope.LOST, _Scope.OVER):
        state.enter(_Scope.OVER, match)
    elif close and last is not None and last.status is None:
        for named in reversed(state.sentence):
            if named.status is not None or named.rule.kind is not Kind.SKILL:
                break
            named.status, named.marker = Status.PRESENT, match
        state.open()
    else:
        state.enter(_Scope.TROUBLE, match)


def _take_can(match: Match, state: _State) -> None:
    if state.scope is _Scope.LOST:
        state.at = match.last
        return
    state.told = True
    if state.scope is _Scope.CANNOT and match.first <= state.at:
        return  # "is not able" and "able to" overlap: the first one has been understood
    denied = state.scope is _Scope.NOT and _near(match, state, 3)
    state.enter(_Scope.CANNOT if denied else _Scope.CAN, match)


def _take_fine(match: Match, state: _State) -> None:
    for named in reversed(state.sentence):
        if named.rule.kind is not Kind.SKILL or match.first - named.match.last > _AFTER_REACHES:
            break
        if named.status is None:
            named.status = Status.DENIED
        elif named.scope in (_Scope.NOT, _Scope.CANNOT):
            named.missing = False
            if named.carried and match.first - named.match.last == 1:
                named.status = Status.DENIED
            break
        elif named.scope is _Scope.TROUBLE and named.carried:
            named.status = Status.DENIED
            break
        else:
            break
    state.told = True
    if state.scope is not _Scope.NOT:
        state.open()


def _take_no_longer(match: Match, state: _State) -> None:
    last = state.sentence[-1] if state.sentence else None
    if last and last.rule.kind is Kind.SIGN and match.rule.id.endswith("not_now"):
        last.status = Status.OVER
        return
    state.enter(_Scope.LOST, match)


def _take_anymore(match: Match, state: _State) -> None:
    last = state.sentence[-1] if state.sentence else None
    if last is None or match.first - last.match.last > _AFTER_REACHES:
        return
    if last.rule.kind is Kind.SIGN and last.status is Status.DENIED:
        last.status = Status.OVER
    elif last.rule.kind is Kind.SKILL and last.missing:
        last.lost = True


def _end_sentence(state: _State, message: Message) -> None:
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
    state.open()
    state.at = _FAR


def _only_names(message: Message, at: int, state: _State) -> bool:
    """Whether the sentence around a token holds nothing but known phrases."""
    if not state.known:
        for family in (Family.CONCERN, Family.COURTESY, Family.HINT, Family.TOPIC):
            for match in message.of(family):
                state.known.update(range(match.first, match.last + 1))
    sentence = message.sentences[at]
    first = bisect_left(message.sentences, sentence)
    last = bisect_right(message.sentences, sentence)
    return all(i in state.known or message.tokens[i].is_number for i in range(first, last))


def _tell_past(named: list[_Named], message: Message) -> None:
    """What is told of the past in the same breath counts as over."""
    pasts = message.of(Family.PAST)
    if not pasts:
        return
    contrasts = message.ends(Family.CONCERN, Kind.CONTRAST)
    for one in named:
        if one.status is not Status.PRESENT or one.lost:
            continue
        first = one.match.first
        after = bisect_left(pasts, first, key=lambda m: m.first)
        for past in pasts[max(0, after - 1) : after + 1]:
            if past.first in contrasts and past.first < first:
                continue  # "he fell a lot but that is over, now he cant write"
            low, high = sorted((past.first, first))
            if high - low > _PAST_REACHES or message.separated(low, high):
                continue
            if not any(low < at < high for at in range(low, high) if at in contrasts):
                one.status, one.missing = Status.OVER, False


def _result(named: list[_Named], message: Message, lost_skill: Rule) -> ChildWords:
    concerns: list[Concern] = []
    milestones: list[Milestone] = []
    topics: list[Topic] = []
    lost: list[Flag] = []
    for one in named:
        if one.status is None:
            continue
        rule = one.rule
        evidence = _evidence(one, message)
        domains = rule.domains
        if one.missing and rule.not_yet is not None:
            domains = (rule.not_yet,)
        said = {(c.domain, c.status, c.evidence.start, c.evidence.end) for c in concerns[-3:]}
        concerns += [
            Concern(domain, one.status, evidence)
            for domain in domains
            if (domain, one.status, evidence.start, evidence.end) not in said
        ]
        if one.status is not Status.PRESENT:
            continue
        if rule.topic is not None:
            topics.append(Topic(rule.topic, evidence))
        if rule.milestone is not None and (one.missing or rule.kind is Kind.SIGN):
            milestones.append(Milestone(rule.milestone, evidence))
        if one.lost:
            words = Evidence(
                lost_skill.id, lost_skill.source, evidence.words, evidence.start, evidence.end
            )
            lost.append(Flag(lost_skill.level or FlagLevel.SOON, words))
    return ChildWords(tuple(concerns), tuple(milestones), tuple(topics), tuple(lost))


def _evidence(one: _Named, message: Message) -> Evidence:
    first, last = one.match.first, one.match.last
    marker = one.marker
    if marker is not None:
        low, high = min(first, marker.first), max(last, marker.last)
        if high - low <= _EVIDENCE_SPAN and not message.separated(low, high):
            first, last = low, high
    return message.evidence(one.rule.id, one.rule.source, first, last)
