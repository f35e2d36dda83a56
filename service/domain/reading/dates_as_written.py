"""Dates as parents write them out: "5/3", "march 5, 2023", "el 3 de mayo", "born may 2022".

A month without a day means its middle.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from service.domain.reading.number_words import ORDINALS, WORDS, cardinal
from service.domain.reading.tokens import Break, Token
from service.domain.vocabulary import Language

_MONTH_NAMES = (
    "january jan enero ene",
    "february feb febrero",
    "march mar marzo",
    "april apr abril abr",
    "may mayo",
    "june jun junio",
    "july jul julio",
    "august aug agosto ago",
    "september sept sep septiembre setiembre",
    "october oct octubre",
    "november nov noviembre",
    "december dec diciembre dic",
)
MONTHS = MappingProxyType(
    {name: i for i, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
)
_DAY_NAMES = (
    "monday mon lunes",
    "tuesday tues tue martes",
    "wednesday wed weds miercoles",
    "thursday thurs thur thu jueves",
    "friday fri viernes",
    "saturday sabado",
    "sunday domingo",
)
WEEKDAYS = MappingProxyType(
    {name: i for i, names in enumerate(_DAY_NAMES) for name in names.split()}
)
MIDDLE_OF_MONTH = 15
FEASTS = MappingProxyType(
    {"christmas": (12, 25), "xmas": (12, 25), "navidad": (12, 25), "nochebuena": (12, 24)}
    | {"halloween": (10, 31), "valentines": (2, 14), "valentine": (2, 14), "valentin": (2, 14)}
    | {"thanksgiving": (11, 26), "reyes": (1, 6), "easter": (4, 5), "muertos": (11, 2)}
    | {"newyears": (1, 1)}
)
"""Days by name, as month and day; movable ones about where they fall."""
_NAMED_DAYS = MappingProxyType(
    {("new", "years"): (1, 1), ("new", "year"): (1, 1), ("ano", "nuevo"): (1, 1)}
    | {("mothers", "day"): (5, 10), ("las", "madres"): (5, 10), ("la", "madre"): (5, 10)}
    | {("fathers", "day"): (6, 15), ("del", "padre"): (6, 15), ("los", "padres"): (6, 15)}
    | {("del", "nino"): (4, 30), ("la", "virgen"): (12, 12), ("semana", "santa"): (4, 5)}
    | {("st", "patricks"): (3, 17), ("st", "pattys"): (3, 17), ("labor", "day"): (9, 7)}
    | {("memorial", "day"): (5, 25), ("independence", "day"): (7, 4), ("san", "juan"): (6, 24)}
)
"""The same, for two words."""
_BEFORE_SHORT_RUN = frozenset("dob bday birthday birthdate born fdn fn nacimiento nacio is".split())
_SUFFIXES = frozenset({"st", "nd", "rd", "th", "ro", "er"})


class Written(NamedTuple):
    """A calendar date as written; parts that were left out are None."""

    year: int | None
    month: int
    day: int | None
    last: int
    """Index of its last token."""

    def as_date(self, year: int) -> date | None:
        """The date, in ``year`` where none was written; None where there is no such day."""
        try:
            return date(self.year or year, self.month, self.day or MIDDLE_OF_MONTH)
        except ValueError:
            return None


_CENTURIES = {("twenty",): 2000, ("two", "thousand"): 2000, ("dos", "mil"): 2000}
_BEGINS_A_CENTURY = frozenset(words[0] for words in _CENTURIES)
_TEENS_AND_TENS = range(10, 30)


def _year_in_words(tokens: list[Token], at: int) -> tuple[int, int] | None:
    """ "twenty twenty four", "dos mil veinte": the year that begins at a token, and its last."""
    if at >= len(tokens) or tokens[at].word not in _BEGINS_A_CENTURY:
        return None
    for words, century in _CENTURIES.items():
        end = at + len(words)
        if tuple(token.word for token in tokens[at:end]) != words:
            continue
        if end < len(tokens) and tokens[end].word in {"and", "y"}:
            end += 1
        tens = cardinal(tokens[end]) if end < len(tokens) and not tokens[end].is_number else None
        if tens not in _TEENS_AND_TENS:
            return None
        ones = WORDS.get(tokens[end + 1].word, 0) if end + 1 < len(tokens) else 0
        if tens == 20 and 0 < ones < 10:
            return century + tens + ones, end + 1
        return century + (tens or 0), end
    return None


def _year(token: Token | None, *, short: bool = True) -> int | None:
    if token is None or not token.is_number:
        return None
    if len(token.word) == 4 and token.word[:2] in ("19", "20"):
        return int(token.word)
    if short and len(token.word) == 2:
        return 2000 + int(token.word)
    return None


def written_date(tokens: list[Token], at: int, text: str, language: Language) -> Written | None:
    """A date that begins at token ``at``, or None. Never a bare number."""
    if not tokens[at].is_number:
        return _with_name(tokens, at, text) or _feast(tokens, at)
    return (
        _year_first(tokens, at, text)
        or _with_digits(tokens, at, text, language)
        or _with_name(tokens, at, text)
        or _run_together(tokens[at], at, language)
        or _short_run(tokens, at, language)
    )


def _year_first(tokens: list[Token], at: int, text: str) -> Written | None:
    """ "2024 July 10": as it is told in many languages."""
    year, after = _year(tokens[at], short=False), token_at(tokens, at + 1)
    if year is None or after is None or after.is_number or meant(after) not in MONTHS:
        return None
    told = _after_month(tokens, at + 1, MONTHS[meant(after)], text)
    return told._replace(year=year) if told.year is None and told.day is not None else None


_SPANS = frozenset(
    "year years yr yrs month months mo mos week weeks wk wks day days while bit long".split()
)


def meant(token: Token) -> str:
    """The word a token was likeliest meant to be."""
    return token.forms[0] if token.forms else token.word


def token_at(tokens: list[Token], at: int) -> Token | None:
    """The token at a place, or None past the ends."""
    return tokens[at] if 0 <= at < len(tokens) else None


def _feast(tokens: list[Token], at: int) -> Written | None:
    """ "on christmas 2023", "new years day" """
    word = tokens[at].word
    named = FEASTS.get(word)
    last = at
    following = token_at(tokens, at + 1)
    if named is None and following is not None:
        named = _NAMED_DAYS.get((word, following.word))
        last = at + (named is not None)
    if named is None:
        return None
    nxt = token_at(tokens, last + 1)
    while nxt is not None and nxt.word in {"day", "de", "del", "of", "eve", "baby"}:
        last += 1
        nxt = token_at(tokens, last + 1)
    year = _year(nxt, short=False)
    return Written(year, named[0], named[1], last + 1 if year else last)


def _short_run(tokens: list[Token], at: int, language: Language) -> Written | None:
    """ "DOB 081921": six digits right behind a word for a birthday."""
    digits = tokens[at].word
    if len(digits) != 6 or not at or tokens[at - 1].word not in _BEFORE_SHORT_RUN:
        return None
    month, day, year = int(digits[:2]), int(digits[2:4]), 2000 + int(digits[4:])
    if month > 12 or (language is Language.ES and day <= 12):
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Written(year, month, day, at)


def _run_together(token: Token, at: int, language: Language) -> Written | None:
    """ "03142023", "20230314": eight digits that can only be a date."""
    if not token.is_number or len(token.word) != 8:
        return None
    digits = token.word
    if digits.startswith(("19", "20")) and int(digits[4:6]) <= 12:
        year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:])
    else:
        year, month, day = int(digits[4:]), int(digits[:2]), int(digits[2:4])
        if month > 12 or (language is Language.ES and day <= 12):
            month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1990 <= year <= 2100):
        return None
    return Written(year, month, day, at)


def _with_name(tokens: list[Token], at: int, text: str) -> Written | None:
    token = tokens[at]
    month = MONTHS.get(meant(token))
    if token.word == "ago" and at and tokens[at - 1].word in _SPANS:
        return None  # "2 years ago" names no August
    if month is not None:
        return _after_month(tokens, at, month, text)
    day = day_number(token) or _day_in_words(tokens, at)
    if day is None:
        return None
    after = at + 1
    following = token_at(tokens, after)
    while following is not None and following.word in _SUFFIXES | {"de", "of", "d"}:
        after += 1
        following = token_at(tokens, after)
    if following is None or following.word not in MONTHS:
        return None
    year_at = after + 1
    following_year = token_at(tokens, year_at)
    while following_year is not None and following_year.word in {"de", "del", "of", "in", "en"}:
        year_at += 1
        following_year = token_at(tokens, year_at)
    spelled = _year_in_words(tokens, year_at)
    if spelled is not None:
        return Written(spelled[0], MONTHS[following.word], day, spelled[1])
    year = _year(following_year)
    suffix = token_at(tokens, year_at + 1)
    if suffix is not None and suffix.word in _SUFFIXES:
        year = None  # "5 nov 30th"
    return Written(year, MONTHS[following.word], day, year_at if year else after)


def _after_month(tokens: list[Token], at: int, month: int, text: str) -> Written:
    last, day = at, None
    named = at
    nxt = token_at(tokens, at + 1)
    while nxt is not None and nxt.word in {"de", "del", "of", "the"}:
        at += 1
        nxt = token_at(tokens, at + 1)
    spelled = _year_in_words(tokens, at + 1)
    if spelled is not None:
        return Written(spelled[0], month, None, spelled[1])
    year = _year(nxt, short=False)
    if year is not None:
        return Written(year, month, None, at + 1)
    if nxt is not None and len(nxt.word) == 2 and nxt.is_number:
        # "march '23", "marzo del 23": no day
        between = text[tokens[at].end : nxt.start].strip()
        if (at > named and tokens[at].word in {"de", "del", "of"}) or between in {"'", "’", "‘"}:
            return Written(2000 + int(nxt.word), month, None, at + 1)
    # "Mar. 14": the full stop of a shortened name
    short = (
        nxt is not None
        and text[tokens[at].end : nxt.start].strip() == "."
        and len(tokens[named].word) <= 4
    )
    apart = nxt is not None and nxt.before is Break.SENTENCE and not short
    if nxt is not None and not apart and (found := day_number(nxt)):
        day, last = found, at + 1
        after = token_at(tokens, last + 1)
        if after is not None and after.word in _SUFFIXES:
            last += 1
            after = token_at(tokens, last + 1)
        spelled = _year_in_words(tokens, last + 1)
        if spelled is not None:
            return Written(spelled[0], month, day, spelled[1])
        of_year = token_at(tokens, last + 2)
        if after is not None and after.word in {"de", "del", "of"} and _year(of_year) is not None:
            last += 1
            after = of_year
        year = _year(after)
        if year is not None:
            last += 1
    return Written(year, month, day, last)


def day_number(token: Token) -> int | None:
    """The day of a month that a token may stand for: "3", "third"."""
    value = cardinal(token) if token.is_number else ORDINALS.get(token.word)
    return value if value is not None and 1 <= value <= 31 else None


def _day_in_words(tokens: list[Token], at: int) -> int | None:
    """ "el treinta de octubre": the day, where nothing but a day can be meant."""
    before, after = token_at(tokens, at - 1), token_at(tokens, at + 1)
    if before is None or before.word != "el" or after is None or after.word != "de":
        return None
    value = cardinal(tokens[at])
    return value if value is not None and 1 <= value <= 31 else None


_OF_BIRTH = frozenset({"born", "dob", "birthday", "bday", "nacio", "birthdate"})


def _spaced(tokens: list[Token], at: int) -> bool:
    """ "12 04 2020": two short numbers and a year."""
    year = token_at(tokens, at + 2)
    born = token_at(tokens, at - 1)
    short = born is not None and born.word in _OF_BIRTH  # "born 7 11 24"
    return _year(year, short=short) is not None and all(
        tokens[at + part].is_number and len(tokens[at + part].word) <= 2 for part in (0, 1)
    )


def _with_digits(tokens: list[Token], at: int, text: str, language: Language) -> Written | None:
    if not tokens[at].is_number or len(tokens[at].word) > 4:
        return None
    parts = [tokens[at]]
    while len(parts) < 3:
        nxt = token_at(tokens, at + len(parts))
        if nxt is None or not nxt.is_number:
            break
        apart = text[parts[-1].end : nxt.start].strip()
        if apart not in {"/", "-", "."} and not (apart == "" and _spaced(tokens, at)):
            break
        parts.append(nxt)
    if len(parts) < 2 or not all(p.is_number and len(p.word) <= 4 for p in parts):
        return None
    values = [int(p.word) for p in parts]
    last = at + len(parts) - 1
    year: int | None
    month: int
    day: int | None
    if len(parts) == 3 and len(parts[0].word) == 4:
        year, month, day = values
    elif len(parts) == 3:
        year = _year(parts[2])
        if year is None:
            return None
        month, day = values[0], values[1]
        if month > 12 or (language is Language.ES and day <= 12):
            month, day = day, month
    elif len(parts[1].word) == 4:
        year, month, day = values[1], values[0], None
    else:
        year, month, day = None, values[0], values[1]
        if month > 12 or (language is Language.ES and day <= 12):
            month, day = day, month
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return Written(year, month, day, last)


def months_between(birth: date, today: date) -> int:
    """Whole months completed from one day to another; negative before birth."""
    months = (today.year - birth.year) * 12 + today.month - birth.month
    return months - (today.day < birth.day)


def next_month(today: date, day: int) -> date:
    """That day of the month after."""
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return date(year, month, day)
