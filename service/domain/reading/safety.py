"""Signs that need somebody now or soon. Read in every message, at every step, before all else.

A denial just before ("no seizures") takes a flag away where the rule allows it; a "no" or "stop"
that only begins the message ("no he is choking") denies nothing. A sign told of the past drops
to the rule's level for the past, and so does an emergency after which the child has been well.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TypeAlias

from service.domain.reading.denials import Denials, denials_of, holds_an_answer
from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.matching import Match, Message, first_token
from service.domain.reading.number_words import word_set
from service.domain.reading.telling import Telling, telling_of
from service.domain.reading.tokens import Break
from service.domain.reading.types import Flag
from service.domain.vocabulary import FlagLevel

_Sign: TypeAlias = tuple[FlagLevel, Match]
"""A sign, and how urgent it is as it was told."""

_DENIAL_REACHES = 4
_PAST_REACHES = 14
_ORDERS = frozenset({"stop", "quit"})
_NO_NEVER = frozenset({"no", "never", "nope", "nah", "nunca", "jamas"})
_NOT_AT_ALL = _NO_NEVER | word_set(
    "sir maam not at all once ever way para nada senor senora que va"
)
_HAS_HAD = word_set("ha a han he le les lo tiene tenido tuvo dado dio da dan visto gracias dios")
_HAPPENED = frozenset({"had", "tuvo"})


def read_flags(message: Message, age_months: int | None = None) -> tuple[Flag, ...]:
    """The flags of a message, in the order they were said. ``age_months`` is the child's."""
    soon = _found(message, Family.SAFETY, age_months)
    danger = _found(message, Family.DANGER, age_months)
    if not (soon or danger):
        return ()
    denials = denials_of(message)
    signs = _dangers(danger, denials, message) + _for_the_doctor(soon, denials, message)
    return tuple(Flag(level, message.shown_by(match)) for level, match in _once(signs))


def _found(message: Message, family: Family, age_months: int | None) -> list[Match]:
    matches = message.of(family)
    traps = [m for m in matches if m.rule.kind is Kind.TRAP]
    flags = [
        m
        for m in matches
        if m.rule.kind is Kind.FLAG
        and _of_this_age(m.rule, age_months)
        and not _asked_and_denied(m, message)
        and not _named_and_denied(m, message)
    ]
    return [m for m in flags if not any(_trapped(m, trap) for trap in traps)] if traps else flags


def _of_this_age(rule: Rule, age_months: int | None) -> bool:
    """Whether a rule counts at the child's age; one for young babies only where that is known."""
    return not rule.until_months or (age_months is not None and age_months < rule.until_months)


def _asked_and_denied(match: Match, message: Message) -> bool:
    """ "Chokes? No, never.", "choking? no sir never": a sign that is only asked back, and denied at
    once in words that say nothing else."""
    tokens, after = message.tokens, match.last + 1
    if not (
        match.rule.deniable
        and after < len(tokens)
        and message.words[after] in _NO_NEVER
        and "?" in message.between(match.last, after)
    ):
        return False
    while after + 1 < len(tokens) and tokens[after + 1].before is Break.NONE:
        after += 1
        if message.words[after] not in _NOT_AT_ALL:
            return False
    return True


def _named_and_denied(match: Match, message: Message) -> bool:
    """ "Convulsiones nunca ha tenido, gracias a Dios", "fiebre no tiene": a sign named first, of
    which the rest of the clause only says that there was none."""
    tokens, at = message.tokens, match.last + 1
    begins = tokens[match.first].before is not Break.NONE or message.word(match.first - 1) == "y"
    if not (
        match.rule.deniable
        and match.first == match.last
        and (begins or match.first == 0)
        and message.word(at) in _NO_NEVER
        and message.word(at + 1) in _HAS_HAD
    ):
        return False
    while at < len(tokens) and tokens[at].before is Break.NONE:
        if message.words[at] not in _HAS_HAD and message.words[at] not in _NOT_AT_ALL:
            return False
        at += 1
    return True


def _trapped(match: Match, trap: Match) -> bool:
    """Whether a set phrase holds the sign, or one of the parts it is told in."""
    if not match.parts or match.rule.family is Family.SAFETY:
        return (match.first, match.last) == (trap.first, trap.last)
    return any(trap.first <= first and last <= trap.last for first, last in match.parts)


def _once(signs: list[_Sign]) -> list[_Sign]:
    """What one rule says of the same words, or of some of them, counts once."""
    told_until: dict[tuple[str, FlagLevel], int] = {}
    out: list[_Sign] = []
    for level, match in sorted(signs, key=_begins_then_longest):
        # What begins later is held by what was told before, if it ends no later.
        if match.last > told_until.get((match.rule.id, level), -1):
            told_until[match.rule.id, level] = match.last
            out.append((level, match))
    return out


def _begins_then_longest(sign: _Sign) -> tuple[int, int]:
    match = sign[1]
    return match.begins, -match.last


def _dangers(found: list[Match], denials: Denials, message: Message) -> list[_Sign]:
    if not found:
        return []
    telling = telling_of(message)
    levels = ((_level(match, denials, telling), match) for match in found)
    return [(level, match) for level, match in levels if level is not None]


def _level(match: Match, denials: Denials, telling: Telling) -> FlagLevel | None:
    rule = match.rule
    # The parts of a phrase in parts were asked for one by one (``together``).
    if rule.deniable and not match.parts and denials.deny((match.first, match.last)):
        return None
    if telling.not_real(match):
        return None
    if rule.level is not FlagLevel.URGENT and rule.past is rule.level:
        return rule.level  # whenever it was
    if telling.right_now(match):
        return rule.level
    # "His cousin has seizures" is no emergency; "his uncle hits him" is a crisis.
    of_another = rule.level is FlagLevel.URGENT and telling.someone_else(match)
    if of_another and not telling.going_on(match):
        return None
    # Harm by somebody is not over because the child seems well.
    over = rule.passes and rule.level is FlagLevel.URGENT and telling.well_since(match)
    return rule.past if over or telling.long_ago(match) else rule.level


def _for_the_doctor(found: list[Match], listed: Denials, message: Message) -> list[_Sign]:
    """``listed``: denials that go on along a list, "never had a seizure or passed out"."""
    if not found:
        return []
    denials: dict[int, list[Match]] = {}
    for m in message.of(Family.CONCERN):
        orders = message.words[m.last] in _ORDERS
        if m.rule.kind in (Kind.NOT, Kind.NO_LONGER) and not orders:
            denials.setdefault(m.last, []).append(m)
    subjects = {m.first for m in message.of(Family.CONCERN) if m.rule.kind is Kind.SUBJECT}
    others = message.ends(Family.CONCERN, Kind.OTHER)
    pasts = message.of(Family.PAST)
    signs = []
    for match in found:
        rule = match.rule
        level = rule.level
        if holds_an_answer(match, message):
            continue
        if rule.deniable and (
            _denied(match, denials, subjects, message)
            or (not match.parts and listed.deny((match.first, match.last)))
        ):
            continue
        told_of_past = _told_of_past(match, pasts, message)
        if told_of_past:
            level = rule.past
        told_of_past = told_of_past or message.tokens[match.first].word in _HAPPENED
        about_another = message.shortly_before(match.first, others, _DENIAL_REACHES)
        # An old story about somebody else. A sign of now counts whoever shows it.
        if level is not None and not (told_of_past and about_another):
            signs.append((level, match))
    return signs


def _denied(
    match: Match, denials: dict[int, list[Match]], subjects: set[int], message: Message
) -> bool:
    """Whether one of the denials, by their last token, reaches a sign from outside of it."""
    spans = match.parts or ((match.first, match.last),)
    return any(
        _reaches(denial, first, subjects, message)
        and not any(begin <= denial.first and denial.last <= end for begin, end in spans)
        for first, _ in spans
        for at in range(first - _DENIAL_REACHES, first)
        for denial in denials.get(at, ())
    )


def _reaches(denial: Match, first: int, subjects: set[int], message: Message) -> bool:
    if message.separated(denial.last, first, Break.COMMA):
        return False
    # "no seizures" denies; in "no he is choking" the "no" answers what was asked.
    answers = denial.first == denial.last and message.tokens[denial.first].word == "no"
    return not (answers and any(denial.last < at < first for at in subjects))


def _told_of_past(match: Match, pasts: list[Match], message: Message) -> bool:
    after = bisect_left(pasts, match.first, key=first_token)
    return any(_tells(past, match, message) for past in pasts[max(0, after - 1) : after + 1])


def _tells(past: Match, match: Match, message: Message) -> bool:
    low, high = sorted((past.first, match.first))
    return high - low <= _PAST_REACHES and not message.separated(low, high)
