"""Ages told with a unit: "18 months", "6 weeks", "4yo", "3 years 4 months", "a year and a half".

"2 and 3 months" and "2 and a half" belong here too: the unit left out can only be years.
"""

from __future__ import annotations

from service.domain.reading.age_amounts import (
    amount_at,
    cardinal_before,
    less_if_almost,
    part_after,
)
from service.domain.reading.age_words import (
    ADJUSTED,
    DAYS,
    DAYS_IN_A_MONTH,
    HALF,
    MONTHS,
    ONE_UNIT,
    ONE_YEAR,
    UNITS,
    WEEKS,
    YEARS,
    unit_at,
)
from service.domain.reading.birthdays import Told
from service.domain.reading.matching import Message
from service.domain.reading.number_words import A_OR_AN, cardinal
from service.domain.reading.tokens import Break
from service.domain.reading.types import Context
from service.domain.reading.whose_age import is_age, said_to_be
from service.domain.vocabulary import Asked, Language

_AND = frozenset({"and", "y", "n", "with", "con", "an", "i", "mas", "plus"})
_LESS = frozenset({"less", "minus", "menos"})
_AND_SOME = frozenset({"cachito", "cacho", "pico", "piquito", "feria", "algo", "fraccion"})
_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_HEARD = {"tree": 3.0, "free": 3.0, "ate": 8.0, "sicks": 6.0, "too": 2.0, "fore": 4.0}
_WHOLE_UNITS = frozenset({"years", "months", "year", "yrs"})
_GROWN_UP = range(18, 100)
_CARRIED = range(22, 43)
"""Weeks of pregnancy at birth."""
_CARRIED_MONTHS = range(5, 9)
_BORN = frozenset(
    "born nacio nacida nacido prematuro prematura prematurito prematurita premature preemie".split()
)
_SHORT_REPLY = 8
_SHORTEST_UNIT_APART = 3
_PUTS_RIGHT = frozenset({"not", "no", "i", "that", "old"})
_BIRTH_REACHES = 4
_OR = frozenset({"or", "o", "to", "u", "a"})


def age_with_unit(message: Message, at: int, context: Context) -> Told | None:
    """An age in years, months, weeks or days that begins at token ``at``; None if there is none."""
    if message.word(at) in HALF and (half := _half_a_year(message, at)) is not None:
        return half
    year = at + 1 if message.word(at) in {"un", "1"} else at
    if (told := _year_and(message, year, context)) is not None:
        return told
    begun = _first_amount(message, at)
    if begun is None:
        return None
    number, place = begun
    unit = _unit(message, place, context)
    if unit is None:
        if message.word(place) in ADJUSTED and message.joined(place):
            return Told(int(number), at, place, precise=True)
        return _years_then_months(message, at, number, place, context) or _bare_half(
            message, at, number, place - 1, context
        )
    parts = {"years": 0.0, "months": 0.0, "days": 0.0}
    last = place
    smaller = _add(parts, unit, number)
    last = _old(message, last)
    part, end = part_after(message, last)
    if part:
        _add(parts, unit, part)
        last = end
    if not _told_anew(message, at, last):
        last = _smaller_parts(message, last, smaller, parts, context)
    last = _old(message, last)
    months = parts["years"] * 12 + parts["months"] + parts["days"] / DAYS_IN_A_MONTH
    if _one_of_two(message, at) or (context.asked is Asked.AGE and _both_years(message, at, unit)):
        return Told(None, at, last, precise=True, counts=is_age(message, at, last))
    # A number of days or weeks alone is seldom an age.
    small = unit in WEEKS or unit in DAYS
    old = message.word(last) in {"old", "olds", "edad", "nacido", "nacida", "nacidos"}
    if _carried_until_birth(message, at, number, unit):
        return Told(None, at, last, precise=False, counts=False)
    sure = old or context.asked is Asked.AGE or said_to_be(message, at) or not small
    precise = unit not in YEARS or months != int(number) * 12
    counts = sure and is_age(message, at, last, old=old or unit in {"yo", "yos"})
    less = int(less_if_almost(message, at, months))
    almost = less < int(months)
    return Told(less, at, last, precise=precise, counts=counts, almost=almost)


def _told_anew(message: Message, at: int, last: int) -> bool:
    """ "not quite a year, 11 months": what follows the comma says the same once more."""
    apart = last + 1 < len(message.tokens) and message.tokens[last + 1].before is Break.COMMA
    return apart and less_if_almost(message, at, 12.0) < 12


def _carried_until_birth(message: Message, at: int, number: float, unit: str) -> bool:
    """ "cuatro, y nacio de 30 semanas", "nacio de 7 meses": how long a child was carried."""
    carried = _CARRIED if unit in WEEKS else _CARRIED_MONTHS if unit in MONTHS else ()
    near = {message.word(back) for back in range(max(0, at - _BIRTH_REACHES), at)}
    if unit in MONTHS and message.word(at - 1) not in {"de", "at"}:
        return False
    was = message.word(at - 1) == "de" and message.word(at - 2) in {"fue", "fueron"}
    return number in carried and (was or not near.isdisjoint(_BORN))


def _first_amount(message: Message, at: int) -> tuple[float, int] | None:
    """The amount at token ``at``, and the token where its unit should stand."""
    amount = amount_at(message, at)
    if amount is not None:
        number, last = amount
        part, last = part_after(message, last)
        return number + part, last + 1
    word, unit = message.word(at), message.word(at + 1)
    if word in _HEARD and unit in _WHOLE_UNITS:
        return _HEARD[word], at + 1  # "tree years old"
    if word in A_OR_AN and unit in ONE_UNIT:
        return 1.0, at + 1
    bare_months = at + 2 < len(message.tokens) and unit_at(message, at + 2) in MONTHS
    if word in ONE_YEAR and bare_months and cardinal(message.tokens[at + 1]):
        return 1.0, at
    if word in ONE_UNIT and message.word(at + 1) in _AND | HALF:
        follows = (
            message.word(at + 2) in _AND_SOME
            or part_after(message, at)[0]
            or (
                at + 2 < len(message.tokens)
                and cardinal(message.tokens[at + 2]) is not None
                and unit_at(message, at + 3) in UNITS
            )
        )
        return (1.0, at) if follows else None
    return None


def _year_and(message: Message, at: int, context: Context) -> Told | None:
    """ "año y nueve": a year and as many months, where the age was asked."""
    if context.asked is not Asked.AGE or message.word(at) not in ONE_YEAR - {"year", "yr"}:
        return None
    if message.word(at + 1) not in {"y", "con"} or at + 2 >= len(message.tokens):
        return None
    extra = cardinal(message.tokens[at + 2])
    ends = at + 3 >= len(message.tokens) or message.tokens[at + 3].before is not Break.NONE
    if extra is None or not 0 < extra < 12 or not ends:
        return None
    first = at - 1 if message.word(at - 1) in {"un", "1"} else at
    return Told(12 + extra, first, at + 2, precise=True)


def _unit(message: Message, place: int, context: Context) -> str | None:
    """The unit at token ``place``; None where the word there is none, or means something else."""
    unit = unit_at(message, place)
    if context.asked in _LISTS and unit in {"a", "mo"} and _glued(message, place):
        return None  # "1a 4a", "7mo y 8vo"
    if unit == "a" and _glued(message, place) and message.word(place + 1).isdigit():
        return "anos"  # "1a 3m"
    if unit not in UNITS:
        return None
    if not message.joined(place) and not _told_behind(message, place, context):
        return None
    if unit == "mo" and message.word(place + 1) in {"grado", "ano", "de"}:
        return None  # "7mo grado"
    if unit == "y" and context.asked in _LISTS and message.word(place + 1) != "o":
        return None  # "7n 8n 9y"
    if unit == "y" and _glued(message, place) and context.asked is not Asked.AGE:
        joins = _glued(message, place + 1) and message.word(place + 1).isdigit()
        return None if joins and unit_at(message, place + 2) not in MONTHS else unit  # "2y3"
    if _glued(message, place):
        return unit
    if unit == "y":  # "and"
        old = message.word(place + 1) == "o" and message.word(place + 2) in {
            "",
            "old",
            "boy",
            "girl",
        }
        return unit if old or _years_letter(message, place) else None
    if unit in {"m", "w", "sem", "mon"} and len(message.tokens) > 4:
        ends = place + 1 >= len(message.tokens) or message.separated(place, place + 1)
        return unit if ends and len(message.tokens) <= _SHORT_REPLY else None
    if unit == "yo" and context.language is Language.ES:
        after = message.word(place + 1)
        if cardinal(message.tokens[place - 1]) in _GROWN_UP:
            return None  # "30 yo, 5 la niña"
        apart = not after or message.tokens[place + 1].before is not Break.NONE
        return unit if apart or after in {"boy", "girl", "old", "nino", "nina"} else None
    return unit


def _told_behind(message: Message, place: int, context: Context) -> bool:
    """ "Nine. Months, not years.": whether a sentence that begins with a unit tells what the number
    alone before it counts."""
    if context.asked is not Asked.AGE or len(message.word(place)) < _SHORTEST_UNIT_APART:
        return False
    begins = place == 1 or message.tokens[place - 1].before is not Break.NONE
    ends = place + 1 >= len(message.tokens) or message.tokens[place + 1].before is not Break.NONE
    return begins and (ends or message.word(place + 1) in _PUTS_RIGHT)


def _years_letter(message: Message, place: int) -> bool:
    """ "2 y 4 m": whether a "y" between two numbers means years."""
    return message.word(place + 2) == "m" and cardinal(message.tokens[place + 1]) is not None


def _glued(message: Message, at: int) -> bool:
    if not 0 < at < len(message.tokens):
        return False
    return message.tokens[at].start == message.tokens[at - 1].end


def _add(parts: dict[str, float], unit: str, number: float) -> frozenset[str]:
    """Count an amount in; the units that may still follow."""
    if unit in YEARS:
        parts["years"] += number
        return MONTHS | WEEKS | DAYS
    if unit in MONTHS:
        parts["months"] += number
        return WEEKS | DAYS
    parts["days"] += number * (7 if unit in WEEKS else 1)
    return DAYS if unit in WEEKS else frozenset()


def _smaller_parts(
    message: Message, last: int, smaller: frozenset[str], parts: dict[str, float], context: Context
) -> int:
    """Add up what follows in smaller units: "and 4 months", "2 weeks", "menos un mes"; the last
    token taken."""
    while smaller:
        more = last + 1
        less = message.word(more) in _LESS
        if less or message.word(more) in _AND:
            more += 1
        if more >= len(message.tokens) or not (
            message.joined(more) or _shortened(message, last, more)
        ):
            return last
        extra = _first_amount(message, more)
        if extra is None or extra[1] >= len(message.tokens):
            return last
        unit = _unit(message, extra[1], context)
        if unit is None or unit not in smaller:
            return last
        smaller = _add(parts, unit, -extra[0] if less else extra[0])
        last = extra[1]
    return last


def _shortened(message: Message, last: int, more: int) -> bool:
    """ "8 yrs. 8 mos": the full stop of a shortened unit."""
    between = message.between(last, more)
    return between.strip() == "." and len(message.word(last)) <= len("yrs")


def _half_a_year(message: Message, at: int) -> Told | None:
    """ "half a year", "medio año" is six months; after a number it is the number's half."""
    if message.word(at - 1) in {"a", "and", "y", "an", "n"} or cardinal_before(message, at):
        return None
    place = at + 2 if message.word(at + 1) in {"a", "an"} else at + 1
    if message.word(place) not in YEARS:
        return None
    last = _old(message, place)
    return Told(6, at, last, precise=True, counts=is_age(message, at, last))


def _years_then_months(
    message: Message, at: int, number: float, joint: int, context: Context
) -> Told | None:
    """ "2 and 3 months", "2 y 3 meses": the first number is years."""
    sure = message.word(joint) == "y" or context.asked is Asked.AGE or said_to_be(message, at)
    if message.word(joint) not in _AND or not message.joined(joint) or not sure:
        return None
    extra = amount_at(message, joint + 1) if joint + 1 < len(message.tokens) else None
    if extra is None or unit_at(message, extra[1] + 1) not in MONTHS or extra[0] >= 12:
        return None
    months = number * 12 + extra[0]
    return Told(int(months), at, _old(message, extra[1] + 1), precise=True)


def _bare_half(
    message: Message, at: int, number: float, last: int, context: Context
) -> Told | None:
    """ "2 and a half", "2 1/2" without a unit can only be years."""
    if number == int(number) or not 0 < number < 21:
        return None
    if context.asked is not Asked.AGE and not said_to_be(message, at):
        return None
    counts = is_age(message, at, last)
    return Told(
        int(less_if_almost(message, at, number * 12)), at, last, precise=True, counts=counts
    )


def _one_of_two(message: Message, at: int) -> bool:
    """ "3 to 4 years", "2-3 years": whether another number stands before, for the same unit."""
    if at and message.tokens[at - 1].is_number and message.joined(at):
        between = message.between(at - 1, at).strip()
        return between in {"-", "–", "/"}
    before = at - 2
    if before < 0 or message.separated(before, at) or cardinal(message.tokens[before]) is None:
        return False
    between_and = message.word(at - 1) in {"and", "y"} and message.word(before - 1) in {
        "between",
        "entre",
    }
    return message.word(at - 1) in _OR or between_and


def _both_years(message: Message, at: int, unit: str) -> bool:
    """ "3 y 5 años": two children."""
    before = at - 2
    return (
        unit in YEARS
        and before >= 0
        and message.word(at - 1) in {"y", "and"}
        and not message.separated(before, at)
        and cardinal(message.tokens[before]) is not None
    )


def _old(message: Message, last: int) -> int:
    at = last
    if message.word(at + 1) == "o" and message.joined(at + 1) and message.word(at) == "y":
        at += 1
    if message.word(at + 1) in {"old", "olds"}:
        return at + 1
    if message.word(at + 1) in {"de", "of"} and message.word(at + 2) in {
        "edad", "nacido", "nacida", "nacidos", "age", "nacidito", "nacidita",
    }:  # fmt: skip
        return at + 2
    return at
