"""Days as parents name them: "tuesday", "next month", "in two weeks", "on the 5th", "5/3".

Pure date arithmetic; the caller says what today is. A month without a day means its middle.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType

from service.domain.reading.dates_as_written import (
    MONTHS,
    WEEKDAYS,
    day_number,
    meant,
    next_month,
    token_at,
    written_date,
)
from service.domain.reading.number_words import A_OR_AN, ORDINALS, cardinal
from service.domain.reading.tokens import Break, Token
from service.domain.vocabulary import Language

_TOMORROW = frozenset({"tomorrow", "tmrw", "tmw", "tomorow"})
_TODAY = frozenset({"today", "tonight", "hoy"})
_NEXT_WEEK = frozenset({("next", "week"), ("proxima", "semana"), ("otra", "semana")})
_NEXT_MONTH = frozenset({("next", "month"), ("proximo", "mes"), ("otro", "mes")})
_CAN_BEGIN = (
    {"manana", "semana", "mes", "in", "en", "the", "el"}
    | _TOMORROW
    | _TODAY
    | {first for first, _ in _NEXT_WEEK | _NEXT_MONTH}
    | {*WEEKDAYS, *MONTHS}
)
"""The words a day can begin with, apart from numbers and their like."""


def read_day(tokens: list[Token], text: str, today: date, language: Language) -> date | None:
    """The first coming day a message names, or None."""
    for at, token in enumerate(tokens):
        found = None
        if token.is_number:
            found = _written_day(tokens, at, text, today, language)
        elif meant(token) in _CAN_BEGIN or token.word in ORDINALS:
            found = _day_at(tokens, at, text, today, language)
        if found is not None:
            return found
        if token.word in {"ago", "hace"}:
            return None
    return None


def _day_at(
    tokens: list[Token], at: int, text: str, today: date, language: Language
) -> date | None:
    word = meant(tokens[at])
    before = tokens[at - 1].word if at else ""
    nxt = token_at(tokens, at + 1)
    after = nxt.word if nxt is not None else ""
    if word == "manana" and before not in {"la", "de"}:
        return today + timedelta(days=1)
    if word in _TOMORROW:
        return today + timedelta(days=1)
    if word in _TODAY:
        return today
    if word in WEEKDAYS and not (word in {"sun", "mon"} and before == ""):
        far = before == "next" or after in {"proximo", "siguiente"}
        return _weekday(today, WEEKDAYS[word], following_week=far)
    pair = (word, after)
    if pair in _NEXT_WEEK or (word == "semana" and after in {"que", "entrante", "proxima"}):
        return today + timedelta(days=7 - today.weekday())
    if pair in _NEXT_MONTH or (word == "mes" and after in {"que", "entrante", "proximo"}):
        return next_month(today, 1)
    if word in {"in", "en"} and nxt is not None:
        return _in_a_while(tokens, at + 1, today)
    if word == "the" or (word == "el" and nxt is not None and nxt.is_number):
        named = written_date(tokens, at + 1, text, language) if nxt is not None else None
        if (
            named is None
            and nxt is not None
            and (day := day_number(nxt))
            and _ends_day(tokens, at + 1)
        ):
            return _day_of_month(today, day)
        return None
    return _written_day(tokens, at, text, today, language)


def _written_day(
    tokens: list[Token], at: int, text: str, today: date, language: Language
) -> date | None:
    written = written_date(tokens, at, text, language)
    if written is None or (written.day is None and meant(tokens[at]) in {"may", "mar"}):
        return None
    found = written.as_date(today.year)
    if found is not None and written.year is None and found < today:
        found = written.as_date(today.year + 1)
    return found


def _ends_day(tokens: list[Token], at: int) -> bool:
    if not tokens[at].is_number:
        return False
    nxt = token_at(tokens, at + 1)
    return (
        nxt is None
        or nxt.before is not Break.NONE
        or nxt.word
        in {
            "st",
            "nd",
            "rd",
            "th",
            "at",
            "a",
            "for",
            "with",
            "thanks",
            "thank",
            "gracias",
        }
    )


def _weekday(today: date, weekday: int, *, following_week: bool) -> date:
    if following_week:
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _day_of_month(today: date, day: int) -> date | None:
    for month_start in (today.replace(day=1), next_month(today, 1)):
        try:
            found = month_start.replace(day=day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


_LENGTHS = MappingProxyType(
    {"day": 1, "days": 1, "dia": 1, "dias": 1}
    | {"week": 7, "weeks": 7, "wk": 7, "wks": 7, "semana": 7, "semanas": 7}
    | {"month": 30, "months": 30, "mes": 30, "meses": 30}
)
_MOST_AHEAD = 400


def _in_a_while(tokens: list[Token], at: int, today: date) -> date | None:
    amount: int | None = 1
    token = tokens[at]
    if token.word in A_OR_AN:
        amount = 1
    elif (value := cardinal(token)) is not None:
        amount = value
    elif token.word in {"few", "unos", "unas"}:
        amount = 3
    else:
        return None
    unit = token_at(tokens, at + 1)
    if unit is not None and unit.word in {"few", "couple", "pocos", "pocas", "par"}:
        amount = 2 if unit.word in {"couple", "par"} else 3
        at += 1
        unit = token_at(tokens, at + 1)
        if unit is not None and unit.word in {"of", "de"}:
            unit = token_at(tokens, at + 2)
    length = _LENGTHS.get(unit.word) if unit is not None else None
    if length is None or amount * length > _MOST_AHEAD:
        return None
    return today + timedelta(days=amount * length)
