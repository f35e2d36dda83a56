"""Loading the reading packs: words of concern, safety signs and control words.

Every file under ``lexicon/``, ``safety/`` and ``intents/`` may hold any of the sections below;
a wrong entry stops the start with one line that names file, line and key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from config.pack_files import Entry, PackError, read_pack_file
from config.pack_values import domain, limits, yes_or_no
from config.real_words import real_words
from service.domain.reading.lexicon import (
    Family,
    Kind,
    Lexicon,
    Phrasing,
    Rule,
    TogetherPhrase,
    compile_lexicon,
)
from service.domain.reading.phrases import PhraseError, members, parse
from service.domain.reading.word_tree import Phrase, Words
from service.domain.reading.written_together import is_together, split_together
from service.domain.vocabulary import FlagLevel, Intent, Language

FOLDERS = ("lexicon", "safety", "intents")
_BASE = ("id", "source", "en", "es")
_MARKERS = {
    kind.value: kind
    for kind in (
        Kind.CANNOT,
        Kind.TROUBLE,
        Kind.NOT,
        Kind.CAN,
        Kind.FINE,
        Kind.WORRY,
        Kind.NO_LONGER,
        Kind.ANYMORE,
        Kind.PAST,
        Kind.CONTRAST,
        Kind.SUBJECT,
        Kind.OTHER,
        Kind.GLUE,
    )
}
_TRAPS = {"concern": Family.CONCERN, "safety": Family.SAFETY, "intent": Family.INTENT}
_LEVELS = {level.name.lower(): level for level in FlagLevel}
LOST_SKILL = "safety.lost_skill"
_E = TypeVar("_E", bound=StrEnum)


@dataclass(slots=True)
class _Packs:
    """What has been read so far."""

    classes: dict[str, tuple[Words, ...]] = field(default_factory=dict)
    phrasings: list[Phrasing] = field(default_factory=list)
    ids: dict[str, Entry] = field(default_factory=dict)
    english: list[str] = field(default_factory=list)
    spanish: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    spellings: dict[str, str] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    """The parts of phrases of several parts, by how they are written."""
    together: dict[int, list[TogetherPhrase]] = field(default_factory=dict)


def load_lexicon(root: Path) -> Lexicon:
    """Read every pack file under ``root`` and compile them. Raises ``PackError``."""
    packs = _Packs()
    tops: list[Entry] = []
    for folder in FOLDERS:
        paths = sorted((root / folder).glob("*.yaml"))
        if not paths:
            raise PackError(f"{root / folder}: holds no pack files")
        tops += [read_pack_file(path) for path in paths]
    for top in tops:
        _read_definitions(top, packs)
    for top in tops:
        _read_rules(top, packs)
    lost = [p.rule for p in packs.phrasings if p.rule.id == LOST_SKILL]
    if not lost:
        raise PackError(f"{root / 'safety'}: no flag has the id {LOST_SKILL}")
    return compile_lexicon(
        packs.phrasings,
        left_alone=packs.left_alone,
        fixed_spellings=packs.spellings,
        english=packs.english,
        spanish=packs.spanish,
        lost_skill=lost[0],
        real_words={language: real_words(language) for language in Language},
        together={first: tuple(phrases) for first, phrases in packs.together.items()},
    )


def _read_definitions(top: Entry, packs: _Packs) -> None:
    top.only(*_SECTIONS, "classes", "words")
    for entry in top.entries("classes", required=False):
        entry.only("name", "phrases")
        packs.classes[entry.text("name")] = _members(entry)
    if "words" in top.values:
        _read_words(top.entry("words"), packs)


def _read_rules(top: Entry, packs: _Packs) -> None:
    for section, rule_of in _SECTIONS.items():
        for entry in top.entries(section, required=False):
            rule = rule_of(entry)
            if rule.id in packs.ids:
                there = packs.ids[rule.id]
                entry.fail("id", f"'{rule.id}' also stands at {there.path.name}:{there.line}")
            packs.ids[rule.id] = entry
            before = sum(map(len, packs.together.values()))
            phrases = _phrases(entry, "en", rule, packs) + _phrases(entry, "es", rule, packs)
            if not phrases and before == sum(map(len, packs.together.values())):
                entry.fail("en", "needs at least one phrase in en or es")
            packs.phrasings.append(Phrasing(rule, phrases))


def _members(entry: Entry) -> tuple[Words, ...]:
    found: dict[Words, None] = {}
    for phrase in entry.texts("phrases", required=True):
        try:
            found.update(dict.fromkeys(members(phrase)))
        except PhraseError as error:
            entry.fail("phrases", f"'{phrase}': {error}")
    return tuple(found)


def _phrases(entry: Entry, key: str, rule: Rule, packs: _Packs) -> tuple[Phrase, ...]:
    found: list[Phrase] = []
    for phrase in entry.texts(key):
        try:
            if is_together(phrase):
                _plant_together(phrase, rule, packs)
            else:
                found.append(parse(phrase, packs.classes))
        except PhraseError as error:
            entry.fail(key, f"'{phrase}': {error}")
    return tuple(found)


def _plant_together(phrase: str, rule: Rule, packs: _Packs) -> None:
    written = split_together(phrase)

    def number(part: str) -> int:
        known = packs.parts.get(part)
        if known is None:
            known = packs.parts[part] = len(packs.parts)
            whole = Rule(f"part.{known}", Kind.PART, Family.PART, "grammar", part=known)
            packs.phrasings.append(Phrasing(whole, (parse(part, packs.classes),)))
        return known

    first, *others = map(number, written.parts)
    found = TogetherPhrase(
        rule=rule,
        others=tuple(others),
        without=tuple(map(number, written.without)),
        whole_message=written.whole_message,
        nowhere=tuple(map(number, written.nowhere)),
    )
    packs.together.setdefault(first, []).append(found)


def _read_words(entry: Entry, packs: _Packs) -> None:
    entry.only("english", "spanish", "left_alone", "spellings")
    for key, words in (
        ("english", packs.english),
        ("spanish", packs.spanish),
        ("left_alone", packs.left_alone),
    ):
        words += [word for line in entry.texts(key) for word in line.split()]
    for line in entry.texts("spellings"):
        written, arrow, meant = line.partition(" -> ")
        if not arrow:
            entry.fail("spellings", f"'{line}' must read 'written -> meant'")
        packs.spellings[written.strip()] = meant.strip()


def _enum(entry: Entry, key: str, kinds: type[_E]) -> _E | None:
    if key not in entry.values:
        return None
    value = entry.text(key)
    if value not in set(kinds):
        entry.fail(key, f"'{value}' is none of {', '.join(kinds)}")
    return kinds(value)


def _level(entry: Entry, key: str, default: str | None) -> FlagLevel | None:
    value = entry.text(key, default or "")
    if value in ("", "none"):
        return None
    if value not in _LEVELS:
        entry.fail(key, f"'{value}' is none of {', '.join(_LEVELS)}, none")
    return _LEVELS[value]


def _concern(entry: Entry) -> Rule:
    entry.only(*_BASE, "kind", "domains", "not_yet", "milestone", "topic")
    kind = {"sign": Kind.SIGN, "skill": Kind.SKILL}.get(entry.text("kind"))
    if kind is None:
        entry.fail("kind", "must be sign or skill")
    not_yet = entry.text("not_yet", "")
    domains = tuple(domain(entry, "domains", d) for d in entry.texts("domains"))
    topic = entry.text("topic", "") or None
    milestone = entry.text("milestone", "") or None
    if not domains and topic is None and milestone is None:
        entry.fail("domains", "needs a domain, a topic or a milestone")
    return Rule(
        id=entry.text("id"),
        kind=kind,
        family=Family.CONCERN,
        source=entry.text("source"),
        domains=domains,
        not_yet=domain(entry, "not_yet", not_yet) if not_yet else None,
        milestone=milestone,
        topic=topic,
    )


def _marker(entry: Entry) -> Rule:
    entry.only("id", "kind", "en", "es")
    kind = _MARKERS.get(entry.text("kind"))
    if kind is None:
        entry.fail("kind", f"must be one of {', '.join(_MARKERS)}")
    family = Family.PAST if kind is Kind.PAST else Family.CONCERN
    return Rule(entry.text("id"), kind, family, "grammar")


def _trap(entry: Entry) -> Rule:
    entry.only(*_BASE, "among")
    family = _TRAPS.get(entry.text("among"))
    if family is None:
        entry.fail("among", f"must be one of {', '.join(_TRAPS)}")
    return Rule(entry.text("id"), Kind.TRAP, family, entry.text("source", "grammar"))


def _hint(entry: Entry) -> Rule:
    entry.only(*_BASE, "condition")
    condition = entry.text("condition")
    return Rule(entry.text("id"), Kind.HINT, Family.HINT, entry.text("source"), condition=condition)


def _topic(entry: Entry) -> Rule:
    entry.only(*_BASE, "topic")
    topic = entry.text("topic")
    return Rule(entry.text("id"), Kind.TOPIC, Family.TOPIC, entry.text("source"), topic=topic)


def _safety(entry: Entry) -> Rule:
    entry.only(*_BASE, "level", "past", "deniable")
    level = _level(entry, "level", None)
    if level is None:
        entry.fail("level", "is missing")
    return Rule(
        id=entry.text("id"),
        kind=Kind.FLAG,
        family=Family.SAFETY,
        source=entry.text("source"),
        level=level,
        past=_level(entry, "past", "soon"),
        deniable=yes_or_no(entry, "deniable", default=True),
    )


def _intent(entry: Entry) -> Rule:
    entry.only(*_BASE, "intent", "whole", "question", "only")
    intent = _enum(entry, "intent", Intent)
    if intent is None:
        entry.fail("intent", "is missing")
    question = entry.text("question", "") or None
    if (question is not None) != (intent is Intent.FAQ):
        entry.fail("question", "goes with the intent faq, and only with it")
    return Rule(
        id=entry.text("id"),
        kind=Kind.INTENT,
        family=Family.INTENT,
        source=entry.text("source", "knowledge e6"),
        intent=intent,
        whole=yes_or_no(entry, "whole", default=True),
        question=question,
        only=limits(entry),
    )


def _courtesy(entry: Entry) -> Rule:
    entry.only(*_BASE)
    return Rule(entry.text("id"), Kind.COURTESY, Family.COURTESY, "grammar")


def _all_fine(entry: Entry) -> Rule:
    entry.only(*_BASE)
    return Rule(entry.text("id"), Kind.ALL_FINE, Family.ALL_FINE, entry.text("source"))


_SECTIONS: dict[str, Callable[[Entry], Rule]] = {
    "concerns": _concern,
    "markers": _marker,
    "traps": _trap,
    "hints": _hint,
    "topics": _topic,
    "flags": _safety,
    "intents": _intent,
    "courtesy": _courtesy,
    "all_fine": _all_fine,
}
