"""Domain values as JSON and back: the conversation's state, what was said, readings, reasons."""

from __future__ import annotations

from typing import Final

from pydantic import TypeAdapter

from service.domain.conversation import Conversation
from service.domain.reading.types import Reading
from service.domain.triage import Reason, Said

_CONVERSATION: Final = TypeAdapter(Conversation)
_SAID: Final = TypeAdapter(Said)
_READING: Final = TypeAdapter(Reading)
_REASONS: Final = TypeAdapter(tuple[Reason, ...])


def dump_conversation(conversation: Conversation) -> str:
    """A conversation's state as JSON."""
    return _CONVERSATION.dump_json(conversation).decode()


def load_conversation(text: str) -> Conversation:
    """A conversation's state from JSON. Raises ``pydantic.ValidationError``."""
    return _CONVERSATION.validate_json(text)


def dump_said(said: Said) -> str:
    """What a parent said, as JSON."""
    return _SAID.dump_json(said).decode()


def load_said(text: str) -> Said:
    """What a parent said, from JSON."""
    return _SAID.validate_json(text)


def dump_reading(reading: Reading) -> str:
    """A reading as JSON."""
    return _READING.dump_json(reading).decode()


def load_reading(text: str) -> Reading:
    """A reading from JSON."""
    return _READING.validate_json(text)


def dump_reasons(reasons: tuple[Reason, ...]) -> str:
    """Reasons as JSON."""
    return _REASONS.dump_json(reasons).decode()


def load_reasons(text: str) -> tuple[Reason, ...]:
    """Reasons from JSON."""
    return _REASONS.validate_json(text)
