"""One entry of a reading pack as a rule, for each section a pack file may hold.

Keys that nobody reads and values out of range are refused with file, line and key.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from config.marker_kinds import MARKER_FAMILIES, MARKERS
from config.pack_files import Entry
from config.pack_values import domain, limits, yes_or_no
from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.vocabulary import FlagLevel, Intent

_BASE = ("id", "source", "en", "es")
_TRAPS = {
    "concern": Family.CONCERN,
    "safety": Family.SAFETY,
    "danger": Family.DANGER,
    "intent": Family.CONTROL,
    "topic": Family.TOPIC,
    "telling": Family.TELLING,
}
_LEVELS = {level.name.lower(): level for level in FlagLevel}
_ANY_AGE = 0
_E = TypeVar("_E", bound=StrEnum)


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
    kind = MARKERS.get(entry.text("kind"))
    if kind is None:
        entry.fail("kind", f"must be one of {', '.join(MARKERS)}")
    family = MARKER_FAMILIES.get(kind, Family.CONCERN)
    return Rule(entry.text("id"), kind, family, "grammar")


def _trap(entry: Entry) -> Rule:
    entry.only(*_BASE, "among", "intent")
    family = _TRAPS.get(entry.text("among"))
    if family is None:
        entry.fail("among", f"must be one of {', '.join(_TRAPS)}")
    source, of = entry.text("source", "grammar"), _enum(entry, "intent", Intent)
    return Rule(entry.text("id"), Kind.TRAP, family, source, intent=of)


def _hint(entry: Entry) -> Rule:
    entry.only(*_BASE, "condition")
    condition = entry.text("condition")
    return Rule(entry.text("id"), Kind.HINT, Family.HINT, entry.text("source"), condition=condition)


def _topic(entry: Entry) -> Rule:
    entry.only(*_BASE, "topic")
    topic = entry.text("topic")
    return Rule(entry.text("id"), Kind.TOPIC, Family.TOPIC, entry.text("source"), topic=topic)


def _safety(entry: Entry) -> Rule:
    entry.only(*_BASE, "level", "past", "deniable", "passes", "until_months")
    level = _level(entry, "level", None)
    if level is None:
        entry.fail("level", "is missing")
    return Rule(
        id=entry.text("id"),
        kind=Kind.FLAG,
        family=Family.SAFETY if level is FlagLevel.SOON else Family.DANGER,
        source=entry.text("source"),
        level=level,
        past=_level(entry, "past", "soon"),
        deniable=yes_or_no(entry, "deniable", default=True),
        passes=yes_or_no(entry, "passes", default=True),
        until_months=entry.number("until_months", _ANY_AGE),
    )


def _intent(entry: Entry) -> Rule:
    entry.only(*_BASE, "intent", "whole", "question", "only", "slips")
    intent = _enum(entry, "intent", Intent)
    if intent is None:
        entry.fail("intent", "is missing")
    question = entry.text("question", "") or None
    if (question is not None) != (intent is Intent.FAQ):
        entry.fail("question", "goes with the intent faq, and only with it")
    whole = yes_or_no(entry, "whole", default=True)
    return Rule(
        id=entry.text("id"),
        kind=Kind.INTENT,
        family=Family.CONTROL if whole else Family.INTENT,
        source=entry.text("source", "knowledge e6"),
        intent=intent,
        whole=whole,
        question=question,
        only=limits(entry),
    )


def _courtesy(entry: Entry) -> Rule:
    entry.only(*_BASE)
    return Rule(entry.text("id"), Kind.COURTESY, Family.COURTESY, "grammar")


def _all_fine(entry: Entry) -> Rule:
    entry.only(*_BASE)
    return Rule(entry.text("id"), Kind.ALL_FINE, Family.ALL_FINE, entry.text("source"))


SECTIONS: dict[str, Callable[[Entry], Rule]] = {
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
