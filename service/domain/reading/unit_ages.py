"""Ages told with a unit: "18 months", "6 weeks", "4yo", "3 years 4 months", "a year and a half".

"2 and 3 months" and "2 and a half" belong here too: the unit left out can only be years.
"""

from __future__ import annotations

from service.domain.reading.age_amounts import (
    amount_at,
    cardinal_before,
    half_after,
    less_if_almost,
    quarters_after,
)
from service.domain.reading.age_words import ADJUSTED, DAYS, HALF, MONTHS, WEEKS, YEARS
from service.domain.reading.birthdays import Told
from service.domain.reading.matching import Message
from service.domain.reading.types import Context
from service.domain.reading.whose_age import is_age, said_to_be
from service.domain.vocabulary import Asked

_YEARS_OR_MONTHS = YEARS | MONTHS


def age_with_unit(message: Message, at: int, context: Context) -> Told | None:
    """An age in years, months, weeks or days that begins at token ``at``; None if there is none."""
    tokens = message.tokens
    amount = amount_at(message, at)
    if amount is not None:
        number, last = amount
        half_at = half_after(message, last)
        if half_at > last:
            number, last = number + 0.5, half_at
        else:
            part, last = quarters_after(message, last)
            number += part
        unit_at = last + 1
    elif tokens[at].word == "a" and message.word(at + 1) in _YEARS_OR_MONTHS:
        number, unit_at = 1.0, at + 1
    elif tokens[at].word in HALF and _half_a_unit(message, at):
        return _half_a_unit(message, at)
    elif tokens[at].word in {"ano", "year"} and half_after(message, at) > at:
        number, unit_at = 1.0, at
    else:
        return None
    unit = message.word(unit_at)
    if not unit or not message.joined(unit_at):
        return _bare_half(message, at, number, unit_at - 1, context)
    if unit in ADJUSTED:
        return Told(int(number), at, unit_at, precise=True)
    if unit == "y" and not _glued(message, unit_at):
        return _years_then_months(message, at, number, unit_at, context)
    if unit in {"m", "w"} and not _glued(message, unit_at) and len(tokens) > 4:
        return None
    if unit == "y" and _glued(message, unit_at) and message.tokens[unit_at + 1 :]:
        following = message.tokens[unit_at + 1]
        if following.is_number and _glued(message, unit_at + 1):
            return _years_then_months(message, at, number, unit_at, context)
    if unit in YEARS:
        return _years(message, at, number, unit_at, context)
    months: float
    if unit in MONTHS:
        months = number
    elif unit in WEEKS:
        months = number * 7 / 30.44
    elif unit in DAYS:
        months = number / 30.44
    elif unit in {"and", "con", "with"} and context.asked is Asked.AGE:
        return _years_then_months(message, at, number, unit_at, context)
    else:
        return _bare_half(message, at, number, unit_at - 1, context)
    last = _old(message, unit_at)
    small = unit in WEEKS or unit in DAYS
    sure = (last > unit_at or context.asked is Asked.AGE or said_to_be(message, at)) or not small
    counts = sure and is_age(message, at, last)
    return Told(int(less_if_almost(message, at, months)), at, last, precise=True, counts=counts)


def _half_a_unit(message: Message, at: int) -> Told | None:
    """ "half a year", "medio año" is six months; after a number it is the number's half."""
    if message.word(at - 1) in {"a", "and", "y", "an", "n"} or cardinal_before(message, at):
        return None
    unit_at = at + 2 if message.word(at + 1) in {"a", "an"} else at + 1
    if message.word(unit_at) not in YEARS:
        return None
    last = _old(message, unit_at)
    return Told(6, at, last, precise=True, counts=is_age(message, at, last))


def _glued(message: Message, at: int) -> bool:
    return message.tokens[at].start == message.tokens[at - 1].end


def _years(message: Message, at: int, number: float, unit_at: int, context: Context) -> Told:
    last = unit_at
    if message.word(last) in {"y"} and message.word(last + 1) == "o":
        last += 1
    months = number * 12
    precise = number != int(number)
    half_at = half_after(message, last)
    if half_at > last:
        months, last, precise = months + 6, half_at, True
    else:
        last = _old(message, last)
        more = last + 1
        if message.word(more) in {"and", "y", "n", "with", "con"}:
            more += 1
        extra = amount_at(message, more) if more < len(message.tokens) else None
        if extra is not None and message.joined(more):
            unit = message.word(extra[1] + 1)
            if unit in MONTHS:
                months, last, precise = months + extra[0], extra[1] + 1, True
            elif unit in WEEKS:
                last, precise = extra[1] + 1, True
    last = _old(message, last)
    counts = is_age(message, at, last)
    return Told(int(less_if_almost(message, at, months)), at, last, precise=precise, counts=counts)


def _years_then_months(
    message: Message, at: int, number: float, joint: int, context: Context
) -> Told | None:
    """ "2 and 3 months", "2 y 3 meses": the first number is years."""
    extra = amount_at(message, joint + 1) if joint + 1 < len(message.tokens) else None
    if extra is None or message.word(extra[1] + 1) not in MONTHS or extra[0] >= 12:
        return _bare_half(message, at, number, joint - 1, context)
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


def _old(message: Message, last: int) -> int:
    at = last
    if message.word(at + 1) == "o" and message.joined(at + 1):
        return at + 1
    if message.word(at + 1) in {"old", "olds"}:
        return at + 1
    if message.word(at + 1) == "de" and message.word(at + 2) in {"edad", "nacido", "nacida"}:
        return at + 2
    return last
