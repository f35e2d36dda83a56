"""How packs write phrases whose parts stand apart: ``<head> + <blow> ! <pretend>``.

``>`` instead of ``+`` puts a part right after the one before it, at most three words on:
``<grown_up> > <hits> > <child>``.

``!`` names what must not stand in the same sentence; with it a single part will do:
``limps ! <since_birth>``. Nothing is taken away by another sentence: no text that is added may
hide a sign.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.phrases import PhraseError

_IN_A_SENTENCE, _IN_A_MESSAGE, _NEXT, _WITHOUT = "+", "&", ">", "!"
_SIGNS = (_IN_A_SENTENCE, _IN_A_MESSAGE, _NEXT, _WITHOUT)


@dataclass(frozen=True, slots=True)
class WrittenTogether:
    """The parts of such a phrase as written, and whether they may stand in different sentences."""

    parts: tuple[str, ...]
    follows: tuple[bool, ...]
    """For each part whether it stands right after the one before."""
    without: tuple[str, ...]
    whole_message: bool


def is_together(phrase: str) -> bool:
    """Whether a phrase is written in parts."""
    return any(sign in phrase.split() for sign in _SIGNS)


def split_together(phrase: str) -> WrittenTogether:
    """Cut a phrase into its parts. Raises ``PhraseError``."""
    wanted, *without = _cut(phrase.split(), {_WITHOUT})
    parts = _cut(wanted, {_IN_A_SENTENCE, _IN_A_MESSAGE, _NEXT})
    enough = len(parts) > 1 or without
    if not enough or not all((*parts, *without)):
        raise PhraseError("needs two parts or more, with a word in each")
    return WrittenTogether(
        parts=_joined(parts),
        follows=(False, *(word == _NEXT for word in wanted if word in _SIGNS)),
        without=_joined(without),
        whole_message=_IN_A_MESSAGE in wanted,
    )


def _joined(pieces: list[list[str]]) -> tuple[str, ...]:
    return tuple(" ".join(piece) for piece in pieces)


def _cut(words: list[str], signs: set[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for word in words:
        if word in signs:
            pieces.append([])
        else:
            pieces[-1].append(word)
    return pieces
