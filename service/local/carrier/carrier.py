"""The carrier itself: takes texts, moves them along, tells the clinic, remembers everything."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from service.local.carrier.callbacks import WebhookPoster, should_retry
from service.local.carrier.log import MessageLog, Thread
from service.local.carrier.message import CarrierMessage, Direction, Media, Status
from service.local.carrier.scheduler import Scheduler
from service.local.carrier.wire import (
    OutgoingText,
    Refusal,
    Search,
    inbound_fields,
    is_phone_number,
    status_fields,
)

# What a long code does by itself: single words only, English only.
_STOP_WORDS = frozenset(
    ("STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL")
)
_START_WORDS = frozenset(("START", "YES", "UNSTOP"))
_UNREACHABLE_PHONE = 30003


@dataclass(frozen=True)
class Delays:
    """How slow the network is, in seconds: shortest and longest step, and the waits before retries.

    A message's own place between shortest and longest comes from its sid, not from chance.
    """

    shortest: float = 0.1
    longest: float = 0.6
    retries: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)

    @classmethod
    def none(cls, retries: int = 3) -> Delays:
        """No waiting at all, for tests."""
        return cls(shortest=0.0, longest=0.0, retries=(0.0,) * retries)

    def step(self, sid: str) -> float:
        """The wait before the next step of this message."""
        share = int(sid[-4:], 16) / 0xFFFF
        return self.shortest + (self.longest - self.shortest) * share


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SimulatedCarrier:
    """One account with its numbers. All methods may be called from any thread.

    ``owned_numbers`` maps each number to the webhook that parents' texts to it are posted to.
    With ``opt_out_keywords`` it blocks after STOP and the like, as a long code does; without, it
    blocks nothing, so that the product's own handling can be watched.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        owned_numbers: Mapping[str, str],
        journal: Path | None = None,
        delays: Delays | None = None,
        *,
        opt_out_keywords: bool = False,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self._webhooks = dict(owned_numbers)
        self._delays = delays or Delays()
        self._opt_out_keywords = opt_out_keywords
        self._clock = clock
        self._lock = threading.Lock()
        self._log = MessageLog(journal)
        self._switched_off: set[str] = set()
        self._poster = WebhookPoster(auth_token)
        self._scheduler = Scheduler()
        for message in self._log.under_way():
            self._carry_on(message)

    def own(self, number: str, webhook_url: str) -> None:
        """Add a number to the account, or point one at another webhook."""
        with self._lock:
            self._webhooks[number] = webhook_url

    def switch_phone(self, number: str, on: bool) -> None:
        """Switch a parent's phone off (texts to it end undelivered) or on again."""
        with self._lock:
            if on:
                self._switched_off.discard(number)
            else:
                self._switched_off.add(number)

    def send(self, text: OutgoingText) -> CarrierMessage:
        """Take a text to a parent. Raises Refusal; otherwise it is on record when this returns."""
        with self._lock:
            from_number = text.from_number or next(iter(self._webhooks), "")
            if from_number not in self._webhooks:
                raise Refusal(21606, from_number)
            if self._log.is_blocked(text.to_number, from_number):
                raise Refusal(21610)
            now = self._clock()
            message = self._log.put(
                CarrierMessage(
                    sid=f"SM{uuid.uuid4().hex}",
                    direction=Direction.OUTBOUND,
                    from_number=from_number,
                    to_number=text.to_number,
                    body=text.body,
                    status=Status.ACCEPTED if text.service_sid else Status.QUEUED,
                    created_at=now,
                    updated_at=now,
                    service_sid=text.service_sid,
                    status_callback=text.status_callback,
                )
            )
        self._carry_on(message)
        return message

    def text_from_parent(
        self, from_number: str, to_number: str, body: str, media: Sequence[Media] = ()
    ) -> CarrierMessage:
        """A parent texts a clinic. Raises ValueError for a bad number or one not in the account."""
        if not is_phone_number(from_number):
            raise ValueError(f"{from_number} is not a phone number")
        now = self._clock()
        with self._lock:
            if to_number not in self._webhooks:
                raise ValueError(f"{to_number} is not a number of this account")
            message = self._log.put(
                CarrierMessage(
                    sid=f"{'MM' if media else 'SM'}{uuid.uuid4().hex}",
                    direction=Direction.INBOUND,
                    from_number=from_number,
                    to_number=to_number,
                    body=body,
                    status=Status.RECEIVED,
                    created_at=now,
                    updated_at=now,
                    sent_at=now,
                    media=tuple(media),
                )
            )
            if self._opt_out_keywords:
                self._note_keyword(message)
        self._carry_on(message)
        return message

    def fetch(self, sid: str) -> CarrierMessage | None:
        """The message with this sid."""
        with self._lock:
            return self._log.get(sid)

    def search(self, search: Search) -> tuple[list[CarrierMessage], bool]:
        """One page, newest first, and whether more follows."""
        found: list[CarrierMessage] = []
        number = search.to_number or search.from_number
        with self._lock:
            for message in self._log.newest_first(number, search.before_sid):
                if search.wants(message):
                    if len(found) == search.page_size:
                        return found, True
                    found.append(message)
        return found, False

    def threads(self, of: str | None = None) -> tuple[Thread, ...]:
        """The conversations with clinic number ``of`` (None: all), newest first."""
        with self._lock:
            every = self._log.threads()
        return tuple(thread for thread in every if of in (None, thread.clinic_number))

    def messages(
        self, number: str, after_seq: int = 0, of: str | None = None
    ) -> tuple[CarrierMessage, ...]:
        """A parent's messages that are new or changed since ``after_seq``, in order of arrival."""
        with self._lock:
            return tuple(
                message
                for message in self._log.in_order(number)
                if message.change > after_seq and of in (None, message.clinic_number)
            )

    @property
    def changes(self) -> int:
        """The newest change so far: a cursor for ``messages``."""
        with self._lock:
            return self._log.changes

    def close(self) -> None:
        """Stop delivering. What is under way is carried on by the next one on the same journal."""
        self._scheduler.close()
        self._poster.close()
        with self._lock:
            self._log.close()

    def _note_keyword(self, message: CarrierMessage) -> None:
        word = message.body.strip().upper()
        if word in _STOP_WORDS:
            self._log.block(message.from_number, message.to_number, on=True)
        elif word in _START_WORDS:
            self._log.block(message.from_number, message.to_number, on=False)

    def _carry_on(self, message: CarrierMessage) -> None:
        if message.is_inbound:
            self._scheduler.after(0, lambda: self._deliver(message, attempt=0))
        else:
            wait = self._delays.step(message.sid)
            self._scheduler.after(wait, lambda: self._advance(message.sid))

    def _advance(self, sid: str) -> None:
        """Move a text one step on, report it, and plan the next step."""
        with self._lock:
            message = self._log.get(sid)
            if message is None or not message.is_under_way:
                return
            message = self._log.put(self._one_step_on(message))
        # Reported before the next step: the clinic then hears of the steps in their order.
        self._report(message, attempt=0)
        if message.is_under_way:
            self._carry_on(message)

    def _one_step_on(self, message: CarrierMessage) -> CarrierMessage:
        now = self._clock()
        if message.status is Status.ACCEPTED:
            return replace(message, status=Status.QUEUED, updated_at=now)
        if message.status is Status.QUEUED:
            return replace(message, status=Status.SENT, updated_at=now, sent_at=now)
        if message.to_number in self._switched_off:
            code = _UNREACHABLE_PHONE
            return replace(message, status=Status.UNDELIVERED, updated_at=now, error_code=code)
        return replace(message, status=Status.DELIVERED, updated_at=now)

    def _report(self, message: CarrierMessage, attempt: int) -> None:
        if message.status_callback is None:
            return
        fields = status_fields(message, self.account_sid)
        token = f"{message.sid}-{message.status}"
        answer = self._poster.post(message.status_callback, fields, token)
        if should_retry(answer) and attempt < len(self._delays.retries):
            wait = self._delays.retries[attempt]
            self._scheduler.after(wait, lambda: self._report(message, attempt + 1))

    def _deliver(self, message: CarrierMessage, attempt: int) -> None:
        """Tell the clinic about a parent's text; keep on trying for a while."""
        with self._lock:
            webhook = self._webhooks.get(message.to_number)
        answer = None
        if webhook:
            fields = inbound_fields(message, self.account_sid)
            answer = self._poster.post(webhook, fields, message.sid)
        again = should_retry(answer) and attempt < len(self._delays.retries)
        taken_in = None if again else answer is not None and answer < 300
        with self._lock:
            current = replace(message, answer=answer or 0, taken_in=taken_in)
            message = self._log.put(replace(current, updated_at=self._clock()))
        if again:
            wait = self._delays.retries[attempt]
            self._scheduler.after(wait, lambda: self._deliver(message, attempt + 1))
