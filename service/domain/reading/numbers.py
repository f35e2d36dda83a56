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
from service.domain.reading.tokens import Break, Token
from service.domain.reading.types import Context, Numbers, Picks
from service.domain.vocabulary import Asked

_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_LATE = frozenset({Asked.FREE, Asked.AFTER_SUGGESTION})
# No list has as many items; a longer row of numbers is no answer.
_MOST_NUMBERS = 40


def read_numbers(message: Message, context: Context, used: frozenset[int]) -> Numbers | None:
    """The picks of a reply, or None where it is not about the list's numbers.

    ``used`` are tokens that belong to the child's age.
    """
    tokens = message.tokens
    on_list = context.asked in _LISTS
    if not tokens or not context.shown or not (on_list or context.asked in _LATE):
        return None
    words = [t.word for t in tokens]
    if sum(t.is_number for t in tokens) > _MOST_NUMBERS:
        evidence = message.evidence("numbers", "knowledge b", 0, len(tokens) - 1)
        return Numbers(Picks.UNCLEAR, (), evidence)
    if on_list and not used and _doubts(words):
        evidence = message.evidence("numbers", "knowledge b", 0, len(tokens) - 1)
        return Numbers(Picks.UNCLEAR, (), evidence)
    pure = not used and all(_plain(t) for t in tokens)
    if not on_list and not (pure and any(t.is_number for t in tokens)):
        return None
    picks, items = _read(message, context, words, pure, used)
    if picks is None:
        return None
    evidence = message.evidence("numbers", "knowledge b", 0, len(tokens) - 1)
    return Numbers(picks, tuple(sorted(items)), evidence)


def _doubts(words: list[str]) -> bool:
    """Whether a reply is nothing but "not sure" or "a few of them"."""
    rest = list(words)
    doubted = any(w in VAGUE for w in words)
    for doubt in DOUBTS:
        size = len(doubt)
        for at in range(len(rest) - size + 1):
            if tuple(rest[at : at + size]) == doubt:
                doubted = True
                rest[at : at + size] = [""] * size
    return doubted and all(not w or w in VAGUE or w in FILLER for w in rest)


def _plain(token: Token) -> bool:
    """Whether a word may stand in a reply that is nothing but picks."""
    word = token.word
    return (
        token.is_number
        or word in WORDS
        or word in FILLER
        or word in NONE
        or word in ALL
        or word in AND
        or word in TO
        or word in EXCEPT
        or word in ORDINALS
        or word in LAST
        or word in FIRST
    )


def _read(
    message: Message, context: Context, words: list[str], pure: bool, used: frozenset[int]
) -> tuple[Picks | None, set[int]]:
    latest = context.latest or context.shown
    if pure and (nothing := _nothing(words)) is not None:
        return nothing, set()
    try:
        if pure and any(w in LAST or w in FIRST or w in ORDINALS for w in words):
            placed = items_by_place(message.tokens, latest)
            if placed:
                return Picks.SOME, placed
        runs = find_runs(message, context, used, pure)
        everything = pure and (any(w in ALL for w in words) or _each(words))
        if not runs:
            if everything:
                return Picks.ALL, set()
            if words[0] in SURE_NONE and _stands_alone(message, 0):
                return Picks.NONE, set()
            return None, set()
        picked, excluded = _picked(message, runs, context)
    except Unclear:
        return Picks.UNCLEAR, set()
    if everything and not excluded and picked == {len(latest)} and len(runs) == 1:
        return Picks.ALL, set()
    if everything:
        return (Picks.SOME, set(latest) - excluded - picked) if excluded else (Picks.UNCLEAR, set())
    left = picked - excluded
    return (Picks.SOME, left) if left else (Picks.UNCLEAR, set())


def _each(words: list[str]) -> bool:
    """ "every one", "each single one", "cada uno" """
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
    known = ALL | TO | FILLER | NONE | {"one"}
    if words[0] in {"no", "none", "not"} and all(w in known for w in words):
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
    for run in runs:
        before = tokens[run.first - 1].word if run.first else ""
        if before in {"el", "la", "los", "the"} and run.first > 1:
            before = tokens[run.first - 2].word
        if before in TO_ITEM and run.first > 1 and tokens[run.first - 2].word in NO:
            before = "not"
        out = before in EXCEPT and not (before == "but" and not _after_all(tokens, run))
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


def _after_all(tokens: list[Token], run: Run) -> bool:
    return any(t.word in ALL for t in tokens[: run.first])


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
