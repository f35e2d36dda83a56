"""Domain values as JSON and back: the conversation's state, what was said, readings, reasons."""

from __future__ import annotations

from typing import Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from service.domain.conversation import Conversation
from service.domain.reading.types import Reading
from service.domain.triage import Reason, Said

T = TypeVar("T")

_CONVERSATION: Final = TypeAdapter(Conversation)
_SAID: Final = TypeAdapter(Said)
_READING: Final = TypeAdapter(Reading)
_REASONS: Final = TypeAdapter(tuple[Reason, ...])


class Unreadable(ValueError):
    """Stored JSON does not fit the types. Says how many faults it has, never what it holds."""


def dump_conversation(conversation: Conversation) -> str:
    """A conversation's state as JSON."""
    return _CONVERSATION.dump_json(conversation).decode()


def load_conversation(text: str) -> Conversation:
    """A conversation's state from JSON. Raises ``Unreadable``."""
    return _load(_CONVERSATION, text)


def dump_said(said: Said) -> str:
    """What a parent said, as JSON."""
    return _SAID.dump_json(said).decode()


def dump_reading(reading: Reading) -> str:
    """A reading as JSON."""
    return _READING.dump_json(reading).decode()


def load_reading(text: str) -> Reading:
    """A reading from JSON. Raises ``Unreadable``."""
    return _load(_READING, text)


def dump_reasons(reasons: tuple[Reason, ...]) -> str:
    """Reasons as JSON."""
    return _REASONS.dump_json(reasons).decode()


def load_reasons(text: str) -> tuple[Reason, ...]:
    """Reasons from JSON. Raises ``Unreadable``."""
    return _load(_REASONS, text)


def _load(adapter: TypeAdapter[T], text: str) -> T:
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        # The library's own message quotes the values, which are a parent's words.
        raise Unreadable(f"{error.error_count()} faults in stored JSON") from None
