"""Our own words in a reply: some mail programs put our mail below the answer without a mark.

They are no parent's: "call 911" in our footer is no emergency, "reply STOP" no stop, and the
numbers of our list are no picks. Where our mail begins is told by one whole sentence of it; from
there on our sentences and lines are left out, and what stands between them stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.domain.reading.tokens import fold

_WORD = re.compile(r"\w+")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?:])\s+")
_INTRODUCES = re.compile(r"[_*-]{5,}\s*$|\b(?:wrote|escribi[oó])\b[^:]{0,60}:\s*$", re.IGNORECASE)
"""A line that says whose words follow; it stands right above them."""
_FEWEST_WORDS = 4
"""Shorter sentences are nobody's in particular."""
_MOST_TOLD = 400


def without_told(text: str, told: Sequence[str]) -> str:
    """``text`` without what ``told`` (our texts, and what stands around them) brought into it.

    Lines that a parent copies as an answer stay, where nothing else of ours stands above them.
    """
    lines = [line for each in told for line in each.splitlines()]
    # Whole lines first: "call 911" by itself is too short to be known as ours.
    sentences = [_words(part) for line in lines for part in (line, *_SENTENCE_ENDS.split(line))]
    long = {" ".join(words) for words in sentences if len(words) >= _FEWEST_WORDS}
    if not long:
        return text
    found = [(match.start(), match.end(), fold(match[0])) for match in _WORD.finditer(text)]
    joined = " ".join(word for *_, word in found)
    starts = _starts(found)
    spans = []
    for sentence in sorted(long, key=len, reverse=True)[:_MOST_TOLD]:
        at = f" {joined} ".find(f" {sentence} ")
        if at >= 0:
            first = starts[at]
            last = first + sentence.count(" ")
            spans.append((found[first][0], found[last][1]))
    if not spans:
        return text
    begins = min(start for start, _ in spans)
    whole = {" ".join(_words(line)) for line in lines}
    return _left(text, begins, spans, whole)


def _left(text: str, begins: int, spans: Sequence[tuple[int, int]], whole: set[str]) -> str:
    """What stands before our first sentence, and of the rest the lines that are not ours."""
    kept = list(text)
    for start, end in spans:
        kept[start:end] = ["\0"] * (end - start)
    rest = []
    for line in "".join(kept[begins:]).split("\n"):
        words = _words(line.replace("\0", " "))
        if not words or " ".join(words) in whole:
            continue
        rest.append(line.replace("\0", ""))
    above = text[:begins].rstrip().split("\n")
    while above and (not above[-1].strip() or _INTRODUCES.search(above[-1])):
        above.pop()
    return "\n".join([*above, *rest]).strip()


def _words(line: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(line)]


def _starts(found: Sequence[tuple[int, int, str]]) -> dict[int, int]:
    """Where each word begins in all of them joined by blanks, with its place among them."""
    starts, at = {}, 0
    for place, (_, _, word) in enumerate(found):
        starts[at] = place
        at += len(word) + 1
    return starts
