"""A mail as the provider keeps it, and how it is written down and read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class State(StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    SENT_BACK = "sent_back"


@dataclass(frozen=True)
class Mail:
    """One mail to one address, with the envelope it came in. ``change`` is a reader's cursor.

    ``raw`` is the mail exactly as it came over the wire. ``reason`` is one line about why it was
    sent back, or is still waiting; ``answer`` the HTTP status the clinic's webhook gave last
    (0: it could not be reached, None: not asked yet, or not for the clinic).
    """

    id: str
    sender: str
    recipient: str
    raw: bytes
    at: datetime
    to_clinic: bool
    state: State
    reason: str = ""
    answer: int | None = None
    change: int = 0

    @property
    def is_under_way(self) -> bool:
        """Whether the provider still has something to do for it."""
        return self.state is State.WAITING

    @property
    def as_delivered(self) -> bytes:
        """With the two lines that a provider puts on top: the envelope, for whoever reads it."""
        envelope = f"Return-Path: <{self.sender}>\r\nDelivered-To: {self.recipient}\r\n"
        return envelope.encode("utf-8", "surrogateescape") + self.raw


def is_address(text: str) -> bool:
    """Whether ``text`` is a plain address such as ana@example.com."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def domain_of(address: str) -> str:
    """What stands behind the ``@``, in lower case."""
    return address.rpartition("@")[2].lower()


def mailbox_of(address: str) -> str:
    """The mailbox an address belongs to: capitals make no difference."""
    return address.lower()


def to_record(mail: Mail) -> dict[str, Any]:
    """The mail as plain JSON values (``change`` is left out: the journal's order gives it)."""
    return {
        "id": mail.id,
        "from": mail.sender,
        "to": mail.recipient,
        # Bytes that are no ASCII come back exactly, and the rest stays readable.
        "raw": mail.raw.decode("ascii", "surrogateescape"),
        "at": mail.at.isoformat(),
        "to_clinic": mail.to_clinic,
        "state": mail.state.value,
        "reason": mail.reason,
        "answer": mail.answer,
    }


def from_record(record: Mapping[str, Any]) -> Mail:
    """The mail that ``to_record`` wrote. Raises KeyError or ValueError on anything else."""
    return Mail(
        id=record["id"],
        sender=record["from"],
        recipient=record["to"],
        raw=record["raw"].encode("ascii", "surrogateescape"),
        at=datetime.fromisoformat(record["at"]),
        to_clinic=record["to_clinic"],
        state=State(record["state"]),
        reason=record["reason"],
        answer=record["answer"],
    )
