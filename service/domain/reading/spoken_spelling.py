"""Spanish written as it is spoken: "desmallo" for desmayo, "yorar" for llorar, "brasito" for brazo.

Letters that sound alike in American Spanish (b and v; ll and y; s, z and soft c; hard c, qu and k;
g and j before e and i; silent h) get one spelling, so that words are found by their sound. Endings
that only make small or strengthen (-ito, -cita, -isimo) are taken off, and the word behind looked
for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SHORTEST = 4
_SHORTEST_DIMINUTIVE = 6

_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(written), sound)
    for written, sound in (
        ("ch", "C"),
        ("h", ""),
        ("v", "b"),
        ("ll", "y"),
        ("qu", "k"),
        ("c(?=[ei])|z", "s"),
        ("c", "k"),
        ("gu(?=[ei])", "G"),
        ("g(?=[ei])", "j"),
        ("G", "g"),
        ("x(?=[^aeiou])", "s"),
        ("y$", "i"),
        (r"([^r])\1", r"\1"),
        ("^rr", "r"),
    )
)
_SMALL = (("ito", "o"), ("ita", "a"), ("isimo", "o"), ("isima", "a"))
_PLAIN_ENDINGS = ("o", "a", "", "os", "as", "e", "es")


def sound(word: str) -> str:
    """The spelling that all words of one sound share."""
    for written, as_heard in _SOUNDS:
        word = written.sub(as_heard, word)
    return word


def by_sound(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Known words by their sound."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        if len(word) >= SHORTEST:
            found.setdefault(sound(word), []).append(word)
    return {heard: tuple(alike) for heard, alike in found.items()}


def without_small_endings(word: str) -> Iterator[str]:
    """The words that a word may be the small or strengthened form of, likeliest first."""
    if len(word) < _SHORTEST_DIMINUTIVE:
        return
    for ending, likeliest in _SMALL:
        for plural in ("", "s"):
            if not word.endswith(ending + plural):
                continue
            stem = word[: -len(ending + plural)]
            stems = [stem]
            # "piecito", "torpecito", "cochesito": the c or s belongs to the ending
            stems += [stem[: -len(link)] for link in ("ec", "es", "c", "s") if stem.endswith(link)]
            if stem.endswith(("c", "s")):
                stems.insert(1, stem[:-1] + "z")  # "bracito": brazo
            for plain in stems:
                if len(plain) >= 2:
                    yield from (plain + last + plural for last in (likeliest, ""))
                    yield from (plain + last for last in _PLAIN_ENDINGS)
            return
