"""Ages told by a birthday, which depend on today: "turns 4 in may", "cumplio 3 hace un mes".

Where only the month is named, the birthday is taken to be in the middle of it.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from service.domain.reading.age_words import DAYS, DAYS_IN_A_MONTH, MONTHS, WEEKS, YEARS, unit_at
from service.domain.reading.birthday_days import (
    day_after,
    day_before,
    day_from,
    months_since,
    months_until,
)
from service.domain.reading.dates_as_written import written_date
from service.domain.reading.matching import Message
from service.domain.reading.number_words import ORDINALS, cardinal, word_set
from service.domain.reading.tokens import Break
from service.domain.vocabulary import Language


class Told(NamedTuple):
    """An age as told at tokens ``first`` to ``last``. ``months`` None: told, but unclear."""

    months: int | None
    first: int
    last: int
    precise: bool
    counts: bool = True
    almost: bool = False
    """Whether it is only known to be short of the next year: "not quite 2"."""


_TURNS = (
    "turns", "hell be", "shell be", "theyll be", "turning", "turn", "will be", "will turn",
    "gonna be", "about to", "gonna turn", "going to be", "going to turn", "fixing to", "fixin to",
    "finna be", "to be", "to turn", "ready to turn", "almost turning", "hitting", "bout to",
    "cumple", "cumplen", "cumplira", "cumpliria", "va a cumplir", "van a cumplir", "por cumplir",
    "de cumplir", "cumpliendo", "va a tener", "tendra", "va cumplir", "a cumplir", "va a hacer",
    "making", "will make", "hell make", "shell make",
)  # fmt: skip
_TURNED = (
    "turned", "cumplio", "cumplieron", "acaba de cumplir", "became", "recien cumplio",
    "celebrated", "celebramos", "acabo de cumplir", "ha cumplido", "hit", "cumplia", "cumplimos",
    "festejamos", "hizo", "hicimos", "made",
)  # fmt: skip
_VERBS = {
    phrase.split()[0]: tuple(
        sorted(
            (
                (tuple(other.split()), ahead)
                for phrases, ahead in ((_TURNS, True), (_TURNED, False))
                for other in phrases
                if other.split()[0] == phrase.split()[0]
            ),
            key=lambda one: -len(one[0]),
        )
    )
    for phrase in _TURNS + _TURNED
}
_IS = word_set("is hes shes tiene hace was theyre son es")
BIRTHDAY_OPENINGS = frozenset(_VERBS) | _IS
"""The words an age told by a birthday can begin with."""
_FILL = word_set("primer primero first turn be los sus su cumplir the a his her ya")
_FRACTIONS = frozenset({("1", "2"), ("1", "3"), ("2", "3"), ("1", "4"), ("3", "4")})
_SINCE = word_set("since desde last yesterday ayer back")
_SINCE_THEN = frozenset({("as", "of"), ("this", "past"), ("this", "last"), ("just", "last")})
_PASSED = frozenset({"pasado", "pasada"})
""" "cuatro el lunes pasado" """
_JOINS = word_set(
    "come in en on el la next this coming este proximo tomorrow manana dentro para by"
)
_OLDEST_YEARS = 99
_BEHIND = {"cumplio": False, "cumple": True, "cumplira": True, "hizo": False}
"""Verbs that may stand behind the age, and whether the birthday is still to come."""
_GONE_BY = word_set("was had celebrated tuvo fue last pasado pasada yesterday ayer hizo celebramos")
_TO_COME = word_set("turns turning turn will be cumplira cumpliria appointment cita visit since")
_BIRTHDAY = word_set("birthday bday cumpleanos cumple bithday birthdy")


def birthday_age(message: Message, at: int, today: date, language: Language) -> Told | None:
    """An age told by a birthday to come or just past, beginning at token ``at``."""
    word = message.tokens[at].word
    for phrase, ahead in _VERBS.get(word, ()):
        end = at + len(phrase)
        if end < len(message.tokens) and all(
            message.word(at + i) == one for i, one in enumerate(phrase)
        ):
            return _turns(message, at, end, today, language, ahead=ahead)
    if word in _IS and at + 1 < len(message.tokens):
        return _is_by(message, at, today, language)
    return None


def _turns(
    message: Message, at: int, end: int, today: date, language: Language, *, ahead: bool
) -> Told | None:
    """ "turns 4 in may", "en febrero cumple 3": the verb ends before token ``end``."""
    number_at = end
    while number_at < len(message.tokens) and (
        message.word(number_at) in _FILL
        or (message.word(number_at) == "el" and message.word(number_at + 1) in {"ano", "anito"})
    ):
        number_at += 1
    if number_at >= len(message.tokens):
        return None
    years = cardinal(message.tokens[number_at])
    a_year = message.word(number_at) in {"anito", "ano"}
    if years is None and not a_year and message.word(at - 1) in {"los", "ya"}:
        return _number_first(message, at, end, today, language, ahead=ahead)
    if a_year:
        years = 1  # "cumplio su anito"
    elif message.word(number_at) == "a" and message.word(number_at + 1) == "year":
        years, number_at = 1, number_at + 1
    if years is None or not 0 < years <= _OLDEST_YEARS:
        return None
    whole, last = years * 12, number_at
    unit = unit_at(message, last + 1)
    if (unit in WEEKS or unit in DAYS) and _tells_young(message, last + 1, unit):
        days = years * (7 if unit in WEEKS else 1)
        return Told(int(days / DAYS_IN_A_MONTH), at, last + 1, precise=True)  # "va a tener 10 dias"
    if unit in MONTHS:
        whole, last = years, last + 1
    elif unit in YEARS or message.word(last + 1) in {"old", "nd", "rd", "st", "th"}:
        last += 1
    if message.word(last + 1) == "old":
        last += 1
    if message.word(last + 1) in _BIRTHDAY:
        last += 1
    near = {message.word(at - 1), message.word(at - 2), message.word(last + 1)}
    if near & {"today", "hoy"}:
        return Told(whole, at, last, precise=True)
    when = day_after(message, last, today, language, ahead=ahead)
    day = when.day if when else day_before(message, at, today, language, ahead=ahead)
    last = when.last if when else last
    if ahead:
        if unit in MONTHS and day is None and message.word(at) in {"cumple", "turns"}:
            return Told(whole, at, last, precise=True)
        return Told(whole - months_until(today, day), at, last, precise=True)
    return Told(
        whole + months_since(today, day), at, last, precise=day is not None or unit in MONTHS
    )


def _tells_young(message: Message, at: int, unit: str) -> bool:
    """ "Va a tener 10 dias", "she'll be 3 weeks on friday"; not "turns 3 days from now", "cumple 4
    dia 5 de mayo"."""
    return unit.endswith("s") and message.word(at + 1) not in {"from", "after", "before"}


def _number_first(
    message: Message, at: int, end: int, today: date, language: Language, *, ahead: bool
) -> Told | None:
    """ "2 los cumplio en agosto": the number stands before the verb."""
    years = cardinal(message.tokens[at - 2]) if at > 1 else None
    when = day_after(message, end - 1, today, language, ahead=ahead)
    if years is None or when is None:
        return None
    months = -months_until(today, when.day) if ahead else months_since(today, when.day)
    return Told(years * 12 + months, at - 2, when.last, precise=True)


def birthday_behind(message: Message, told: Told, today: date, language: Language) -> Told | None:
    """ "3 añitos cumplio el 10 de agosto", "dos años cumple mañana": the verb stands behind."""
    verb = told.last + 1
    ahead = _BEHIND.get(message.word(verb))
    if ahead is None or told.months is None or told.months % 12:
        return None
    if message.tokens[verb].before is not Break.NONE or verb + 1 >= len(message.tokens):
        return None
    if cardinal(message.tokens[verb + 1]) is not None:
        return None  # "7 años cumple 8 en mayo"
    when = day_after(message, verb, today, language, ahead=ahead)
    if when is None or when.day == today:
        return None
    months = -months_until(today, when.day) if ahead else months_since(today, when.day)
    return told._replace(months=told.months + months, last=when.last, precise=True)


def _is_by(message: Message, at: int, today: date, language: Language) -> Told | None:
    """ "she is 4 in may", "tiene 5 desde junio", "en mayo hace 5", "she was 3 in august"."""
    years = cardinal(message.tokens[at + 1])
    word = message.word(at)
    if years is None or not 0 < years <= 20:
        return None
    if unit_at(message, at + 2) in MONTHS and word == "was":
        months, last = years, at + 2  # "he was 18 months in august"
    else:
        months, last = years * 12, at + 1
    found = number_by(message, at + 1, last, months, today, language, ahead=word != "was")
    if found is not None:
        return found._replace(first=at)
    if (
        word in {"tiene", "hace", "hes", "shes", "is", "son"}
        and unit_at(message, at + 2) not in MONTHS
        and _BIRTHDAY.isdisjoint(message.words[:at])
    ):
        day = day_before(message, at, today, language, ahead=True)
        if day is not None and day > today and message.word(at + 2) not in {"years"}:
            return Told(years * 12 - months_until(today, day), at, at + 1, precise=True)
    return None


def number_by(
    message: Message,
    first: int,
    last: int,
    months: int,
    today: date,
    language: Language,
    *,
    ahead: bool = True,
) -> Told | None:
    """ "5 in december", "18 months next week", "9 since june": an amount with a day right after."""
    if message.word(last + 1) in {"cumplidos", "cumpliditos"}:
        last, ahead = last + 1, False
    joint = message.word(last + 1)
    if not joint or message.tokens[last + 1].before is not Break.NONE:
        return None
    if message.tokens[last + 1].is_number and _is_fraction(message, last + 1):
        return None  # "is 2 1/2"
    gone_by = joint in _SINCE or (joint, message.word(last + 2)) in _SINCE_THEN
    if ahead and not gone_by and not message.said.isdisjoint(_PASSED):
        gone_by = any(message.word(near) in _PASSED for near in range(last + 2, last + 5))
    if gone_by or not ahead:
        when = day_after(message, last, today, language, ahead=False, reach=5)
        if when is None or (ahead and message.word(when.last + 1) in {"years", "anos"}):
            return None
        return Told(months + months_since(today, when.day), first, when.last, precise=True)
    when = None
    for begin in (last + 1, last + 2, last + 3):
        if begin >= len(message.tokens) or not message.joined(begin):
            break
        if joint not in _JOINS and begin > last + 1:
            break
        when = day_from(message, begin, today, language, ahead=True)
        if when is not None:
            break
    if when is None or when.day < today:
        return None
    if when.day == today:
        return Told(months, first, when.last, precise=True)
    return Told(max(0, months - months_until(today, when.day)), first, when.last, precise=True)


def since_birthday(message: Message, told: Told, today: date, language: Language) -> Told:
    """ "tiene 6 años, cumple el 10 de mayo", "sept 30. hes 10": a whole number of years beside the
    day of the birthday counts from the last one."""
    whole = told.months is not None and told.months % 12 == 0 and not told.precise
    if not whole or told.months is None or message.said & _TO_COME:
        return told
    for at, token in enumerate(message.tokens):
        if told.first <= at <= told.last:
            continue
        written = written_date(message.tokens, at, message.text, language)
        if written is None or written.year is not None or written.day is None:
            continue
        if at and token.before is Break.NONE and not message.said & _BIRTHDAY:
            return told
        day = written.as_date(today.year)
        if day is None or told.first <= written.last <= told.last:
            return told
        last = day if day <= today else written.as_date(today.year - 1)
        months = told.months + (months_since(today, last) if last else 0)
        return told._replace(months=months, precise=True)
    return told


def _is_fraction(message: Message, at: int) -> bool:
    """Whether the number at token ``at`` begins a fraction: "1/2", "3/4"."""
    if at + 1 >= len(message.tokens):
        return False
    one, two = message.tokens[at], message.tokens[at + 1]
    return message.text[one.end : two.start] == "/" and (one.word, two.word) in _FRACTIONS


def named_birthday(message: Message, at: int, today: date, language: Language) -> Told | None:
    """ "her 3rd birthday is in may", "had his second birthday", "today is her 4th bday"."""
    token = message.tokens[at]
    last = at
    if token.is_number and message.word(at + 1) in {"st", "nd", "rd", "th", "er", "do", "to"}:
        years, last = cardinal(token), at + 1
    else:
        years = ORDINALS.get(token.word)
    if years is None or not 0 < years <= 20 or message.word(last + 1) not in _BIRTHDAY:
        return None
    last += 1
    words = message.said
    if words & {"today", "hoy"}:
        return Told(years * 12, at, last, precise=True)
    ahead = not words & _GONE_BY
    when = day_after(message, last, today, language, ahead=ahead, reach=5)
    day = when.day if when else day_before(message, at, today, language, ahead=ahead, reach=6)
    if when is not None:
        last = when.last
    if not ahead:
        return Told(years * 12 + months_since(today, day), at, last, precise=day is not None)
    if day is None and not words & _AHEAD:
        return None
    return Told(years * 12 - months_until(today, day), at, last, precise=True)


_AHEAD = word_set("next proximo proxima coming upcoming weekend soon in en almost till until")
