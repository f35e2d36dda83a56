"""The child's age: "4", "18 months", "2 and a half", "turns 4 in may", "casi 4", "born 3/2023".

Ages come out in whole completed months. Spans of time that are no ages ("for 2 years", "at 18
months"), other people's ages and the parent's own are passed over. Two ages, a school grade, or
an age no child has (21 years and up) read as unclear.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.age_amounts import amount_at, less_if_almost
from service.domain.reading.age_words import (
    BY_AGE,
    CHILD,
    HALF,
    LITTLE_OR_BIG,
    MAY_FOLLOW,
    MONTHS,
    NEWBORN,
    ONE_UNIT,
    SWAPS,
    UNITS,
    unit_at,
)
from service.domain.reading.bare_ages import (
    bare_ages,
    bare_by_day,
    is_one_of_several,
    opening_answer,
)
from service.domain.reading.birthdays import (
    BIRTHDAY_OPENINGS,
    Told,
    birthday_age,
    birthday_behind,
    named_birthday,
    number_by,
    since_birthday,
)
from service.domain.reading.births import BIRTH_WORDS, date_of_birth, newborn
from service.domain.reading.coming_birthdays import almost_a_year, away_from_birthday
from service.domain.reading.dates_as_written import FEASTS, written_date
from service.domain.reading.dates_as_written import MONTHS as MONTH_NAMES
from service.domain.reading.matching import Message
from service.domain.reading.number_words import A_OR_AN, ORDINALS, WORDS, cardinal, word_set
from service.domain.reading.tokens import Break
from service.domain.reading.types import Age, Context
from service.domain.reading.unit_ages import age_with_unit
from service.domain.reading.vague_ages import left_open, vague_age
from service.domain.reading.which_age import agreed, meant, of_ones_own_kin, takes_back
from service.domain.reading.whose_age import (
    is_age,
    named_with,
    of_kin,
    of_the_other,
    said_to_be,
    set_apart,
    set_off,
)
from service.domain.vocabulary import Asked

# A message with more numbers than this is no answer; reading on would only take time.
_MOST_NUMBERS = 40
_IS = frozenset({"es", "is", "shes", "hes", "be", "sera", "y"})
_ONES = frozenset({"un", "una", "one", "uno"})
_SAID_AGAIN = 6
_TURNS_REACHES = 3
_FOR_US = frozenset({("for", "us"), ("for", "me"), ("for", "him"), ("for", "her")})
_SAYS = word_set("say says said think thinks guess mean believe dice")
_MAKES = frozenset({"made", "making", "make"})
""" "He made 5 on sunday" answers the age question; "she made 3 friends" tells none."""
_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_CAN_BEGIN = (
    word_set("falta faltan recien un brand tree free ate sicks too fore")
    | HALF
    | NEWBORN
    | BIRTH_WORDS
    | ONE_UNIT
    | {*WORDS, *ORDINALS, *MONTH_NAMES, *FEASTS}
)
_BEHIND_A = UNITS | ONE_UNIT | word_set("few couple par cumplir half")
""" "A week shy of 3", "va a cumplir 3": what an age that begins with an "a" goes on with."""


@dataclass(frozen=True, slots=True)
class AgeReading:
    """The age, and which tokens are spoken for, so that they are not read as item numbers."""

    age: Age | None
    used: frozenset[int]


def read_age(message: Message, context: Context) -> AgeReading:
    """Read the child's age out of a message."""
    tokens = message.tokens
    found: list[Told] = []
    passed: list[Told] = []
    used: set[int] = set()
    at = 0
    numbers = 0
    while at < len(tokens) and numbers < _MOST_NUMBERS:
        numbers += tokens[at].is_number
        told = _beginning_at(message, at, context)
        if told is None:
            at += 1
            continue
        used.update(range(told.first, told.last + 1))
        (found if told.counts else passed).append(told)
        at = told.last + 1
    if not found and context.asked is Asked.AGE:
        found = bare_ages(message, used)
        for told in found:
            used.update(range(told.first, told.last + 1))
    elif context.asked is Asked.AGE and (told := opening_answer(message, used)) is not None:
        if told.months not in {other.months for other in found}:
            found.insert(0, told)
            used.add(told.first)
    if context.asked is not Asked.AGE and context.age_months is not None:
        found = [told for told in found if not of_the_other(message, told.first)]
    if context.asked is Asked.AGE and not found and passed:
        found = of_ones_own_kin(message, passed)
    if context.asked is Asked.AGE and len(found) == 1:
        found = _put_in_its_place(message, found[0], used)
    if context.asked is Asked.AGE and len(found) == 1:
        found = [since_birthday(message, found[0], context.now.date(), context.language)]
    found = [
        told._replace(months=None)
        if left_open(message, told.first) or _one_of_a_range(message, told)
        else told
        for told in found
    ]
    if len(found) > 1:
        # "no llega a los 2, tiene 21 meses": the bound says less than the age.
        found = [told for told in found if not left_open(message, told.first)] or found
        found = [told for told in found if not _place_in_row(message, told)] or found
    if not found:
        vague = vague_age(message, asked=context.asked is Asked.AGE)
        if vague is None:
            return AgeReading(None, frozenset(used))
        found = [Told(vague[0], vague[1], vague[1], precise=True)]
    found = meant(message, found)
    evidence = message.evidence("age", "knowledge b", found[0].first, found[-1].last)
    return AgeReading(Age(agreed(found), evidence), frozenset(used))


def _one_of_a_range(message: Message, told: Told) -> bool:
    """ "between 18 months and 2", "entre año y medio y dos", "los 7 u 8"."""
    if message.word(told.first - 1) in {"between", "entre"}:
        return True
    following = told.last + 2
    return (
        message.word(told.last + 1) == "u"
        and following < len(message.tokens)
        and cardinal(message.tokens[following]) is not None
    )


def _put_in_its_place(message: Message, told: Told, used: set[int]) -> list[Told]:
    """ "28 months, oops meant 38", "hes 2. no sorry 3": a bare number put for an age takes its
    unit. "18. wait thats months" changes the unit alone."""
    of_months = any(message.word(at) in MONTHS for at in range(told.first, told.last + 1))
    if told.months is None and not message.tokens[told.first].is_number:
        return [told]
    swap = next(
        (
            at
            for at in range(told.last + 1, len(message.tokens))
            if message.word(at) in SWAPS or takes_back(message, at)
        ),
        None,
    )
    if swap is None:
        return [told]
    reach = min(swap + _SAID_AGAIN, len(message.tokens))
    for at in range(swap + 1, reach):
        value = cardinal(message.tokens[at])
        if value is not None and at not in used and message.word(at) not in _ONES:
            if _counts_else(message, at):
                return [told]
            used.add(at)
            return [told, Told(value if of_months else value * 12, at, at, precise=of_months)]
    unit = next((at for at in range(swap + 1, reach) if message.word(at) in MONTHS), None)
    years = cardinal(message.tokens[told.first])
    bare = told.first == told.last
    if (
        unit is not None
        and bare
        and years is not None
        and message.word(unit - 1) not in {"not", "no"}
    ):
        return [Told(years, told.first, told.last, precise=True)]
    return [told]


def _counts_else(message: Message, at: int) -> bool:
    """Whether a number counts something else: "sorry, had 2 shifts"."""
    following = message.word(at + 1)
    apart = at + 1 >= len(message.tokens) or message.tokens[at + 1].before is not Break.NONE
    return not apart and following not in MAY_FOLLOW


def _place_in_row(message: Message, told: Told) -> bool:
    """ "tiene 19 meses; es la menor de 5": one of so many children."""
    at = told.first
    return (
        message.word(at - 1) in {"de", "of"}
        and message.word(at - 2) in BY_AGE
        and message.word(at - 3) in {"la", "el", "the"}
        and message.word(at - 4) in _IS
    )


def _beginning_at(message: Message, at: int, context: Context) -> Told | None:
    """The age that begins at a token, each reader asked only where one can begin."""
    token = message.tokens[at]
    if token.is_number or token.word in _CAN_BEGIN or cardinal(token) is not None:
        # An article before another begins nothing.
        apart = token.word not in A_OR_AN or message.words[at + 1] not in A_OR_AN
        return _told_at(message, at, context) if apart else None
    if token.word in A_OR_AN:
        goes_on = unit_at(message, at + 1) in _BEHIND_A
        return _told_at(message, at, context) if goes_on else None
    return _birthday_at(message, at, context) if token.word in BIRTHDAY_OPENINGS else None


def _told_at(message: Message, at: int, context: Context) -> Told | None:
    today, language = context.now.date(), context.language
    asked = context.asked is Asked.AGE
    birthday = _birthday_at(message, at, context)
    if birthday is not None:
        return birthday
    born = date_of_birth(message, at, today, language, asked=asked)
    if born is not None:
        return born
    just_born = newborn(message, at)
    if just_born is not None:
        return just_born
    coming = (
        away_from_birthday(message, at)
        or almost_a_year(message, at)
        or named_birthday(message, at, today, language)
    )
    if coming is not None:
        return coming
    if asked and (told := _turned_on(message, at, context)) is not None:
        return told
    if asked and (told := bare_by_day(message, at, context)) is not None:
        return told
    told = age_with_unit(message, at, context) or _after_is(message, at, context)
    if told is None or told.months is None or not told.counts:
        return told
    by_day = number_by(message, told.first, told.last, told.months, today, language)
    return by_day or birthday_behind(message, told, today, language) or told


def _birthday_at(message: Message, at: int, context: Context) -> Told | None:
    # "its supposed to be 3", "its gonna be 7"
    to_be = context.asked in _LISTS and (
        message.word(at) == "to" or message.word(at - 1) in {"it", "its", "thats"}
    )
    if to_be:
        return None
    told = birthday_age(message, at, context.now.date(), context.language)
    if told is None or _makes_things(message, at, context):
        return None
    return told._replace(counts=told.counts and not of_kin(message, at))


def _makes_things(message: Message, at: int, context: Context) -> bool:
    """ "She made 3 friends", "he made 2 pictures": only an answer about the age tells one so."""
    if message.said.isdisjoint(_MAKES):
        return False
    first, second = message.word(at), message.word(at + 1)
    if context.asked is not Asked.AGE:
        return first in _MAKES or second in _MAKES
    counted = message.word(at + 2)
    return (
        first in _MAKES and counted.endswith("s") and counted not in MAY_FOLLOW | UNITS | {"this"}
    )


def _turned_on(message: Message, at: int, context: Context) -> Told | None:
    """ "On 2 September he turned 5": a birthday told by a day that begins with a number."""
    if not message.tokens[at].is_number:
        return None
    day = written_date(message.tokens, at, message.text, context.language)
    if day is None or day.year is not None:
        return None
    for step in range(day.last + 1, min(day.last + 1 + _TURNS_REACHES, len(message.tokens))):
        if not message.joined(step):
            break
        told = birthday_age(message, step, context.now.date(), context.language)
        if told is not None:
            return told._replace(first=at)
    return None


def _after_is(message: Message, at: int, context: Context) -> Told | None:
    """ "he is 4", "hes almost 4", "tiene 4", "mi hija de 4", "my son (4)": said of the child."""
    amount = amount_at(message, at)
    if amount is None or amount[0] >= 100 or message.word(at) in {"un", "una"}:
        return None
    if message.word(at) in {"one", "uno"} and message.word(at - 1) in _POINTING:
        return None  # "he's the one"
    if context.asked in _LISTS and (
        _of_the_list(message, at) or _more_of_the_list(message, amount[1], context)
    ):
        return None
    asked = context.asked is Asked.AGE
    last = amount[1]
    if message.word(at - 1) in {"ages", "edades"}:
        return Told(None, at, last, precise=True)  # "my three kids, ages 2, 5 and 8"
    named = named_with(message, at) or (asked and _the_one_of(message, at, last))
    if not named and not said_to_be(message, at) and not set_apart(message, at, last):
        return None
    if named and not asked and message.word(at - 1) != "de" and not set_off(message, at, last):
        return None
    if _counts_on(message, last):
        return None
    if asked and is_one_of_several(message, last):
        return None
    months = less_if_almost(message, at, amount[0] * 12)
    counts = is_age(message, at, last)
    return Told(int(months), at, last, precise=months != amount[0] * 12, counts=counts)


def _of_the_list(message: Message, at: int) -> bool:
    """ "es 4", "son como 3", "for us is only 12": said of a list's items."""
    at -= message.word(at - 1) in {"como", "only", "just", "solo", "nomas"}
    before = message.word(at - 1)
    for_us = (message.word(at - 3), message.word(at - 2)) in _FOR_US and before in {"is", "its"}
    said = before == "is" and message.word(at - 2) in _SAYS
    return before in {"es", "son"} or for_us or said


def _more_of_the_list(message: Message, last: int, context: Context) -> bool:
    """ "Lily is 9 and 11": another number of the list stands behind the one that ends here."""
    more = last + 2
    if message.word(last + 1) not in {"and", "y"} or not message.joined(more):
        return False
    value = cardinal(message.tokens[more]) if more < len(message.tokens) else None
    after = message.word(more + 1) if message.joined(more + 1) else ""
    return value in context.shown and (not after or after in MAY_FOLLOW)


def _the_one_of(message: Message, at: int, last: int) -> bool:
    """ "el que me preocupa es el de 6": the child of that age, where the clause ends with it."""
    told = message.word(at - 1) == "de" and message.word(at - 2) in {"el", "la"}
    tokens = message.tokens
    apart = last + 1 >= len(tokens) or tokens[last + 1].before is not Break.NONE
    return told and (apart or message.word(last + 1) in {"es", "y"})


_POINTING = frozenset({"the", "only", "this", "that", "el", "la", "no"})


def _counts_on(message: Message, last: int) -> bool:
    """Whether what follows a number says that it counts something: "4 feet", "3 hermanos"."""
    following = message.word(last + 1)
    if not following or message.tokens[last + 1].before is not Break.NONE:
        return False
    if following in MAY_FOLLOW or following in CHILD | LITTLE_OR_BIG:
        return False
    return cardinal(message.tokens[last + 1]) is None
