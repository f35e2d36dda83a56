"""Answers about an age that tell none: a school grade, "toddler", "under 2", "not sure"."""

from __future__ import annotations

from service.domain.reading.age_words import (
    GRADES,
    LESS_THAN,
    UNKNOWN,
    VAGUE,
    VAGUE_IF_SHORT,
)
from service.domain.reading.dates_as_written import MONTHS as MONTH_NAMES
from service.domain.reading.matching import Message
from service.domain.reading.number_words import ORDINAL_ENDINGS, ORDINALS, cardinal, word_set

_SHORT_ANSWER = 6
_IN_GRADE = frozenset((verb, "en") for verb in ("va", "esta", "pasa", "paso", "entra", "entro"))
_NO_BOUND = frozenset({("just",), ("hair",), ("bit",), ("el",), ("la",)})
_BY_OPENING = {
    opening: tuple(phrase for phrase in UNKNOWN + LESS_THAN if phrase[0] == opening)
    for opening, *_ in UNKNOWN + LESS_THAN
}
_BIRTHDAY = word_set(
    "birthday bday cumple cumpleanos born nacio nacida nacido turns turning cumplira birthdays"
)
_ATTENDS = word_set("esta va entro anda pasa")
_OF_ONESELF = word_set("im yo soy")
_FORTNIGHT = "fortnight"
_TWOS = {"twos": 24, "threes": 36, "fours": 48}


def vague_age(message: Message, *, asked: bool) -> tuple[int | None, int] | None:
    """Where a message tells an age that cannot be known: None (or months) and the token."""
    words = message.words
    for at, word in enumerate(words):
        if word in GRADES or (word == "k" and message.word(at - 1) == "pre"):
            return None, at
    if not asked:
        return None
    short = len(message.tokens) <= _SHORT_ANSWER
    for at, word in enumerate(words[:-1]):
        if word in ORDINALS and message.word(at - 1) == "en" and message.word(at - 2) in _ATTENDS:
            return None, at  # "ya esta en tercero"
        if word in _TWOS and message.word(at - 1) in {"terrible", "the", "his", "her"}:
            return _TWOS[word], at
        if word == _FORTNIGHT:
            return 0, at
        if word in VAGUE or (short and word in VAGUE_IF_SHORT):
            return None, at
        if word in _BIRTHDAY or (short and word in MONTH_NAMES and word not in {"may", "mar"}):
            return None, at
        if (word in ORDINALS and short) or is_ordinal(message, at):
            return None, at
        if (message.word(at - 2), message.word(at - 1)) in _IN_GRADE and cardinal(
            message.tokens[at]
        ):
            return None, at
        phrases = _BY_OPENING.get(word, ())
        if any(tuple(words[at : at + len(phrase)]) == phrase for phrase in phrases):
            return None, at
    own = next((at for at, word in enumerate(words) if word in _OF_ONESELF), None)
    if own is not None and any(cardinal(token) for token in message.tokens[own:]):
        return None, own  # "I'm 34", "soy mama soltera de 22": how old the parent is
    if short and "old" in words and "enough" in words:
        return None, words.index("old")
    return None


def is_ordinal(message: Message, at: int) -> bool:
    """Whether the number at token ``at`` is a place in a row: "2nd", "3°", "6to"."""
    token = message.tokens[at]
    if not token.is_number:
        return False
    glued = at + 1 < len(message.tokens) and message.tokens[at + 1].start == token.end
    ending = message.word(at + 1) if glued else ""
    return ending in ORDINAL_ENDINGS or message.text[token.end : token.end + 1] in {"°", "º", "ª"}


def left_open(message: Message, first: int) -> bool:
    """ "under 2", "menos de un año": whether the amount at token ``first`` only bounds the age."""
    words = tuple(message.words[max(0, first - 4) : first])
    if message.word(first) in {"a", "un"}:
        words = words[-4:]
    for phrase in LESS_THAN:
        before = words[-len(phrase) - 1 : -len(phrase)]
        # "just under 2" is almost 2; "el menor de 3" is the child
        if words[-len(phrase) :] == phrase and before not in _NO_BOUND:
            return True
    return False
