"""Texts of 1,600 characters made to be slow to read: repeated, nested, ambiguous, nonsense."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.score import replies
from service.domain.conversation import Packs
from service.domain.reading.word_tree import words_of

LENGTH = 1600
_REPEATED = {
    "one letter": "a",
    "letters apart": "a ",
    "one digit": "9",
    "digits apart": "1 ",
    "ranges": "1-3-",
    "decimals": "1.5.",
    "fractions": "1/2/",
    "times": "12:30 ",
    "keycaps": "1\ufe0f\u20e3",
    "emoji": "😀",
    "combining marks": "e\u0301\u0301\u0301",
    "zero width": "a\u200d",
    "right to left": "\u202eabc ",
    "quotes of a mail": "\n>",
    "nested quotes of a mail": "\n" + ">" * 40,
    "headers of a mail": "\nOn Mon, Nov 16, 2026 at 9:00 AM X <x@example.org> wrote:",
    "signatures": "\n--\nThanks,\n",
    "denials": "no not never cant ",
    "brothers": "her brother ",
    "denials, listed": "no seizures, no fever, ",
    "signs, denied at the end": "seizures, ",
    "births": "born in may ",
    "birthdays": "turns 4 in may ",
    "all but": "all but 5 ",
    "first and last": "first and last ",
    "head injuries": "hit his head threw up ",
    "breathing": "cant breathe blue lips ",
    "lost skills": "used to walk now cant ",
    "stops": "stop texting me ",
    "ages": "he is 4 and a half years old 18 months ",
    "numbers in words": "twenty one hundred ",
    "unknown long words": "xqzwvkjhgfds",
    "slips": "scisors buttns pencli ",
    "drawn out": "sooooooooo ",
    "nothing at all": "para nada ",
    "numbers by ear": "ate ",
    "answers one by one": "8 no ",
    "put right": "4 no wait 5 ",
    "over now": "8 antes si ",
    "nothing wrong": "no worries at all ",
    "commas": ",",
    "brackets": "((((",
    "blanks": " ",
    "line ends": "\n",
    "NUL": "\x00",
}


def hostile_texts(packs: Packs) -> Iterator[tuple[str, str]]:
    """Each text by name, ``LENGTH`` characters long."""
    for name, piece in _REPEATED.items():
        yield name, (piece * LENGTH)[:LENGTH]
    # The same every time: this is no secret, and a miss must be seen again.
    dice = random.Random(1)
    known = sorted(words_of(packs.lexicon.tree))
    yield "known words, any order", " ".join(dice.choices(known, k=LENGTH))[:LENGTH]
    alphabet = "".join(
        chr(c) for c in (*range(32, 127), *range(0x300, 0x370), *range(0x400, 0x450))
    )
    yield "any characters", "".join(dice.choices(alphabet, k=LENGTH))
    danger = [r["text"] for _, r in replies() if r["want"].get("suggestion") == "URGENT"]
    yield "emergencies without an end", " ".join(danger).replace(".", " ")[:LENGTH]
    worries = [r["text"] for _, r in replies() if r["kind"] == "suggestion"]
    yield "worries without an end", " ".join(worries).replace(".", " ")[:LENGTH]
