"""Which of the ages a message tells is the child's: the one put right, the one asked about, the
one corrected for an early birth."""

from __future__ import annotations

from itertools import pairwise

from service.domain.reading.age_words import (
    ADJUSTED,
    CHILD,
    FOCUS,
    KIN,
    LITTLE_OR_BIG,
    SWAPS,
)
from service.domain.reading.birthdays import Told
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break

OLDEST_MONTHS = 21 * 12
_GROWN_UP = 18 * 12
_FOCUS_REACHES = 5
_SWAP_REACHES = 8
_PASSED_OVER = word_set("the la el de is tiene es son a my her his")
_AND = word_set("and y n e")
_NEAR_ENOUGH = 12
_SWAP_PAIRS = frozenset(
    tuple(pair.split())
    for pair in (
        "no no", "i mean", "quise decir", "quiero decir", "mejor dicho", "mas bien", "no sorry",
        "no miento", "sorry no", "no perdon", "make that",
        "scratch that", "strike that", "ay no", "oh no", "uy no", "no cierto", "es cierto",
        "es mentira", "no mentira", "no espera", "no wait", "me equivoque", "me confundi",
        "or rather", "my bad",
    )
)  # fmt: skip
_SWAPS_BEGIN = frozenset(first for first, _ in _SWAP_PAIRS) | {"no"}
_MISTOLD = word_set(
    "writing dije pense pensaba creia creiamos thought puse pusimos wrote put typed escribi say "
    "texted marque ficha"
)
_MISTOLD_REACHES = 3
_NOT_ABOUT_REACHES = 8
_A_PAIR = 2
_BIGGER = word_set("older oldest bigger mayor grande grandote")
_SMALLER = word_set("younger youngest smaller menor chico chica chiquito chiquita pequeno pequena")
_WHEN = frozenset({"when", "cuando"})
_DENIES = word_set("not aint isnt arent wasnt dont doesnt no")
_ABOUT = word_set("about bout for por de")
_THEM = word_set("him her them that this the ella ese esa")
_THE = word_set("the my el la")
_TOLD_THEM = frozenset({"le", "les"})
""" "Yo ya le digo de 3" tells, and takes nothing back."""
_MY = frozenset({"my", "mi"})
_NAMES_ONE = _MY | word_set("the el la tengo hay have got")
_ANOTHER = LITTLE_OR_BIG | word_set("other otro otra another")
_GOES = word_set("va ira needs necesita preocupa preocupan")


def meant(message: Message, found: list[Told]) -> list[Told]:
    """The ages that count, of those told."""
    found = _adjusted(message, found) or found
    found = [told for told in found if told.months is None or told.months < OLDEST_MONTHS] or found
    found = [told for told in found if not _not_the_one(message, told)] or found
    found = _without_unit(found)
    told_before = found
    if len({told.months for told in found}) > 1:
        found = [told for told in found if not _of_the_others(message, told)] or found
    if len({told.months for told in found}) > 1 and _only_adds(message, found):
        found = found[:1]
    if len({told.months for told in found}) > 1:
        found = _put_right(message, found)
    if len({told.months for told in found}) > 1:
        found = _asked_about(message, found)
    if len({told.months for told in found}) > 1:
        found = _told_again(found)
    return _more_exactly(found, told_before)


def _not_the_one(message: Message, told: Told) -> bool:
    """ "5 but the 7 yr old is not the one im asking about", "the baby is 9 weeks but its not about
    him", "5, not the 9 yr old"."""
    if message.word(told.first - 1) in _THE and message.word(told.first - 2) in _DENIES:
        return True
    words = tuple(message.words[told.last + 1 : told.last + 1 + _NOT_ABOUT_REACHES])
    if words[:4] == ("is", "not", "the", "one") or words[:3] == ("isnt", "the", "one"):
        return True
    if words[:1] and words[0] in _WHEN:
        return True  # "thirteen in real life, about two when you ask him to shower"
    return any(
        about in _ABOUT and whom in _THEM and not _DENIES.isdisjoint(words[max(0, at - 2) : at])
        for at, (about, whom) in enumerate(pairwise(words))
    )


def of_ones_own_kin(message: Message, passed: list[Told]) -> list[Told]:
    """ "mi hermanito tiene 6, mi ma esta trabajando": where no other age is told, that of the
    writer's own brother or sister, who answers for the parent."""
    return [
        told._replace(counts=True)
        for told in passed
        if told.months is not None
        and told.months < _GROWN_UP
        and any(
            message.word(at) in KIN
            and not message.separated(at, told.first)
            and _MY & {message.word(at - 1), message.word(at - 2)}
            for at in range(max(0, told.first - _FOCUS_REACHES), told.first)
        )
    ]


def _without_unit(found: list[Told]) -> list[Told]:
    """ "va pa los 15 meses, tiene 14": a bare number beside months counts months as well."""
    exact = {told.months for told in found if told.precise and told.months is not None}
    return [
        told
        for told in found
        if told.precise
        or told.months is None
        or not exact & {told.months // _NEAR_ENOUGH, told.months // _NEAR_ENOUGH - 1}
    ] or found


def _more_exactly(found: list[Told], before: list[Told]) -> list[Told]:
    """ "7 and a half, my other one is 10 but this is about the 7 yr old": the same age as it was
    told more exactly."""
    if len(found) != 1 or found[0].precise or found[0].months is None:
        return found
    exact = [t for t in before if t.precise and t.months is not None]
    close = [t for t in exact if 0 <= (t.months or 0) - found[0].months < _NEAR_ENOUGH]
    return close[:1] or found


def _told_again(found: list[Told]) -> list[Told]:
    """ "a 7 yr old n a 2 yr old but this is for the 2 yr old": the one told twice, at the end."""
    again = [told for told in found if told.months == found[-1].months]
    others = {told.months for told in found} - {found[-1].months}
    once = len(found) - len(again) == len(others)
    return again if len(found) > 2 and len(again) == 2 and once else found


def agreed(found: list[Told]) -> int | None:
    """The one age they come to, or None: "4, turning 5 in may" agrees, "4 and 6" does not."""
    values = {t.months for t in found}
    told = {t.months for t in found if not t.almost and t.precise}
    if len(values) > 1 and len(told) == 1:
        # "not quite 2 yet, 22 months"
        exact = next(iter(told))
        found = [t for t in found if not t.almost or not _just_short(t.months, exact)]
        values = {t.months for t in found}
    if len(values) > 1:
        precise = {t.months for t in found if t.precise}
        coarse = [t.months for t in found if not t.precise]
        if len(precise) != 1:
            return None
        exact = next(iter(precise))
        if exact is None or any(c is None or not 0 <= exact - c < _NEAR_ENOUGH for c in coarse):
            return None
        values = precise
    months = values.pop()
    return months if months is not None and 0 <= months < OLDEST_MONTHS else None


def _just_short(almost: int | None, exact: int | None) -> bool:
    """Whether an exact age lies in the year that an "almost" is short of."""
    return almost is not None and exact is not None and 0 <= almost - exact < _NEAR_ENOUGH


def _adjusted(message: Message, found: list[Told]) -> list[Told]:
    """The ages told to be the one corrected for an early birth (knowledge c4)."""
    if ADJUSTED.isdisjoint(message.said):
        return []
    said = {at for at, token in enumerate(message.tokens) if token.word in ADJUSTED}
    return [t for t in found if said & {t.first - 2, t.first - 1, t.last, t.last + 1}]


def _put_right(message: Message, found: list[Told]) -> list[Told]:
    """ "4 sorry 5", "5 not 6", "no tiene 4, tiene 5"."""
    kept = [t for t in found if not (_refused(message, t) or _refused_behind(message, t))]
    kept = [told for told in kept if not _told_wrong(message, told)] or kept or found
    for at, token in enumerate(message.tokens):
        swaps = token.word in SWAPS and message.word(at - 1) not in _TOLD_THEM
        if swaps or takes_back(message, at):
            after = [told for told in kept if told.first > at]
            if after and after[0].first - at <= _SWAP_REACHES and len(after) < len(kept):
                kept = after
    return kept


def takes_back(message: Message, at: int) -> bool:
    """ "9 years. omg i mean 9 months", "nueve? no, once", "no no"."""
    word = message.words[at]
    if word not in _SWAPS_BEGIN:
        return False
    if (word, message.word(at + 1)) in _SWAP_PAIRS:
        return True
    alone = at + 1 < len(message.tokens) and message.tokens[at + 1].before is not Break.NONE
    return at > 0 and word == "no" and alone and message.tokens[at].before is not Break.NONE


def _told_wrong(message: Message, told: Told) -> bool:
    """ "puse 3 años pero ya tiene 4", "in my last mail I wrote 5 years", "she'll say she's 5"."""
    near = range(max(0, told.first - _MISTOLD_REACHES), told.first)
    return any(
        message.word(at) in _MISTOLD
        and message.word(at + 1) not in {"wrong", "mal"}
        and not message.separated(at, told.first)
        for at in near
    )


def _refused(message: Message, told: Told) -> bool:
    back = told.first - 1
    if message.tokens[told.first].before is not Break.NONE:
        return False
    while back >= 0 and message.word(back) in _PASSED_OVER:
        back -= 1
    return message.word(back) in {"not", "no", "isnt"} and back >= 0


def _refused_behind(message: Message, told: Told) -> bool:
    """ "3 años no, 13 años" """
    at = told.last + 1
    return (
        message.word(at) == "no"
        and message.tokens[at].before is Break.NONE
        and at + 1 < len(message.tokens)
        and message.tokens[at + 1].before is not Break.NONE
    )


def _asked_about(message: Message, found: list[Told]) -> list[Told]:
    """Of several ages, that of the child the message says it is about; else all of them."""
    about = [at for at, token in enumerate(message.tokens) if _is_focus(message, at, token.word)]
    if not about or message.said & {"cual", "which"} or _about_both(message, about[-1]):
        return found
    clauses = {message.clauses[at] for at in about if message.word(at) in _GOES}
    beside = [told for told in found if message.clauses[told.first] in clauses]
    if len(beside) < len(found) and len({told.months for told in beside}) == 1:
        return beside  # "la de 3 es la que va con ustedes, el de 8 la acompaña"
    after = [told for told in found if told.first > about[-1]]
    if len({told.months for told in after}) == 1:
        return after
    if after and after[0].first - about[-1] <= _FOCUS_REACHES and not _one_of_all(message, after):
        return after[:1]
    # "la chiquita 2, pero pregunto por la chiquita", "... pero es por la chiquita que escribo"
    begins = next(at for at in about if not message.separated(at, about[-1], Break.COMMA))
    named = {token.word for token in message.tokens[begins:]} & (CHILD | LITTLE_OR_BIG)
    told_of = [
        told
        for told in found
        if named & {message.word(told.first - 1), message.word(told.first - 2)}
    ]
    if told_of:
        return told_of
    by_size = {token.word for token in message.tokens[about[-1] :]}
    if by_size & _BIGGER or by_size & _SMALLER:
        # "4 and a half, i also got a 6 month old but this is for the older one"
        pick = max if by_size & _BIGGER else min
        known = [told for told in found if told.months is not None]
        if len(known) == _A_PAIR and not (by_size & _BIGGER and by_size & _SMALLER):
            return [pick(known, key=lambda told: told.months or 0)]
    # "my other one is 6 but this is about the little one"
    left = [told for told in found if not _of_the_other(message, told)]
    return left if len({told.months for told in left}) == 1 else found


def _is_focus(message: Message, at: int, word: str) -> bool:
    """Whether a word says which child is meant; the "va" of "va para los 6" does not."""
    if word in {"para", "for"}:
        return message.word(at + 1) in {"el", "la", "mi", "my", "the", "our"}
    return word in FOCUS and not (word == "va" and message.word(at + 1) in {"para", "pa"})


def _about_both(message: Message, about: int) -> bool:
    """ "quiero preguntar por los dos" """
    return message.word(about + 1) in {"both", "ambos", "ambas"} or (
        message.word(about + 1) in {"los", "las"} and message.word(about + 2) == "dos"
    )


def _of_the_others(message: Message, told: Told) -> bool:
    """ "el de en medio, 6. los otros tienen 10 y 3" """
    return any(
        message.word(back) in {"others", "otros", "otras"}
        and not message.separated(back, told.first)
        for back in range(max(0, told.first - _FOCUS_REACHES), told.first)
    )


def _only_adds(message: Message, found: list[Told]) -> bool:
    """ "30 months. my older one is 6": whether one age answers and names no child, and the others
    are told in a sentence behind it, of a child who is not the one meant."""
    answer, *others = found
    answers = not any(
        message.words[at] in LITTLE_OR_BIG
        for at in range(answer.first + 1)
        if not message.separated(at, answer.first)
    )
    after = answer.last + 1
    opens = answer.first == answer.last <= 1 and message.tokens[after].before is not Break.NONE
    named = _NAMES_ONE if opens and len(others) == 1 else _MY
    return answers and all(
        message.separated(answer.first, told.first, Break.COMMA if opens else Break.SENTENCE)
        and any(
            message.word(back) in named and message.word(back + 1) in _ANOTHER
            for back in range(max(0, told.first - _FOCUS_REACHES), told.first)
        )
        for told in others
    )


def _one_of_all(message: Message, after: list[Told]) -> bool:
    """ "asking about two boys, ages 4 and 8", "about a 14 month old and a 5 yr old"."""
    between = [message.word(at) for at in range(after[0].last + 1, after[1].first)]
    return bool(between) and between[0] in _AND and all(w in _AND | _PASSED_OVER for w in between)


def _of_the_other(message: Message, told: Told) -> bool:
    return any(
        message.word(back) in {"other", "otro", "otra"} and not message.separated(back, told.first)
        for back in range(max(0, told.first - 4), told.first)
    )
