"""Whether a reply speaks of the list as a whole: "all of these", "none of that is us", "the rest".

Such words count in a clause that says nothing else, or first of all in words that can mean
nothing else ("all of these describe him").
"""

from __future__ import annotations

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.list_fine import does_all_well, finds_all_hard, says_no_and_fine
from service.domain.reading.list_items import Run
from service.domain.reading.list_signs import Heard
from service.domain.reading.list_words import Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break

_NO = word_set(
    "naw nopee noo wouldnt ni no nope nop nah n not nel never nunca crossmark thumbsdown tampoco "
    "doesnt dont didnt hasnt havent isnt arent"
)
_AFTER_NONE = word_set(
    "of de just only he she so right solo thanks thank gracias that lol haha jaja shes hes we i my "
    "they mi honestly for from por para it but pero porque because tbh thankfully really "
    "here there jumps stands sticks applies tiene"
)
_BEGINS = word_set("yes si yeah well pues honestly oh hi hello hola we i he she")
_SURE_NONE = word_set("none ninguno ninguna ningunos nothing nada neither zero cero 0")
_FINE = word_set("good fine great ok okay well bien excelente excellent perfect")
_FITS = word_set("fits fit applies apply describes aplica aplican aplicarian describe describen")
_WITH = word_set("on with at in en con for para")
_OF_THESE = frozenset(("of", these) for these in ("these", "those", "that", "them", "this", "it"))
_ENDS_ANY = frozenset(
    {
        "",
        "are",
        "is",
        "thanks",
        "thank",
        "things",
        "at",
        "lol",
        "right",
        "but",
        "fit",
        "fits",
        "apply",
        "and",
        "she",
        "he",
    }
)
_DOES_FINE = word_set("fine good great bien perfecto perfect normal excelente")
_FINE_REACHES = 7
_TO_THEM = word_set("to a al on for")
_IS = word_set("is its are be was say think son es serian seria creo pick like picks")
_LONGEST_ANSWER = 30
_SURE_WORDS = 3
_THESE = word_set("they these those")
_NONE_REACH = 4
_NOT_REACH = 5
_YES_REACH = 4


def says_all(message: Message, heard: Heard, runs: list[Run]) -> bool:
    """ "all", "the whole list", in a clause that says nothing else; not "all of 1 to 4"."""
    for at in heard.begins(Sign.ALL):
        strong = heard.is_phrase(at)
        alone = strong and (_opens(message, at) or _closes(message, heard, at))
        alone = alone or message.word(heard.phrase_end(at)) in {"preocupan", "worry"}
        alone = alone or (strong and (finds_all_hard(message, at) or _fits(message, heard, at)))
        if message.clauses[at] in heard.stray and not alone:
            continue
        if _none_before(message, heard, at) or does_all_well(message, heard, at):
            continue
        if message.word(at) in _THESE and runs and runs[0].last < at:
            continue  # "8, 9, 10 they all sound like her"
        if any(run.is_range and 0 < run.begins - at <= 3 for run in runs):
            continue
        if not strong and any(run.first == at + 1 and len(run.said) > 1 for run in runs):
            continue  # "all 3 and 4 and 5"
        if len(runs) > 1 and any(run.is_range and run.last + 1 == at for run in runs[:-1]):
            continue  # "7 to 9 all, and also 12"
        if _fine_with(message, heard, at) or (not strong and _ends_a_row(heard, at, runs)):
            continue
        return True
    return False


def _none_before(message: Message, heard: Heard, at: int) -> bool:
    """ "N/A for all of these"."""
    if message.word(at - 1) in {"de", "of"} and any(
        heard.at(next_) is Sign.NONE for next_ in range(at + 1, at + _NONE_REACH)
    ):
        return True  # "de todas esas ninguna"
    return any(
        heard.signs[back] is Sign.NONE and not message.separated(back, at)
        for back in range(max(0, at - _NONE_REACH), at)
    )


def _closes(message: Message, heard: Heard, at: int) -> bool:
    """ "honestly it is all of these": whether the words end a sentence, after "is" or the like."""
    end = heard.phrase_end(at)
    return message.word(at - 1) in _IS and (
        end + 1 >= len(message.tokens) or not message.joined(end + 1)
    )


def _fits(message: Message, heard: Heard, at: int) -> bool:
    """ "every item on there fits" """
    end = heard.phrase_end(at)
    return any(message.word(near) in _FITS for near in range(end + 1, end + 1 + _NONE_REACH))


def all_apart(message: Message, heard: Heard, runs: list[Run]) -> bool:
    """ "todas sin excepcion, de la 7 a la 12": all, and then the same in numbers."""
    return any(
        sign is Sign.ALL and message.separated(at, runs[0].first, Break.COMMA)
        for at, sign in enumerate(heard.signs[: runs[0].first])
    )


def _ends_a_row(heard: Heard, at: int, runs: list[Run]) -> bool:
    """ "la 8. los zapatos, botones, todo": everything of a row of things, not of the list."""
    return not heard.pure and any(run.last < at for run in runs)


def says_no_item(message: Message, heard: Heard, zeros: frozenset[int]) -> bool:
    """ "none", "no gracias", "all good on these", a zero (at tokens ``zeros``)."""
    signs = heard.signs
    if says_no_and_fine(message, heard):
        return True
    alls = heard.begins(Sign.ALL)
    if zeros or any(does_all_well(message, heard, at) for at in alls):
        return True
    fine = [at for at, s in enumerate(signs) if s is Sign.ALL and _fine_with(message, heard, at)]
    for at in (*heard.begins(Sign.NONE), *fine):
        strong = heard.is_phrase(at)
        if message.clauses[at] not in heard.stray:
            return True
        sure = message.word(at) in _SURE_NONE and message.word(at + 1) in _AFTER_NONE
        if (strong or sure) and _opens(message, at):
            return True
    if _not_any(message, heard):
        return True
    if not heard.pure or heard.numbers:
        return False
    # "no", "no gracias", "nope not us"
    if any(sign in (Sign.ALL, Sign.REST, Sign.VAGUE, Sign.NEARLY_ALL, Sign.BUT) for sign in signs):
        return False
    return any(
        sign is Sign.NOT and word in _NO for sign, word in zip(signs, message.words, strict=False)
    )


def says_rest(message: Message, heard: Heard, refused: set[int], picked: set[int]) -> bool:
    """ "6 no, rest yes": whether the items that were not named are picked."""
    if not refused:
        return False
    for at in heard.begins(Sign.REST):
        after = heard.phrase_end(at)
        near = heard.signs[after + 1 : after + 1 + _YES_REACH]
        before = heard.signs[max(0, at - 2) : at] if message.word(at - 1) in _TO_THEM else ()
        for one in (*near, *reversed(before)):
            if one is Sign.YES:
                return True
            if one in (Sign.NOT, Sign.OVER, Sign.NONE):
                return False
        return not picked
    return False


def unmistakable(message: Message, heard: Heard, sign: Sign) -> bool:
    """Whether a phrase of three words or more says so in a reply that names no worry: "there is
    nothing on it that concerns us", "pongo lo mismo que puso mi esposo"."""
    named = any(m.rule.kind in (Kind.SIGN, Kind.SKILL) for m in message.of(Family.CONCERN))
    if named or len(message.tokens) > _LONGEST_ANSWER:
        return False
    return any(heard.phrase_end(at) - at + 1 >= _SURE_WORDS for at in heard.begins(sign))


def none_of_them(heard: Heard, runs: list[Run]) -> bool:
    """ "none of 1-6 apply to him": of the only numbers named, none."""
    return len(runs) == 1 and heard.at(runs[0].begins - 1) is Sign.NONE


def refuses_rest(heard: Heard) -> bool:
    """ "no to 1, no to 2, no to everything else too" """
    for at in heard.begins(Sign.REST):
        near = range(max(0, at - _NONE_REACH), at)
        return any(heard.signs[back] in (Sign.NOT, Sign.NONE) for back in near)
    return False


def _not_any(message: Message, heard: Heard) -> bool:
    """ "he doesnt do any of these", in whatever words."""
    if "any" not in message.said:
        return False
    for at, word in enumerate(message.words):
        if word != "any":
            continue
        of_these = (message.word(at + 1), message.word(at + 2)) in _OF_THESE
        if of_these and message.word(at + 3) in _ENDS_ANY:
            near = range(max(0, at - _NOT_REACH), at)
            if any(
                heard.signs[back] is Sign.NOT and not message.separated(back, at) for back in near
            ):
                return True
    return False


def _opens(message: Message, at: int) -> bool:
    """Whether nothing but a yes stands before token ``at``."""
    return all(message.word(back) in _BEGINS for back in range(at))


def _fine_with(message: Message, heard: Heard, at: int) -> bool:
    """ "good on all of these", "bien en todas" """
    if message.word(at - 1) in _WITH and message.word(at - 2) in _FINE:
        return True
    clause = message.clauses[at]
    end = at
    while end + 1 < len(message.tokens) and message.clauses[end + 1] == clause:
        end += 1
    return (
        end - at < _FINE_REACHES
        and message.word(end) in _DOES_FINE
        and clause not in heard.stray
        and all(heard.signs[near] is not Sign.NOT for near in range(at, end))
    )
