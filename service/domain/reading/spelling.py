"""Slips of the finger: which known word was meant by an unknown one.

A real word of either language is never taken for another. Of the rest, a word of five letters or
more may differ from a known word by one letter: one missing, one extra, one wrong, or two swapped.
Looked up through the known words with one letter taken out, so a look-up costs a handful of
dictionary reads however many words are known. Spanish written as it is spoken, small forms
("moradito") and a dropped g ("walkin") are mended first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.domain.reading.spoken_spelling import SHORTEST as HEARD_SHORTEST
from service.domain.reading.spoken_spelling import by_sound, sound, without_small_endings

SHORTEST = 5
LONGEST = 18
_DRAWN_OUT = re.compile(r"(.)\1{2,}", re.DOTALL)


def _without_one(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


def one_apart(a: str, b: str) -> bool:
    """Whether one letter more, less or different, or two neighbours swapped, turns a into b."""
    if len(a) > len(b):
        a, b = b, a
    at = 0
    while at < len(a) and a[at] == b[at]:
        at += 1
    if len(b) - len(a) == 1:
        return a[at:] == b[at + 1 :]
    if len(a) != len(b):
        return False
    if a[at + 1 :] == b[at + 1 :]:
        return True
    return a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]


@dataclass(frozen=True, slots=True)
class Spelling:
    """Known words, the same with a letter taken out, and fixed spellings (``u`` for ``you``)."""

    known: frozenset[str]
    real: frozenset[str]
    """Words of the languages, known to the packs or not."""
    shortened: Mapping[str, tuple[str, ...]]
    sounds: Mapping[str, tuple[str, ...]]
    """Known words by how they sound in Spanish."""
    fixed: Mapping[str, str]

    def knows(self, word: str) -> bool:
        """Whether it is a word of the packs or of a language."""
        return word in self.known or word in self.real

    def meant(self, word: str) -> tuple[str, ...]:
        """The known words a word may stand for; the word itself where none is near."""
        fixed = self.fixed.get(word)
        if fixed is not None:
            return (fixed,)
        spoken = word + "g" if word.endswith("in") and word + "g" in self.known else None
        if word in self.known:
            # Some packs write "walkin" themselves: "walking" is meant all the same.
            return (word, spoken) if spoken else (word,)
        if spoken:
            return (spoken,)
        if word in self.real:
            return (word,)
        squeezed = _squeeze(word)
        if squeezed is not None:
            for shorter in squeezed:
                if shorter in self.known:
                    return (shorter,)
        heard = self._heard(word)
        if heard:
            return heard
        if not SHORTEST <= len(word) <= LONGEST:
            return (word,)
        near = list(self.shortened.get(word, ()))
        for shorter in _without_one(word):
            if shorter in self.known and len(shorter) >= SHORTEST:
                near.append(shorter)
            near += self.shortened.get(shorter, ())
        found = sorted({n for n in near if n[0] == word[0] and one_apart(word, n)})
        return tuple(found) or (word,)

    def _heard(self, word: str) -> tuple[str, ...]:
        if not HEARD_SHORTEST <= len(word) <= LONGEST:
            return ()
        for plain in (word, *without_small_endings(word)):
            found = self.sounds.get(sound(plain))
            if found is not None:
                return found
        return ()


def _squeeze(word: str) -> tuple[str, str] | None:
    """A drawn-out word ("soooo") with its runs of three or more cut to two letters, and to one."""
    if not _DRAWN_OUT.search(word):
        return None
    return _DRAWN_OUT.sub(r"\1\1", word), _DRAWN_OUT.sub(r"\1", word)


def spelling(
    words: Iterable[str],
    left_alone: Iterable[str],
    fixed: Mapping[str, str],
    english: Iterable[str] = (),
    spanish: Iterable[str] = (),
) -> Spelling:
    """Build the index. Real ``english`` and ``spanish`` words, and those ``left_alone``, are never
    taken for others."""
    english, spanish = frozenset(english), frozenset(spanish)
    shortened: dict[str, list[str]] = {}
    targets = {w for w in words if w.isalpha()}
    for word in sorted(targets):
        if SHORTEST <= len(word) <= LONGEST:
            for shorter in _without_one(word):
                shortened.setdefault(shorter, []).append(word)
    known = frozenset(targets | set(left_alone))
    return Spelling(
        known=known,
        real=english | spanish,
        shortened={k: tuple(v) for k, v in shortened.items()},
        sounds=by_sound(targets - (english - spanish)),
        fixed=dict(fixed),
    )
