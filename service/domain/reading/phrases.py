"""The small language in which packs write phrases, and the tree they are looked up in.

A phrase is words with spaces between. ``a|b`` is either word, ``(a|b)`` may be missing, ``..`` is
a gap of up to three words, ``#`` any number, ``<name>`` any phrase of a named class, and ``run~``
an English verb in its forms (run, runs, running). Everything is expanded once, when packs load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Generic, TypeVar

from service.domain.reading.tokens import fold

GAP = ".."
ANY_NUMBER = "#"
GAP_WORDS = 3
_MOST_FORMS = 4000
_VOWELS = "aeiou"

T = TypeVar("T")


class PhraseError(ValueError):
    """A phrase in a pack cannot be understood; the message says why."""


@dataclass(slots=True)
class Node(Generic[T]):
    """One word of the tree: the words that may follow, and what ends here."""

    following: dict[str, Node[T]] = field(default_factory=dict)
    after_gap: Node[T] | None = None
    values: tuple[T, ...] = ()


def verb_forms(verb: str) -> tuple[str, ...]:
    """The forms of a regular English verb that parents use of the present: base, -s, -ing."""
    if verb.endswith("y") and len(verb) > 1 and verb[-2] not in _VOWELS:
        third = verb[:-1] + "ies"
    elif verb.endswith(("s", "x", "z", "ch", "sh")):
        third = verb + "es"
    else:
        third = verb + "s"
    groups = sum(
        1 for i, c in enumerate(verb) if c in _VOWELS and (i == 0 or verb[i - 1] not in _VOWELS)
    )
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        stem = verb[:-1]
    elif (
        len(verb) >= 3
        and groups == 1
        and verb[-1] not in _VOWELS + "wxy"
        and verb[-2] in _VOWELS
        and verb[-3] not in _VOWELS
    ):
        stem = verb + verb[-1]
    else:
        stem = verb
    return (verb, third, stem + "ing")


def _choices(item: str, classes: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    optional = item.startswith("(") and item.endswith(")")
    found: list[tuple[str, ...]] = [()] if optional else []
    for part in (item[1:-1] if optional else item).split("|"):
        if part.startswith("<") and part.endswith(">"):
            name = part[1:-1]
            if name not in classes:
                raise PhraseError(f"unknown class <{name}>")
            for member in classes[name]:
                found += expand(member, {})
        elif part.endswith("~"):
            found += [(form,) for form in verb_forms(fold(part[:-1]))]
        elif part in (GAP, ANY_NUMBER):
            found.append((part,))
        elif fold(part).replace("-", "").isalnum():
            found.append(tuple(fold(part).split("-")))
        else:
            raise PhraseError(f"cannot read '{item}'")
    return found


def expand(phrase: str, classes: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """All the word sequences a phrase stands for. Raises ``PhraseError``."""
    parts = [_choices(item, classes) for item in phrase.split()]
    size = 1
    for part in parts:
        size *= len(part)
    if size > _MOST_FORMS:
        raise PhraseError(f"stands for {size} word sequences; write it more narrowly")
    forms = [tuple(word for piece in pieces for word in piece) for pieces in product(*parts)]
    for form in forms:
        if not form or form[0] == GAP or form[-1] == GAP:
            raise PhraseError("must begin and end with a word")
    return forms


def plant(root: Node[T], form: tuple[str, ...], value: T) -> None:
    """Add one word sequence to the tree."""
    node = root
    for word in form:
        if word == GAP:
            if node.after_gap is None:
                node.after_gap = Node()
            node = node.after_gap
        else:
            node = node.following.setdefault(word, Node())
    if value not in node.values:
        node.values += (value,)


def words_of(root: Node[T]) -> Iterator[str]:
    """Every word that stands anywhere in the tree."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield from node.following
        waiting.extend(node.following.values())
        if node.after_gap is not None:
            waiting.append(node.after_gap)
