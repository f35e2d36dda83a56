"""The plain words in which people are told what was read: one set for the terminal and the page."""

from __future__ import annotations

from typing import Final

from service.domain.reading.types import Status
from service.domain.vocabulary import Asked, FlagLevel, Intent

FLAGS: Final = {
    FlagLevel.URGENT: "Urgent",
    FlagLevel.CRISIS: "Crisis",
    FlagLevel.SOON: "Doctor soon",
}

INTENTS: Final = {
    Intent.STOP: "Stop",
    Intent.HELP: "Asks what this is",
    Intent.START: "Start again",
    Intent.YES: "Yes",
    Intent.NO: "No",
    Intent.BOOKED: "It is booked",
    Intent.LATER: "Later",
    Intent.HUMAN: "Wants a person",
    Intent.WRONG_NUMBER: "Wrong number",
    Intent.SPANISH: "Asks for Spanish",
    Intent.ENGLISH: "Asks for English",
    Intent.THANKS: "Thanks",
    Intent.FAQ: "Asks a question",
}

ASKED: Final = {
    Asked.CONSENT: "whether we may text",
    Asked.AGE: "the child's age",
    Asked.CHECKLIST_1: "the first list",
    Asked.CHECKLIST_2: "the second list",
    Asked.FREE: "anything else?",
    Asked.AFTER_SUGGESTION: "nothing; the suggestion was given",
    Asked.REMINDER: "nothing; a reminder had just gone out",
}

NOT_COUNTED: Final = {
    Status.DENIED: "said to be fine",
    Status.OVER: "said to be over",
    Status.OTHER_PERSON: "about somebody else",
}


def age(months: int | None) -> str:
    """An age in whole months: "5 months", "3 years 2 months", "7 years"."""
    if months is None:
        return "not known"
    years, rest = divmod(months, 12)
    if years < 1:
        return _count(rest, "month")
    if years >= 5 or not rest:
        return _count(years, "year")
    return f"{_count(years, 'year')} {_count(rest, 'month')}"


def plain(name: str) -> str:
    """A name of ours as words: ``fine_motor`` becomes "fine motor"."""
    return name.replace("_", " ")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
