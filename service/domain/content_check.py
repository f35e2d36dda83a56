"""Whether what parents read is complete, short, plain and lawful.

The same check guards the texts that come with the product and the wording a clinic writes
itself. It reports every problem it finds, in words an editor understands; none means the text
may be sent. Sources: knowledge e1 (plain language), providers 3 (first text) and 4 (segments).
The reading grade needs a library: ``service.flows.reading_grade``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from service.domain.checklist import LAST_MONTH, Checklist
from service.domain.segments import count, outside_gsm
from service.domain.vocabulary import Language
from service.domain.wording import (
    BOTH_REASONS_LIMIT,
    KEYS,
    REASONS_LIMIT,
    REQUIRED,
    Messages,
    allowed_placeholders,
    placeholders,
    stray_braces,
)

MAX_SEGMENTS = 2

LONGEST: Mapping[str, str] = MappingProxyType(
    {
        "clinic": "x" * 36,
        "phone": "(312) 555-0142",
        "link": "x" * 60,
        "reasons": "x" * REASONS_LIMIT,
        "pt_reasons": "x" * BOTH_REASONS_LIMIT,
        "ot_reasons": "x" * BOTH_REASONS_LIMIT,
        "when": "x" * 40,
    }
)
"""The longest value each placeholder is given: texts are measured with these."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one text: the text's key, its language, and why, for an editor."""

    key: str
    language: Language
    reason: str


@dataclass(frozen=True, slots=True)
class AvoidRule:
    """Words a text must not hold (knowledge e1), and what to say instead.

    ``words`` are matched as whole words, whatever their case and accents; a trailing ``*``
    stands for any ending. They are allowed inside the phrases of ``unless`` and in the texts of
    ``allowed_in`` (a parent who asks what "fine motor" is must be told).
    """

    id: str
    language: Language
    words: tuple[str, ...]
    say: str
    unless: tuple[str, ...] = ()
    allowed_in: frozenset[str] = frozenset()

    def found_in(self, text: str) -> tuple[str, ...]:
        """The words of this rule that ``text`` holds."""
        plain = _plain(text)
        for phrase in self.unless:
            plain = re.sub(rf"\b{re.escape(_plain(phrase))}\b", " ", plain)
        return tuple(word for word in self.words if re.search(_pattern(word), plain))


@dataclass(frozen=True, slots=True)
class AvoidWords:
    """All rules about words to avoid."""

    rules: tuple[AvoidRule, ...]

    def problems(self, key: str, language: Language, text: str) -> tuple[Problem, ...]:
        """Every avoided word that the text ``key`` holds."""
        return tuple(
            Problem(key, language, f"avoid '{word}' ({rule.id}); {rule.say}")
            for rule in self.rules
            if rule.language is language and key not in rule.allowed_in
            for word in rule.found_in(text)
        )


def check(messages: Messages, avoid: AvoidWords) -> tuple[Problem, ...]:
    """Every problem of every text, in the order of the keys."""
    found: list[Problem] = []
    for key in KEYS:
        for language in Language:
            text = messages.texts.get((language, key))
            if text is None:
                found.append(Problem(key, language, "is missing"))
            else:
                found.extend(check_text(language, key, text, avoid))
    return tuple(found)


def check_text(language: Language, key: str, text: str, avoid: AvoidWords) -> tuple[Problem, ...]:
    """Every problem of one text: what an editor is shown while writing it.

    A checklist header is sent with its list below it: ``check_checklist`` measures the two.
    """
    if key not in REQUIRED:
        return (Problem(key, language, "there is no such text"),)
    reasons = [
        *_placeholder_reasons(key, text),
        *_size_reasons(text),
        *_tone_reasons(text),
        *_duty_reasons(language, key, text),
    ]
    words = re.sub(r"\{[a-z_]+\}", " ", text)
    return (
        *(Problem(key, language, reason) for reason in reasons),
        *avoid.problems(key, language, words),
    )


def check_checklist(
    checklist: Checklist, messages: Messages, avoid: AvoidWords
) -> tuple[Problem, ...]:
    """Every problem of the lists as sent, over all ages, and of the words used for results."""
    found: dict[Problem, None] = {}
    seen: set[str] = set()
    for language in Language:
        for age_months in range(LAST_MONTH + 1):
            for part, shown in enumerate(checklist.lists_for(age_months), start=1):
                key = f"checklist_{part}_header"
                header = messages.text(language, key)
                text = checklist.list_text(header, shown, language, age_months)
                if text in seen:
                    continue
                seen.add(text)
                for reason in _size_reasons(text):
                    found[Problem(key, language, f"at {age_months} months {reason}")] = None
                for problem in avoid.problems(key, language, text):
                    found[problem] = None
        for phrase in checklist.phrases(language):
            for reason in _size_reasons(phrase):
                found[Problem("reason", language, f"'{phrase}' {reason}")] = None
            for problem in avoid.problems("reason", language, phrase):
                found[problem] = None
    return tuple(found)


def _placeholder_reasons(key: str, text: str) -> list[str]:
    used = set(placeholders(text))
    reasons = [f"needs {{{name}}}" for name in sorted(REQUIRED[key] - used)]
    reasons += [
        f"{{{name}}} may not be used here" for name in sorted(used - allowed_placeholders(key))
    ]
    if stray_braces(text):
        reasons.append("holds a brace that belongs to no placeholder")
    return reasons


def _size_reasons(text: str) -> list[str]:
    filled = text
    for name, value in LONGEST.items():
        filled = filled.replace(f"{{{name}}}", value)
    reasons = []
    if outside := outside_gsm(filled):
        letters = " ".join(outside)
        reasons.append(f"holds {letters}, which more than doubles the cost of the text")
    segments = count(filled).segments
    if segments > MAX_SEGMENTS:
        reasons.append(f"takes {segments} segments with its longest values; {MAX_SEGMENTS} fit")
    return reasons


def _tone_reasons(text: str) -> list[str]:
    return ["holds more than one exclamation mark"] if text.count("!") > 1 else []


_FIRST_TEXTS = frozenset({"consent", "invitation"})

_DUTIES: Mapping[Language, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        Language.EN: (
            ("STOP", r"\bSTOP\b"),
            ("HELP", r"\bHELP\b"),
            ("Msg & data rates may apply", r"(?i)\bmsg ?& ?data rates may apply\b"),
            ("911 for emergencies", r"\b911\b"),
        ),
        Language.ES: (
            ("ALTO", r"\bALTO\b"),
            ("AYUDA", r"\bAYUDA\b"),
            (
                "Pueden aplicar tarifas de mensajes y datos",
                r"(?i)\btarifas de mensajes? y datos\b",
            ),
            ("911 for emergencies", r"\b911\b"),
        ),
    }
)


def _duty_reasons(language: Language, key: str, text: str) -> list[str]:
    """What carriers and law want in the first text (providers 3), and where help is."""
    if key not in _FIRST_TEXTS:
        return []
    return [
        f"a first text must hold: {duty}"
        for duty, pattern in _DUTIES[language]
        if not re.search(pattern, text)
    ]


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("\u2019", "'")).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c))


def _pattern(word: str) -> str:
    plain = _plain(word)
    ending = r"\w*" if plain.endswith("*") else ""
    return rf"\b{re.escape(plain.rstrip('*'))}{ending}\b"
