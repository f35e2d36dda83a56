"""The small language in which packs write phrases.

A phrase is words with spaces between. ``a|b`` is either word, ``(a|b)`` may be missing, ``..`` is
a gap of up to three words, ``#`` any number, ``<name>`` any phrase of a named class, ``a-b`` two
words where one stands, ``run~`` an English verb in its forms (run, runs, running), and
``borrar@`` a Spanish verb in the forms in which others are asked to do it (``asked_forms``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from service.domain.reading.spanish_verbs import asked_forms
from service.domain.reading.tokens import fold
from service.domain.reading.word_tree import ANY_NUMBER, GAP, Phrase, Words

_MOST_MEMBERS = 4000
_VOWELS = "aeiou"


class PhraseError(ValueError):
    """A phrase in a pack cannot be understood; the message says why."""


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


def parse(phrase: str, classes: Mapping[str, Iterable[Words]]) -> Phrase:
    """A phrase as its parts, each with the words it may be. Raises ``PhraseError``."""
    parts = tuple(_choices(item, classes) for item in phrase.split())
    for end in (parts[:1], parts[-1:]):
        if not end or (GAP,) in end[0] or all(() in part for part in parts):
            raise PhraseError("must begin and end with a word")
    return parts


def fewest_words(phrase: Phrase) -> int:
    """How many words are left of a phrase where all that may be missing is."""
    return sum(min(len(words) for words in part) for part in phrase if (GAP,) not in part)


def members(phrase: str) -> tuple[Words, ...]:
    """The word sequences that a member of a class stands for. Raises ``PhraseError``."""
    parts = parse(phrase, {})
    size = 1
    for part in parts:
        size *= len(part)
    if size > _MOST_MEMBERS:
        raise PhraseError(f"stands for {size} word sequences; write it more narrowly")
    return tuple(tuple(w for words in pieces for w in words) for pieces in product(*parts))


def _choices(item: str, classes: Mapping[str, Iterable[Words]]) -> tuple[Words, ...]:
    optional = item.startswith("(") and item.endswith(")")
    found: list[Words] = [()] if optional else []
    for part in (item[1:-1] if optional else item).split("|"):
        if part.startswith("<") and part.endswith(">"):
            name = part[1:-1]
            if name not in classes:
                raise PhraseError(f"unknown class <{name}>")
            found += classes[name]
        elif part.endswith("~"):
            found += [(form,) for form in verb_forms(fold(part[:-1]))]
        elif part.endswith("@"):
            try:
                found += [(form,) for form in asked_forms(fold(part[:-1]))]
            except ValueError as error:
                raise PhraseError(str(error)) from error
        elif part in (GAP, ANY_NUMBER):
            found.append((part,))
        elif fold(part).replace("-", "").isalnum():
            found.append(tuple(fold(part).split("-")))
        else:
            raise PhraseError(f"cannot read '{item}'")
    return tuple(dict.fromkeys(found))
