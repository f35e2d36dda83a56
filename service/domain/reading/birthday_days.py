"""When a birthday is or was, from words near an age: "in may", "next week", "hace un mes".

``ahead`` tells which way an open date points: "turns 4 in may" is the next May, "turned 4 in may"
the last one. A month without a day means its middle.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from service.domain.reading.age_words import DAYS, MONTHS, WEEKS, YEARS, unit_at
from service.domain.reading.dates_as_written import (
    MIDDLE_OF_MONTH,
    WEEKDAYS,
    months_between,
    next_month,
    written_date,
)
from service.domain.reading.matching import Message
from service.domain.reading.number_words import cardinal, word_set
from service.domain.reading.tokens import Break
from service.domain.vocabulary import Language

_NEXT = word_set("next proximo proxima otro otra siguiente coming")
_LAST = word_set("last past pasado pasada")
_MONTH, _WEEK = word_set("month mes"), word_set("week semana weekend")
_TOMORROW = word_set("tomorrow tmrw tmr tmrow tomorow tommorow manana")
_TODAY = word_set("today hoy tonight")
_YESTERDAY = word_set("yesterday ayer anoche yest antier anteayer")
_WITHIN = word_set("in en dentro within")
_SEASONS = {
    "spring": 4, "summer": 7, "fall": 10, "autumn": 10, "winter": 1,
    "primavera": 4, "verano": 7, "otono": 10, "invierno": 1,
}  # fmt: skip
_ABOUT = word_set("como unos unas ya casi")
_RECENTLY = word_set("recently poco recientemente")
_MOST_MONTHS = 24


class When(NamedTuple):
    """A day, and the last token that tells it."""

    day: date
    last: int


def months_until(today: date, day: date | None) -> int:
    """How many months of the year before a birthday are not completed; at least one."""
    if day is None:
        return 1
    months = (day.year - today.year) * 12 + day.month - today.month
    return max(1, months + (day.day > today.day))


def months_since(today: date, day: date | None) -> int:
    """How many months have been completed since a day."""
    return max(0, months_between(day, today)) if day is not None else 0


def day_from(
    message: Message, at: int, today: date, language: Language, *, ahead: bool
) -> When | None:
    """The day that the words from token ``at`` tell, or None."""
    word, after = message.word(at), message.word(at + 1)
    named = _near_day(message, at, today, ahead=ahead)
    if named is not None:
        return named
    if word in WEEKDAYS and message.tokens[at].forms:
        days = (WEEKDAYS[word] - today.weekday() - 1) % 7 + 1
        return When(today + timedelta(days=days if ahead else days - 7), at)
    if word in _SEASONS:
        return When(_turned(date(today.year, _SEASONS[word], 15), today, ahead=ahead), at)
    if word == "hace" and not ahead:
        return _span(message, at + (2 if after in _ABOUT else 1), today, -1)
    if ahead and word in _WITHIN:
        return _span(message, at + 2 if after == "de" else at + 1, today, 1)
    if not ahead and (ago := _span(message, at, today, -1)) is not None:
        if message.word(ago.last + 1) in {"ago", "atras", "back"}:
            return When(ago.day, ago.last + 1)
    written = written_date(message.tokens, at, message.text, language)
    if written is None:
        return _day_alone(message, at, today, ahead=ahead)
    day = written.as_date(today.year)
    if day is None:
        return None
    if written.year is None:
        open_month = written.day is None and (day.year, day.month) == (today.year, today.month)
        if not open_month:
            day = _turned(day, today, ahead=ahead)
        elif not ahead:
            day = min(day, today)
    return When(day, written.last)


def _near_day(message: Message, at: int, today: date, *, ahead: bool) -> When | None:
    """ "tomorrow", "last week", "el mes pasado", "proximo mes"."""
    word, after = message.word(at), message.word(at + 1)
    if word in _TODAY:
        return When(today, at)
    if (word, after) in {("last", "night"), ("last", "nite")} and not ahead:
        return When(today - timedelta(days=1), at + 1)
    if word in _YESTERDAY and not ahead:
        return When(today - timedelta(days=1), at)
    if word in _RECENTLY and not ahead:
        return When(today, at)
    if ahead and word in _TOMORROW:
        return When(today + timedelta(days=1), at)
    if word == "pasado" and after in _TOMORROW and ahead:
        return When(today + timedelta(days=2), at + 1)
    pair = {word, after}
    if pair & _MONTH:
        if ahead and (pair & _NEXT or (word == "mes" and after in {"que", "entrante"})):
            last = at + 2 if after == "que" and message.word(at + 2) else at + 1
            return When(next_month(today, MIDDLE_OF_MONTH), last)
        if not ahead and pair & _LAST:
            before = today.replace(day=1) - timedelta(days=1)
            return When(before.replace(day=min(today.day, MIDDLE_OF_MONTH)), at + 1)
        if pair & {"this", "este"}:
            return When(today + timedelta(days=3) if ahead else today, at + 1)
    if pair & _WEEK:
        if pair & _NEXT | pair & _LAST | pair & {"this", "esta", "que"}:
            return When(today + timedelta(days=7 if ahead else -7), at + 1)
    return None


def _day_alone(message: Message, at: int, today: date, *, ahead: bool) -> When | None:
    """ "on the 5th", "el 20": a day of this month or the next (or the one before)."""
    token = message.tokens[at]
    if not token.is_number or message.word(at - 1) not in {"the", "el"}:
        return None
    number = int(token.word) if len(token.word) < 3 else 0
    suffix = message.word(at + 1) in {"st", "nd", "rd", "th"}
    if not 1 <= number <= 31 or unit_at(message, at + 1) in YEARS:
        return None
    number = min(number, 28)
    day = today.replace(day=number)
    if ahead and day <= today:
        day = next_month(today, number)
    elif not ahead and day > today:
        day = (today.replace(day=1) - timedelta(days=1)).replace(day=number)
    return When(day, at + suffix)


def _span(message: Message, at: int, today: date, sign: int) -> When | None:
    """ "2 months", "un mes", "a few weeks" from today on, or before it for a negative sign."""
    if at + 1 >= len(message.tokens):
        return None
    amount = 1 if message.word(at) in {"a", "un", "una", "an"} else cardinal(message.tokens[at])
    unit, last = unit_at(message, at + 1), at + 1
    if message.word(at + 1) in {"couple", "par", "few"} and message.word(at) in {"a", "un"}:
        amount, last = 2, at + 3 if message.word(at + 2) in {"of", "de"} else at + 2
        unit = unit_at(message, last)
    if message.word(at) in {"unos", "unas", "few"}:
        amount = 3
    if amount is None or amount > _MOST_MONTHS * 5:
        return None
    if unit in MONTHS and amount <= _MOST_MONTHS:
        whole = today.year * 12 + today.month - 1 + sign * amount
        return When(date(whole // 12, whole % 12 + 1, min(today.day, 28)), last)
    if unit in WEEKS or unit in DAYS:
        days = amount * (7 if unit in WEEKS else 1)
        return When(today + timedelta(days=sign * days), last)
    return None


def _turned(day: date, today: date, *, ahead: bool) -> date:
    """A day of this year, moved to the next year or the last one where it points the other way."""
    year = day.year + (1 if ahead and day < today else -1 if not ahead and day > today else 0)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def day_after(
    message: Message, last: int, today: date, language: Language, *, ahead: bool, reach: int = 4
) -> When | None:
    """The day told within a few words after token ``last``, in the same sentence."""
    for at in range(last + 1, min(last + 1 + reach, len(message.tokens))):
        if message.tokens[at].before is Break.SENTENCE:
            return None
        found = day_from(message, at, today, language, ahead=ahead)
        if found is not None:
            return found
    return None


def day_before(
    message: Message, first: int, today: date, language: Language, *, ahead: bool, reach: int = 4
) -> date | None:
    """The day told right before token ``first``: "en mayo cumple 5", "hace un mes cumplio 3"."""
    for at in range(max(0, first - reach), first):
        if message.separated(at, first):
            continue
        found = day_from(message, at, today, language, ahead=ahead)
        if found is not None and first - 3 <= found.last < first:
            return found.day
    return None
