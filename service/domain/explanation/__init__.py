"""Why an answer came out as it did: the path of one message, told once for everyone who asks."""

from service.domain.explanation.facts import Fact, Piece, Tone, facts_of, pieces_of
from service.domain.explanation.one_text import explain
from service.domain.explanation.outranked import Outranked
from service.domain.explanation.path import Explanation, Fired, SentText, Verdict

__all__ = [
    "Explanation",
    "Fact",
    "Fired",
    "Outranked",
    "Piece",
    "SentText",
    "Tone",
    "Verdict",
    "explain",
    "facts_of",
    "pieces_of",
]
