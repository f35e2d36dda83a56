"""What really happened, as both carriers saw it: everything that was written and taken."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from service.domain.vocabulary import Channel

_TEXT_ID = re.compile(r"/webhooks/twilio/status/(\d+)")


@dataclass(frozen=True, slots=True)
class Wrote:
    """A message that a parent wrote, or their machine."""

    sid: str
    """The carrier's id, or a mail's Message-ID."""
    who: str
    body: str
    """Without what a mail quotes."""
    at: datetime
    channel: Channel = Channel.SMS
    automatic: bool = False
    """A machine wrote it, and says so."""
    answers: int | None = None
    """The text whose mail it answers."""


@dataclass(frozen=True, slots=True)
class Took:
    """A text or a mail that was taken; from then on the parent has it."""

    sid: str
    text_id: int
    """The product's own id of it: out of the address for its status callbacks, or out of the
    Message-ID. In a mail others may travel with it."""
    who: str
    body: str
    at: datetime
    channel: Channel = Channel.SMS


@dataclass(frozen=True, slots=True)
class Dot:
    """A mail that the server saw whole. Where it was not ``answered`` the product cannot know."""

    text_id: int
    at: datetime
    taken: bool
    answered: bool


@dataclass(frozen=True)
class Truth:
    """The carriers' memory of a run, in order. ``acknowledged`` is the first 2xx for a message."""

    wrote: tuple[Wrote, ...] = ()
    took: tuple[Took, ...] = ()
    acknowledged: dict[str, datetime] = field(default_factory=dict)
    given_up: frozenset[str] = frozenset()
    """Messages whose webhook the carrier stopped trying (or never sent)."""
    answers: tuple[tuple[datetime, int], ...] = ()
    """What the product answered to inbound webhooks, 0 where nothing answered."""
    dots: tuple[Dot, ...] = ()
    bounced: frozenset[int] = frozenset()
    """Texts whose mails were taken and came back, so that no parent ever saw them."""
    broke: tuple[datetime, ...] = ()
    """When a process of the product, its database or a connection for a mail ended."""


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
        self._dots: list[Dot] = []
        self._bounced: set[int] = set()
        self._broke: list[datetime] = []

    def note_wrote(self, message: Wrote) -> None:
        """A parent wrote."""
        with self._lock:
            self._wrote.append(message)

    def note_took(self, text: Took) -> int:
        """A text was taken; how many this number or address has got by now."""
        with self._lock:
            self._took.append(text)
            self._texts_to[text.who] += 1
            return self._texts_to[text.who]

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

    def note_dot(self, dot: Dot) -> None:
        """The mail server saw a whole mail."""
        with self._lock:
            self._dots.append(dot)

    def note_bounced(self, text_id: int) -> None:
        """A mail that had been taken comes back."""
        with self._lock:
            self._bounced.add(text_id)

    def note_broke(self) -> None:
        """A process of the product ended right now, its database, or a connection for a mail."""
        with self._lock:
            self._broke.append(datetime.now(UTC))

    def all(self) -> Truth:
        """Everything so far."""
        with self._lock:
            return Truth(
                tuple(self._wrote),
                tuple(self._took),
                dict(self._acknowledged),
                frozenset(self._given_up - self._acknowledged.keys()),
                tuple(self._answers),
                tuple(self._dots),
                frozenset(self._bounced),
                tuple(self._broke),
            )


def text_id_of(status_callback: str | None) -> int:
    """The product's id of a text, which its status callback's address carries; 0 for none."""
    found = _TEXT_ID.search(status_callback or "")
    return int(found[1]) if found else 0
