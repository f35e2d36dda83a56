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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service.domain.reading.denials import Denials, denials_of
from service.domain.reading.found_parts import Span
from service.domain.reading.lexicon import Family, Lexicon, Rule, TogetherPhrase
from service.domain.reading.matching import Match, Message, first_token
from service.domain.reading.tokens import Break
from service.domain.reading.word_tree import GAP_WORDS

SENTENCE_REACH = 14
MESSAGE_REACH = 36
_WITHOUT_REACH = 10
# A message that names the first part more often than this repeats itself.
_MOST_ANCHORS = 8
_MOST_DANGERS = 12
_OF_DANGER = Family.DANGER
_NOWHERE: list[Span] = []


@dataclass(slots=True)
class _Places:
    """Where the parts of phrases stand in a message, by number and in reading order."""

    message: Message
    every: Mapping[int, list[Span]]
    denials: Denials | None
    """What the message denies; None where it tells of no danger."""
    sure: dict[int, list[Span]] = field(default_factory=dict)
    """Those that no "no" takes away, as far as they were asked for."""

    def of(self, part: int) -> list[Span]:
        """Where a part stands."""
        return self.every.get(part, _NOWHERE)

    def affirmed(self, part: int) -> list[Span]:
        """Where a part stands that no "no" takes away."""
        denials = self.denials
        if denials is None or not denials.says_no:
            return self.of(part)
        sure = self.sure.get(part)
        if sure is None:
            sure = self.sure[part] = denials.not_denied(self.of(part))
        return sure


def add_together(message: Message, lexicon: Lexicon) -> None:
    """Add to the message's matches every rule whose parts stand together; once each, but for
    danger at every place."""
    if not message.parts.hits:
        return
    for fired in _fired(message, lexicon):
        family = message.matches.setdefault(fired.rule.family, [])
        insort(family, fired, key=first_token)


def _fired(message: Message, lexicon: Lexicon) -> list[Match]:
    found, phrases = message.parts.numbers(), lexicon.together
    complete = [
        phrase
        for rarest in sorted(found & phrases.keys())
        for needed, phrase in phrases[rarest]
        if found.issuperset(needed)
    ]
    if not complete:
        return []
    places = _places(complete, message, lexicon)
    fired: dict[Rule, Match] = {}
    dangers: list[Match] = []
    for phrase in complete:
        if phrase.rule.family is _OF_DANGER:
            dangers += _dangers(places, phrase)
        elif phrase.rule not in fired:
            match = next(_together(places, phrase, _MOST_ANCHORS), None)
            if match is not None:
                fired[phrase.rule] = match
    return [*fired.values(), *dangers]


def _places(complete: list[TogetherPhrase], message: Message, lexicon: Lexicon) -> _Places:
    """Where the parts of phrases stand of which no part is missing."""
    wanted = {part for phrase in complete for part in (*phrase.parts, *phrase.without)}
    denials = None
    if any(phrase.rule.family is _OF_DANGER for phrase in complete):
        denials = denials_of(message)
        if denials.says_no:
            denials.list_of(message.parts.spans_of_any(lexicon.danger_parts))
    return _Places(message, message.parts.in_order(wanted), denials)


def _dangers(places: _Places, phrase: TogetherPhrase) -> Iterator[Match]:
    for match in _together(places, phrase, _MOST_DANGERS):
        if not any(
            _beside(places.message, places.of(part), match.parts) for part in phrase.without
        ):
            yield match


def _together(places: _Places, phrase: TogetherPhrase, most: int) -> Iterator[Match]:
    message = places.message
    danger = phrase.rule.family is _OF_DANGER
    of = places.affirmed if danger and phrase.rule.deniable else places.of
    # Where a part is denied throughout, nothing stands together.
    anchors = of(phrase.first)
    if not anchors:
        return
    others = [of(part) for part in phrase.others]
    if not all(others):
        return
    follows = phrase.follows or (False,) * len(others)
    for anchor in anchors[:most]:
        spans = [anchor]
        for part, next_to in zip(others, follows, strict=True):
            if next_to:
                near = _next(message, part, spans[-1])
            else:
                near = _nearest(message, part, spans, phrase.whole_message)
            if near is None:
                break
            spans.append(near)
        else:
            if danger or not any(
                _in_sentence(message, places.of(part), spans) for part in phrase.without
            ):
                yield _joined(phrase.rule, spans)


def _nearest(
    message: Message, part: list[Span], taken: list[Span], whole_message: bool
) -> Span | None:
    """Where the part stands nearest the anchor, the first taken, and takes no word of another."""
    reach = MESSAGE_REACH if whole_message else SENTENCE_REACH
    begins, ends = taken[0]
    sentences = message.sentences
    at = bisect_left(part, (begins, -1))
    nearest: Span | None = None
    for span in (*part[at : at + 3], *part[max(0, at - 3) : at]):
        first, last = span
        gap = first - ends if first > ends else begins - last
        if gap > reach or (not whole_message and sentences[begins] != sentences[first]):
            continue
        if any(first <= one_last and one_first <= last for one_first, one_last in taken):
            continue
        # What is no nearer than another leaves it in place.
        nearest, reach = span, gap - 1
    return nearest


def _next(message: Message, part: list[Span], before: Span) -> Span | None:
    """The part's longest place that begins right after another."""
    at = bisect_left(part, (before[1] + 1, -1))
    longest: Span | None = None
    for span in part[at:]:
        if span[0] - before[1] - 1 > GAP_WORDS or (longest and span[0] > longest[0]):
            break
        if not message.separated(before[1], span[0], Break.COMMA):
            longest = span
    return longest


def _in_sentence(message: Message, places: Iterable[Span], spans: Iterable[Span]) -> bool:
    return any(
        not message.separated(first, one_first) for first, _ in places for one_first, _ in spans
    )


def _beside(message: Message, places: Iterable[Span], spans: Iterable[Span]) -> bool:
    """Whether a part stands near one of the spans, in its sentence."""
    return any(
        max(one_first - last, first - one_last) <= _WITHOUT_REACH
        and not message.separated(first, one_first)
        for one_first, one_last in spans
        for first, last in places
    )


def _joined(rule: Rule, spans: list[Span]) -> Match:
    # It stands where its last part stands, so that a "not" on the way is seen by what walks along.
    parts = tuple(sorted(spans))
    return Match(rule, parts[-1][0], max(last for _, last in parts), parts)
