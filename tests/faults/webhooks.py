"""The carrier's webhooks with faults: doubled, late, lost, given up."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping

import urllib3

from service.local.carrier.callbacks import WebhookPoster, should_retry
from service.local.carrier.scheduler import Scheduler
from tests.faults.rates import Dice, Inbound, Status
from tests.faults.truth import Notebook

_CONNECTIONS = 32
_DONE = 204
_GIVEN_UP = 499
"""An answer after which the carrier does not try again."""
_LONGEST_DELAY = 20.0


class FaultyPoster(WebhookPoster):
    """Posts as the carrier does, except where the dice say otherwise."""

    def __init__(
        self, auth_token: str, dice: Dice, notebook: Notebook, scheduler: Scheduler, tries: int
    ) -> None:
        super().__init__(auth_token)
        self._pool = urllib3.PoolManager(
            maxsize=_CONNECTIONS, retries=False, timeout=urllib3.Timeout(connect=5, read=15)
        )
        self._dice = dice
        self._notebook = notebook
        self._scheduler = scheduler
        self._tries = tries
        self._lock = threading.Lock()
        self._tried: Counter[str] = Counter()

    def post(self, url: str, fields: Mapping[str, str], idempotency_token: str) -> int | None:
        """What the carrier makes of the answer; the notebook keeps what it really was."""
        if "/status/" in url:
            return self._report(url, fields, idempotency_token)
        return self._hand_over(url, fields, idempotency_token)

    def _report(self, url: str, fields: Mapping[str, str], token: str) -> int | None:
        fault = self._dice.roll(self._dice.rates.status)
        if fault is Status.NEVER_SENT:
            return _DONE
        if fault is Status.LATE:
            wait = self._dice.between(0.5, _LONGEST_DELAY)
            self._again(wait, lambda: self._plain(url, fields, token))
            return _DONE
        if fault is Status.TWICE:
            self._again(0, lambda: self._plain(url, fields, token))
        return self._plain(url, fields, token)

    def _hand_over(self, url: str, fields: Mapping[str, str], sid: str) -> int | None:
        with self._lock:
            self._tried[sid] += 1
            tried = self._tried[sid]
        rates = self._dice.rates.inbound
        fault = self._dice.roll({f: s for f, s in rates.items() if f is not Inbound.GIVEN_UP})
        if fault is Inbound.NEVER_SENT and tried == 1:
            self._notebook.note_given_up(sid)
            return _GIVEN_UP
        if fault is Inbound.TWICE_AT_ONCE:
            self._again(0, lambda: self._deliver(url, fields, sid))
        if fault is Inbound.TWICE:
            wait = self._dice.between(0.1, _LONGEST_DELAY)
            self._again(wait, lambda: self._deliver(url, fields, sid))
        answer = self._deliver(url, fields, sid)
        if should_retry(answer):
            share = rates.get(Inbound.GIVEN_UP, 0.0)
            if tried >= self._tries or self._dice.roll({Inbound.GIVEN_UP: share}):
                self._notebook.note_given_up(sid)
                return _GIVEN_UP
        elif fault is Inbound.ANSWER_LOST:
            return None
        return answer

    def _deliver(self, url: str, fields: Mapping[str, str], sid: str) -> int | None:
        answer = self._plain(url, fields, sid)
        self._notebook.note_answer(sid, answer)
        return answer

    def _again(self, seconds: float, post: Callable[[], int | None]) -> None:
        """Post so much later, whatever the answer."""

        def once() -> None:
            post()

        self._scheduler.after(seconds, once)

    def _plain(self, url: str, fields: Mapping[str, str], token: str) -> int | None:
        return super().post(url, fields, token)
