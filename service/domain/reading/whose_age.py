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
        if word not in SOFT and word not in ALMOST and word not in {"not", "yet", "to", "close"}:
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
    if back >= 0 and message.joined(first):
        word = message.tokens[back].word
        if word in SOFT and back > 0 and message.joined(back):
            further = message.tokens[back - 1].word
            if further in NOT_AGE_BEFORE - {"los", "las", "over"} or further in {"as", "like"}:
                return False
        if word in NOT_AGE_BEFORE and not (
            word in {"los", "over"} and message.word(back - 1) != "a"
        ):
            return False
        if word in {"him", "them"}:
            return False  # "I have had him 2 years"
        if word in {"was", "tenia", "were", "had", "like", "as"} | SELF:
            return False
    return not _other_person(message, first)


def _taken_for(message: Message, at: int) -> bool:
    """ "everyone thinks he's 8", "looks 5", "parece de 6" """
    return any(
        message.word(back) in TAKEN_FOR and not message.separated(back, at)
        for back in range(max(0, at - 3), at)
    )


def _other_person(message: Message, at: int) -> bool:
    for end in range(at - 1, max(-1, at - 1 - _OTHER_REACHES), -1):
        if message.separated(end, at):
            return False
        other = message.others.get(end)
        if other is not None:
            return other
    return False
