"""Words that mean something only together, in whatever order: "hit his head" and "threw up".

A pack writes such a phrase with plus signs, ``<head> + <blow> + <throws_up>``: every part must
stand in one sentence, near the part written first. ``&`` instead of ``+`` looks past the ends of
sentences. A part after ``!`` ("! <pretend>") must not stand in that sentence at all, one after
``!!`` nowhere in the message; with these a single part will do. Parts are phrases in the packs'
small language. A part written in the negative ("cant|not .. move") says its "not" itself: one that
stands right before a part takes the whole away, as it does for any sign.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.domain.reading.lexicon import Family, Lexicon, Rule, TogetherPhrase
from service.domain.reading.matching import Match, Message

SENTENCE_REACH = 14
MESSAGE_REACH = 36
# A message that names the first part more often than this repeats itself.
_MOST_ANCHORS = 8


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a part was found, in reading order."""

    matches: list[Match]
    firsts: list[int]


def add_together(message: Message, lexicon: Lexicon) -> None:
    """Add to the message's matches every rule whose parts stand together, once each."""
    parts: dict[int, list[Match]] = {}
    for match in message.matches.pop(Family.PART, ()):
        parts.setdefault(match.rule.part, []).append(match)
    if not parts:
        return
    for fired in _fired(message, parts, lexicon.together):
        family = message.matches.setdefault(fired.rule.family, [])
        insort(family, fired, key=lambda match: match.first)


def _fired(
    message: Message,
    parts: Mapping[int, list[Match]],
    phrases: Mapping[int, tuple[TogetherPhrase, ...]],
) -> list[Match]:
    found = {number: _Found(ms, [m.first for m in ms]) for number, ms in parts.items()}
    fired: dict[Rule, Match] = {}
    for number in found:
        for phrase in phrases.get(number, ()):
            if phrase.rule not in fired and all(part in found for part in phrase.others):
                match = _together(message, found, number, phrase)
                if match is not None:
                    fired[phrase.rule] = match
    return list(fired.values())


def _together(
    message: Message, found: Mapping[int, _Found], anchor: int, phrase: TogetherPhrase
) -> Match | None:
    for first in found[anchor].matches[:_MOST_ANCHORS]:
        spans = [first]
        for part in phrase.others:
            near = _nearest(message, found[part], first, spans, phrase.whole_message)
            if near is None:
                break
            spans.append(near)
        else:
            if any(number in found for number in phrase.nowhere):
                return None
            if not any(_in_sentence(message, found.get(no), spans) for no in phrase.without):
                return _joined(phrase.rule, spans)
    return None


def _nearest(
    message: Message, part: _Found, anchor: Match, taken: list[Match], whole_message: bool
) -> Match | None:
    """The part's match nearest the anchor that takes no word of another part."""
    reach = MESSAGE_REACH if whole_message else SENTENCE_REACH
    at = bisect_left(part.firsts, anchor.first)
    low, high = at - 1, at
    best: tuple[int, Match] | None = None
    for near in (*range(high, min(high + 3, len(part.matches))), *range(max(0, low - 2), low + 1)):
        match = part.matches[near]
        if any(match.first <= one.last and one.first <= match.last for one in taken):
            continue
        gap = max(match.first - anchor.last, anchor.first - match.last)
        if gap > reach or (not whole_message and message.separated(anchor.first, match.first)):
            continue
        if best is None or gap < best[0]:
            best = gap, match
    return best[1] if best else None


def _in_sentence(message: Message, part: _Found | None, spans: Iterable[Match]) -> bool:
    if part is None:
        return False
    return any(
        not message.separated(match.first, span.first) for match in part.matches for span in spans
    )


def _joined(rule: Rule, spans: list[Match]) -> Match:
    last = max(spans, key=lambda m: m.first)
    # It stands where its last part stands, so that a "not" on the way is seen by what walks along.
    parts = tuple(sorted((m.first, m.last) for m in spans))
    return Match(rule, last.first, max(m.last for m in spans), parts)
