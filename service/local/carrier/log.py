"""Every message the carrier has seen: looked up, listed newest first, and kept over a restart.

The journal is one JSON line a change, only ever appended to. Reading it back in order gives the
same messages with the same change numbers. A last line cut short by a kill is dropped.
Not safe for several threads at once: the carrier holds its lock around every call.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from service.local.carrier.message import CarrierMessage, from_record, to_record


class JournalError(Exception):
    """The journal holds something this carrier did not write; the message is one line."""


@dataclass(frozen=True)
class Thread:
    """One parent's conversation with one clinic number."""

    parent_number: str
    clinic_number: str
    last: CarrierMessage
    count: int


class MessageLog:
    """The messages in order of arrival, and the pairs (parent, clinic number) that are blocked."""

    def __init__(self, journal: Path | None) -> None:
        self._by_sid: dict[str, CarrierMessage] = {}
        self._order: list[str] = []
        self._place: dict[str, int] = {}
        self._by_number: dict[str, list[str]] = {}
        self._blocked: set[tuple[str, str]] = set()
        self._changes = 0
        self._journal = None
        if journal is not None:
            self._replay(journal)
            self._journal = journal.open("ab")

    @property
    def changes(self) -> int:
        """How many changes there were so far: the newest message's ``change``."""
        return self._changes

    def get(self, sid: str) -> CarrierMessage | None:
        """The message with this sid."""
        return self._by_sid.get(sid)

    def put(self, message: CarrierMessage) -> CarrierMessage:
        """Keep a new message or a new version of one, and return it with its change number."""
        self._write({"message": to_record(message)})
        return self._keep(message)

    def newest_first(self, number: str | None, before: str | None) -> Iterator[CarrierMessage]:
        """Messages from or to ``number`` (None: all), starting before sid ``before``."""
        sids = self._order if number is None else self._by_number.get(number, [])
        limit = len(self._order) if before is None else self._place.get(before, 0)
        for sid in reversed(sids):
            if self._place[sid] < limit:
                yield self._by_sid[sid]

    def in_order(self, number: str) -> Iterator[CarrierMessage]:
        """Messages from or to ``number``, oldest first."""
        return (self._by_sid[sid] for sid in self._by_number.get(number, []))

    def under_way(self) -> list[CarrierMessage]:
        """What was not finished yet."""
        return [message for message in self._by_sid.values() if message.is_under_way]

    def threads(self) -> tuple[Thread, ...]:
        """All conversations, the one with the newest message first."""
        found: dict[tuple[str, str], Thread] = {}
        for message in map(self._by_sid.__getitem__, self._order):
            key = (message.parent_number, message.clinic_number)
            seen = found.pop(key, None)
            found[key] = Thread(*key, last=message, count=seen.count + 1 if seen else 1)
        return tuple(reversed(found.values()))

    def is_blocked(self, parent: str, clinic: str) -> bool:
        """Whether the parent told this clinic number to stop."""
        return (parent, clinic) in self._blocked

    def block(self, parent: str, clinic: str, on: bool) -> None:
        """Block or unblock texts from ``clinic`` to ``parent``."""
        self._write({"blocked": [parent, clinic], "on": on})
        self._mark(parent, clinic, on)

    def close(self) -> None:
        """Close the journal; what is in memory can still be read."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _keep(self, message: CarrierMessage) -> CarrierMessage:
        self._changes += 1
        kept = replace(message, change=self._changes)
        if kept.sid not in self._by_sid:
            self._place[kept.sid] = len(self._order)
            self._order.append(kept.sid)
            for number in {kept.from_number, kept.to_number}:
                self._by_number.setdefault(number, []).append(kept.sid)
        self._by_sid[kept.sid] = kept
        return kept

    def _mark(self, parent: str, clinic: str, on: bool) -> None:
        if on:
            self._blocked.add((parent, clinic))
        else:
            self._blocked.discard((parent, clinic))

    def _write(self, record: dict[str, Any]) -> None:
        if self._journal is not None:
            self._journal.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
            self._journal.flush()

    def _replay(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Message texts are in it: nobody else on the machine may read them.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        whole = path.read_bytes()
        kept = whole[: whole.rfind(b"\n") + 1]
        if len(kept) < len(whole):
            os.truncate(path, len(kept))
        for number, line in enumerate(kept.splitlines(), start=1):
            try:
                self._replay_line(json.loads(line))
            except (KeyError, TypeError, ValueError) as error:
                raise JournalError(f"{path}, line {number}: not a carrier record") from error

    def _replay_line(self, record: dict[str, Any]) -> None:
        if "message" in record:
            self._keep(from_record(record["message"]))
        else:
            parent, clinic = record["blocked"]
            self._mark(parent, clinic, record["on"])
