"""Reading: from a parent's words to what they say, with the words as evidence."""

from __future__ import annotations

from service.domain.reading.lexicon import Lexicon
from service.domain.reading.reader import read
from service.domain.reading.types import (
    Age,
    Concern,
    Context,
    Evidence,
    Flag,
    Hint,
    Milestone,
    Numbers,
    Picks,
    Reading,
    Status,
    Topic,
)

__all__ = [
    "Age",
    "Concern",
    "Context",
    "Evidence",
    "Flag",
    "Hint",
    "Lexicon",
    "Milestone",
    "Numbers",
    "Picks",
    "Reading",
    "Status",
    "Topic",
    "read",
]
