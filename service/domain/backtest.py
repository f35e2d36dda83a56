"""What other content would change: one reply, or one whole conversation, read under two packs.

Losing a red flag or an opt-out is a safety change and is told before all others. Of the parent's
words a change holds those that fired a rule, and nothing that looks like a number or an address.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from service.domain.evaluation import Evaluated
from service.domain.explanation.facts import facts_of
from service.domain.replay import Played
from service.domain.triage import Outcome
from service.domain.vocabulary import FlagLevel, Intent, Suggestion


class Kind(StrEnum):
    """A kind of change, the most serious first."""

    FLAG_LOST = "flag lost"
    OPT_OUT_LOST = "opt-out lost"
    FLAG_GAINED = "flag gained"
    OPT_OUT_GAINED = "opt-out gained"
    SUGGESTION = "suggestion"
    LEAD = "which service first"
    INTENT = "intent"
    NUMBERS = "numbers"
    AGE = "age"
    DOMAINS = "domains"


SAFETY = frozenset({Kind.FLAG_LOST, Kind.OPT_OUT_LOST})
_OPT_OUTS = frozenset({Intent.STOP, Intent.WRONG_NUMBER})
_PRIVATE = re.compile(r"[^\s@]{1,64}@\S+|\+?\d(?:[\s().\-]{0,3}\d){6,}")
_HIDDEN = "[...]"


@dataclass(frozen=True, slots=True)
class Cause:
    """A rule, and the words that fired it."""

    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that comes out otherwise, in the words of ``tandem evaluate``."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """A reply, or a whole conversation, that comes out otherwise.

    ``conversation`` and ``reply`` are ids; a reply of a file has its own and no conversation.
    """

    conversation: int | None
    reply: str | None
    kinds: tuple[Kind, ...]
    fields: tuple[Field, ...]
    lost: tuple[Cause, ...]
    """What fires no longer."""
    gained: tuple[Cause, ...]
    """What fires only now."""

    @property
    def safety(self) -> bool:
        """Whether it loses a red flag or an opt-out."""
        return not SAFETY.isdisjoint(self.kinds)


@dataclass(slots=True)
class Tally:
    """How much was read, and how much of it comes out otherwise."""

    replies: int = 0
    conversations: int = 0
    changed_replies: int = 0
    changed_conversations: int = 0
    of_replies: Counter[Kind] = field(default_factory=Counter)
    of_conversations: Counter[Kind] = field(default_factory=Counter)
    suggestions: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Old and new suggestion of every conversation, or of every reply of a file."""
    drifted: int = 0
    """Conversations for which today's content no longer gives what was suggested then."""
    unreadable: int = 0
    """Conversations that cannot be opened or understood any more; they are left out."""

    def add(self, change: Change) -> None:
        """Count a change."""
        if change.reply is None:
            self.changed_conversations += 1
            self.of_conversations.update(change.kinds)
        else:
            self.changed_replies += 1
            self.of_replies.update(change.kinds)

    @property
    def safety(self) -> int:
        """How often a red flag or an opt-out is lost."""
        counts = self.of_replies + self.of_conversations
        return sum(counts[kind] for kind in SAFETY)


def compare_reply(
    old: Evaluated, new: Evaluated, *, reply: str, conversation: int | None = None
) -> Change | None:
    """What changes for one reply, or None where nothing does."""
    kinds = [*_flag_kinds(old.outcome.flags, new.outcome.flags), *_opt_out_kinds(old, new)]
    fields = []
    for kind, name, before, after in (
        (None, "flags", _flags(old.outcome), _flags(new.outcome)),
        (Kind.SUGGESTION, "suggestion", old.suggestion, new.suggestion),
        (Kind.LEAD, "lead", *_leads(old.outcome, new.outcome)),
        (Kind.INTENT, "intent", _intent(old), _intent(new)),
        (Kind.NUMBERS, "numbers", _value(old.numbers), _value(new.numbers)),
        (Kind.AGE, "age_months", _value(old.age_months), _value(new.age_months)),
        (Kind.DOMAINS, "domains", _domains(old), _domains(new)),
    ):
        if before != after:
            fields.append(Field(name, before, after))
            kinds += [kind] if kind else []
    if not fields:
        return None
    lost, gained = _causes(_fired(old), _fired(new))
    return Change(conversation, reply, tuple(kinds), tuple(fields), lost, gained)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one round of a conversation comes to under one pack."""

    outcome: Outcome
    opted_out: bool


def verdict_of(played: list[Played]) -> Verdict:
    """What the replies of one round add up to; ``played`` is not empty."""
    intents = {reply.reading.intent for reply in played}
    return Verdict(played[-1].so_far, not _OPT_OUTS.isdisjoint(intents))


def compare_conversation(old: Verdict, new: Verdict, conversation: int) -> Change | None:
    """What changes for a whole conversation, or None where nothing does."""
    kinds = [*_flag_kinds(old.outcome.flags, new.outcome.flags)]
    if old.opted_out != new.opted_out:
        kinds.append(Kind.OPT_OUT_LOST if old.opted_out else Kind.OPT_OUT_GAINED)
    fields = []
    for kind, name, before, after in (
        (None, "flags", _flags(old.outcome), _flags(new.outcome)),
        (None, "opted out", _value(old.opted_out), _value(new.opted_out)),
        (Kind.SUGGESTION, "suggestion", _service(old.outcome), _service(new.outcome)),
        (Kind.LEAD, "lead", *_leads(old.outcome, new.outcome)),
    ):
        if before != after:
            fields.append(Field(name, before, after))
            kinds += [kind] if kind else []
    if not fields:
        return None
    lost, gained = _causes(_reasons(old.outcome), _reasons(new.outcome))
    return Change(conversation, None, tuple(kinds), tuple(fields), lost, gained)


def discreet(words: str) -> str:
    """A parent's words without whatever may be a phone number or an address."""
    return _PRIVATE.sub(_HIDDEN, words)


def _flag_kinds(old: tuple[FlagLevel, ...], new: tuple[FlagLevel, ...]) -> Iterator[Kind]:
    """A medical sign that became an emergency is no loss; an emergency of the other kind is:
    its own words to the parent are not sent any more."""
    worst = max(new, default=None)
    lost = {level for level in old if level not in new}
    if worst is not None and worst > FlagLevel.SOON:
        lost.discard(FlagLevel.SOON)
    if lost:
        yield Kind.FLAG_LOST
    if set(new) - set(old):
        yield Kind.FLAG_GAINED


def _opt_out_kinds(old: Evaluated, new: Evaluated) -> Iterator[Kind]:
    before, after = (one.reading.intent in _OPT_OUTS for one in (old, new))
    if before and not after:
        yield Kind.OPT_OUT_LOST
    if after and not before:
        yield Kind.OPT_OUT_GAINED


def _causes(
    old: dict[Cause, None], new: dict[Cause, None]
) -> tuple[tuple[Cause, ...], tuple[Cause, ...]]:
    return tuple(c for c in old if c not in new), tuple(c for c in new if c not in old)


def _fired(found: Evaluated) -> dict[Cause, None]:
    causes = {
        Cause(fact.evidence.rule, discreet(fact.evidence.words)): None
        for fact in facts_of(found.reading)
        if fact.evidence is not None
    }
    return causes | _reasons(found.outcome)


def _reasons(outcome: Outcome) -> dict[Cause, None]:
    return {Cause(reason.rule, discreet(reason.words)): None for reason in outcome.reasons}


def _flags(outcome: Outcome) -> str:
    return " ".join(flag.name for flag in outcome.flags) or "-"


def _service(outcome: Outcome) -> str:
    return outcome.suggestion.value


def _leads(old: Outcome, new: Outcome) -> tuple[str, str]:
    """Which service comes first, where it is both before and after."""
    if {old.suggestion, new.suggestion} != {Suggestion.BOTH}:
        return "-", "-"
    return old.lead.value if old.lead else "-", new.lead.value if new.lead else "-"


def _intent(found: Evaluated) -> str:
    intent = found.reading.intent
    if intent is None:
        return "-"
    return f"{intent.value}: {found.reading.question}" if found.reading.question else intent.value


def _domains(found: Evaluated) -> str:
    return " ".join(sorted(domain.value for domain in found.domains)) or "-"


def _value(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)
