"""What a booked evaluation does to a conversation, whoever says so: parent or staff."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from service.domain.conversation.state import Conversation
from service.domain.vocabulary import Step

FARTHEST_VISIT = timedelta(days=2 * 366)
"""A visit further away than this is a slip of the keyboard."""


def booked(conversation: Conversation, visit: date | None) -> Conversation:
    """The evaluation is booked, on ``visit`` where the day is known."""
    if conversation.booked:
        return replace(conversation, visit=visit)
    return replace(
        conversation,
        booked=True,
        visit=visit,
        step=Step.CLOSED,
        step_before_booked=conversation.step,
        clarifying=False,
        reminded=(),
    )


def not_booked(conversation: Conversation) -> Conversation:
    """The visit fell through, or was marked by mistake: back to where the conversation stood."""
    return replace(
        conversation,
        booked=False,
        visit=None,
        step=conversation.step_before_booked or conversation.step,
        step_before_booked=None,
    )
