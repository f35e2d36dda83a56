"""The parts found in a message of phrases that mean something only together.

Every word may belong to dozens of parts, and few of them come to anything. So what is found is kept
as it was found, and put in order by part only for the parts that can still come to something.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]
"""First and last token."""


@dataclass(slots=True)
class FoundParts:
    """The parts, by number, of a message."""

    hits: list[tuple[tuple[int, ...], Span]] = field(default_factory=list)
    """Which parts stand where, in the order they were found."""

    def numbers(self) -> set[int]:
        """Every part that stands somewhere."""
        return set().union(*(parts for parts, _ in self.hits))

    def in_order(self, wanted: set[int]) -> Mapping[int, list[Span]]:
        """Where each of the wanted parts stands, in reading order."""
        spans: defaultdict[int, list[Span]] = defaultdict(list)
        for parts, span in self.hits:
            for number in wanted.intersection(parts):
                spans[number].append(span)
        for places in spans.values():
            places.sort()
        return spans

    def spans_of_any(self, parts: frozenset[int]) -> Iterator[Span]:
        """Where any of these parts stand."""
        return (span for found, span in self.hits if not parts.isdisjoint(found))
