"""What a "no" takes away from signs of danger: "no seizures", "nunca le ha dado una convulsion".

A "no" reaches a sign only over words that say nothing of their own ("never had any"), and goes on
along a list ("no choking, fainting or seizures"). It never reaches past a subject, a verb that
tells something, or the end of a sentence: what it must not do is to hide an emergency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from service.domain.reading.found_parts import Span
from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break

_REACHES = 6
_LONGEST_LIST = 40
"""No list of denied signs is longer; what stands further on counts."""
_SAYS_NOTHING = word_set(
    "a an any the of been be being had have having has ever really even actually yet more other "
    "such his her hers their its about sign signs history episode episodes kind kinds hard bad "
    "badly once problem problems issue issues trouble worried concerned worries concerns or nor "
    "un una unos unas ningun ninguna ningunos ningunas el los las lo la le les se de del a ha han "
    "he haya hayan hay tiene tenido tenia tuvo padece sufre da dan dado dio dieron hubo habido "
    "esta estan estado o ni me mas problema problemas senales senal nada"
)
# To look a member of an enumeration up takes time; these are asked for at every word.
_NO_BREAK, _COMMA, _SENTENCE = Break.NONE, Break.COMMA, Break.SENTENCE
_NOT, _NO_LONGER, _TRAP = Kind.NOT, Kind.NO_LONGER, Kind.TRAP
_ABLE_OR_NOT = (Kind.CAN, Kind.CANNOT)
_OR = frozenset({"or", "nor", "ni", "o"})
_NO = word_set(
    "no ya not doesnt dont didnt isnt without sin hasnt havent never nunca jamas tampoco"
)
_DENYING = word_set("not didnt hasnt havent never nunca")
_PERSONS = word_set("he she hes shes him her his i im we they my me son daughter baby el ella")
_EXCLAIMS = word_set("ay oh uy ah omg dios")
""" "Oh no" is a cry, and denies nothing."""
_TELLS = word_set(
    "he she they i we hes shes theyre im fell drank swallowed took hit ate got bumped banged "
    "smacked stopped turned"
)
""" "No he swallowed pills": after one of these an English "no" answers, and denies nothing."""
_STOPS_AT = frozenset({"bus", "truck", "rest", "gas", "train"})
""" "Fainted at the bus stop": a place, and no denial."""
_NAMES = ("ing", "s", "ed")
"""Endings of the words a list of denied signs is made of."""


def holds_an_answer(match: Match, message: Message) -> bool:
    """Whether a "no" within the words of a sign is an answer with a comma behind it: "no, se
    concentra", "ya no, anda muy bien"."""
    tokens = message.tokens
    return any(
        tokens[at].word == "no" and tokens[at + 1].before is not Break.NONE
        for first, last in match.parts or ((match.first, match.last),)
        for at in range(first, last)
    )


@dataclass(slots=True)
class Denials:
    """Where a message says no, and the signs that a list of denied ones may be made of."""

    message: Message
    says_no: dict[int, int]
    """Where the words of a denial count, and the last token of it."""
    waiting: list[Iterable[Span]] = field(default_factory=list)
    """Signs not looked at yet: most denials end no list of signs."""
    signs: dict[int, int] = field(default_factory=dict)
    """For the last token of a sign, its first."""
    depth: int = 0
    """How many signs of a list are being followed."""
    known: dict[int, bool | None] = field(default_factory=dict)
    """For the first token of a sign, whether it is denied; None: where it is a mere name."""

    def list_of(self, spans: Iterable[Span]) -> None:
        """Let a denial go on along the signs that stand here."""
        self.waiting.append(spans)

    def _sign_at(self, last: int) -> int | None:
        words, signs = self.message.words, self.signs
        for spans in self.waiting:
            for first, end in spans:
                if words[first] not in _PERSONS and signs.get(end, first) >= first:
                    signs[end] = first
        self.waiting.clear()
        return signs.get(last)

    def deny(self, sign: Span) -> bool:
        """Whether a sign is denied."""
        if not self.says_no:
            return False
        first, last = sign
        denied = self._denied(first)
        if denied is None:
            return self.message.words[last].endswith(_NAMES)
        return denied

    def denied_of(self, spans: Iterable[Span]) -> set[Span]:
        """Those of the signs that are denied."""
        words, says_no, tokens = self.message.words, self.says_no, self.message.tokens
        denied: set[Span] = set()
        for span in sorted(spans):
            before = span[0] - 1
            # Behind most words no "no" can reach.
            if (
                words[before] not in _SAYS_NOTHING
                and before not in says_no
                and tokens[span[0]].before is _NO_BREAK
            ):
                continue
            if self.deny(span):
                denied.add(span)
        return denied

    def _denied(self, first: int) -> bool | None:
        if first not in self.known:
            self.known[first] = False  # for a list that bites its own tail
            if self.depth < _LONGEST_LIST:
                self.depth += 1
                self.known[first] = self._reached(first)
                self.depth -= 1
        return self.known[first]

    def _reached(self, first: int) -> bool | None:
        tokens = self.message.tokens
        listed = False
        for at in range(first - 1, max(-1, first - 1 - _REACHES), -1):
            before = tokens[at + 1].before
            if before is _SENTENCE:
                return False
            if before is _COMMA:
                # Past a comma only a list of signs goes on, each named and not told.
                if not self._ends_denied(at):
                    return False
                return True if listed else None
            # "Ya no quiere vivir" says its own no.
            if self.says_no.get(at, first) < first:
                return True
            word = tokens[at].word
            if word in _OR:
                listed = True
            elif listed and self._ends_denied(at):
                return True
            if word not in _SAYS_NOTHING:
                return False
        return False

    def _ends_denied(self, at: int) -> bool:
        sign = self._sign_at(at)
        if sign is None:
            return False
        # "Never had a seizure or passed out": a set phrase that says its own no.
        return sign in self.says_no or self._denied(sign) is not False


def denials_of(message: Message) -> Denials:
    """The message's denials; which words they are the packs say."""
    says_no: dict[int, int] = {}
    for match in message.of(Family.CONCERN):
        first = message.tokens[match.first].word
        if first == "no" and (
            message.word(match.first - 1) in _EXCLAIMS or message.word(match.last + 1) in _TELLS
        ):
            continue
        if first == "stop" and message.word(match.first - 1) in _STOPS_AT:
            continue
        kind = match.rule.kind
        if kind is _NOT or (kind is _NO_LONGER and first in _NO):
            says_no[match.last] = match.last
        elif kind in _ABLE_OR_NOT and first in _NO:
            says_no[match.first] = match.last
        elif kind is _TRAP:
            # "Didnt swallow", "did not swallow": no trouble with eating, and denies.
            at = match.first + (first == "did")
            if message.word(at) in _DENYING:
                says_no[at] = at
            # "No head bumps, no seizures": a set phrase does not reach over a comma.
            for at in range(match.first + 1, match.last + 1):
                if message.word(at) == "no" and message.tokens[at].before is not Break.NONE:
                    says_no[at] = at
    denials = Denials(message, says_no)
    if says_no:
        for family in (Family.SAFETY, Family.DANGER):
            denials.list_of((match.first, match.last) for match in message.of(family))
    return denials
