"""What a stored mail tells besides its words, as JSON and back. Sealed with its reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError

from service.store.state_json import Unreadable


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What an answer needs to stand in the same thread, and what staff should see."""

    message_id: str | None
    """With its angle brackets."""
    subject: str
    references: tuple[str, ...] = ()
    """The mails before it in its thread, oldest first."""
    attachments: tuple[str, ...] = ()
    """Names of what was kept out."""
    remarks: tuple[str, ...] = ()
    """What was odd about it."""
    proven: bool = False
    """It came to an address of ours that is signed, or answers a mail that is."""
    from_stranger: bool = False
    """It came from another address than the contact's."""


_FACTS: Final = TypeAdapter(MailFacts)


def dump_mail(facts: MailFacts) -> str:
    """As JSON."""
    return _FACTS.dump_json(facts).decode()


def load_mail(text: str) -> MailFacts:
    """From JSON. Raises ``Unreadable``."""
    try:
        return _FACTS.validate_json(text)
    except ValidationError as error:
        # The library's own message quotes the values.
        raise Unreadable(f"{error.error_count()} faults in stored JSON") from None
