"""The parts found in a message of phrases that mean something only together.

Every word may belong to dozens of parts, and few of them come to anything. So what is found is kept
as it was found, and put in order by part only for the parts that can still come to something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from service.domain.reading.word_tree import Node

Span: TypeAlias = tuple[int, int]
"""First and last token."""


@dataclass(slots=True)
class FoundParts:
    """The parts, by number, of a message."""

    hits: dict[Node[Any], list[Span]] = field(default_factory=dict)
    """Where the words stand that end at a node, which knows the parts that end there."""

    def numbers(self) -> set[int]:
        """Every part that stands somewhere."""
        return set().union(*[node.parts for node in self.hits])

    def in_order(self, wanted: set[int]) -> Mapping[int, list[Span]]:
        """Where each of the wanted parts stands, in reading order."""
        found: dict[int, list[Span]] = {}
        several: set[int] = set()
        for node, spans in self.hits.items():
            spans.sort()
            for number in wanted.intersection(node.parts):
                there = found.get(number)
                if there is None:
                    found[number] = spans
                elif number in several:
                    there += spans
                else:
                    several.add(number)
                    found[number] = there + spans
        for number in several:
            found[number].sort()
        return found

    def spans(self) -> set[Span]:
        """Where any part stands."""
        return set().union(*self.hits.values())

    def at_any(self, places: set[Span]) -> set[int]:
        """Every part that stands at one of these places."""
        parts = [node.parts for node, spans in self.hits.items() if not places.isdisjoint(spans)]
        return set().union(*parts)

    def spans_of_any(self, parts: frozenset[int]) -> Iterator[Span]:
        """Where any of these parts stand."""
        return (
            span
            for node, spans in self.hits.items()
            if not parts.isdisjoint(node.parts)
            for span in spans
        )
