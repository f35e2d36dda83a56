"""Days and months as parents write them: "tuesday", "5/3", "next month", "el 3 de mayo".

Pure date arithmetic; the caller says what today is. A month without a day means its middle.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from service.domain.reading.number_words import ORDINALS, cardinal
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


@dataclass(frozen=True, slots=True)
class Written:
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
    return _with_name(tokens, at) or _with_digits(tokens, at, text, language)


def _get(tokens: list[Token], at: int) -> Token | None:
    return tokens[at] if 0 <= at < len(tokens) else None


def _with_name(tokens: list[Token], at: int) -> Written | None:
    token = tokens[at]
    month = MONTHS.get(token.forms[0] if token.forms else token.word)
    if month is not None:
        return _after_month(tokens, at, month)
    day = _day(token)
    if day is None:
        return None
    after = at + 1
    following = _get(tokens, after)
    while following is not None and following.word in {"st", "nd", "rd", "th", "de", "of"}:
        after += 1
        following = _get(tokens, after)
    if following is None or following.word not in MONTHS:
        return None
    year_at = after + 1
    following_year = _get(tokens, year_at)
    while following_year is not None and following_year.word in {"de", "del", "of"}:
        year_at += 1
        following_year = _get(tokens, year_at)
    year = _year(following_year)
    return Written(year, MONTHS[following.word], day, year_at if year else after)


def _after_month(tokens: list[Token], at: int, month: int) -> Written:
    last, day = at, None
    nxt = _get(tokens, at + 1)
    while nxt is not None and nxt.word in {"de", "del", "of", "the"}:
        at += 1
        nxt = _get(tokens, at + 1)
    year = _year(nxt, short=False)
    if year is not None:
        return Written(year, month, None, at + 1)
    if nxt is not None and nxt.before is not Break.SENTENCE and (found := _day(nxt)):
        day, last = found, at + 1
        after = _get(tokens, last + 1)
        if after is not None and after.word in {"st", "nd", "rd", "th"}:
            last += 1
            after = _get(tokens, last + 1)
        year = _year(after)
        if year is not None:
            last += 1
    return Written(year, month, day, last)


def _day(token: Token) -> int | None:
    value = cardinal(token) if token.is_number else ORDINALS.get(token.word)
    return value if value is not None and 1 <= value <= 31 else None


def _with_digits(tokens: list[Token], at: int, text: str, language: Language) -> Written | None:
    parts = [tokens[at]]
    while len(parts) < 3:
        nxt = _get(tokens, at + len(parts))
        if nxt is None or not nxt.is_number:
            break
        if text[parts[-1].end : nxt.start].strip() not in {"/", "-", "."}:
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


def read_day(tokens: list[Token], text: str, today: date, language: Language) -> date | None:
    """The first coming day a message names, or None."""
    for at, token in enumerate(tokens):
        found = _day_at(tokens, at, text, today, language)
        if found is not None:
            return found
        if token.word in {"ago", "hace"}:
            return None
    return None


def _day_at(
    tokens: list[Token], at: int, text: str, today: date, language: Language
) -> date | None:
    word = tokens[at].forms[0] if tokens[at].forms else tokens[at].word
    before = tokens[at - 1].word if at else ""
    nxt = _get(tokens, at + 1)
    after = nxt.word if nxt is not None else ""
    if word == "manana" and before not in {"la", "de"}:
        return today + timedelta(days=1)
    if word in {"tomorrow", "tmrw", "tmw", "tomorow"}:
        return today + timedelta(days=1)
    if word in {"today", "tonight", "hoy"}:
        return today
    if word in WEEKDAYS and not (word in {"sun", "mon"} and before == ""):
        far = before == "next" or after in {"proximo", "siguiente"}
        return _weekday(today, WEEKDAYS[word], following_week=far)
    pair = (word, after)
    if pair in {("next", "week"), ("proxima", "semana"), ("otra", "semana")} or (
        word == "semana" and after in {"que", "entrante", "proxima"}
    ):
        return today + timedelta(days=7 - today.weekday())
    if pair in {("next", "month"), ("proximo", "mes"), ("otro", "mes")} or (
        word == "mes" and after in {"que", "entrante", "proximo"}
    ):
        return next_month(today, 1)
    if word in {"in", "en"} and nxt is not None:
        return _in_a_while(tokens, at + 1, today)
    if word == "the" or (word == "el" and nxt is not None and nxt.is_number):
        named = written_date(tokens, at + 1, text, language) if nxt is not None else None
        if named is None and nxt is not None and (day := _day(nxt)) and _ends_day(tokens, at + 1):
            return _day_of_month(today, day)
        return None
    written = written_date(tokens, at, text, language)
    if written is None or (word in {"may", "mar"} and written.day is None):
        return None
    found = written.as_date(today.year)
    if found is not None and written.year is None and found < today:
        found = written.as_date(today.year + 1)
    return found


def _ends_day(tokens: list[Token], at: int) -> bool:
    if not tokens[at].is_number:
        return False
    nxt = _get(tokens, at + 1)
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
    if token.word in {"a", "un", "una"}:
        amount = 1
    elif (value := cardinal(token)) is not None:
        amount = value
    elif token.word in {"few", "unos", "unas"}:
        amount = 3
    else:
        return None
    unit = _get(tokens, at + 1)
    if unit is not None and unit.word in {"few", "couple", "pocos", "pocas", "par"}:
        amount = 2 if unit.word in {"couple", "par"} else 3
        at += 1
        unit = _get(tokens, at + 1)
        if unit is not None and unit.word in {"of", "de"}:
            unit = _get(tokens, at + 2)
    length = _LENGTHS.get(unit.word) if unit is not None else None
    if length is None or amount * length > _MOST_AHEAD:
        return None
    return today + timedelta(days=amount * length)
