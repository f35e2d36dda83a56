"""Whether an amount is said of the child, and is an age at all.

"She is 4" is the child's; "it is 4", "I'm 30", "for 2 years", "2 years ago", "was 3" and a
brother's 6 are not.
"""

from __future__ import annotations

from service.domain.reading.age_words import (
    ALMOST,
    CHILD,
    IS,
    NOT_AGE_AFTER,
    NOT_AGE_BEFORE,
    NOT_CHILD,
    SELF,
    SOFT,
    TAKEN_FOR,
)
from service.domain.reading.matching import Message
from service.domain.reading.tokens import Break

_LOOK_BACK = 6
_OTHER_REACHES = 4
_PASSED_OVER = SOFT | ALMOST | {"not", "yet", "to", "close"}
_NO_AGE_FURTHER = (NOT_AGE_BEFORE - {"los", "las", "over"}) | {"as", "like"}
# "I have had him 2 years", "I was 3", "I am 30"
_NO_AGE_RIGHT_AFTER = {"him", "them", "was", "tenia", "were", "had", "like", "as"} | SELF
_TELLING = SOFT | NOT_AGE_BEFORE | _NO_AGE_RIGHT_AFTER


def said_to_be(message: Message, at: int) -> bool:
    """Whether "is", "tiene", "age" or the like stands before a number, and the child is meant."""
    before = _before(message, at)
    if before < 0:
        return False
    word = message.tokens[before].word
    if word == "are":
        return message.word(before - 1) in {"both", "they", "twins"}
    if word == "is":
        return message.word(before - 1) not in NOT_CHILD
    return word in IS


def named_with(message: Message, at: int) -> bool:
    """ "la niña 3", "my daughter 5", as an answer to the age question."""
    return at > 0 and message.joined(at) and message.word(at - 1) in CHILD


def _before(message: Message, at: int) -> int:
    """The token before ``at`` that is not a soft word ("about", "only", "almost")."""
    for _ in range(_LOOK_BACK):
        if at <= 0 or message.tokens[at].before is Break.SENTENCE:
            break
        at -= 1
        word = message.tokens[at].word
        if word not in _PASSED_OVER:
            return at
        if word in {"is", "turned"}:
            return at
    return -1


def is_age(message: Message, first: int, last: int) -> bool:
    """Whether an amount of time is the child's age, and not a span or somebody else's."""
    if message.word(last + 1) in NOT_AGE_AFTER and message.joined(last + 1):
        return False
    if _taken_for(message, first):
        return False
    back = first - 1
    word = message.word(back)
    if word in _TELLING and message.joined(first):
        if word in SOFT and back > 0 and message.joined(back):
            if message.tokens[back - 1].word in _NO_AGE_FURTHER:
                return False
        if word in NOT_AGE_BEFORE and not (
            word in {"los", "over"} and message.word(back - 1) != "a"
        ):
            return False
        if word in _NO_AGE_RIGHT_AFTER:
            return False
    return not _other_person(message, first)


def _taken_for(message: Message, at: int) -> bool:
    """ "everyone thinks he's 8", "looks 5", "parece de 6" """
    for back in range(max(0, at - 3), at):
        if message.tokens[back].word in TAKEN_FOR and not message.separated(back, at):
            return True
    return False


def _other_person(message: Message, at: int) -> bool:
    if not message.others:
        return False
    for end in range(at - 1, max(-1, at - 1 - _OTHER_REACHES), -1):
        if message.separated(end, at):
            return False
        other = message.others.get(end)
        if other is not None:
            return other
    return False
