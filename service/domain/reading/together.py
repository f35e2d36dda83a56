"""Words that mean something only together, in whatever order: "hit his head" and "threw up".

A pack writes such a phrase with plus signs, ``<head> + <blow> + <throws_up>``: every part must
stand in one sentence, near the part written first. ``&`` instead of ``+`` looks past the ends of
sentences, and ``>`` puts a part at most three words after the one before it. A part after ``!``
("! <pretend>") must not stand in that sentence; with it a single part will do. Parts are phrases
in the packs' small language. A part written in the negative ("cant|not .. move") says its "not"
itself: one that stands right before a part takes the whole away, as it does for any sign.

Of danger every place is found, as one that is denied or told of the past must not hide another; a
part that is denied is as good as absent ("no vomiting but very sleepy"); and what stands after
``!`` counts only near by, as an emergency is often told without a full stop.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from service.domain.reading.denials import Denials, denials_of
from service.domain.reading.found_parts import FoundParts
from service.domain.reading.lexicon import Family, Kind, Lexicon, Rule, TogetherPhrase
from service.domain.reading.matching import Match, Message
from service.domain.reading.tokens import Break
from service.domain.reading.word_tree import GAP_WORDS

SENTENCE_REACH = 14
MESSAGE_REACH = 36
_WITHOUT_REACH = 10
# A message that names the first part more often than this repeats itself.
_MOST_ANCHORS = 8
_MOST_DANGERS = 12
_OF_DANGER = Family.DANGER
_PART = Rule("part", Kind.PART, Family.PART, "grammar")
"""What every part fires: nothing by itself."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a part was found, in reading order."""

    matches: list[Match]
    firsts: list[int]


@dataclass(slots=True)
class _Parts:
    """The parts of phrases found in a message, by number, put in order where first needed."""

    message: Message
    found: FoundParts
    denials: Denials | None = None
    every: dict[int, _Found] = field(default_factory=dict)
    sure: dict[int, _Found] = field(default_factory=dict)

    def places(self, part: int, affirmed: bool) -> _Found:
        """Where a part stands; ``affirmed``: where no "no" takes it away."""
        known = self.sure if affirmed else self.every
        places = known.get(part)
        if places is None:
            spans = sorted(self.found.spans(part))
            matches = [Match(_PART, first, last) for first, last in spans]
            if affirmed:
                matches = [match for match in matches if not self._denied(match)]
            places = known[part] = _Found(matches, [match.first for match in matches])
        return places

    def _denied(self, match: Match) -> bool:
        return self.denials is not None and self.denials.deny(match)


def add_together(message: Message, lexicon: Lexicon) -> None:
    """Add to the message's matches every rule whose parts stand together; once each, but for
    danger at every place."""
    if not message.parts.hits:
        return
    parts = _Parts(message, message.parts)
    for fired in _fired(parts, lexicon):
        family = message.matches.setdefault(fired.rule.family, [])
        insort(family, fired, key=_first_token)


def _first_token(match: Match) -> int:
    return match.first


def _fired(parts: _Parts, lexicon: Lexicon) -> list[Match]:
    found, phrases = parts.found.numbers, lexicon.together
    fired: dict[Rule, Match] = {}
    dangers: list[Match] = []
    for number in sorted(found & phrases.keys()):
        for needed, phrase in phrases[number]:
            if needed and needed[0] not in found:
                continue
            rule = phrase.rule
            if rule in fired or not all(part in found for part in needed):
                continue
            if rule.family is _OF_DANGER:
                _hear_denials(parts, lexicon)
                dangers += _dangers(parts, phrase)
            else:
                match = next(_together(parts, phrase, _MOST_ANCHORS), None)
                if match is not None:
                    fired[rule] = match
    return [*fired.values(), *dangers]


def _hear_denials(parts: _Parts, lexicon: Lexicon) -> None:
    if parts.denials is not None:
        return
    parts.denials = denials = denials_of(parts.message)
    if denials.says_no:
        denials.list_of(parts.found.spans_of_any(lexicon.danger_parts))


def _dangers(parts: _Parts, phrase: TogetherPhrase) -> Iterator[Match]:
    for match in _together(parts, phrase, _MOST_DANGERS):
        if not any(
            _beside(parts.message, parts.places(no, False).matches, match.parts)
            for no in phrase.without
            if no in parts.found.numbers
        ):
            yield match


def _together(parts: _Parts, phrase: TogetherPhrase, most: int) -> Iterator[Match]:
    message = parts.message
    danger = phrase.rule.family is _OF_DANGER
    affirmed = danger and phrase.rule.deniable
    places = [parts.places(part, affirmed) for part in phrase.others]
    follows = phrase.follows or (False,) * len(places)
    for first in parts.places(phrase.first, affirmed).matches[:most]:
        spans = [first]
        for part, next_to in zip(places, follows, strict=True):
            if next_to:
                near = _next(message, part, spans[-1])
            else:
                near = _nearest(message, part, first, spans, phrase.whole_message)
            if near is None:
                break
            spans.append(near)
        else:
            if danger or not any(
                _in_sentence(message, parts.found.spans(no), spans) for no in phrase.without
            ):
                yield _joined(phrase.rule, spans)


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


def _next(message: Message, part: _Found, before: Match) -> Match | None:
    """The part's longest match that begins right after another match."""
    at = bisect_left(part.firsts, before.last + 1)
    best: Match | None = None
    for match in part.matches[at:]:
        if match.first - before.last - 1 > GAP_WORDS or (best and match.first > best.first):
            break
        if not message.separated(before.last, match.first, Break.COMMA):
            best = match
    return best


def _in_sentence(
    message: Message, places: Iterable[tuple[int, int]], spans: Iterable[Match]
) -> bool:
    return any(not message.separated(first, span.first) for first, _ in places for span in spans)


def _beside(message: Message, matches: Iterable[Match], spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a part stands near one of the spans, in its sentence."""
    return any(
        max(first - match.last, match.first - last) <= _WITHOUT_REACH
        and not message.separated(match.first, first)
        for first, last in spans
        for match in matches
    )


def _joined(rule: Rule, spans: list[Match]) -> Match:
    last = max(spans, key=lambda m: m.first)
    # It stands where its last part stands, so that a "not" on the way is seen by what walks along.
    parts = tuple(sorted((m.first, m.last) for m in spans))
    return Match(rule, last.first, max(m.last for m in spans), parts)
