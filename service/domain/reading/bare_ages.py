"""A number without a unit, as the answer to the age question: it means years."""

from __future__ import annotations

from service.domain.reading.age_amounts import amount_at, less_if_almost
from service.domain.reading.age_words import (
    BY_AGE,
    COUNTED,
    GRADES,
    HALF,
    IS,
    MAY_FOLLOW,
    MONTHS,
    UNITS,
    unit_at,
)
from service.domain.reading.birthdays import Told, number_by
from service.domain.reading.dates_as_written import MONTHS as MONTH_NAMES
from service.domain.reading.matching import Message
from service.domain.reading.number_words import cardinal
from service.domain.reading.tokens import Break
from service.domain.reading.types import Context
from service.domain.reading.vague_ages import is_ordinal
from service.domain.reading.whose_age import is_age

OLDEST_BARE_YEARS = 17
"""A bare number means years; one above this is more likely months ("18", "24", "48"): ask."""
_ANSWER_WORDS = 7
_OLDEST_YEARS = 21
_MOST_AGES = 12
"""A message that tells more of them is unclear by far; reading on would only take time."""
_GREETS = frozenset("hi hello hola hey um uh ok well pues bueno oh yes si".split())
_NO = frozenset({"no", "not", "nope", "wait"})
""" "four... no he's five now" """
_ANOTHER = frozenset({"the", "my", "el", "la", "mi"})
""" "Five, not the nine year old": "no" rules another child out, and puts no age right."""
_HAVE = frozenset({"have", "got", "tengo", "tenemos", "i", "hay"})
_WHICH = frozenset({"which", "cual", "cuales", "quien", "who"})
_AND = frozenset({"and", "y", "n", "or", "o", "u", "to", "a", "e"})


def bare_ages(message: Message, used: set[int]) -> list[Told]:
    """Every number of the message that may be the age."""
    tokens = message.tokens
    told: list[Told] = []
    at = 0
    while at < len(tokens) and len(told) < _MOST_AGES:
        amount = amount_at(message, at) if at not in used else None
        if amount is None or _no_age(message, at, amount[1]):
            at += 1
            continue
        number, last = amount
        nxt = tokens[last + 1] if last + 1 < len(tokens) else None
        if nxt is not None and nxt.word in COUNTED and nxt.before is Break.NONE:
            at = last + 2
            continue
        months = less_if_almost(message, at, number * 12)
        if is_age(message, at, last) and number < 10_000:
            sure = number <= OLDEST_BARE_YEARS
            precise = months != number * 12
            whole = int(months) if sure else None
            told.append(Told(whole, at, last, precise=precise, almost=precise))
        at = last + 1
    if len(told) == 1 and len(tokens) > _ANSWER_WORDS and not _stands_out(message, told[0]):
        return []
    return told


def opening_answer(message: Message, used: set[int]) -> Told | None:
    """The 4 of "4. my other one is 7" and of "4, not the 7 yr old": a bare number that is all of
    the first clause."""
    at = 0
    while message.word(at) in _GREETS:
        at += 1
    if at in used or at + 1 >= len(message.tokens):
        return None
    years = cardinal(message.tokens[at])
    put_right = message.word(at + 1) in _NO and message.word(at + 2) not in _ANOTHER
    alone = message.tokens[at + 1].before is not Break.NONE and not put_right
    if years is None or not alone or not 0 < years <= OLDEST_BARE_YEARS:
        return None
    return Told(years * 12, at, at, precise=False)


def bare_by_day(message: Message, at: int, context: Context) -> Told | None:
    """ "5 in december", "5 next week", "almost 5", as an answer to the age question."""
    amount = amount_at(message, at)
    if amount is None or not 0 < amount[0] < _OLDEST_YEARS or message.word(at - 1) in MONTH_NAMES:
        return None
    if message.word(at) in {"un", "una"} or message.word(at - 1) in {"at", "was", "since"}:
        return None
    if message.word(at - 1) in {"of", "de"} and message.word(at - 2) in BY_AGE:
        return None  # "hell be the oldest of 4"
    months = int(amount[0] * 12)
    if message.word(at - 1) == "on" and (
        _is_number(message, at - 3) or message.word(at - 3) in HALF | UNITS | {"old"}
    ):
        return None  # "4 going on 5" is 4
    if message.word(at - 1) in {"manana", "tomorrow"}:
        return Told(months - 1, at, amount[1], precise=True)
    by_day = number_by(message, at, amount[1], months, context.now.date(), context.language)
    if by_day is not None:
        return by_day
    if message.word(at - 1) in {"los", "pa", "para"} and _told_one_less(message, at, amount[0]):
        if any(unit_at(message, back) in MONTHS for back in range(max(0, at - 6), at)):
            return None  # "9 meses va pa los 10"
        return Told(months - 12, at, amount[1], precise=False)  # "tiene 3 y va para los 4" is 3
    almost = int(less_if_almost(message, at, months))
    if (
        almost != months
        and unit_at(message, amount[1] + 1) not in UNITS
        and (message.word(amount[1] + 1) not in COUNTED)
    ):
        return Told(almost, at, amount[1], precise=True, almost=True)
    return None


def is_one_of_several(message: Message, last: int) -> bool:
    """ "tienen 4 y 6", "is 3 or 4": whether another bare number is joined to this one."""
    following = message.word(last + 1)
    if following in _AND and message.joined(last + 1):
        more = last + 2
    elif last + 1 < len(message.tokens) and message.tokens[last + 1].before is Break.COMMA:
        more = last + 1
    else:
        return False
    if more >= len(message.tokens) or cardinal(message.tokens[more]) is None:
        return False
    after = unit_at(message, more + 1)
    if after == "y" and _is_number(message, more + 2):
        return True  # "2, 5 y 8"
    return (
        after not in UNITS
        and after not in COUNTED
        and message.word(more) not in {"a", "un", "1"}
        and (message.word(more) not in {"una", "uno", "one"} or after not in {"de", "is"})
    )


def _told_one_less(message: Message, at: int, number: float) -> bool:
    """Whether the year before was told as the age before token ``at``."""
    return any(cardinal(token) == number - 1 for token in message.tokens[max(0, at - 6) : at])


def _is_number(message: Message, at: int) -> bool:
    return 0 <= at < len(message.tokens) and cardinal(message.tokens[at]) is not None


def _stands_out(message: Message, told: Told) -> bool:
    """In a long answer: the number comes first, makes a clause of its own, or follows "he"."""
    if told.first <= 1:
        return True
    tokens = message.tokens
    begins = tokens[told.first].before is not Break.NONE
    ends = told.last + 1 >= len(tokens) or tokens[told.last + 1].before is not Break.NONE
    now = message.word(told.last + 1) in {"now", "ahora", "ahorita", "ya", "old"}
    pronoun = message.word(told.first - 1) in {"he", "she", "el", "ella", "now", "ahora"}
    return ((begins or pronoun) and (ends or now)) or (now and told.first > 0)


def _no_age(message: Message, at: int, last: int) -> bool:
    """A number of a date ("dec 10", "el 4 de julio"), of heads ("los dos"), of a grade, or a joke
    ("5 going on 25")."""
    before, after = message.word(at - 1), message.word(last + 1)
    word = message.word(at)
    if is_ordinal(message, at):
        return True
    if after == "yo" and message.tokens[last + 1].before is Break.NONE:
        return True  # "30 yo, 5 la niña"
    if before in MONTH_NAMES or (after in MONTH_NAMES and after not in {"may", "mar"}):
        return True
    if before in GRADES and message.tokens[at].before is Break.NONE:
        return True
    if after == "de" and message.word(at + 2) in MONTH_NAMES:
        return True
    if after.endswith("s") and after not in MAY_FOLLOW | IS and message.joined(last + 1):
        if (
            message.tokens[last + 1].before is Break.NONE
            and unit_at(message, last + 1) not in UNITS
        ):
            return True  # "tres cosas"
    if before in _HAVE and message.said & _WHICH:
        return True  # "which one i have 3"
    if before in {"los", "las", "both"} and word in {"dos", "tres", "two"}:
        return True
    if word in {"one", "un", "una", "uno"} and len(message.tokens) > 3:
        return True
    return (
        before == "on" and message.word(at - 2) in {"going", "goin"} and _is_number(message, at - 3)
    )
