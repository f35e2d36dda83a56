"""Whole messages that are heard although words run together or one letter is wrong: "stoptexting",
"dnt text me no more", "yanomas mensajes".

Single words are mended by ``spelling``; this is for what must never be missed. A message is
squeezed to its letters, each run of one letter to one, and looked up among the phrases of entries
with ``slips: true``. One letter may differ in a longer one, and only where a word is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Generic, TypeVar

from service.domain.reading.spelling import one_apart
from service.domain.reading.tokens import Token
from service.domain.reading.word_tree import Words

_T = TypeVar("_T")
SHORTEST = 6
_SHORTEST_WITH_SLIP = 9
_LONGEST = 44
_MOST_WORDS = 10


def squeezed(words: Iterable[str]) -> str:
    """The letters of some words, doubled ones once."""
    return "".join(letter for letter, _ in groupby("".join(words)) if letter.isalpha())


@dataclass(frozen=True, slots=True)
class Slips(Generic[_T]):
    """Phrases that are whole messages, squeezed, with what each of them means."""

    whole: Mapping[str, _T] = field(default_factory=dict)
    halves: Mapping[tuple[int, str], tuple[str, ...]] = field(default_factory=dict)
    """The phrases by their length and the letters they begin or end with, almost half of them: a
    slip leaves one of the two as it is."""

    def heard(self, tokens: list[Token]) -> _T | None:
        """What a whole message means, courtesy left out, if it is one of these."""
        if not tokens or len(tokens) > _MOST_WORDS or any(t.is_number for t in tokens):
            return None
        letters = squeezed(token.word for token in tokens)
        if not SHORTEST <= len(letters) <= _LONGEST:
            return None
        found = self.whole.get(letters)
        if found is not None or len(letters) < _SHORTEST_WITH_SLIP:
            return found
        if not any(token.unknown for token in tokens):
            return None
        return next((self.whole[near] for near in self._near(letters)), None)

    def _near(self, letters: str) -> Iterator[str]:
        for length in range(len(letters) - 1, len(letters) + 2):
            half = length // 2 - 1
            for part in (letters[:half], letters[-half:]):
                for phrase in self.halves.get((length, part), ()):
                    if one_apart(letters, phrase):
                        yield phrase


def slips_of(phrases: Iterable[tuple[Words, _T]]) -> Slips[_T]:
    """Build the index."""
    whole = {squeezed(words): meaning for words, meaning in phrases}
    halves: dict[tuple[int, str], list[str]] = {}
    for letters in whole:
        half = len(letters) // 2 - 1
        for part in {letters[:half], letters[-half:]}:
            halves.setdefault((len(letters), part), []).append(letters)
    return Slips(whole, {half: tuple(found) for half, found in halves.items()})
