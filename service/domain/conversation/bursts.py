"""Several texts in a row: which answers, written but not yet sent, a newer answer makes needless.

Parents write as they speak: "hi", "my son is 4", "he falls a lot". Each is read in its turn; where
the answer to the last one serves them all, only that one goes out. What was said on its own
account (safety, a stop, an answer to a question of theirs, the first text with what they agree
to) always does.
"""

from __future__ import annotations

from dataclasses import replace

from service.domain.conversation.state import Lane, Turn
from service.domain.wording import KEYS

QUESTIONS = frozenset(
    {
        "age_ask",
        "checklist_1_header",
        "checklist_2_header",
        "free_ask",
        "unclear_ask",
    }
)
"""Texts that ask the question of a step; the lists to choose from are among them."""

REPEATS = frozenset({"consent_again", "age_again", "numbers_again", "unread", "empty"})
"""Texts that ask for the same once more. Without the question they mean nothing."""

SUGGESTIONS = frozenset(
    key
    for key in KEYS
    if key.startswith(("suggestion_", "referral_", "next_step", "service_missing_", "path_"))
    or key.startswith("topic_")
    or key == "unclear_person"
)
"""A suggestion, how to book it and where else to go: a newer suggestion says all of it anew."""

OF_A_STEP = QUESTIONS | REPEATS | SUGGESTIONS
"""What only the newest turn should say."""


def superseded_by(turn: Turn) -> frozenset[str]:
    """The kinds of texts, still unsent from earlier turns, that this turn's texts replace."""
    own = frozenset(text.key for text in turn.texts if text.lane is Lane.ANSWER)
    if turn.outcome is not None:
        return own | OF_A_STEP
    if own & (QUESTIONS | {"consent"}):
        return own | QUESTIONS | REPEATS
    return own


def without_repeats(turn: Turn) -> Turn:
    """The same turn where its question has not even gone out: nothing is asked once more."""
    return replace(turn, texts=tuple(text for text in turn.texts if text.key not in REPEATS))


def newer_kinds(kind: str) -> frozenset[str]:
    """What, said in a later turn, makes a text of this kind out of date that could not leave."""
    if kind in SUGGESTIONS:
        return SUGGESTIONS
    return QUESTIONS | SUGGESTIONS if kind in QUESTIONS | REPEATS else frozenset()
