"""Words the packs know that came to nothing in a message, and what kept them from counting.

The reasons are found by asking the reader again with one thing taken away: what counts once the
"no" is gone was kept back by the "no". So they follow the reading, whatever its rules become.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from service.domain.explanation.outranked import Outranked
from service.domain.explanation.words import FLAGS, INTENTS, age, plain
from service.domain.reading.intents import read_intent
from service.domain.reading.lexicon import Family, Kind, Lexicon, Rule
from service.domain.reading.matching import Match, Message, look_up
from service.domain.reading.safety import read_flags
from service.domain.reading.together import add_together
from service.domain.reading.types import Context, Evidence, Reading
from service.domain.vocabulary import Asked, Intent

_Sign: TypeAlias = tuple[str, int]
"""The rule of a sign, and where in the text it begins."""

_KEPT_BACK: tuple[tuple[Family, frozenset[Kind], str], ...] = (
    (Family.SAFETY, frozenset({Kind.TRAP}), "these words mean something else"),
    (Family.DANGER, frozenset({Kind.TRAP}), "these words mean something else"),
    (Family.TELLING, frozenset({Kind.NOT_REAL}), "of something that did not happen"),
    (Family.TELLING, frozenset({Kind.SOMEONE_ELSE}), "about somebody else"),
    (Family.TELLING, frozenset({Kind.LONG_AGO, Kind.WELL_SINCE}), "told of the past"),
    (Family.CONCERN, frozenset({Kind.NOT, Kind.NO_LONGER}), "denied just before"),
    (Family.CONCERN, frozenset({Kind.OTHER}), "an old story about somebody else"),
    (Family.PAST, frozenset({Kind.PAST}), "told of the past"),
)
_DENIAL_REACHES = 4
_NOT_ALL = "counts only where it is the whole message"
_SMALL_WORDS = frozenset({Intent.YES, Intent.NO, Intent.THANKS})


def passed_over(reading: Reading, context: Context, lexicon: Lexicon) -> Iterator[Outranked]:
    """What the lexicon knows in the text and the reading does not hold."""
    message = look_up(reading.text, lexicon)
    add_together(message, lexicon)
    yield from _flags(reading, message, context.age_months)
    yield from _intents(reading, message, context)
    yield from _named(reading, message)
    yield from _skills(reading, message)
    yield from _traps(message)


def _flags(reading: Reading, message: Message, age_months: int | None) -> Iterator[Outranked]:
    counted = {(f.evidence.rule, f.evidence.start): f.level for f in reading.flags}
    reasons: Mapping[_Sign, str] | None = None
    for match in _signs(message):
        evidence, level = message.shown_by(match), match.rule.level
        if level is None or _told_already(evidence, reading):
            continue
        sign = evidence.rule, evidence.start
        read_as = counted.get(sign)
        if read_as is None:
            if reasons is None:
                reasons = _kept_back(message, age_months)
            why = reasons.get(sign, "counts only together with other words")
            yield _seen(FLAGS[level], why, evidence)
        elif read_as < level:
            yield _seen(FLAGS[level], f"told of the past: counts as {FLAGS[read_as]}", evidence)


def _signs(message: Message) -> list[Match]:
    families = (Family.SAFETY, Family.DANGER)
    return [match for family in families for match in _of_kind(message, family, Kind.FLAG)]


def _told_already(evidence: Evidence, reading: Reading) -> bool:
    """Whether a flag says the same of more words."""
    return any(
        flag.evidence.rule == evidence.rule
        and flag.evidence.start < evidence.start
        and evidence.end <= flag.evidence.end
        for flag in reading.flags
    )


def _kept_back(message: Message, age_months: int | None) -> Mapping[_Sign, str]:
    """For each sign that counts once one thing is taken away, what that is."""
    limits = {m.rule.id: m.rule.until_months for m in _signs(message) if m.rule.until_months}
    reasons = {
        (rule, start): f"counts for a child known to be under {age(limits[rule])}"
        for rule, start in (_counting(message, 0) if limits else ())
        if rule in limits
    }
    for family, kinds, why in _KEPT_BACK:
        kept = [match for match in message.of(family) if match.rule.kind not in kinds]
        for sign in _counting(_with(message, family, kept), age_months):
            reasons.setdefault(sign, why)
    return reasons


def _counting(message: Message, age_months: int | None) -> set[_Sign]:
    return {(f.evidence.rule, f.evidence.start) for f in read_flags(message, age_months)}


def _intents(reading: Reading, message: Message, context: Context) -> Iterator[Outranked]:
    won = reading.intent_evidence.rule if reading.intent_evidence else None
    first: dict[Intent, Match] = {}
    for match in _of_kind(message, Family.INTENT, Kind.INTENT):
        intent = match.rule.intent
        if intent not in (None, reading.intent) and match.rule.id != won:
            first.setdefault(intent, match)
    for intent, match in first.items():
        why = _lost_to(intent, reading, message, context)
        if why is _NOT_ALL and intent in _SMALL_WORDS and _tells(reading):
            continue  # a "no" or a "fine" within a sentence is no answer to anybody
        yield _seen(INTENTS[intent], why, message.shown_by(match))


def _tells(reading: Reading) -> bool:
    return reading.says_something or reading.intent is not None


def _lost_to(intent: Intent, reading: Reading, message: Message, context: Context) -> str:
    mine = [match for match in message.of(Family.INTENT) if match.rule.intent is intent]
    alone = _with(message, Family.INTENT, mine)
    dated = reading.date is not None
    worried = bool(reading.concerns or reading.flags)

    def fires(where: Context) -> bool:
        return read_intent(alone, where, dated=dated, worried=worried) is not None

    if reading.intent is not None and fires(context):
        return f"{INTENTS[reading.intent]} matters more"
    if fires(replace(context, asked=Asked.AFTER_SUGGESTION)):
        return "means something else in answer to what was asked"
    return _NOT_ALL


def _named(reading: Reading, message: Message) -> Iterator[Outranked]:
    """Conditions and topics the words name and the reading leaves out."""
    named = {hint.condition for hint in reading.hints} | {topic.key for topic in reading.topics}
    denials = message.ends(Family.CONCERN, Kind.NOT)
    for match in (*message.of(Family.HINT), *message.of(Family.TOPIC)):
        rule = match.rule
        name = rule.condition or rule.topic
        if name is None or name in named:
            continue
        named.add(name)
        denied = message.shortly_before(match.first, denials, _DENIAL_REACHES)
        why = "denied just before" if denied else "about somebody else"
        what = f"named: {plain(name)}" if rule.condition else f"about {plain(name)}"
        yield _seen(what, why, message.shown_by(match))


def _skills(reading: Reading, message: Message) -> Iterator[Outranked]:
    """Skills and signs in the words that no concern was made of."""
    told = [
        part.evidence
        for parts in (reading.concerns, reading.milestones, reading.topics, reading.flags)
        for part in parts
    ]
    for match in _of_kind(message, Family.CONCERN, Kind.SKILL, Kind.SIGN):
        evidence = message.shown_by(match)
        if any(e.start < evidence.end and evidence.start < e.end for e in told):
            continue
        skill = match.rule.kind is Kind.SKILL
        why = "named without a difficulty" if skill else "denied, over, or about somebody else"
        yield _seen(_about(match.rule), why, evidence)


def _traps(message: Message) -> Iterator[Outranked]:
    for family in (Family.CONCERN, Family.SAFETY, Family.DANGER, Family.INTENT):
        for match in _of_kind(message, family, Kind.TRAP):
            why = "only looks like a sign; these words mean something else"
            yield _seen("a set phrase", why, message.shown_by(match))


def _about(rule: Rule) -> str:
    if rule.domains:
        return ", ".join(f"{plain(domain)} ({domain.side})" for domain in rule.domains)
    return plain(rule.milestone or rule.topic or rule.id)


def _of_kind(message: Message, family: Family, *kinds: Kind) -> Iterator[Match]:
    return (match for match in message.of(family) if match.rule.kind in kinds)


def _with(message: Message, family: Family, matches: list[Match]) -> Message:
    """The message as if only these matches of one family had been found."""
    return replace(message, matches={**message.matches, family: matches})


def _seen(what: str, why: str, evidence: Evidence) -> Outranked:
    return Outranked(what, why, evidence.rule, evidence.source, evidence)
