"""What each alarming phrase comes to when all its words in brackets are missing, commonest first.

"(left) in (a) (hot) car" is found in "she is in the car" as well: what stands at the top of this
list is looked at by a person, and most of it should be danger even so. Run it after changing
signs of danger or opt-outs: ``make bare-phrases``.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from config.load_lexicon import ReadPacks, read_packs
from config.packs import PROJECT
from config.real_words import uses_of
from service.domain.reading.lexicon import Family, Kind, Rule
from service.domain.reading.word_tree import GAP, Phrase
from service.domain.vocabulary import Intent, Language

_NEVER_SEEN = 1e-6
"""The share of all words given to those the word lists do not have."""


class Bare(NamedTuple):
    """A phrase's commonest bare form, and the logarithm of how often chance would write it."""

    commonness: float
    rule: str
    words: str


def bare_phrases(packs: ReadPacks) -> list[Bare]:
    """The bare forms of all signs of danger and all opt-outs that count anywhere."""
    return sorted(set(_all(packs)), reverse=True)


def _all(packs: ReadPacks) -> Iterator[Bare]:
    parts = {
        phrasing.rule.part: max(map(_barest, phrasing.phrases))
        for phrasing in packs.phrasings
        if phrasing.rule.family is Family.PART
    }
    for phrasing in packs.phrasings:
        if _alarms(phrasing.rule):
            for phrase in phrasing.phrases:
                commonness, words = _barest(phrase)
                yield Bare(commonness, phrasing.rule.id, words)
    for together in packs.together:
        if _alarms(together.rule):
            told = [parts[part] for part in together.parts]
            words = " + ".join(words for _, words in told)
            yield Bare(sum(commonness for commonness, _ in told), together.rule.id, words)


def _alarms(rule: Rule) -> bool:
    if rule.family is Family.DANGER:
        return rule.kind is Kind.FLAG
    return rule.kind is Kind.INTENT and rule.intent is Intent.STOP and not rule.whole


def _barest(phrase: Phrase) -> tuple[float, str]:
    needed = [part for part in phrase if () not in part]
    words = [max(part, key=_commonness) for part in needed]
    return sum(map(_commonness, words)), " ".join(" ".join(way) for way in words)


def _commonness(words: Iterable[str]) -> float:
    shares = _shares()
    return sum(math.log10(shares.get(word, _NEVER_SEEN)) for word in words if word != GAP)


@cache
def _shares() -> Mapping[str, float]:
    """For each word the share it has of all words written, in the language where it is larger."""
    found: dict[str, float] = {}
    for language in Language:
        uses = uses_of(language)
        total = sum(uses.values())
        for word, count in uses.items():
            found[word] = max(found.get(word, 0.0), count / total)
    # Apostrophes are folded away in packs: "dont", "hes".
    found.update({word.replace("'", ""): share for word, share in found.items() if "'" in word})
    return found


def main() -> int:
    """Print the list."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--most", type=int, default=200, help="how many to print")
    parser.add_argument("--pack", type=Path, default=PROJECT, help="a folder with config/")
    options = parser.parse_args()
    for bare in bare_phrases(read_packs(options.pack / "config"))[: options.most]:
        print(f"{bare.commonness:6.1f}  {bare.rule:28} {bare.words}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
