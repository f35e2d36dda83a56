"""Several texts in a row: which answers, written but not yet sent, a newer answer makes needless.

Parents write as they speak: "hi", "my son is 4", "he falls a lot". Each is read in its turn; where
the answer to the last one serves them all, only that one goes out. What was said on its own
account (safety, a stop, an answer to a question of theirs, the first text with what they agree
to) always does.
"""

from __future__ import annotations

from service.domain.conversation.state import Lane, Turn

QUESTIONS = frozenset(
    {
        "consent_again",
        "age_ask",
        "age_again",
        "checklist_1_header",
        "checklist_2_header",
        "numbers_again",
        "free_ask",
        "unclear_ask",
        "unread",
        "empty",
    }
)
"""Texts that only ask for the next reply, or for the same one again."""

SUGGESTIONS = frozenset(
    {
        "suggestion_ot",
        "suggestion_ot_named",
        "suggestion_ot_soft",
        "suggestion_pt",
        "suggestion_pt_named",
        "suggestion_pt_soft",
        "suggestion_both",
        "suggestion_both_named",
        "suggestion_none",
        "next_step",
        "next_step_phone_only",
    }
)
"""A suggestion and how to book it: a newer suggestion stands in its place."""


def superseded_by(turn: Turn) -> frozenset[str]:
    """The kinds of texts, still unsent from earlier turns, that this turn's texts replace."""
    own = frozenset(text.key for text in turn.texts if text.lane is Lane.ANSWER)
    if turn.outcome is not None:
        return own | QUESTIONS | SUGGESTIONS
    if own & (QUESTIONS | {"consent"}):
        return own | QUESTIONS
    return own
