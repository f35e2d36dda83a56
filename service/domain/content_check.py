"""Whether what parents read is complete, short, plain and lawful.

The same check guards the texts that come with the product and the wording a clinic writes
itself. It reports every problem it finds, in words an editor understands; none means the text
may be sent. What is said in a mail costs no segments and may hold any letter, but is kept short
all the same. Sources: knowledge e1 (plain language), providers 4 (segments).
The reading grade needs a library: ``service.flows.reading_grade``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from service.domain.checklist import LAST_MONTH, Checklist
from service.domain.first_text_duties import missing_duties
from service.domain.segments import count, outside_gsm
from service.domain.vocabulary import Channel, Language
from service.domain.wording import (
    BOTH_REASONS_LIMIT,
    EMAIL_ONLY,
    KEYS,
    REASONS_LIMIT,
    REQUIRED,
    Messages,
    allowed_placeholders,
    placeholders,
    required_placeholders,
    stray_braces,
)

MAX_SEGMENTS = 2
LONGEST_MAIL_TEXT = 900
"""Characters of one text in a mail: a mail of two or three is still read at a glance."""
LONGEST_SUBJECT = 60
"""Characters of a subject line: phones cut off what is longer."""

LONGEST: Mapping[str, str] = MappingProxyType(
    {
        "clinic": "x" * 36,
        "phone": "(312) 555-0142",
        "link": "x" * 60,
        "reasons": "x" * REASONS_LIMIT,
        "pt_reasons": "x" * BOTH_REASONS_LIMIT,
        "ot_reasons": "x" * BOTH_REASONS_LIMIT,
        "when": "x" * 40,
        "ending": "x" * 4,
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
    for key in (*KEYS, *EMAIL_ONLY):
        if key in REQUIRED and not messages.has_variant(key, Channel.EMAIL):
            continue
        for language in Language:
            text = messages.email.get((language, key))
            if text is None:
                found.append(Problem(file_name(key, Channel.EMAIL), language, "is missing"))
            else:
                found.extend(check_text(language, key, text, avoid, Channel.EMAIL))
    return tuple(found)


def check_text(
    language: Language,
    key: str,
    text: str,
    avoid: AvoidWords,
    channel: Channel = Channel.SMS,
) -> tuple[Problem, ...]:
    """Every problem of one text: what an editor is shown while writing it.

    A checklist header is sent with its list below it: ``check_checklist`` measures the two.
    """
    if key not in REQUIRED and (key not in EMAIL_ONLY or channel is not Channel.EMAIL):
        return (Problem(key, language, "there is no such text"),)
    reasons = [
        *_placeholder_reasons(key, text),
        *_size_reasons(key, text, channel),
        *_tone_reasons(text),
        *(f"a first text must hold: {d}" for d in missing_duties(language, key, text, channel)),
    ]
    name = file_name(key, channel)
    words = re.sub(r"\{[a-z_]+\}", " ", text)
    return (
        *(Problem(name, language, reason) for reason in reasons),
        *(replace(problem, key=name) for problem in avoid.problems(key, language, words)),
    )


def file_name(key: str, channel: Channel) -> str:
    """What an editor knows these words by: the name of their file, without its ending."""
    return f"{key}.email" if channel is Channel.EMAIL and key in REQUIRED else key


def check_checklist(
    checklist: Checklist, messages: Messages, avoid: AvoidWords
) -> tuple[Problem, ...]:
    """Every problem of the lists as sent, over all ages, and of the words used for results."""
    found: dict[Problem, None] = {}
    seen: set[tuple[Channel, str]] = set()
    for language in Language:
        for age_months in range(LAST_MONTH + 1):
            for part, shown in enumerate(checklist.lists_for(age_months), start=1):
                key = f"checklist_{part}_header"
                for channel in Channel:
                    header = messages.text(language, key, channel)
                    text = checklist.list_text(header, shown, language, age_months)
                    if (channel, text) in seen:
                        continue
                    seen.add((channel, text))
                    name = file_name(key, channel)
                    for reason in _size_reasons(key, text, channel):
                        found[Problem(name, language, f"at {age_months} months {reason}")] = None
                    for problem in avoid.problems(key, language, text):
                        found[replace(problem, key=name)] = None
        for phrase in checklist.phrases(language):
            for reason in _size_reasons("reason", phrase, Channel.SMS):
                found[Problem("reason", language, f"'{phrase}' {reason}")] = None
            for problem in avoid.problems("reason", language, phrase):
                found[problem] = None
    return tuple(found)


def _placeholder_reasons(key: str, text: str) -> list[str]:
    used = set(placeholders(text))
    reasons = [f"needs {{{name}}}" for name in sorted(required_placeholders(key) - used)]
    reasons += [
        f"{{{name}}} may not be used here" for name in sorted(used - allowed_placeholders(key))
    ]
    if stray_braces(text):
        reasons.append("holds a brace that belongs to no placeholder")
    return reasons


def _size_reasons(key: str, text: str, channel: Channel) -> list[str]:
    filled = text
    for name, value in LONGEST.items():
        filled = filled.replace(f"{{{name}}}", value)
    if channel is Channel.EMAIL:
        return _length_reasons(key, filled)
    reasons = []
    if outside := outside_gsm(filled):
        letters = " ".join(outside)
        reasons.append(f"holds {letters}, which more than doubles the cost of the text")
    segments = count(filled).segments
    if segments > MAX_SEGMENTS:
        reasons.append(f"takes {segments} segments with its longest values; {MAX_SEGMENTS} fit")
    return reasons


def _length_reasons(key: str, filled: str) -> list[str]:
    is_subject = key == "mail_subject"
    fit = LONGEST_SUBJECT if is_subject else LONGEST_MAIL_TEXT
    reasons = []
    if len(filled) > fit:
        reasons.append(
            f"is {len(filled)} characters long with its longest values; {fit} fit in a mail"
        )
    if is_subject and "\n" in filled:
        reasons.append("must be one line")
    return reasons


def _tone_reasons(text: str) -> list[str]:
    return ["holds more than one exclamation mark"] if text.count("!") > 1 else []


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFD", text.replace("\u2019", "'")).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c))


def _pattern(word: str) -> str:
    plain = _plain(word)
    ending = r"\w*" if plain.endswith("*") else ""
    return rf"\b{re.escape(plain.rstrip('*'))}{ending}\b"
