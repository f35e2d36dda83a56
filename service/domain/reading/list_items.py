"""Which items of the lists shown a number or a place stands for: "3", "135", "the last two".

``Unclear`` is raised for a number that was not shown, or that can be cut in more than one way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from service.domain.reading.list_signs import Heard
from service.domain.reading.list_words import Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import (
    LONGEST_DIGITS,
    ORDINAL_ENDINGS,
    PLACES,
    ordinal,
    word_set,
)
from service.domain.reading.tokens import Break
from service.domain.reading.types import Context

_FIRST = word_set("primerito primerita first primero primera primeros primeras primer top")
_FIRST_OF = word_set("first primer primera primero")
_FIRSTBORN = word_set("bebe hijo hija baby child kid nieto nieta nino nina born time vez")
_ATTENDS = word_set("va esta entro anda pasa")
_BEFORE_LAST = word_set("penultimo penultima")
_ENDS_OF_LIST = {("hasta", "abajo"): -1, ("hasta", "arriba"): 0, ("mero", "abajo"): -1}
_ENDS = frozenset(end for _, end in _ENDS_OF_LIST)
_THE = word_set("the my and n or to is just only also plus both ")
_MIDDLE = word_set("enmedio medio centro")
_EVEN, _ODD = word_set("even evens pares"), word_set("odd odds impares nones")
_OTHER_LIST = word_set(
    "text texts message msg mensaje texto question part list lista set page group column time vez"
)
_ENDINGS = ORDINAL_ENDINGS | {"s", "a", "o"}
_TWO_DIGITS = 2
_KEYCAP = "\ufe0f\u20e3"
"""What follows a digit to make it a keycap."""
_COUPLE = {"couple": 2, "two": 2, "par": 2}


class Unclear(Exception):
    """A number was given that is not on the list."""


@dataclass(slots=True)
class Said:
    """A number or a place that is named: tokens ``first`` to ``last``."""

    first: int
    last: int
    digits: str = ""
    """Of a number; empty for a place."""
    spelled: bool = False
    """Whether the number was written as a word."""
    items: frozenset[int] = field(default=frozenset())
    """Of a place."""
    alone: bool = True
    """Whether no other number is named; only then two digits may be two items."""

    def items_of(self, context: Context) -> set[int]:
        """The items meant. Raises ``Unclear``."""
        if not self.digits:
            return set(self.items)
        return items_meant(self.digits, context, spelled=self.spelled, alone=self.alone)


@dataclass(slots=True)
class Run:
    """Numbers that stand together: tokens ``first`` to ``last``."""

    said: list[Said]
    joints: list[str] = field(default_factory=list)
    """How each is joined to the one before: "list", "range" or "dash"."""
    to_the_end: bool = False
    from_the_start: bool = False
    instead: bool = False
    """Whether it is put for one said before: "3 no 4"."""
    begins: int = 0
    """The first token of what belongs to it: "hasta", an article, "number"."""

    @property
    def first(self) -> int:
        """Its first token."""
        return self.said[0].first

    @property
    def last(self) -> int:
        """Its last token."""
        return self.said[-1].last

    def digits(self) -> frozenset[str]:
        """The digits it is written in."""
        return frozenset(one.digits for one in self.said)

    @property
    def is_range(self) -> bool:
        """Whether it names more than it lists."""
        return self.to_the_end or self.from_the_start or "range" in self.joints

    def items(self, context: Context) -> set[int]:
        """The items it names, ranges filled in. Raises ``Unclear``."""
        values = [one.items_of(context) for one in self.said]
        items = set().union(*values)
        for (before, value), joint in zip(pairwise(values), self._plain_joints(), strict=True):
            if joint == "range" and before and value:
                items |= {n for n in context.shown if min(before) <= n <= max(value)}
        latest = context.latest or context.shown
        if self.to_the_end and values[-1]:
            low = min(values[-1])
            items |= {n for n in (latest if low in latest else context.shown) if n >= low}
        if self.from_the_start and values[0]:
            items |= {n for n in latest if n <= max(values[0])}
        return items

    def _plain_joints(self) -> list[str]:
        """A single dash makes a range, "1-3-5" a list."""
        plain = []
        for at, joint in enumerate(self.joints):
            if joint == "dash":
                near = self.joints[max(0, at - 1) : at] + self.joints[at + 1 : at + 2]
                joint = "list" if "dash" in near else "range"
            plain.append(joint)
        return plain


def named_items(
    message: Message, heard: Heard, context: Context, left_out: frozenset[int]
) -> list[Said]:
    """Every number and place that may name an item, in order."""
    found: list[Said] = []
    at = 0
    tokens = message.tokens
    while at < len(tokens):
        one: Said | None = None
        if at in heard.names:
            last, items = heard.names[at]
            one = Said(at, last, items=items)
        elif at in heard.numbers:
            last = at
            nxt = tokens[at + 1] if at + 1 < len(tokens) else None
            glued = nxt is not None and nxt.start == tokens[at].end
            if (
                nxt is not None
                and glued
                and not (at + 2 in heard.numbers and tokens[at + 2].start == nxt.end)
                and _is_ending(heard.numbers[at], nxt.word)
            ):
                last = at + 1
            if last > at and message.word(last + 1) in _OTHER_LIST:
                pass  # "add 2 from the 1st text"
            elif _digits_first(message, heard, at, last):
                one, last = _first_few(heard, last, context), last + 1
            elif at not in left_out:
                last, digits = _keycaps(message, heard, at, last, context)
                one = Said(at, last, digits, spelled=not tokens[at].is_number)
            at = last
        elif heard.signs[at] is not Sign.STRAY and message.clauses[at] not in heard.stray:
            one = _placed(message, heard, at, context, found)
        if one is not None:
            found.append(one)
            at = one.last
        at += 1
    for one in found:
        one.alone = len(found) == 1
    return found


def _keycaps(
    message: Message, heard: Heard, at: int, last: int, context: Context
) -> tuple[int, str]:
    """The last token and the digits of a number written in keycaps, of which there are none above
    ten: a 1 and a 1 where 11 was shown and 1 was not."""
    digits = heard.numbers[at]
    if last != at or at + 1 not in heard.numbers:
        return last, digits
    together = digits + heard.numbers[at + 1]
    latest = context.latest or context.shown
    begins, ends = message.tokens[at].end, message.tokens[at + 1].start
    if (
        _KEYCAP in message.text[begins:ends]
        and not message.text[begins:ends].strip(_KEYCAP)
        and together in {str(n) for n in latest}
        and int(digits) not in latest
    ):
        return at + 1, together
    return last, digits


def _digits_first(message: Message, heard: Heard, at: int, last: int) -> bool:
    """ "the 1st 2": a place written in digits, with a count behind it."""
    follows = last + 1 in heard.numbers and message.tokens[last + 1].before is Break.NONE
    return message.word(at) == "1" and message.word(last) == "st" and follows


def _first_few(heard: Heard, last: int, context: Context) -> Said:
    latest = context.latest or context.shown
    count = int(heard.numbers[last + 1][:LONGEST_DIGITS])
    return Said(last - 1, last + 1, items=frozenset(latest[:count]))


def _of_list(message: Message, heard: Heard, at: int) -> bool:
    """ "4 from the first one": which list a number is of."""
    if not heard.numbers or message.word(at - 1) not in {"the", "la"}:
        return False
    return message.word(at - 2) in {"from", "on", "in", "de"} and at - 3 in heard.numbers


def _is_ending(digits: str, word: str) -> bool:
    """ "2nd", "3ra", "9no"; but "1no" answers no."""
    return word in _ENDINGS and (word not in {"no", "na"} or digits == "9")


def _placed(
    message: Message, heard: Heard, at: int, context: Context, found: list[Said]
) -> Said | None:
    """The items named by their place from token ``at``; a count before it is taken out again."""
    token = message.tokens[at]
    word, place = token.word, ordinal(token.word, token.forms)
    if place is None and word not in PLACES and word not in _ENDS:
        return None
    latest = context.latest or context.shown
    if message.word(at + 1) in _OTHER_LIST:
        return None
    if message.word(at - 1) == "en" and message.word(at - 2) in _ATTENDS:
        return None  # "va en primero"
    near = at + 1 < len(message.tokens) and message.tokens[at + 1].before is Break.NONE
    if word in _FIRST_OF and near and message.word(at + 1) in _FIRSTBORN:
        return None  # "es mi primer bebe", "the first time"
    if place is not None and word not in _FIRST:
        if (message.word(at + 1), message.word(at + 2)) == ("to", "last"):
            return Said(at, at + 2, items=frozenset(latest[-place:][:1]))
        if place > len(latest) and place not in latest:
            raise Unclear
        # "la decima" of a list that runs from 7 to 12 is its number 10
        return Said(at, at, items=frozenset({place if place > len(latest) else latest[place - 1]}))
    if (message.word(at - 1), word) in _ENDS_OF_LIST:
        place = latest[_ENDS_OF_LIST[(message.word(at - 1), word)]]
        return Said(at - 1, at, items=frozenset({place}))
    if word not in PLACES or heard.first_of[at] != at or heard.signs[at] is not Sign.PLAIN:
        return None
    if _of_list(message, heard, at):
        return None
    if word in _MIDDLE and found and found[-1].digits == "2" and found[-1].last >= at - 2:
        half, first = len(latest) // 2, found.pop().first
        return Said(first, at, items=frozenset(latest[half - 1 : half + 1]))  # "las dos de enmedio"
    if word in _MIDDLE:
        return None
    if word == "middle":
        half = len(latest) // 2
        if message.word(at + 1) in {"", "one", "ones"}:
            raise Unclear
        if message.word(at + 1) not in {"two", "2"} or len(latest) % 2:
            return None
        return Said(at, at + 1, items=frozenset(latest[half - 1 : half + 1]))
    if word in _BEFORE_LAST or (
        word == "last"
        and "next"
        in {message.word(at - 1), message.word(at - 2) if message.word(at - 1) == "to" else ""}
    ):
        return Said(at, at, items=frozenset(latest[-2:-1]))
    if word in _EVEN | _ODD:
        odd = word in _ODD
        return Said(at, at, items=frozenset(n for n in latest if n % 2 == odd))
    if word == "first" and at and message.joined(at) and message.word(at - 1) not in _THE:
        return None  # "i would rather ask my wife first"
    if found and found[-1].last == at - 1 and found[-1].digits and word in {"primero", "first"}:
        return None  # "puse 2 primero"
    first, last, count = at, at, 1
    after, before = at + 1, at - 1
    if after in heard.numbers and message.joined(after) and message.word(after) not in {"one"}:
        count, last = int(heard.numbers[after][:LONGEST_DIGITS]), after
    elif message.word(after) == "few":
        raise Unclear
    elif message.word(after) in _COUPLE:
        count, last = _COUPLE[message.word(after)], after
    elif message.word(after) in {"half", "mitad"}:
        count, last = len(latest) // 2, after
    elif found and found[-1].last == before and found[-1].digits and word.endswith("s"):
        count, first = int(found[-1].digits[:LONGEST_DIGITS]), found[-1].first
        found.pop()  # "las dos ultimas"
    if count > len(latest):
        raise Unclear
    items = latest[:count] if word in _FIRST else latest[-count:]
    return Said(first, last, items=frozenset(items))


def items_meant(
    digits: str, context: Context, *, spelled: bool = False, alone: bool = True
) -> set[int]:
    """The item a number stands for, or the items when its digits were run together; those of two
    digits only where no other number is named: "12" may be 1 and 2, "3 and 12" may not."""
    if len(digits) > LONGEST_DIGITS:
        raise Unclear
    shown = {str(n): n for n in context.shown}
    plain = digits.lstrip("0") or "0"
    if plain in shown:
        return {shown[plain]}
    if spelled or (not alone and len(digits) <= _TWO_DIGITS):
        raise Unclear
    latest = context.latest or context.shown
    splits = _splits(digits, {str(n): n for n in latest})
    if len(splits) != 1:
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
