"""A message as the carrier keeps it, and how it is written down and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Direction(StrEnum):
    """Who wrote it, in the wire's own words."""

    INBOUND = "inbound"
    OUTBOUND = "outbound-api"


class Status(StrEnum):
    """How far a message has come, in the wire's own words."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    RECEIVED = "received"


@dataclass(frozen=True)
class Media:
    """A picture or other file sent along with a text."""

    url: str
    content_type: str


@dataclass(frozen=True)
class CarrierMessage:
    """One message. ``change`` rises with every change of any message and is a reader's cursor.

    ``answer`` is the HTTP status the clinic's webhook gave last (0: it could not be reached) and
    ``taken_in`` whether it accepted the message; both are None while the carrier still tries.
    """

    sid: str
    direction: Direction
    from_number: str
    to_number: str
    body: str
    status: Status
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    service_sid: str | None = None
    status_callback: str | None = None
    media: tuple[Media, ...] = ()
    error_code: int | None = None
    answer: int | None = None
    taken_in: bool | None = None
    change: int = 0

    @property
    def is_inbound(self) -> bool:
        """Whether a parent wrote it."""
        return self.direction is Direction.INBOUND

    @property
    def parent_number(self) -> str:
        """The number at the parent's end."""
        return self.from_number if self.is_inbound else self.to_number

    @property
    def clinic_number(self) -> str:
        """The number at the clinic's end."""
        return self.to_number if self.is_inbound else self.from_number

    @property
    def listed_at(self) -> datetime:
        """The time that date filters look at.

        A text still in the queue counts by its creation, so that a search since a given time
        never misses what was handed over after it.
        """
        return self.sent_at or self.created_at

    @property
    def is_under_way(self) -> bool:
        """Whether the carrier still has something to do for it."""
        if self.is_inbound:
            return self.taken_in is None
        return self.status in (Status.ACCEPTED, Status.QUEUED, Status.SENT)


def to_record(message: CarrierMessage) -> dict[str, Any]:
    """The message as plain JSON values (``change`` is left out: the journal's order gives it)."""
    return {
        "sid": message.sid,
        "direction": message.direction.value,
        "from": message.from_number,
        "to": message.to_number,
        "body": message.body,
        "status": message.status.value,
        "created_at": message.created_at.isoformat(),
        "updated_at": message.updated_at.isoformat(),
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "service_sid": message.service_sid,
        "status_callback": message.status_callback,
        "media": [[media.url, media.content_type] for media in message.media],
        "error_code": message.error_code,
        "answer": message.answer,
        "taken_in": message.taken_in,
    }


def from_record(record: Mapping[str, Any]) -> CarrierMessage:
    """The message that ``to_record`` wrote. Raises KeyError or ValueError on anything else."""
    sent_at = record["sent_at"]
    return CarrierMessage(
        sid=record["sid"],
        direction=Direction(record["direction"]),
        from_number=record["from"],
        to_number=record["to"],
        body=record["body"],
        status=Status(record["status"]),
        created_at=datetime.fromisoformat(record["created_at"]),
        updated_at=datetime.fromisoformat(record["updated_at"]),
        sent_at=datetime.fromisoformat(sent_at) if sent_at else None,
        service_sid=record["service_sid"],
        status_callback=record["status_callback"],
        media=tuple(Media(url, content_type) for url, content_type in record["media"]),
        error_code=record["error_code"],
        answer=record["answer"],
        taken_in=record["taken_in"],
    )
