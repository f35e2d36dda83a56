"""The conversation: state, one pure step forward, and the texts it leads to."""

from service.domain.conversation.advance import advance, open_by_clinic
from service.domain.conversation.state import (
    AlertKind,
    Clinic,
    ConsentChange,
    ConsentEvent,
    Conversation,
    Lane,
    Packs,
    Policy,
    Text,
    Turn,
)

__all__ = [
    "AlertKind",
    "Clinic",
    "ConsentChange",
    "ConsentEvent",
    "Conversation",
    "Lane",
    "Packs",
    "Policy",
    "Text",
    "Turn",
    "advance",
    "open_by_clinic",
]
