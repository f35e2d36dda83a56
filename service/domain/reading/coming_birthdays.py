"""Ages told by how far a birthday is: "a month shy of 3", "le faltan 2 semanas pa los 6"."""

from __future__ import annotations

from math import ceil

from service.domain.reading.age_amounts import amount_at
from service.domain.reading.age_words import DAYS, MONTHS, WEEKS, YEARS, unit_at
from service.domain.reading.birthdays import Told
from service.domain.reading.matching import Message
from service.domain.reading.number_words import cardinal, word_set

_OLDEST_YEARS = 20
_AWAY = word_set("pa para de from shy short away of till until til to before antes q que")
_TURNING = word_set("turning being cumplir cumpla los sus su his her he she turns is the a")
_LITTLE = word_set("poco poquito poquitito nada poquititito")


def away_from_birthday(message: Message, at: int) -> Told | None:
    """An amount of time that is still missing to an age, beginning at token ``at``."""
    if message.word(at) in {"falta", "faltan"}:
        return _almost_there(message, at)
    amount = amount_at(message, at)
    if message.word(at) in {"a", "un", "una"}:
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
        months = max(1, ceil(number * 7 / 30.44))
    elif unit in DAYS:
        months = max(1, ceil(number / 30.44))
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
    years = cardinal(message.tokens[end])
    if years is None or not 0 < years <= _OLDEST_YEARS:
        return None
    following = unit_at(message, end + 1)
    if following in MONTHS | WEEKS | DAYS or months >= years * 12:
        return None
    if following in YEARS:
        end += 1
    return Told(years * 12 - months, at, end, precise=True)


def _almost_there(message: Message, at: int) -> Told | None:
    """ "le falta poco para los 4", beginning at "falta"."""
    if message.word(at + 1) not in _LITTLE:
        return None
    end = at + 2
    while message.word(end) in _AWAY | _TURNING and message.joined(end):
        end += 1
    years = cardinal(message.tokens[end]) if end < len(message.tokens) else None
    if years is None or not 0 < years <= _OLDEST_YEARS:
        return None
    return Told(years * 12 - 1, at, end, precise=True)
