"""Numbers that stand together in a reply, and whether they are meant as picks.

Alone, or joined by "and" or a dash, or beside "number", they are. Numbers that count something
else ("2 brothers", "10 times") are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.list_words import (
    AND,
    COUNTED_NEXT,
    EVERY,
    EXCEPT,
    LABEL,
    MAY_FOLLOW,
    MAY_PRECEDE,
    NO,
    NOT_PLURALS,
    POINTING,
    TO,
    YES,
)
from service.domain.reading.matching import Message
from service.domain.reading.number_words import WORDS
from service.domain.reading.other_numbers import corrected_from, no_picks
from service.domain.reading.tokens import Break, Token
from service.domain.reading.types import Context
from service.domain.vocabulary import Language

_DASHES = frozenset("-–—~‐‑−")
_POINTING = POINTING | EVERY
_BETWEEN = LABEL | {"st", "nd", "rd", "th", "the", "el", "maybe", "also", "then", "los", "la"}
"""Words that may stand between two numbers and change nothing."""
_ANSWERS = YES | NO
_LEFT_OUT = frozenset({"falto", "olvide", "agregue", "forgot", "missed", "add", "tambien"})
_ARTICLES = frozenset({"la", "el", "las", "los", "the", "numero", "num"})


@dataclass(slots=True)
class Run:
    """Numbers that stand together: tokens ``first`` to ``last`` with only joining words."""

    first: int
    last: int
    at: list[int]
    joints: list[str]
    """How each number is joined to the one before: "list" or "range" or "dash"."""


def find_runs(message: Message, context: Context, used: frozenset[int], pure: bool) -> list[Run]:
    """The runs that are picks: all of them where the message is ``pure``, nothing but picks."""
    tokens = message.tokens
    runs: list[Run] = []
    current: Run | None = None
    others = no_picks(message)
    for i in range(corrected_from(tokens), len(tokens)):
        if i in used or i in others or not _is_pick(tokens, i, context):
            continue
        joint = None if current is None else _joint(message, current.last, i)
        if current is not None and joint is not None:
            current.joints.append(joint)
            current.at.append(i)
            current.last = i
        else:
            current = Run(i, i, [i], [])
            runs.append(current)
    starts = {m.first for m in message.of(Family.CONCERN) if m.rule.kind in (Kind.SIGN, Kind.SKILL)}
    return [run for run in runs if pure or _are_picks(message, run, starts, context)]


def _is_pick(tokens: list[Token], at: int, context: Context) -> bool:
    token = tokens[at]
    if token.is_number:
        return True
    if token.word in {"one", "uno"} and at and tokens[at - 1].word in _POINTING:
        return False
    if token.word not in WORDS or token.word in {"un", "una"}:
        return False
    return token.word != "once" or context.language is Language.ES


def _joint(message: Message, before: int, after: int) -> str | None:
    tokens = message.tokens
    if after == before + 1:
        text = message.text[tokens[before].end : tokens[after].start].strip()
        return "dash" if len(text) == 1 and text in _DASHES else "list"
    between = [t.word for t in tokens[before + 1 : after] if t.word not in _BETWEEN]
    if not between:
        return "list"
    if len(between) == 1 and between[0] in TO:
        return "range"
    if all(w in AND for w in between):
        return "list"
    return None


def _leads(message: Message, run: Run, context: Context) -> bool:
    """ "3 he falls on flat ground", "la 6 tiene silla": a shown number first of all, which counts
    nothing."""
    tokens = message.tokens
    begins = run.first
    if message.word(begins - 1) in _ARTICLES and message.word(begins - 2) in _LEFT_OUT:
        return True
    if begins and tokens[begins - 1].word in _ARTICLES and tokens[begins].before is Break.NONE:
        begins -= 1
    if begins and tokens[begins].before is Break.NONE:
        return False
    digits = tokens[run.first].word
    if not tokens[run.first].is_number or not digits.isdigit() or len(digits) > 2:
        return False
    if int(digits) not in context.shown:
        return False
    following = message.word(run.last + 1)
    if following == "de" and begins < run.first:
        return True  # "la 4 de antes"
    counted = following in COUNTED_NEXT or (
        following.endswith("s") and following not in NOT_PLURALS
    )
    return not counted


def _are_picks(message: Message, run: Run, concern_starts: set[int], context: Context) -> bool:
    """Whether numbers amid other words are meant as picks."""
    tokens = message.tokens
    first = tokens[run.first]
    labelled = message.text[: first.start].endswith("#")
    before = tokens[run.first - 1] if run.first else None
    if before is not None and before.word in LABEL:
        labelled = True
    if labelled:
        return True
    if not first.is_number and len(run.at) == 1:
        return False
    at_start = before is None or first.before is not Break.NONE
    if at_start and len(run.at) > 1:
        return True
    if _leads(message, run, context):
        return True
    nxt = tokens[run.last + 1] if run.last + 1 < len(tokens) else None
    fits_after = (
        nxt is None
        or nxt.before is not Break.NONE
        or nxt.word in MAY_FOLLOW
        or nxt.word in _ANSWERS
        or run.last + 1 in concern_starts
    )
    fits_before = at_start or (
        before is not None and (before.word in MAY_PRECEDE or before.word in EXCEPT)
    )
    return fits_after and fits_before
