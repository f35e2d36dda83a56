"""Ages told by how far a birthday is: "a month shy of 3", "le faltan 2 semanas pa los 6"."""

from __future__ import annotations

from math import ceil

from service.domain.reading.age_amounts import amount_at
from service.domain.reading.age_words import DAYS, DAYS_IN_A_MONTH, MONTHS, WEEKS, YEARS, unit_at
from service.domain.reading.birthdays import Told
from service.domain.reading.matching import Message
from service.domain.reading.number_words import A_OR_AN, cardinal, word_set

_OLDEST_YEARS = 20
_AWAY = word_set("pal pa para de from shy short away of till until til to before antes q que")
_TURNING = word_set("el turning being cumplir cumpla los sus su his her he she turns is the a")
_LITTLE = word_set("poco poquito poquitito nada poquititito")


def away_from_birthday(message: Message, at: int) -> Told | None:
    """An amount of time that is still missing to an age, beginning at token ``at``."""
    if message.word(at) in {"falta", "faltan"}:
        return _almost_there(message, at)
    amount = amount_at(message, at)
    if message.word(at) in A_OR_AN:
        few = message.word(at + 1) in {"few", "couple", "par"}
        of = message.word(at + 2) in {"of", "de"}
        amount = (1.0, at + few + (few and of))
    if amount is None:
        return None
    number, last = amount
    unit = unit_at(message, last + 1)
    if unit in MONTHS:
        months = ceil(number)
    elif unit in WEEKS:
        months = max(1, ceil(number * 7 / DAYS_IN_A_MONTH))
    elif unit in DAYS:
        months = max(1, ceil(number / DAYS_IN_A_MONTH))
    else:
        return None
    end = last + 2
    away = end
    while message.word(end) in _AWAY and message.joined(end):
        end += 1
    if end == away:
        return None
    while message.word(end) in _TURNING and message.joined(end):
        end += 1
    if end >= len(message.tokens) or not message.joined(end):
        return None
    years = _years_at(message, end)
    if years is None:
        return None
    following = unit_at(message, end + 1)
    if following in MONTHS and unit in WEEKS | DAYS and years > months:
        return Told(years - months, at, end + 1, precise=True)  # "una semana pa los 11 meses"
    if following in MONTHS | WEEKS | DAYS or months >= years * 12:
        return None
    if following in YEARS:
        end += 1
    return Told(years * 12 - months, at, end, precise=True)


def _years_at(message: Message, at: int) -> int | None:
    """The years turned: a number, or "el añito", the first one."""
    if message.word(at) in {"anito", "ano", "year"}:
        return 1
    years = cardinal(message.tokens[at]) if at < len(message.tokens) else None
    return years if years is not None and 0 < years <= _OLDEST_YEARS else None


def almost_a_year(message: Message, at: int) -> Told | None:
    """ "casi el año", "va pal añito": not one year yet, at the word for year."""
    if message.word(at) not in {"ano", "anito"} or message.word(at - 1) not in {"el", "pal", "al"}:
        return None
    near = {message.word(back) for back in range(max(0, at - 4), at)}
    if not near & {"casi", "va", "mero", "merito", "falta"} or message.word(at + 1) in {"y", "con"}:
        return None
    return Told(11, at, at, precise=True)


def _almost_there(message: Message, at: int) -> Told | None:
    """ "le falta poco para los 4", beginning at "falta"."""
    if message.word(at + 1) not in _LITTLE:
        return None
    end = at + 2
    while message.word(end) in _AWAY | _TURNING and message.joined(end):
        end += 1
    years = _years_at(message, end)
    if years is None:
        return None
    return Told(years * 12 - 1, at, end, precise=True)
