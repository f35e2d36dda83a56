"""Which skills told as "no longer" are lost, and which were outgrown, given up or go well again.

A lost skill is one for the child's doctor (knowledge d2: moving, words, play, at any age). That a
child who ate everything now eats nuggets only is a feeding concern; that it outgrew its braces, or
that it no longer falls and rides a bike, is neither.
"""

from __future__ import annotations

from collections.abc import Iterable

from service.domain.reading.concern_scope import Named
from service.domain.reading.lexicon import Rule
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break
from service.domain.reading.types import Status
from service.domain.vocabulary import Domain

_OUTGROWN = word_set("outgrew outgrown grew over")
# Habits, tastes and moods come and go.
_NO_SKILL = frozenset(
    {Domain.FEEDING, Domain.SENSORY, Domain.EMOTIONAL_REGULATION, Domain.ATTENTION}
)
_SPOKEN_OF = frozenset({"speech", "learning"})


def settle_lost(named: Iterable[Named], message: Message) -> None:
    """Take the loss away from skills that were not lost, and the concern where none is left."""
    said = list(named)
    fine = {one.rule.id: one.match.first for one in said if one.status is Status.DENIED}
    before: Named | None = None
    for one in said:
        if one.lost and _is_over(one, before, fine, message):
            one.lost = one.missing = False
            one.status = Status.OVER
        elif one.lost and not _can_be_lost(one.rule):
            one.lost = False
        before = one


def _can_be_lost(rule: Rule) -> bool:
    if rule.milestone is not None:
        return True
    if not rule.domains:
        return rule.topic in _SPOKEN_OF
    return not _NO_SKILL.issuperset(rule.domains)


def _is_over(one: Named, before: Named | None, fine: dict[str, int], message: Message) -> bool:
    marker = one.marker
    if marker is not None and marker.first < one.match.first:
        if any(token.word in _OUTGROWN for token in message.tokens[marker.first : marker.last + 1]):
            return True
        # "no more falls, rides his bike": what follows the comma is told of now
        if message.separated(marker.last, one.match.first, Break.COMMA):
            return before is None or not before.lost
    return fine.get(one.rule.id, -1) > one.match.first
