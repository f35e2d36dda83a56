"""Ages told by a birth: "born march 2023", "dob 3/14/23", a date alone, "nacio hace 3 meses"."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from service.domain.reading.age_words import NEWBORN, NOT_AGE_BEFORE
from service.domain.reading.birthday_days import day_after, day_from, months_since
from service.domain.reading.birthdays import Told
from service.domain.reading.dates_as_written import Written, months_between, written_date
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break
from service.domain.vocabulary import Language

_BORN = word_set("born nacio nacido nacida nacieron nasio nacimiento naciendo")
_BIRTHDAY = word_set("dob birthday birthdate bday bd birth fn fdn nac cumple cumpleanos")
BIRTH_WORDS = _BORN | _BIRTHDAY
_REACH = 7
_SINCE_REACHES = 6
_A_YEAR = frozenset({"year", "ano"})
_AGO = word_set("ago hace yesterday ayer today hoy last pasado pasada week month anoche antier")


def date_of_birth(
    message: Message, at: int, today: date, language: Language, *, asked: bool
) -> Told | None:
    """An age told by a date of birth: after "born" or "dob", or alone where age was asked."""
    tokens = message.tokens
    word = tokens[at].word
    if word in _BORN and (since := _born_since(message, at, today, language)) is not None:
        return since
    if word in _BORN and (since := _born_ago(message, at, today, language)) is not None:
        return since
    written: Written | None = None
    if word in BIRTH_WORDS:
        for step in range(at + 1, min(at + _REACH, len(tokens))):
            if tokens[step].before is Break.SENTENCE and step > at + 1:
                return None
            written = written_date(tokens, step, message.text, language)
            if written is not None:
                written = _year_told(message, at, written, today)
                if written.year is not None:
                    break
            year = tokens[step].word
            if tokens[step].is_number and len(year) == 4 and year.startswith(("19", "20")):
                return Told(None, at, step, precise=True)
        else:
            return None
    elif asked:
        written = written_date(tokens, at, message.text, language)
        written = written and _year_told(message, at, written, today)
    if written is None or written.year is None:
        return None
    return _aged(written, at, today)


def _year_told(message: Message, at: int, written: Written, today: date) -> Written:
    """ "in march of this year", "en enero del año pasado": the year, where it is told in words."""
    if written.year is not None:
        return written
    words = message.words[at + 1 : written.last + 5]
    if _A_YEAR.isdisjoint(words):
        return written
    pairs = set(pairwise(words))
    if pairs & {("this", "year"), ("este", "ano")}:
        return written._replace(year=today.year)
    if pairs & {("last", "year"), ("ano", "pasado")}:
        return written._replace(year=today.year - 1)
    return written


def _aged(written: Written, first: int, today: date) -> Told:
    day = written.as_date(today.year)
    if day is None:
        return Told(None, first, written.last, precise=True)
    months = months_between(day, today)
    if written.day is None and (day.year, day.month) == (today.year, today.month):
        months = 0
    return Told(months if months >= 0 else None, first, written.last, precise=True)


def _born_since(message: Message, at: int, today: date, language: Language) -> Told | None:
    """ "hace 6 semanas que nació": from token ``at``, the word "nacio"."""
    if message.word(at - 1) not in {"que", "q", "k"}:
        return None
    for begins in range(max(0, at - _SINCE_REACHES), at - 1):
        if message.word(begins) != "hace" or message.separated(begins, at):
            continue
        when = day_from(message, begins, today, language, ahead=False)
        if when is not None and when.last == at - 2:
            return Told(months_since(today, when.day), begins, at, precise=True)
    return None


def _born_ago(message: Message, at: int, today: date, language: Language) -> Told | None:
    """ "born 3 weeks ago", "nacio ayer": from token ``at``, the word "born"."""
    near = {message.word(step) for step in range(at + 1, at + 5)}
    if not near & _AGO:
        return None
    when = day_after(message, at, today, language, ahead=False)
    if when is None or when.day > today:
        return None
    said = {message.word(step) for step in range(at + 1, when.last + 2)}
    if not said & _AGO:
        return None
    return Told(months_since(today, when.day), at, when.last, precise=True)


def newborn(message: Message, at: int) -> Told | None:
    """ "Newborn", "recién nacida", "brand new"; not what the child was as one."""
    word = message.word(at)
    after = message.word(at + 1)
    if word in NEWBORN:
        last = at
    elif (word == "recien" and after.startswith("nacid")) or (word, after) == ("brand", "new"):
        last = at + 1
    else:
        return None
    # "as a newborn" tells of the past
    if message.word(at - 1) in {"a", "de"} | NOT_AGE_BEFORE and (
        message.word(at - 2) in {"as", "since", "was"} or word == "recien"
    ):
        return None
    return Told(0, at, last, precise=False)
