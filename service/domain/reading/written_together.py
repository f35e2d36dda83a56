"""How packs write phrases whose parts stand apart: ``<head> + <blow> ! <pretend>``."""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.phrases import PhraseError

_IN_A_SENTENCE, _IN_A_MESSAGE, _WITHOUT = "+", "&", "!"


@dataclass(frozen=True, slots=True)
class WrittenTogether:
    """The parts of such a phrase as written, and whether they may stand in different sentences."""

    parts: tuple[str, ...]
    without: tuple[str, ...]
    whole_message: bool


def is_together(phrase: str) -> bool:
    """Whether a phrase is written in parts."""
    return any(sign in phrase.split() for sign in (_IN_A_SENTENCE, _IN_A_MESSAGE, _WITHOUT))


def split_together(phrase: str) -> WrittenTogether:
    """Cut a phrase into its parts. Raises ``PhraseError``."""
    wanted, *without = (" ".join(piece) for piece in _cut(phrase.split(), {_WITHOUT}))
    parts = [" ".join(piece) for piece in _cut(wanted.split(), {_IN_A_SENTENCE, _IN_A_MESSAGE})]
    if len(parts) < 2 or not all(parts) or not all(without):
        raise PhraseError("needs two parts or more, with a word in each")
    return WrittenTogether(tuple(parts), tuple(without), _IN_A_MESSAGE in wanted.split())


def _cut(words: list[str], signs: set[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for word in words:
        if word in signs:
            pieces.append([])
        else:
            pieces[-1].append(word)
    return pieces
