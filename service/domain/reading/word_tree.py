"""The tree in which phrases are looked up word by word, built without writing any phrase out.

A phrase of five words with ten ways each stands for a hundred thousand word sequences and needs
five nodes: what follows is the same whichever way was taken, so all ways lead to one node. A node
that several words lead to is copied before another phrase changes it for one of them alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeAlias, TypeVar

GAP = ".."
"""Stands for up to ``GAP_WORDS`` words of any kind."""
ANY_NUMBER = "#"
GAP_WORDS = 3

Words: TypeAlias = tuple[str, ...]
Phrase: TypeAlias = tuple[tuple[Words, ...], ...]
"""The parts of a phrase in order, each with the word sequences it may be; () where it may miss."""

T = TypeVar("T")


# Without a text of its own: written out, what is shared would stand there a million times.
@dataclass(slots=True, eq=False, repr=False)
class Node(Generic[T]):
    """One place in the tree: the words that may follow, and what ends here."""

    following: dict[str, Node[T]] = field(default_factory=dict)
    after_gap: Node[T] | None = None
    values: tuple[T, ...] = ()
    parts: tuple[int, ...] = ()
    """The parts, by number, of phrases that mean something only together, which end here."""
    ways: int = 0
    """How many words lead here."""

    def step(self, word: str) -> Node[T] | None:
        """The node that a word of a phrase, or a gap, leads to."""
        return self.after_gap if word == GAP else self.following.get(word)

    def lead(self, word: str, node: Node[T]) -> None:
        """Let a word lead to a node."""
        node.ways += 1
        if word == GAP:
            self.after_gap = node
        else:
            self.following[word] = node


def plant(root: Node[T], phrase: Phrase, value: T) -> None:
    """Add every word sequence that a phrase stands for."""
    for node in _ends(root, phrase):
        if value not in node.values:
            node.values += (value,)


def plant_part(root: Node[T], phrase: Phrase, number: int) -> None:
    """Add every word sequence of a part that counts only together with others."""
    for node in _ends(root, phrase):
        if number not in node.parts:
            node.parts += (number,)


def _ends(root: Node[T], phrase: Phrase) -> list[Node[T]]:
    reached = [root]
    for part in phrase:
        reached = _grow(reached, part)
    return reached


def _grow(reached: list[Node[T]], part: tuple[Words, ...]) -> list[Node[T]]:
    """The nodes behind a part of a phrase, for each node in front of it and each way to say it."""
    end: Node[T] = Node()
    front = {id(node): node for node in reached}
    behind = dict(front) if () in part else {}
    kept = (front, behind)
    # The longest way first, so that a shorter one ends within it and none begins where one ends.
    for words in sorted((words for words in part if len(words) > 1), key=len, reverse=True):
        ahead: Iterable[Node[T]] = front.values()
        for word in words[:-1]:
            ahead = _step(ahead, (word,), Node(), end, kept)
        behind.update((id(node), node) for node in _step(ahead, words[-1:], end, end, kept))
    single = tuple(dict.fromkeys(words[0] for words in part if len(words) == 1))
    if single:
        behind.update((id(node), node) for node in _step(front.values(), single, end, end, kept))
    return list(behind.values())


def _step(
    ahead: Iterable[Node[T]],
    words: Words,
    fresh: Node[T],
    end: Node[T],
    kept: tuple[dict[int, Node[T]], ...],
) -> list[Node[T]]:
    """The nodes that each of some words leads to: those there are, and ``fresh`` for the missing.

    A copy stands wherever the node it is a copy of is ``kept`` or waits for its turn.
    """
    found: dict[int, Node[T]] = {}
    waiting = {id(node): node for node in ahead}
    while waiting:
        node = waiting.pop(next(iter(waiting)))
        led: dict[int, tuple[Node[T], list[str]]] = {}
        for word in words:
            there = node.step(word)
            if there is None:
                node.lead(word, fresh)
                found[id(fresh)] = fresh
            elif there is fresh:
                found[id(fresh)] = fresh
            else:
                led.setdefault(id(there), (there, []))[1].append(word)
        # Words that lead to one node go on doing so: one copy for all of them, and none where
        # no other word leads there.
        for there, together in led.values():
            if there.ways > len(together) or there is end:
                there = _part_from(there, node, together, end, (*kept, waiting))
            found[id(there)] = there
    return list(found.values())


def _part_from(
    there: Node[T],
    node: Node[T],
    words: list[str],
    end: Node[T],
    lists: tuple[dict[int, Node[T]], ...],
) -> Node[T]:
    """A copy of a node for some of the words that lead to it."""
    own = _copy(there)
    there.ways -= len(words)
    for word in words:
        node.lead(word, own)
    for nodes in lists:
        if id(there) in nodes:
            nodes[id(own)] = own
    if there is end:
        lists[-2][id(own)] = own
    return own


def _copy(node: Node[T]) -> Node[T]:
    own: Node[T] = Node(dict(node.following), node.after_gap, node.values, node.parts)
    for child in own.following.values():
        child.ways += 1
    if own.after_gap is not None:
        own.after_gap.ways += 1
    return own


def words_of(root: Node[T]) -> Iterator[str]:
    """Every word that stands anywhere in the tree."""
    waiting, seen = [root], {id(root)}
    while waiting:
        node = waiting.pop()
        yield from node.following
        for child in (*node.following.values(), node.after_gap):
            if child is not None and id(child) not in seen:
                seen.add(id(child))
                waiting.append(child)
