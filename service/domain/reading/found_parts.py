"""The parts found in a message of phrases that mean something only together.

Every word may belong to dozens of parts, and few of them come to anything. So what is found is kept
as it was found, and put in order by part only where a part is asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

Span = tuple[int, int]
"""First and last token."""


@dataclass(slots=True)
class FoundParts:
    """The parts, by number, of a message."""

    hits: list[tuple[tuple[int, ...], Span]] = field(default_factory=list)
    """Which parts stand where, in the order they were found."""
    _numbers: set[int] | None = None
    _spans: dict[int, list[Span]] | None = None

    @property
    def numbers(self) -> set[int]:
        """Every part that stands somewhere."""
        if self._numbers is None:
            self._numbers = set().union(*(parts for parts, _ in self.hits))
        return self._numbers

    def spans(self, part: int) -> list[Span]:
        """Where one part stands."""
        if self._spans is None:
            spans: defaultdict[int, list[Span]] = defaultdict(list)
            for parts, span in self.hits:
                for number in parts:
                    spans[number].append(span)
            self._spans = spans
        return self._spans.get(part, [])

    def spans_of_any(self, parts: frozenset[int]) -> Iterator[Span]:
        """Where any of these parts stand."""
        return (span for found, span in self.hits if not parts.isdisjoint(found))
