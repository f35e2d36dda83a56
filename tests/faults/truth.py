"""What really happened, as the carrier saw it: every message written and every text taken."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

_TEXT_ID = re.compile(r"/webhooks/twilio/status/(\d+)")


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message a parent wrote."""

    sid: str
    number: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Took:
    """A text the carrier took; from then on it is on the parent's phone."""

    sid: str
    text_id: int
    """The product's own id of it, out of the address for its status callbacks."""
    number: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Truth:
    """The carrier's memory of a run, in order. ``acknowledged`` is the first 2xx for a message."""

    wrote: tuple[Wrote, ...] = ()
    took: tuple[Took, ...] = ()
    acknowledged: dict[str, datetime] = field(default_factory=dict)
    given_up: frozenset[str] = frozenset()
    """Messages whose webhook the carrier stopped trying (or never sent)."""
    answers: tuple[tuple[datetime, int], ...] = ()
    """What the product answered to inbound webhooks, 0 where nothing answered."""


class Notebook:
    """Collects the truth while the run goes on. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrote: list[Wrote] = []
        self._took: list[Took] = []
        self._acknowledged: dict[str, datetime] = {}
        self._given_up: set[str] = set()
        self._answers: list[tuple[datetime, int]] = []
        self._texts_to: defaultdict[str, int] = defaultdict(int)

    def note_wrote(self, message: Wrote) -> None:
        """A parent wrote."""
        with self._lock:
            self._wrote.append(message)

    def note_took(self, text: Took) -> int:
        """The carrier took a text; how many this number has got by now."""
        with self._lock:
            self._took.append(text)
            self._texts_to[text.number] += 1
            return self._texts_to[text.number]

    def note_answer(self, sid: str, status: int | None) -> None:
        """The product answered an inbound webhook, or did not."""
        now = datetime.now(UTC)
        with self._lock:
            self._answers.append((now, status or 0))
            if status is not None and 200 <= status < 300:
                self._acknowledged.setdefault(sid, now)

    def note_given_up(self, sid: str) -> None:
        """The carrier will not try this message's webhook again."""
        with self._lock:
            self._given_up.add(sid)

    def all(self) -> Truth:
        """Everything so far."""
        with self._lock:
            return Truth(
                tuple(self._wrote),
                tuple(self._took),
                dict(self._acknowledged),
                frozenset(self._given_up - self._acknowledged.keys()),
                tuple(self._answers),
            )


def text_id_of(status_callback: str | None) -> int:
    """The product's id of a text, which its status callback's address carries; 0 for none."""
    found = _TEXT_ID.search(status_callback or "")
    return int(found[1]) if found else 0
