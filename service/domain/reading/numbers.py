"""Which items of the numbered lists a reply picks.

Numbers are judged against the lists that were shown; one that was not shown makes the whole
answer unclear, so that nothing wrong is recorded. The order of picks never matters. Numbers that
count something else ("2 brothers", "10 times", an age) are left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.matching import Message
from service.domain.reading.number_words import LONGEST_DIGITS, ORDINALS, WORDS, word_set
from service.domain.reading.tokens import Break, Token
from service.domain.reading.types import Context, Numbers, Picks
from service.domain.vocabulary import Asked, Language

_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_LATE = frozenset({Asked.FREE, Asked.AFTER_SUGGESTION})
_NONE = word_set(
    "none no nope nah nothing nada ninguno ninguna ningun neither zero cero na nun "
    "noneofthese non ningunos ningunas"
)
_SURE_NONE = _NONE - {"no", "nope", "nah", "na", "non"}
_ALL = word_set("all todos todas todo toda toos tods everything")
_AND = word_set("and an n y e also plus or tambien with con et then o")
_TO = word_set("to thru through al a hasta til till tru")
_AFTER_NONE = word_set("of de just only he she so right solo thanks thank gracias that")
_EXCEPT = word_set("but except excluding minus menos excepto salvo not")
_EVERY = frozenset({"every", "each", "single", "cada"})
_POINTING = frozenset({"this", "that", "which", "no", "another"})
_TO_ITEM = frozenset({"to", "al", "a", "on"})
_LABEL = word_set("number numbers num nums item items numero numeros nos option options")
_YES = word_set("yes y yep yeah si ok sure")
_NO = word_set("no n nope not")
_VAGUE = word_set("some few several couple unsure idk algunos algunas varios varias unos unas")
_DOUBTS = (
    ("not", "sure"),
    ("dont", "know"),
    ("no", "se"),
    ("no", "estoy", "segura"),
    ("no", "estoy", "seguro"),
)
_LAST = word_set("last ultimo ultima ultimos ultimas")
_FIRST = word_set("first primero primera primeros primeras primer")
_FILLER = (
    word_set(
        "worry worries worried me concern concerns concerned about the my i im id say would "
        "maybe mostly definitely too yes ok okay are is only just think el la los las son "
        "preocupa preocupan creo que tal vez quizas si solo sometimes little bit kinda sure "
        "pick choose please pls thanks thank you gracias por favor of them these those ones "
        "both him her us it for guess probably possibly mainly especially de ellos estos estas "
        "above anteriores really answer reply he she has have sorta his hmm um uh well hi hello "
        "hola lo le mas mi hijo hija son daughter apply applies thing things anything algo any "
        "no puede ser cual talvez in list on st nd rd th also tambien pues bueno hey so this em "
        "tbh sort every day always often sometimes a veces siempre porfa porfis plis plz thx ty q "
        "creo pienso yo nomas este esta esa ese eso aqui here hay was were now honestly lol like "
        "single each moment momento right bad good days lista cada ahorita us our family"
    )
    | _LABEL
)
_MAY_FOLLOW = word_set(
    "since because cuz cus bc bcuz porq xq pq q "
    "and also plus maybe for definitely please pls thanks thank but the "
    "mostly sometimes is are y e tambien porque pero he she his her i my we they worry "
    "worries concern concerns me too kinda really he's shes hes el ella le se mi a que si "
    "yes no not especially mainly only probably possibly gracias por son preocupan preocupa "
    "a most applies apply would st nd rd th i'd id sure all of though tho lol when cuando "
    "it its like"
)
_MAY_PRECEDE = (
    word_set(
        "yes ok definitely only just say be is and maybe me about with on also think its are "
        "pick choose si solo el la los las creo que es son y e or answer reply probably the for "
        "mostly mainly both between im worried said told picked concerned preocupa preocupan "
        "plus have numero del mande i meant mean so um well"
    )
    | _LABEL
)
# No list has as many items; a longer row of numbers is no answer.
_MOST_NUMBERS = 40
_DASHES = frozenset("-–—~‐‑−")


@dataclass(slots=True)
class _Run:
    """Numbers that stand together: tokens ``first`` to ``last`` with only joining words."""

    first: int
    last: int
    at: list[int]
    joints: list[str]
    """How each number is joined to the one before: "list" or "range" or "dash"."""


class _Unclear(Exception):
    """A number was given that is not on the list."""


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
    doubted = any(w in _VAGUE for w in words)
    for doubt in _DOUBTS:
        size = len(doubt)
        for at in range(len(rest) - size + 1):
            if tuple(rest[at : at + size]) == doubt:
                doubted = True
                rest[at : at + size] = [""] * size
    return doubted and all(not w or w in _VAGUE or w in _FILLER for w in rest)


def _plain(token: Token) -> bool:
    """Whether a word may stand in a reply that is nothing but picks."""
    word = token.word
    return (
        token.is_number
        or word in WORDS
        or word in _FILLER
        or word in _NONE
        or word in _ALL
        or word in _AND
        or word in _TO
        or word in _EXCEPT
        or word in ORDINALS
        or word in _LAST
        or word in _FIRST
    )


def _read(
    message: Message, context: Context, words: list[str], pure: bool, used: frozenset[int]
) -> tuple[Picks | None, set[int]]:
    latest = context.latest or context.shown
    if pure and (nothing := _nothing(words)) is not None:
        return nothing, set()
    try:
        if pure and any(w in _LAST or w in _FIRST or w in ORDINALS for w in words):
            placed = _by_place(message.tokens, latest)
            if placed:
                return Picks.SOME, placed
        runs = _runs(message, context, used, pure)
        everything = pure and (any(w in _ALL for w in words) or _each(words))
        if not runs:
            if everything:
                return Picks.ALL, set()
            if words[0] in _SURE_NONE and _stands_alone(message, 0):
                return Picks.NONE, set()
            return None, set()
        picked, excluded = _picked(message, runs, context)
    except _Unclear:
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
    return any((word, one) in pairs for word in _EVERY for one in ("one", "single", "uno", "una"))


def _stands_alone(message: Message, at: int) -> bool:
    nxt = at + 1
    return nxt >= len(message.tokens) or (
        message.tokens[nxt].before is not Break.NONE or message.tokens[nxt].word in _AFTER_NONE
    )


def _nothing(words: list[str]) -> Picks | None:
    """NONE for "none", "0", "no ninguno"; also for "n/a"."""
    said = [w for w in words if w not in _FILLER or w == "no"]
    if words == ["n", "a"]:
        return Picks.NONE
    known = _ALL | _TO | _FILLER | _NONE | {"one"}
    if words[0] in {"no", "none", "not"} and all(w in known for w in words):
        return Picks.NONE
    if said and all(w in _NONE or w in {"0", "00"} for w in said):
        return Picks.NONE
    return None


def _by_place(tokens: list[Token], latest: tuple[int, ...]) -> set[int]:
    """Items named by their place: "first and last", "the first two", "third"."""
    items: set[int] = set()
    skip = False
    for i, token in enumerate(tokens):
        if skip:
            skip = False
            continue
        word = token.word
        nxt = tokens[i + 1] if i + 1 < len(tokens) else None
        count = 1
        if (word in _FIRST or word in _LAST) and nxt is not None:
            amount = int(nxt.word) if nxt.is_number and len(nxt.word) < 3 else WORDS.get(nxt.word)
            if amount is not None and nxt.word != "one":
                count, skip = amount, True
            elif nxt.word == "one":
                skip = True
        if count > len(latest):
            raise _Unclear
        if word in _FIRST:
            items.update(latest[:count])
        elif word in _LAST:
            items.update(latest[-count:])
        elif word in ORDINALS:
            if ORDINALS[word] > len(latest):
                raise _Unclear
            items.add(latest[ORDINALS[word] - 1])
        elif token.is_number:
            items |= _value(token, {str(n): n for n in latest})
    return items


def _is_pick(tokens: list[Token], at: int, context: Context) -> bool:
    token = tokens[at]
    if token.is_number:
        return True
    if token.word in {"one", "uno"} and at and tokens[at - 1].word in _POINTING | _EVERY:
        return False
    if token.word not in WORDS or token.word in {"un", "una"}:
        return False
    return token.word != "once" or context.language is Language.ES


def _runs(message: Message, context: Context, used: frozenset[int], pure: bool) -> list[_Run]:
    tokens = message.tokens
    runs: list[_Run] = []
    current: _Run | None = None
    for i in range(len(tokens)):
        if i in used or not _is_pick(tokens, i, context):
            continue
        joint = None if current is None else _joint(message, current.last, i)
        if current is not None and joint is not None:
            current.joints.append(joint)
            current.at.append(i)
            current.last = i
        else:
            current = _Run(i, i, [i], [])
            runs.append(current)
    starts = {m.first for m in message.of(Family.CONCERN) if m.rule.kind in (Kind.SIGN, Kind.SKILL)}
    return [run for run in runs if pure or _are_picks(message, run, starts)]


def _joint(message: Message, before: int, after: int) -> str | None:
    tokens = message.tokens
    if after == before + 1:
        text = message.text[tokens[before].end : tokens[after].start].strip()
        return "dash" if len(text) == 1 and text in _DASHES else "list"
    between = [t.word for t in tokens[before + 1 : after]]
    between = [w for w in between if w not in {"st", "nd", "rd", "th"} and w not in _LABEL]
    between = [w for w in between if w not in {"the", "el", "maybe", "also", "then", "los", "la"}]
    if not between:
        return "list"
    if len(between) == 1 and between[0] in _TO:
        return "range"
    if all(w in _AND for w in between):
        return "list"
    return None


def _are_picks(message: Message, run: _Run, concern_starts: set[int]) -> bool:
    """Whether numbers amid other words are meant as picks."""
    tokens = message.tokens
    first = tokens[run.first]
    labelled = message.text[: first.start].endswith("#")
    before = tokens[run.first - 1] if run.first else None
    if before is not None and before.word in _LABEL:
        labelled = True
    if labelled:
        return True
    if not first.is_number and len(run.at) == 1:
        return False
    at_start = before is None or first.before is not Break.NONE
    if at_start and len(run.at) > 1:
        return True
    nxt = tokens[run.last + 1] if run.last + 1 < len(tokens) else None
    fits_after = (
        nxt is None
        or nxt.before is not Break.NONE
        or nxt.word in _MAY_FOLLOW
        or nxt.word in _YES | _NO
        or run.last + 1 in concern_starts
    )
    fits_before = at_start or (
        before is not None and (before.word in _MAY_PRECEDE or before.word in _EXCEPT)
    )
    return fits_after and fits_before


def _picked(message: Message, runs: list[_Run], context: Context) -> tuple[set[int], set[int]]:
    tokens = message.tokens
    picked: set[int] = set()
    excluded: set[int] = set()
    answered = _answered_one_by_one(tokens, runs)
    shown = {str(n): n for n in context.shown}
    for run in runs:
        before = tokens[run.first - 1].word if run.first else ""
        if before in {"el", "la", "los", "the"} and run.first > 1:
            before = tokens[run.first - 2].word
        if before in _TO_ITEM and run.first > 1 and tokens[run.first - 2].word in _NO:
            before = "not"
        out = before in _EXCEPT and not (before == "but" and not _after_all(tokens, run))
        items = _items(message, run, context)
        if answered:
            for at in run.at:
                follows = tokens[at + 1].word
                (excluded if follows in _NO else picked).update(_value(tokens[at], shown))
        elif out:
            excluded |= items
        else:
            picked |= items
    return picked, excluded


def _after_all(tokens: list[Token], run: _Run) -> bool:
    return any(t.word in _ALL for t in tokens[: run.first])


def _answered_one_by_one(tokens: list[Token], runs: list[_Run]) -> bool:
    """ "1 yes 2 no 3 yes" """
    at = [i for run in runs for i in run.at]
    return (
        len(at) > 1
        and all(
            tokens[i].is_number and i + 1 < len(tokens) and tokens[i + 1].word in _YES | _NO
            for i in at
        )
        and any(tokens[i + 1].word in _NO for i in at)
    )


def _items(message: Message, run: _Run, context: Context) -> set[int]:
    tokens = message.tokens
    shown = {str(n): n for n in context.shown}
    values = [_value(tokens[i], shown) for i in run.at]
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


def _value(token: Token, shown: dict[str, int]) -> set[int]:
    """The item a number stands for, or the items when its digits were run together."""
    digits = str(WORDS[token.word]) if not token.is_number else token.word
    if len(digits) > LONGEST_DIGITS:
        raise _Unclear
    plain = digits.lstrip("0") or "0"
    if plain in shown:
        return {shown[plain]}
    splits = _splits(digits, shown)
    if len(splits) != 1 or not token.is_number:
        raise _Unclear
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
