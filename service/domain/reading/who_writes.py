"""Whether the one who writes is the child: a teenager texting for themselves.

Such a conversation is not carried on; a parent is asked for, and a person looks (knowledge g10).
"""

from __future__ import annotations

from service.domain.reading.age_words import YEARS
from service.domain.reading.matching import Message
from service.domain.reading.number_words import cardinal, word_set
from service.domain.reading.types import Topic

YOUNGEST_WRITER_YEARS = 9
OLDEST_CHILD_YEARS = 17
TEEN_SELF = "teen_self"
_SOURCE = "knowledge g10"
_A_CHILD = word_set("son daughter baby kid child boy girl toddler hijo hija bebe nino nina")
# After "I'm 15" the number must stand alone, or be followed by these.
_AFTER_AGE = word_set("and but so my i can cant pls please now y pero mi me tengo no help this is")


def read_teen(message: Message) -> Topic | None:
    """ "im 15", "i am 14 years old", "tengo 13 años": the writer's own age is a child's."""
    tokens = message.tokens
    if any(token.word in _A_CHILD for token in tokens):
        return None  # "im 17 and my baby is 8 months": a young parent
    for at, token in enumerate(tokens):
        years = cardinal(token)
        if years is None or not YOUNGEST_WRITER_YEARS <= years <= OLDEST_CHILD_YEARS:
            continue
        said_at = _says_i_am(message, at)
        if said_at is None:
            continue
        last = at
        if message.word(at + 1) in YEARS and message.joined(at + 1):
            last = at + 2 if message.word(at + 2) == "old" else at + 1
        elif message.word(said_at) == "tengo":
            continue  # "tengo 10" counts anything; with "años" it is an age
        elif message.word(at + 1) not in _AFTER_AGE and message.joined(at + 1):
            continue  # "im 12 weeks along", "im 10 minutes away"
        evidence = message.evidence(f"topic.{TEEN_SELF}", _SOURCE, said_at, last)
        return Topic(TEEN_SELF, evidence)
    return None


def _says_i_am(message: Message, at: int) -> int | None:
    """The token at which an "I'm" begins that leads straight up to token ``at``."""
    if not at or not message.joined(at):
        return None
    if message.word(at - 1) in {"im", "tengo"}:
        return at - 1
    if (message.word(at - 2), message.word(at - 1)) == ("i", "am"):
        return at - 2
    return None
