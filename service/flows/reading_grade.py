"""How hard a text is to read, measured with a library on the text filled in as it is sent.

English: the Flesch-Kincaid school grade. Spanish: the Fernandez-Huerta ease, where 70 to 80 is
fairly easy (grade 6) and more is easier. Source of the limits: knowledge e1.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import textstat

from service.domain.content_check import Problem, file_name
from service.domain.vocabulary import Channel, Language
from service.domain.wording import EMAIL_ONLY, KEYS, Messages

HARDEST_GRADE = 6.0
"""English: no text above this school grade."""
HARDEST_SPANISH = 70.0
"""Spanish: no text below this ease."""

TYPICAL: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        Language.EN: MappingProxyType(
            {
                "clinic": "Sunny Days",
                "phone": "555-0142",
                "link": "sunnydays.org",
                "reasons": "running and stairs, and eating",
                "pt_reasons": "running and stairs",
                "ot_reasons": "eating",
                "when": "Thursday, December 3",
                "ending": "42",
            }
        ),
        Language.ES: MappingProxyType(
            {
                "clinic": "Sunny Days",
                "phone": "555-0142",
                "link": "sunnydays.org",
                "reasons": "correr y subir, y comer",
                "pt_reasons": "correr y subir",
                "ot_reasons": "comer",
                "when": "jueves 3 de diciembre",
                "ending": "42",
            }
        ),
    }
)
"""The value each placeholder is given for measuring."""


def english_grade(text: str) -> float:
    """The school grade an English text reads at."""
    textstat.set_lang("en")
    return float(textstat.flesch_kincaid_grade(text))


def spanish_ease(text: str) -> float:
    """The ease of a Spanish text, about 0 (hardest) to 100 and more."""
    textstat.set_lang("es")
    return float(textstat.fernandez_huerta(text))


def too_hard(language: Language, text: str) -> str | None:
    """Why a text, placeholders filled in, is too hard to read; None where it is not."""
    if language is Language.EN:
        grade = english_grade(text)
        if grade > HARDEST_GRADE:
            return f"reads at grade {grade:.1f}; {HARDEST_GRADE:.0f} is the hardest allowed"
        return None
    ease = spanish_ease(text)
    if ease < HARDEST_SPANISH:
        return f"has a reading ease of {ease:.0f}; {HARDEST_SPANISH:.0f} is the lowest allowed"
    return None


def hard_texts(messages: Messages) -> tuple[Problem, ...]:
    """Every text that is too hard to read, on any channel, in the order of the keys."""
    found = []
    for channel, words, keys in (
        (Channel.SMS, messages.texts, KEYS),
        (Channel.EMAIL, messages.email, (*KEYS, *EMAIL_ONLY)),
    ):
        for key in keys:
            for language in Language:
                if (language, key) not in words:
                    continue  # reported by the content check, where it should be there
                text = messages.render(language, key, TYPICAL[language], channel)
                if (why := too_hard(language, text)) is not None:
                    found.append(Problem(file_name(key, channel), language, why))
    return tuple(found)
