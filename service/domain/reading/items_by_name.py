"""Items of a list named by their words: "the stairs one", "la de los ruidos", or a line copied.

Only where such words point at the list; "he hates noise" tells a concern, and picks nothing.
"""

from __future__ import annotations

from functools import lru_cache

from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break
from service.domain.reading.types import Context, ListItem

_ONE = word_set("one ones item question line thing")
_ABOUT = word_set("about with for on regarding w re")
_ARTICLES = word_set("el la lo los las eso esa ese")
_POINTERS = _ARTICLES | {"the"}
_OF = word_set("de del d que")
_BUT = word_set("but except besides minus menos excepto salvo")
_GLUE = word_set(
    "or and o y e u the a in into of de del la el los las lo se le al su to with no eso esa ese"
)
_POINTS = word_set(
    "esa ese esta este eso that this one ones yes si please pls por favor gracias thanks solo just "
    "only number numero creo think maybe es is"
)
_THAT_ONE = (
    ("thats", "the", "one"), ("that", "one"), ("this", "one"), ("esa",), ("ese",), ("esa", "es"),
    ("es", "esa"), ("thats", "him"), ("thats", "her"), ("that", "is", "the", "one"),
)  # fmt: skip
_JOINS = word_set("and n y e the la los las el")
_NO_NAME = word_set("not no but pero menos except all todas todos")
_SHORT_REPLY = 7
_HIS = word_set("dice que habla his her my their being very big")
_LONGEST_NAME = 5
_FEWEST_TITLE_WORDS = 2

Spans = dict[int, tuple[int, frozenset[int]]]
"""By first token: the last token, and the items named."""


def items_by_name(message: Message, context: Context) -> Spans:
    """Where a reply names items by their words."""
    if not context.items:
        return {}
    called, titles = _names(context.items)
    copied = _copied_lines(message, titles)
    if copied:
        return {0: (len(message.tokens) - 1, copied)}
    found: Spans = {}
    at = 0
    named = _pointed_at_after(message, called)
    if named is not None:
        return named
    while at < len(message.tokens):
        last = _pointed_at(message, at) if message.words[at] in _POINTERS else None
        items = _called_in(message, at, last, called) if last is not None else frozenset()
        if last is not None and items:
            found[at] = (last, items)
            at = last
        at += 1
    return found


Titles = tuple[tuple[frozenset[str], int], ...]


@lru_cache(maxsize=256)
def _names(items: tuple[ListItem, ...]) -> tuple[dict[str, int], Titles]:
    """Which item each word names, and the words of each line without those that only join."""
    called = {word: item.number for item in items for word in item.called}
    titles = ((title - _GLUE, item.number) for item in items for title in item.titles)
    return called, tuple(one for one in titles if len(one[0]) >= _FEWEST_TITLE_WORDS)


def _copied_lines(message: Message, titles: Titles) -> frozenset[int]:
    """The items whose whole text the message repeats, where it says nothing more."""
    words = message.said - _GLUE
    items: set[int] = set()
    covered: set[str] = set()
    for title, number in titles:
        if title <= words:
            items.add(number)
            covered |= title
    return frozenset(items) if words - covered <= _POINTS else frozenset()


def _pointed_at(message: Message, at: int) -> int | None:
    """The last token of a name from the pointer at ``at``: "the ... one", "la de ...", "the one
    about"."""
    word, after = message.word(at), message.word(at + 1)
    if word == "the" and after in _ONE and message.word(at + 2) in _ABOUT:
        return _end(message, at + 3)
    if word == "the" and message.word(at - 1) not in _BUT:
        for last in range(at + 2, min(at + 2 + _LONGEST_NAME, len(message.tokens))):
            if message.separated(at, last, Break.COMMA):
                return None
            if message.word(last) in _ONE:
                return last
        return None
    if message.word(at - 1) in _BUT and after not in _OF:
        return _end(message, at + 1)
    if word in _ARTICLES and after in _OF:
        return _end(message, at + 2)
    return None


def _pointed_at_after(message: Message, called: dict[str, int]) -> Spans | None:
    """ "meltdowns. thats the one", "camina de puntitas, esa", "the toe walking": a short reply that
    names an item and points at it, with "the" before or "that one" behind."""
    words = [token.word for token in message.tokens]
    if not 0 < len(words) <= _SHORT_REPLY:
        return None
    items = frozenset(called[word] for word in words if word in called)
    points = (
        # "noise and meltdowns"
        all(word in called or word in _JOINS for word in words)
        or (words[-1] in _ONE and all(word in called or word in _GLUE for word in words[:-1]))
        or any(tuple(words[-len(end) :]) == end for end in _THAT_ONE)
        or (
            words[0] == "the"
            and sum(word not in called and word not in _GLUE for word in words) <= 1
            and len(words) <= _LONGEST_NAME
        )
    )
    if not points or not items or any(word in _NO_NAME for word in words):
        return None
    return {0: (len(words) - 1, items)}


def _end(message: Message, at: int) -> int | None:
    """The last token of a name whose words begin at ``at``."""
    if at >= len(message.tokens):
        return None
    last = at
    while last + 1 < len(message.tokens) and last - at < _LONGEST_NAME:
        if message.tokens[last + 1].before is not Break.NONE:
            break
        again = message.word(last + 2) in _ARTICLES | {"the"} and (
            message.word(last + 3) in _OF | _ONE or message.word(last + 3).isdigit()
        )
        if message.word(last + 1) in {"y", "and", "e", "pero", "but"} and again:
            break
        last += 1
    return last


def _called_in(message: Message, first: int, last: int, called: dict[str, int]) -> frozenset[int]:
    """The items that the words of a name stand for; none where it begins with another word."""
    words = [message.word(at) for at in range(first, last + 1)]
    telling = [word for word in words if word not in _GLUE | _ONE | _ABOUT | _HIS]
    if words[-1] not in _ONE and (not telling or telling[0] not in called):
        return frozenset()  # "la de la escuela dice que se cae"
    return frozenset(called[word] for word in words if word in called)
