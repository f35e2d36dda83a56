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
from dataclasses import dataclass

from service.domain.reading.denials import denials_of
from service.domain.reading.found_parts import Span
from service.domain.reading.lexicon import Family, Lexicon, Rule, TogetherPhrase
from service.domain.reading.matching import Match, Message, first_token
from service.domain.reading.word_tree import GAP_WORDS

SENTENCE_REACH = 14
MESSAGE_REACH = 36
_WITHOUT_REACH = 10
# A message that names the first part more often than this repeats itself.
_MOST_ANCHORS = 8
_MOST_DANGERS = 12
_OF_DANGER = Family.DANGER


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts of phrases stand in a message, by number and in reading order."""

    message: Message
    every: Mapping[int, list[Span]]
    affirmed: Mapping[int, list[Span]]
    """Without those that a "no" takes away, where the message tells of danger."""


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
    wanted: set[int] = set().union(*[phrase.named for phrase in complete])
    every = affirmed = message.parts.in_order(wanted)
    if any(phrase.rule.family is _OF_DANGER for phrase in complete):
        denials = denials_of(message)
        if denials.says_no:
            denials.list_of(message.parts.spans_of_any(lexicon.danger_parts))
            denied = denials.denied_of(message.parts.spans())
            affirmed = dict(every)
            for part in wanted & message.parts.at_any(denied):
                affirmed[part] = [span for span in every[part] if span not in denied]
    return _Places(message, every, affirmed)


def _dangers(places: _Places, phrase: TogetherPhrase) -> Iterator[Match]:
    for match in _together(places, phrase, _MOST_DANGERS):
        if not any(_beside(places, part, match.parts) for part in phrase.without):
            yield match


def _together(places: _Places, phrase: TogetherPhrase, most: int) -> Iterator[Match]:
    message = places.message
    danger = phrase.rule.family is _OF_DANGER
    stand = places.affirmed if danger and phrase.rule.deniable else places.every
    others = [(stand[part], next_to) for part, next_to in phrase.others]
    reach = MESSAGE_REACH if phrase.whole_message else SENTENCE_REACH
    sentences = None if phrase.whole_message else message.sentences
    for anchor in stand[phrase.first][:most]:
        spans = [anchor]
        for part, next_to in others:
            if next_to:
                near = _next(part, spans[-1], message.clauses)
            else:
                near = _nearest(part, spans, reach, sentences)
            if near is None:
                break
            spans.append(near)
        else:
            if danger or not any(_in_sentence(places, part, spans) for part in phrase.without):
                yield _joined(phrase.rule, spans)


def _nearest(
    part: list[Span], taken: list[Span], reach: int, sentences: list[int] | None
) -> Span | None:
    """Where the part stands nearest the anchor, the first taken, and takes no word of another; in
    the anchor's sentence, where ``sentences`` are told."""
    begins, ends = taken[0]
    at = bisect_left(part, (begins, -1))
    nearest: Span | None = None
    for span in part[at : at + 3]:
        gap = span[0] - ends
        if gap > reach or (sentences and sentences[begins] != sentences[span[0]]):
            break
        if gap > 0 and _is_free(span, taken):
            # What is no nearer than this one leaves it in place.
            nearest, reach = span, gap - 1
            break
    for span in part[max(0, at - 3) : at]:
        gap = begins - span[1]
        if (
            0 < gap <= reach
            and not (sentences and sentences[begins] != sentences[span[0]])
            and _is_free(span, taken)
        ):
            nearest, reach = span, gap - 1
    return nearest


def _is_free(span: Span, taken: list[Span]) -> bool:
    """Whether a place apart from the anchor has no word of the parts taken."""
    first, last = span
    if len(taken) == 1:
        return True
    return all(last < one_first or one_last < first for one_first, one_last in taken)


def _next(part: list[Span], before: Span, clauses: list[int]) -> Span | None:
    """The part's longest place that begins right after another, in its clause."""
    ends = before[1]
    at = bisect_left(part, (ends + 1, -1))
    longest: Span | None = None
    for span in part[at:]:
        first = span[0]
        if first - ends - 1 > GAP_WORDS or (longest and first > longest[0]):
            break
        if clauses[ends] == clauses[first]:
            longest = span
    return longest


def _in_sentence(places: _Places, part: int, spans: Iterable[Span]) -> bool:
    separated = places.message.separated
    return any(
        not separated(first, one_first)
        for first, _ in places.every.get(part, ())
        for one_first, _ in spans
    )


def _beside(places: _Places, part: int, spans: Iterable[Span]) -> bool:
    """Whether a part stands near one of the spans, in its sentence."""
    separated = places.message.separated
    return any(
        max(one_first - last, first - one_last) <= _WITHOUT_REACH
        and not separated(first, one_first)
        for first, last in places.every.get(part, ())
        for one_first, one_last in spans
    )


def _joined(rule: Rule, spans: list[Span]) -> Match:
    # It stands where its last part stands, so that a "not" on the way is seen by what walks along.
    parts = tuple(sorted(spans))
    return Match(rule, parts[-1][0], max([last for _, last in parts]), parts)
