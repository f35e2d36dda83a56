"""Answers to a list that say the child does all of it well: "she's great with all that"."""

from __future__ import annotations

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.list_signs import Heard
from service.domain.reading.list_words import Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break

_WELL = word_set(
    "fine well great good ok okay perfect perfectly easily awesome amazing wonderfully beautifully "
    "easy normally bien perfecto perfecta perfectamente excelente normal facil facilmente solito "
    "solita genial chevere"
)
_GOOD_AT = _WELL | word_set(
    "ahead track pro champ ace whiz crack experto experta rockstar amazing excels"
)
_WITH = word_set("w wit with at on in con en para")
_DOES = word_set(
    "does do doing did manages handles handle manage hace haga hacer haciendo realiza logra "
    "domina maneja has got nails aces da sale salen comes come are"
)
_DOES_BEHIND = word_set("comes come sabe sale salen hace puede does")
_BAD = word_set("mal feo fea dificil raro rara lento lenta poco chueco torpe cansada cansado")
_CAN = word_set("can able puede sabe logra")
_MASTERS = word_set("mastered masters aces nails domina rocks aced nailed")
_NOT = word_set(
    "cant cannot not no doesnt dont wont isnt barely hardly never nunca tampoco couldnt didnt "
    "hard trouble dificil trabajo arent ni sin wish cuesta batalla struggles"
)
_NO_COMMA = word_set("nope nah nop nel noup")
_WHO = word_set("he she they hes shes theyre we my el ella mi")
_HARD = word_set("trouble hard")
_COURTESY = word_set("thanks thank you gracias smilesign heartsign")
_STANDS = word_set("is are esta estan va van sale salen")
_TROUBLE = word_set("trouble struggles struggle struggling batalla batallamos cuesta cuestan sufre")
_REACH = 4
_BEHIND = 6
_SHORT_ANSWER = 10


def does_all_well(message: Message, heard: Heard, at: int) -> bool:
    """Whether the "all" at token ``at`` is what the child does well."""
    near = [back for back in range(max(0, at - _REACH), at) if not message.separated(back, at)]
    to = at - 1 if at and message.word(at - 1) == "w" else at  # "great w/ all that"
    near = [back for back in near if back >= to or not message.separated(back, to, Break.COMMA)]
    answered = message.word(0) in _NO_COMMA or message.word(1) in _WHO  # "no she can do all"
    words = [message.word(back) for back in near if back or not answered]
    if not _NOT.isdisjoint(words):
        return False
    if message.word(at) in _WITH or (words and words[-1] in _WITH):
        return not _GOOD_AT.isdisjoint(words)
    if not _MASTERS.isdisjoint(words):
        return True
    if _DOES.isdisjoint(words):
        for one in range(at + 1, at + _REACH):
            if message.word(one) in _STANDS and message.word(one + 1) in _WELL:
                return _well_behind(message, heard, at)
        behind = {message.word(one) for one in range(at + 1, at + _BEHIND)}
        return not _DOES_BEHIND.isdisjoint(behind) and _well_behind(message, heard, at)
    if not _CAN.isdisjoint(words) or (words[-1] in _WELL and words[-1] != "ok"):
        return True
    return _well_behind(message, heard, at)


def _well_behind(message: Message, heard: Heard, at: int) -> bool:
    """ "all of those just fine", "todo eso sin problema", "all that down pat" """
    for place in range(at + 1, min(len(message.tokens), at + _BEHIND)):
        if message.separated(at, place, Break.COMMA):
            return False
        word = message.word(place)
        if word in _WELL and message.word(place + 1) in _BAD:
            return False  # "bien mal"
        if word in {"pat", "mastered"} or (word in _WELL and heard.signs[place] is not Sign.ALL):
            return True
        if word == "sabe" and message.word(place + 1) == "hacer":
            return True
        if word in {"sin", "no", "zero"} and message.word(place + 1).startswith("problem"):
            return True
        if word in _NOT or word in {"but", "pero"}:
            return False
    return False


def says_no_and_fine(message: Message, heard: Heard) -> bool:
    """ "no, he runs and jumps fine", "nope does great": no, and then what goes well."""
    tokens = message.tokens
    if not 2 < len(tokens) <= _SHORT_ANSWER or heard.numbers or heard.at(0) is not Sign.NOT:
        return False
    end = len(tokens) - 1
    while end and message.word(end) in _COURTESY:
        end -= 1
    first, last = message.word(0), message.word(end)
    apart = message.separated(0, 1, Break.COMMA)
    well = last in _WELL or heard.at(end) is Sign.ALL  # "nah he runs jumps climbs all of it"
    if not (first in _NO_COMMA or (first == "no" and apart)) or not well:
        return False
    rest = {token.word for token in tokens[1:]}
    if not rest.isdisjoint(_NOT | {"but", "pero", "aunque", "except", "menos"}):
        return False
    return not any(m.rule.kind is Kind.SIGN for m in message.of(Family.CONCERN))


def finds_all_hard(message: Message, at: int) -> bool:
    """ "she has trouble with all of that", "le cuesta todo eso" """
    near = range(max(0, at - _REACH), at)
    words = {message.word(back) for back in near if not message.separated(back, at, Break.COMMA)}
    return not words.isdisjoint(_TROUBLE) and words.isdisjoint(_NOT - _TROUBLE - _HARD)
