"""What the words so far say about the skills and signs that follow, and how far that reaches.

"Can't", "trouble with", "lost" and their like open a scope; a phrase that stands in it takes its
status from it. A plain "no" reaches only a few words, and not past an "and" that begins anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from service.domain.reading.lexicon import Rule
from service.domain.reading.matching import Match, Message
from service.domain.reading.types import Status

# How many words apart two phrases may be and still speak of each other.
NOT_REACHES = 5
_FAR = -100
BEGINS_NEW = frozenset({"and", "y", "e", "also", "tambien", "then"})


class Scope(Enum):
    """What the words so far say about the skills and signs that follow."""

    OPEN = "open"
    CANNOT = "cannot"
    NOT = "not"
    TROUBLE = "trouble"
    CAN = "can"
    NO_TROUBLE = "no trouble"
    LOST = "lost"
    OVER = "over"


_GOES_ON = frozenset({Scope.CAN, Scope.NO_TROUBLE, Scope.TROUBLE, Scope.CANNOT})


@dataclass(slots=True)
class Named:
    """A skill or sign of the message, and what is known about it so far."""

    match: Match
    scope: Scope
    marker: Match | None
    carried: bool = False
    status: Status | None = None
    missing: bool = False
    lost: bool = False

    @property
    def rule(self) -> Rule:
        return self.match.rule


@dataclass(slots=True)
class State:
    """How far a message has been walked: what is open, who is meant, and what was named."""

    scope: Scope = Scope.OPEN
    marker: Match | None = None
    at: int = _FAR
    other: Match | None = None
    """Who else is spoken of, if not the child."""
    before: Match | None = None
    """Who else the sentence before was about."""
    carried: bool = False
    named: list[Named] = field(default_factory=list)
    sentence: list[Named] = field(default_factory=list)
    known: set[int] = field(default_factory=set)
    """Every token that belongs to a known phrase; filled when first needed."""
    cue: Match | None = None
    """What in this clause says that something goes badly, wherever it stands."""
    told: bool = False
    """Whether the sentence has a subject or says that something goes well."""

    def open(self) -> None:
        self.scope, self.marker, self.carried = Scope.OPEN, None, False

    def start_anew(self) -> None:
        """Open again, with nothing just named for later words to reach back to."""
        self.open()
        self.at = _FAR

    def enter(self, scope: Scope, match: Match) -> None:
        self.scope, self.marker, self.at, self.carried = scope, match, match.last, False


def near(match: Match, state: State, reach: int) -> bool:
    """Whether a phrase follows at most ``reach`` words after what was said last."""
    return match.first - state.at <= reach


def denial_reaches(match: Match, state: State, message: Message) -> bool:
    """Whether a "no" still speaks of a phrase: near, and nothing new begun with "and"."""
    if not near(match, state, NOT_REACHES):
        return False
    begun = state.marker.last if state.marker is not None else state.at
    between = message.tokens[begun + 1 : match.first]
    return not any(token.word in BEGINS_NEW for token in between)


def goes_on(match: Match, state: State, message: Message) -> bool:
    """ "no problems eating nor dressing", "no soporta luces ni ruidos": what was said goes on."""
    word = message.tokens[match.first].word
    return word in {"ni", "nor"} and state.scope in _GOES_ON
