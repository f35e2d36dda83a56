"""Which items of the lists shown a number stands for: "3", "1-4", "135", "the last two".

``Unclear`` is raised for a number that was not shown, or that can be cut in more than one way.
"""

from __future__ import annotations

from service.domain.reading.list_words import FIRST, LAST
from service.domain.reading.matching import Message
from service.domain.reading.number_runs import Run
from service.domain.reading.number_words import LONGEST_DIGITS, ORDINALS, WORDS
from service.domain.reading.tokens import Token
from service.domain.reading.types import Context


class Unclear(Exception):
    """A number was given that is not on the list."""


def items_of(message: Message, run: Run, context: Context) -> set[int]:
    """The items of numbers that stand together, ranges filled in."""
    tokens = message.tokens
    shown = {str(n): n for n in context.shown}
    values = [items_meant(tokens[i], shown) for i in run.at]
    items: set[int] = set()
    for i, value in enumerate(values):
        items |= value
        joint = run.joints[i - 1] if i else "list"
        if joint == "dash":
            # "1-3-5" lists, "1-3" is a range
            chained = (i > 1 and run.joints[i - 2] == "dash") or (
                i < len(run.joints) and run.joints[i] == "dash"
            )
            joint = "list" if chained else "range"
        if joint == "range" and len(value) == 1 and len(values[i - 1]) == 1:
            low, high = min(values[i - 1]), max(value)
            items |= {n for n in context.shown if low <= n <= high}
    return items


def items_by_place(tokens: list[Token], latest: tuple[int, ...]) -> set[int]:
    """Items named by their place: "first and last", "the first two", "third"."""
    items: set[int] = set()
    shown = {str(n): n for n in latest}
    skip = False
    for i, token in enumerate(tokens):
        if skip:
            skip = False
            continue
        word = token.word
        nxt = tokens[i + 1] if i + 1 < len(tokens) else None
        count = 1
        if (word in FIRST or word in LAST) and nxt is not None:
            amount = int(nxt.word) if nxt.is_number and len(nxt.word) < 3 else WORDS.get(nxt.word)
            if amount is not None and nxt.word != "one":
                count, skip = amount, True
            elif nxt.word == "one":
                skip = True
        if count > len(latest):
            raise Unclear
        if word in FIRST:
            items.update(latest[:count])
        elif word in LAST:
            items.update(latest[-count:])
        elif word in ORDINALS:
            place = ORDINALS[word]
            if place > len(latest) and place not in latest:
                raise Unclear
            # "la decima" of a list that runs from 7 to 12 is its number 10
            items.add(place if place > len(latest) else latest[place - 1])
        elif token.is_number:
            items |= items_meant(token, shown)
    return items


def items_meant(token: Token, shown: dict[str, int]) -> set[int]:
    """The item a number stands for, or the items when its digits were run together."""
    digits = str(WORDS[token.word]) if not token.is_number else token.word
    if len(digits) > LONGEST_DIGITS:
        raise Unclear
    plain = digits.lstrip("0") or "0"
    if plain in shown:
        return {shown[plain]}
    splits = _splits(digits, shown)
    if len(splits) != 1 or not token.is_number:
        raise Unclear
    return splits[0]


def _splits(digits: str, shown: dict[str, int]) -> list[set[int]]:
    """Every way to cut digits into different items, at most two ways."""
    ways: list[list[list[int]]] = [[] for _ in range(len(digits) + 1)]
    ways[0].append([])
    for end in range(1, len(digits) + 1):
        for size in (1, 2):
            item = shown.get(digits[end - size : end]) if end >= size else None
            if item is not None:
                found = [[*way, item] for way in ways[end - size] if item not in way]
                ways[end] = (ways[end] + found)[:4]
    return [set(way) for way in ways[-1]][:2]
