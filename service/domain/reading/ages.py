"""The child's age: "4", "18 months", "2 and a half", "turns 4 in may", "casi 4", "born 3/2023".

Ages come out in whole completed months. Spans of time that are no ages ("for 2 years", "at 18
months"), other people's ages and the parent's own are passed over. Two ages, a school grade, or
an age no child has (21 years and up) read as unclear.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.age_amounts import amount_at, less_if_almost
from service.domain.reading.age_words import (
    ADJUSTED,
    CHILD,
    COUNTED,
    FOCUS,
    GRADES,
    HALF,
    LITTLE_OR_BIG,
    MAY_FOLLOW,
    NEWBORN,
    NOT_AGE_BEFORE,
    VAGUE,
)
from service.domain.reading.birthdays import (
    BIRTHDAY_WORDS,
    Told,
    birthday_age,
    coming_month,
    date_of_birth,
)
from service.domain.reading.coming_birthdays import away_from_birthday, named_birthday
from service.domain.reading.dates_as_written import MONTHS as MONTH_NAMES
from service.domain.reading.matching import Message
from service.domain.reading.number_words import ORDINALS, WORDS, cardinal
from service.domain.reading.tokens import Break
from service.domain.reading.types import Age, Context
from service.domain.reading.unit_ages import age_with_unit
from service.domain.reading.whose_age import is_age, named_with, said_to_be
from service.domain.vocabulary import Asked

OLDEST_MONTHS = 21 * 12
OLDEST_BARE_YEARS = 17
"""A bare number means years; one above this is more likely months ("18", "24", "48"): ask."""
# A message with more numbers than this is no answer; reading on would only take time.
_MOST_NUMBERS = 40
_ANSWER_WORDS = 7
_BIRTHDAY_ALONE = frozenset({"birthday", "bday", "cumple", "cumpleanos"})
_CAN_BEGIN = frozenset(
    {
        "falta",
        "faltan",
        *HALF,
        *WORDS,
        *ORDINALS,
        *MONTH_NAMES,
        *NEWBORN,
        *BIRTHDAY_WORDS,
        "recien",
        "a",
        "ano",
        "year",
    }
)


@dataclass(frozen=True, slots=True)
class AgeReading:
    """The age, and which tokens are spoken for, so that they are not read as item numbers."""

    age: Age | None
    used: frozenset[int]


def read_age(message: Message, context: Context) -> AgeReading:
    """Read the child's age out of a message."""
    tokens = message.tokens
    found: list[Told] = []
    used: set[int] = set()
    at = 0
    numbers = 0
    while at < len(tokens) and numbers < _MOST_NUMBERS:
        token = tokens[at]
        numbers += token.is_number
        begins = token.is_number or token.word in _CAN_BEGIN
        told = _told_at(message, at, context) if begins else None
        if told is None:
            at += 1
            continue
        used.update(range(told.first, told.last + 1))
        if told.counts:
            found.append(told)
        at = told.last + 1
    if not found:
        found = _only_answer(message, context, used)
        for told in found:
            used.update(range(told.first, told.last + 1))
    if not found:
        found = _grade(message, context)
    found = _adjusted(message, found) or found
    if not found:
        return AgeReading(None, frozenset(used))
    if len({told.months for told in found}) > 1:
        found = _meant(message, found)
    months = _agreed(found)
    evidence = message.evidence("age", "knowledge b", found[0].first, found[-1].last)
    return AgeReading(Age(months, evidence), frozenset(used))


def _meant(message: Message, found: list[Told]) -> list[Told]:
    """Of several ages, that of the child the message says it is about; else all of them."""
    about = [at for at, token in enumerate(message.tokens) if token.word in FOCUS]
    if not about:
        return found
    after = [told for told in found if told.first > about[-1]]
    if len({told.months for told in after}) == 1:
        return after
    # "la chiquita 2, pero pregunto por la chiquita"
    named = {token.word for token in message.tokens[about[-1] :]} & (CHILD | LITTLE_OR_BIG)
    told_of = [
        told
        for told in found
        if named & {message.word(told.first - 1), message.word(told.first - 2)}
    ]
    return told_of if told_of else found


def _adjusted(message: Message, found: list[Told]) -> list[Told]:
    """The ages told to be the one corrected for an early birth (knowledge c4)."""
    said = {at for at, token in enumerate(message.tokens) if token.word in ADJUSTED}
    if not said:
        return []
    return [t for t in found if said & {t.first - 2, t.first - 1, t.last, t.last + 1}]


def _agreed(found: list[Told]) -> int | None:
    values = {t.months for t in found}
    if len(values) > 1:
        precise = {t.months for t in found if t.precise}
        coarse = [t.months for t in found if not t.precise]
        if len(precise) != 1:
            return None
        exact = next(iter(precise))
        if exact is None or any(c is None or not 0 <= exact - c < 12 for c in coarse):
            return None
        values = precise
    months = values.pop()
    return months if months is not None and 0 <= months < OLDEST_MONTHS else None


def _told_at(message: Message, at: int, context: Context) -> Told | None:
    word = message.tokens[at].word
    today = context.now.date()
    birthday = birthday_age(message, at, today, context.language)
    if birthday is not None:
        return birthday
    born = date_of_birth(message, at, today, context.language, asked=context.asked is Asked.AGE)
    if born is not None:
        return born
    if word in NEWBORN or (word == "recien" and message.word(at + 1).startswith("nacid")):
        # "as a newborn" tells of the past
        if (
            at >= 2
            and message.tokens[at - 1].word in {"a", "de"} | NOT_AGE_BEFORE
            and (message.tokens[at - 2].word in {"as", "since", "was"} or word == "recien")
        ):
            return None
        return Told(0, at, at + (word == "recien"), precise=True)
    coming = away_from_birthday(message, at) or named_birthday(message, at)
    return coming or age_with_unit(message, at, context) or _after_is(message, at, context)


def _after_is(message: Message, at: int, context: Context) -> Told | None:
    """ "he is 4", "hes almost 4", "tiene 4": a number said of the child."""
    amount = amount_at(message, at)
    if amount is None or amount[0] >= 100:
        return None
    named = context.asked is Asked.AGE and named_with(message, at)
    if not (named or said_to_be(message, at)):
        return None
    last = amount[1]
    following = message.word(last + 1)
    if (
        following
        and message.tokens[last + 1].before is Break.NONE
        and following not in MAY_FOLLOW
        and cardinal(message.tokens[last + 1]) is None
    ):
        return None
    if message.tokens[at].word in {"un", "una"}:
        return None
    months = less_if_almost(message, at, amount[0] * 12)
    counts = is_age(message, at, last)
    return Told(int(months), at, last, precise=months != amount[0] * 12, counts=counts)


def _only_answer(message: Message, context: Context, used: set[int]) -> list[Told]:
    """At the age question a bare number means years."""
    tokens = message.tokens
    if context.asked is not Asked.AGE or not tokens:
        return []
    told: list[Told] = []
    at = 0
    while at < len(tokens):
        if at in used:
            at += 1
            continue
        amount = amount_at(message, at)
        word = tokens[at].word
        if (
            amount is None
            or _no_age(message, at)
            or (word in {"one", "un", "una"} and len(tokens) > 3)
        ):
            at += 1
            continue
        number, last = amount
        if message.word(last + 1) in COUNTED:
            at = last + 2
            continue
        months = less_if_almost(message, at, number * 12)
        counts = is_age(message, at, last)
        if counts and message.word(last + 1) in {"in", "en"}:
            coming = coming_month(
                message, at, last, int(number), context.now.date()
            )  # "5 in december"
            if coming is not None:
                told.append(coming)
                at = coming.last + 1
                continue
        if counts and number < 10_000:
            sure = number <= OLDEST_BARE_YEARS
            precise = months != number * 12
            told.append(Told(int(months) if sure else None, at, last, precise=precise))
        at = last + 1
    if len(told) == 1 and len(tokens) > _ANSWER_WORDS and told[0].first > 1:
        return []
    return told


def _no_age(message: Message, at: int) -> bool:
    """A number of a date ("dec 10", "el 4 de julio"), of heads ("los dos"), or a joke
    ("5 going on 25")."""
    before, after = message.word(at - 1), message.word(at + 1)
    if before in MONTH_NAMES or after in MONTH_NAMES:
        return True
    if after == "de" and message.word(at + 2) in MONTH_NAMES:
        return True
    if before in {"los", "las", "both"} and message.word(at) in {"dos", "tres", "two"}:
        return True
    joking = before == "on" and message.word(at - 2) == "going" and at > 2
    return joking and cardinal(message.tokens[at - 3]) is not None


def _grade(message: Message, context: Context) -> list[Told]:
    if context.asked is Asked.AGE and any(t.word in _BIRTHDAY_ALONE for t in message.tokens):
        return [Told(None, 0, len(message.tokens) - 1, precise=True)]
    for at, token in enumerate(message.tokens):
        said = token.word in GRADES or (token.word == "k" and message.word(at - 1) == "pre")
        if said or (token.word in VAGUE and context.asked is Asked.AGE):
            return [Told(None, at, at, precise=True)]
    return []
