"""Which items of the numbered lists a reply picks.

Numbers are judged against the lists that were shown; one that was not shown makes the whole
answer unclear, so that nothing wrong is recorded. The order of picks never matters. Numbers that
count something else ("2 brothers", "10 times", an age) are left alone.
"""

from __future__ import annotations

from itertools import pairwise

from service.domain.reading.list_items import Unclear, items_by_place, items_meant, items_of
from service.domain.reading.list_words import (
    AFTER_NONE,
    ALL,
    AND,
    COUNTED_NEXT,
    DOUBTS,
    EVERY,
    EXCEPT,
    FILLER,
    FIRST,
    LAST,
    NO,
    NONE,
    SURE_NONE,
    TO,
    TO_ITEM,
    VAGUE,
    YES,
)
from service.domain.reading.matching import Message
from service.domain.reading.number_runs import Run, find_runs
from service.domain.reading.number_words import ORDINALS, WORDS
from service.domain.reading.other_numbers import counts_these
from service.domain.reading.tokens import Break, Token
from service.domain.reading.types import Context, Evidence, Numbers, Picks
from service.domain.vocabulary import Asked

_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_ZERO = frozenset({"0", "00", "cero", "zero"})
_NOT_ONE = frozenset({"none", "ninguno", "ninguna", "ningunos", "neither"})
_LATE = frozenset({Asked.FREE, Asked.AFTER_SUGGESTION})
# No list has as many items; a longer row of numbers is no answer.
_MOST_NUMBERS = 40
_PLAIN = frozenset(FILLER | NONE | ALL | AND | TO | EXCEPT | LAST | FIRST | {*WORDS, *ORDINALS})
"""The words of a reply that is nothing but picks, numbers apart."""
_PLACES = frozenset(LAST | FIRST | {*ORDINALS})
_AROUND_NONE = frozenset(ALL | TO | FILLER | NONE | {"one"})
_DOUBTFUL = frozenset(VAGUE | FILLER | {word for doubt in DOUBTS for word in doubt})
_DOUBTS_FROM = {first: tuple(d for d in DOUBTS if d[0] == first) for first, *_ in DOUBTS}


def read_numbers(message: Message, context: Context, used: frozenset[int]) -> Numbers | None:
    """The picks of a reply, or None where it is not about the list's numbers.

    ``used`` are tokens that belong to the child's age.
    """
    tokens = message.tokens
    on_list = context.asked in _LISTS
    if not tokens or not context.shown or not (on_list or context.asked in _LATE):
        return None
    words = [t.word for t in tokens]
    numbers = sum(t.is_number for t in tokens)
    if numbers > _MOST_NUMBERS:
        evidence = message.evidence("numbers", "knowledge b", 0, len(tokens) - 1)
        return Numbers(Picks.UNCLEAR, (), evidence)
    if on_list and not used and _doubts(words):
        evidence = message.evidence("numbers", "knowledge b", 0, len(tokens) - 1)
        return Numbers(Picks.UNCLEAR, (), evidence)
    if not on_list and not numbers:
        return None
    pure = not used and all(t.is_number or t.word in _PLAIN for t in tokens)
    if not on_list and not pure:
        return None
    picks, items = _read(message, context, words, pure, used)
    if picks is None:
        return None
    evidence = message.evidence("numbers", "knowledge b", 0, len(tokens) - 1)
    return Numbers(picks, tuple(sorted(items)), evidence)


def _doubts(words: list[str]) -> bool:
    """Whether a reply is nothing but "not sure" or "a few of them"."""
    if not _DOUBTFUL.issuperset(words):
        return False
    rest = list(words)
    doubted = not VAGUE.isdisjoint(words)
    for at, word in enumerate(words):
        for doubt in _DOUBTS_FROM.get(word, ()):
            end = at + len(doubt)
            if tuple(rest[at:end]) == doubt:
                doubted = True
                rest[at:end] = [""] * len(doubt)
    return doubted and all(not w or w in VAGUE or w in FILLER for w in rest)


def _read(
    message: Message, context: Context, words: list[str], pure: bool, used: frozenset[int]
) -> tuple[Picks | None, set[int]]:
    latest = context.latest or context.shown
    if pure and (nothing := _nothing(words)) is not None:
        return nothing, set()
    try:
        if pure and not _PLACES.isdisjoint(words):
            placed = items_by_place(message.tokens, latest)
            if placed:
                return Picks.SOME, placed
        if words[0] in _ZERO and not _counted(message, context):
            return Picks.NONE, set()
        runs = find_runs(message, context, used, pure)
        everything = pure and (not ALL.isdisjoint(words) or _each(words))
        if not runs:
            if everything:
                return Picks.ALL, set()
            if words[0] in SURE_NONE and _stands_alone(message, 0):
                return Picks.NONE, set()
            if context.asked in _LISTS and any(
                counts_these(message, at) for at, t in enumerate(message.tokens) if t.is_number
            ):
                return Picks.UNCLEAR, set()
            return None, set()
        picked, excluded = _picked(message, runs, context)
    except Unclear:
        return Picks.UNCLEAR, set()
    if everything and not excluded and picked == {len(latest)} and len(runs) == 1:
        return Picks.ALL, set()
    if everything:
        return (Picks.SOME, set(latest) - excluded - picked) if excluded else (Picks.UNCLEAR, set())
    if excluded and not picked and not SURE_NONE.isdisjoint(words):
        return Picks.SOME, excluded  # "none except 5"
    left = picked - excluded
    return (Picks.SOME, left) if left else (Picks.UNCLEAR, set())


def _counted(message: Message, context: Context) -> bool:
    """Whether a zero stands with other picks ("0 and 3"), or counts something ("0 words")."""
    shown = {str(number) for number in context.shown}
    picked = any(token.word in shown for token in message.tokens[1:])
    return picked or message.word(1) in COUNTED_NEXT


def says_none(message: Message, context: Context) -> Evidence | None:
    """ "nope none of that is us", "de esa lista no tiene ninguno": the word that says so, anywhere
    in an answer to a list that names no worry."""
    if context.asked not in _LISTS:
        return None
    for at, token in enumerate(message.tokens):
        if token.word in _NOT_ONE:
            return message.evidence("numbers", "knowledge b", at, at)
    return None


def _each(words: list[str]) -> bool:
    """ "every one", "each single one", "cada uno" """
    if EVERY.isdisjoint(words):
        return False
    pairs = set(pairwise(words))
    return any((word, one) in pairs for word in EVERY for one in ("one", "single", "uno", "una"))


def _stands_alone(message: Message, at: int) -> bool:
    nxt = at + 1
    return nxt >= len(message.tokens) or (
        message.tokens[nxt].before is not Break.NONE or message.tokens[nxt].word in AFTER_NONE
    )


def _nothing(words: list[str]) -> Picks | None:
    """NONE for "none", "0", "no ninguno"; also for "n/a"."""
    said = [w for w in words if w not in FILLER or w == "no"]
    if words == ["n", "a"]:
        return Picks.NONE
    if words[0] in {"no", "none", "not"} and _AROUND_NONE.issuperset(words):
        return Picks.NONE
    if said and all(w in NONE or w in {"0", "00"} for w in said):
        return Picks.NONE
    return None


def _picked(message: Message, runs: list[Run], context: Context) -> tuple[set[int], set[int]]:
    tokens = message.tokens
    picked: set[int] = set()
    excluded: set[int] = set()
    answered = _answered_one_by_one(tokens, runs)
    shown = {str(n): n for n in context.shown}
    all_at = next((i for i, t in enumerate(tokens) if t.word in ALL), len(tokens))
    for run in runs:
        before = tokens[run.first - 1].word if run.first else ""
        if before in {"el", "la", "los", "the"} and run.first > 1:
            before = tokens[run.first - 2].word
        if before in TO_ITEM and run.first > 1 and tokens[run.first - 2].word in NO:
            before = "not"
        out = before in EXCEPT and not (before == "but" and all_at >= run.first)
        items = items_of(message, run, context)
        if answered:
            for at in run.at:
                follows = tokens[at + 1].word
                (excluded if follows in NO else picked).update(items_meant(tokens[at], shown))
        elif out:
            excluded |= items
        else:
            picked |= items
    return picked, excluded


def _answered_one_by_one(tokens: list[Token], runs: list[Run]) -> bool:
    """ "1 yes 2 no 3 yes" """
    at = [i for run in runs for i in run.at]
    return (
        len(at) > 1
        and all(
            tokens[i].is_number and i + 1 < len(tokens) and tokens[i + 1].word in YES | NO
            for i in at
        )
        and any(tokens[i + 1].word in NO for i in at)
    )
