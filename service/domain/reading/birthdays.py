"""Ages told by a birthday, which depend on today: "turns 4 in may", "born march 2023".

Where only the month is named, the birthday is taken to be in the middle of it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from service.domain.reading.dates_as_written import (
    MIDDLE_OF_MONTH,
    MONTHS,
    WEEKDAYS,
    months_between,
    next_month,
    written_date,
)
from service.domain.reading.matching import Message
from service.domain.reading.number_words import cardinal, word_set
from service.domain.reading.tokens import Break
from service.domain.vocabulary import Language


class Told(NamedTuple):
    """An age as told at tokens ``first`` to ``last``. ``months`` None: told, but unclear."""

    months: int | None
    first: int
    last: int
    precise: bool
    counts: bool = True


_TURNS = (
    ("turns",),
    ("hell", "be"),
    ("shell", "be"),
    ("theyll", "be"),
    ("turning",),
    ("will", "be"),
    ("will", "turn"),
    ("gonna", "be"),
    ("about", "to"),
    ("gonna", "turn"),
    ("going", "to", "be"),
    ("going", "to", "turn"),
    ("cumple",),
    ("cumplira",),
    ("va", "a", "cumplir"),
    ("por", "cumplir"),
    ("to", "be"),
    ("to", "turn"),
)
_TURNED = (
    ("turned",),
    ("cumplio",),
    ("acaba", "de", "cumplir"),
    ("became",),
    ("recien", "cumplio"),
)
_OPENINGS = frozenset(phrase[0] for phrase in _TURNS + _TURNED)
_TURNS_FROM = {word: tuple(p for p in _TURNS if p[0] == word) for word in _OPENINGS}
_TURNED_FROM = {word: tuple(p for p in _TURNED if p[0] == word) for word in _OPENINGS}
_IS = frozenset({"is", "hes", "shes", "tiene"})
_BORN = word_set("born dob birthday birthdate bday bd nacio nacido nacida nacimiento")
BIRTHDAY_WORDS = _OPENINGS | _IS | _BORN
"""The words an age told by a birthday can begin with."""
_REACH = 5
_TOMORROW = word_set("tomorrow tmrw tmr tmrow tomorow manana")


def _starts(message: Message, at: int, phrase: tuple[str, ...]) -> bool:
    tokens = message.tokens
    return at + len(phrase) < len(tokens) and all(
        tokens[at + i].word == word for i, word in enumerate(phrase)
    )


def birthday_age(message: Message, at: int, today: date, language: Language) -> Told | None:
    """An age told by a birthday to come or just past, beginning at token ``at``."""
    word = message.tokens[at].word
    if word not in _OPENINGS and word not in _IS:
        return None
    ahead = next((p for p in _TURNS_FROM.get(word, ()) if _starts(message, at, p)), None)
    if ahead is None and word in _IS:
        return _is_by(message, at, today, language)
    behind = next((p for p in _TURNED_FROM.get(word, ()) if _starts(message, at, p)), None)
    phrase = ahead or behind
    if phrase is None:
        return None
    number_at = at + len(phrase)
    while number_at < len(message.tokens) and message.tokens[number_at].word in {
        "turn",
        "be",
        "los",
        "sus",
        "su",
        "cumplir",
    }:
        number_at += 1
    if number_at >= len(message.tokens):
        return None
    years = cardinal(message.tokens[number_at])
    if message.word(number_at) in {"anito", "ano"} and behind:
        years = 1  # "cumplio su anito"
    if years is None or not 0 < years < 100:
        return None
    last = number_at
    if last + 1 < len(message.tokens) and message.tokens[last + 1].word in {
        "year",
        "years",
        "yrs",
        "yr",
        "ano",
        "anos",
        "old",
        "yo",
    }:
        last += 1
    if last + 1 < len(message.tokens) and message.tokens[last + 1].word in {
        "month",
        "months",
        "meses",
        "mes",
        "mo",
    }:
        return None
    if ahead and {message.word(at - 1), message.word(last + 1)} & {"today", "hoy"}:
        return Told(years * 12, at, last, precise=True)
    if ahead:
        day, last = _coming(message, last, today, language)
        day = day or _month_before(message, at, today)
        return Told(years * 12 - _months_until(today, day), at, last, precise=True)
    day, last = _gone(message, last, today, language)
    day = day or next(
        (
            _months_ago(message, back, today)
            for back in range(max(0, at - 4), at)
            if message.word(back) == "hace"
        ),
        None,
    )
    passed = months_between(day, today) if day is not None else 0
    return Told(years * 12 + max(0, passed), at, last, precise=day is not None)


def _is_by(message: Message, at: int, today: date, language: Language) -> Told | None:
    """ "she is 4 in may" """
    tokens = message.tokens
    if at + 2 >= len(tokens):
        return None
    years = cardinal(tokens[at + 1])
    if years is None or not 0 < years < 100:
        return None
    in_month = tokens[at + 2].word in {"in", "en"} and message.word(at + 3) in MONTHS
    if not in_month and tokens[at + 2].word not in _TOMORROW:
        return None
    day, last = _coming(message, at + 1, today, language)
    return Told(years * 12 - _months_until(today, day), at, last, precise=True)


def _months_until(today: date, day: date | None) -> int:
    """How many months of the year before the birthday are not completed; at least one."""
    if day is None:
        return 1
    months = (day.year - today.year) * 12 + day.month - today.month
    return max(1, months + (day.day > today.day))


def _coming(
    message: Message, last: int, today: date, language: Language
) -> tuple[date | None, int]:
    """The coming birthday named right after token ``last``, and the last token it took."""
    tokens = message.tokens
    for at in range(last + 1, min(last + _REACH, len(tokens))):
        if tokens[at].before is Break.SENTENCE:
            break
        word = tokens[at].word
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        if (word, after) in {("next", "month"), ("proximo", "mes"), ("otro", "mes")}:
            return next_month(today, MIDDLE_OF_MONTH), at + 1
        if (word, after) == ("mes", "que"):
            return next_month(today, MIDDLE_OF_MONTH), min(at + 2, len(tokens) - 1)
        if (word, after) in {("next", "week"), ("proxima", "semana"), ("otra", "semana")}:
            return today + timedelta(days=7), at + 1
        if word in _TOMORROW or word in WEEKDAYS:
            return today + timedelta(days=1), at
        if word in {"in", "en"} and at + 2 < len(tokens):
            amount = 1 if after in {"a", "un", "una"} else cardinal(tokens[at + 1])
            unit = tokens[at + 2].word
            if amount is not None and amount < 100:
                if unit in {"month", "months", "mes", "meses"}:
                    whole = today.year * 12 + today.month - 1 + amount
                    return date(whole // 12, whole % 12 + 1, min(today.day, 28)), at + 2
                if unit in {"week", "weeks", "days", "dias", "semana", "semanas"}:
                    days = amount * (7 if unit.startswith(("w", "s")) else 1)
                    return today + timedelta(days=days), at + 2
        written = written_date(tokens, at, message.text, language)
        if written is not None:
            day = written.as_date(today.year)
            if day is not None and written.year is None and _before_month(day, today, written.day):
                day = written.as_date(today.year + 1)
            return day, written.last
    return None, last


def _month_before(message: Message, at: int, today: date) -> date | None:
    """ "en febrero cumple 3": the month named before the verb, as a birthday to come."""
    for back in range(max(0, at - 3), at):
        month = MONTHS.get(message.word(back))
        if month is None or message.word(back - 1) not in {"en", "in", "pa", "para", "come", "by"}:
            continue
        year = today.year + (month < today.month)
        return date(year, month, MIDDLE_OF_MONTH)
    return None


def _before_month(day: date, today: date, named_day: int | None) -> bool:
    if named_day is None:
        return (day.year, day.month) < (today.year, today.month)
    return day < today


def _gone(message: Message, last: int, today: date, language: Language) -> tuple[date | None, int]:
    tokens = message.tokens
    for at in range(last + 1, min(last + _REACH, len(tokens))):
        if tokens[at].before is Break.SENTENCE:
            break
        word = tokens[at].word
        after = tokens[at + 1].word if at + 1 < len(tokens) else ""
        if (word, after) in {("last", "month"), ("mes", "pasado")}:
            before = today.replace(day=1) - timedelta(days=1)
            return before.replace(day=min(today.day, MIDDLE_OF_MONTH)), at + 1
        if (word, after) in {("last", "week"), ("semana", "pasada")} or word == "yesterday":
            return today - timedelta(days=7), at + (word != "yesterday")
        if after in {"month", "months"}:
            break
        if word == "hace":
            return _months_ago(message, at, today), min(at + 2, len(tokens) - 1)
        written = written_date(tokens, at, message.text, language)
        if written is not None:
            day = written.as_date(today.year)
            if day is not None and written.year is None and day > today:
                day = written.as_date(today.year - 1)
            return day, written.last
    return None, last


def coming_month(message: Message, at: int, last: int, years: int, today: date) -> Told | None:
    """ "5 in december", as an answer to the age question; tokens ``at`` to ``last`` are the 5."""
    month = MONTHS.get(message.word(last + 2))
    if month is None or not 0 < years < 21:
        return None
    day = date(today.year + (month < today.month), month, MIDDLE_OF_MONTH)
    return Told(years * 12 - _months_until(today, day), at, last + 2, precise=True)


def _months_ago(message: Message, at: int, today: date) -> date | None:
    """The day of "hace 3 meses", at the word "hace"."""
    unit = message.word(at + 2)
    one = message.word(at + 1) in {"un", "una"}
    amount = (
        1 if one else cardinal(message.tokens[at + 1]) if at + 2 < len(message.tokens) else None
    )
    if amount is None or amount > 24:
        return None
    if unit in {"mes", "meses"}:
        whole = today.year * 12 + today.month - 1 - amount
        return date(whole // 12, whole % 12 + 1, min(today.day, 28))
    if unit in {"semana", "semanas", "dias"}:
        return today - timedelta(days=amount * (7 if unit.startswith("s") else 1))
    return None


def date_of_birth(
    message: Message, at: int, today: date, language: Language, *, asked: bool
) -> Told | None:
    """An age told by a date of birth: after "born" or "dob", or alone where age was asked."""
    tokens = message.tokens
    first = at
    labelled = tokens[at].word in _BORN
    if labelled:
        for step in range(at + 1, min(at + _REACH, len(tokens))):
            written = written_date(tokens, step, message.text, language)
            if written is not None and written.year is not None:
                break
            word = tokens[step].word
            if tokens[step].is_number and len(word) == 4 and word.startswith(("19", "20")):
                return Told(None, first, step, precise=True)
        else:
            return None
    elif asked:
        written = written_date(tokens, at, message.text, language)
    else:
        return None
    if written is None or written.year is None:
        return None
    day = written.as_date(today.year)
    if day is None:
        return Told(None, first, written.last, precise=True)
    months = months_between(day, today)
    if written.day is None and (day.year, day.month) == (today.year, today.month):
        months = 0
    return Told(months if months >= 0 else None, first, written.last, precise=True)
