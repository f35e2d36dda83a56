"""Parents' mail programs, and the provider that brings what they write to the clinic.

A provider of mail keeps what it could not hand over and tries for days: it never gives one up. It
may bring one twice, twice at once, late, or again because the answer was lost.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from service.channels.mail_tokens import MailTokens
from service.domain.vocabulary import Channel
from service.local.carrier.callbacks import should_retry
from service.local.carrier.scheduler import Scheduler
from service.local.mail import Mail, State, open_mail
from service.local.mail.bounce import NO_SUCH_MAILBOX, write_bounce
from service.local.mail.compose import Quoted, answer_to, compose
from service.local.mail.webhook import InboundPoster
from tests.faults.families import Family
from tests.faults.rates import Bringing, Dice
from tests.faults.truth import Notebook, Wrote

_THREADS = 12
_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Between tries; the last one for ever."""
_LONGEST_DELAY = 20.0
_BOUNCES_AFTER = (0.3, 3.0)
_AWAY = {
    "en": "Yes, I got your mail, thank you. I will read it on Monday.",
    "es": "Sí, recibí su correo, gracias. Lo leeré el lunes.",
}
"""What a machine writes that only its headers tell from a parent: whoever read it would go on."""
_SUBJECT = {"en": "Hello", "es": "Hola"}


@dataclass(frozen=True, slots=True)
class _Got:
    raw: bytes
    at: datetime


class Mailboxes:
    """All of a run's mailboxes. All methods may be called from any thread."""

    def __init__(
        self,
        url: str,
        secret: str,
        clinic: str,
        dice: Dice,
        notebook: Notebook,
        tokens: MailTokens,
    ) -> None:
        """``url`` is the clinic's webhook, ``clinic`` the address that a first mail goes to."""
        self._poster = InboundPoster(url, secret)
        self._clinic = clinic
        self._dice = dice
        self._notebook = notebook
        self._tokens = tokens
        self._scheduler = Scheduler(_THREADS)
        self._lock = threading.Lock()
        self._last: dict[str, _Got] = {}
        self._under_way: Counter[str] = Counter()

    def got(self, address: str, raw: bytes) -> None:
        """A mail of ours lies in this mailbox."""
        with self._lock:
            self._last[address] = _Got(raw, datetime.now(UTC))

    def write(self, family: Family, body: str) -> None:
        """A parent answers the last mail they got, in its thread; the first one begins one."""
        address = family.email or ""
        with self._lock:
            last = self._last.get(address)
        if last is not None:
            self._answer(family, last, body)
            return
        # Whoever only says stop puts no greeting above it.
        subject = "" if body == "STOP" else _SUBJECT[family.language]
        raw = compose(address, self._clinic, subject, body, datetime.now(UTC))
        self._send(family, address, self._clinic, raw, body)

    def answer_automatically(self, family: Family) -> None:
        """A machine answers the last mail: nobody is there."""
        with self._lock:
            last = self._last[family.email or ""]
        self._scheduler.after(0, lambda: self._answer_by_machine(family, last))

    def send_back(self, sender: str, address: str, raw: bytes) -> None:
        """A server farther away reports that a mail could not be delivered."""
        now = datetime.now(UTC)
        mail = Mail("", sender, address, raw, now, to_clinic=False, state=State.DELIVERED)
        report = write_bounce(mail, NO_SUCH_MAILBOX, now)
        self._bring(open_mail(report).message_id, report, *_BOUNCES_AFTER)

    def is_trying(self) -> bool:
        """Whether a mail is still being handed over."""
        with self._lock:
            return any(self._under_way.values())

    def close(self) -> None:
        """Nobody writes any more."""
        self._scheduler.close()
        self._poster.close()

    def _answer_by_machine(self, family: Family, last: _Got) -> None:
        self._answer(family, last, _AWAY[family.language], automatic=True)

    def _answer(self, family: Family, last: _Got, body: str, *, automatic: bool = False) -> None:
        address = family.email or ""
        opened = open_mail(last.raw)
        answer = answer_to(opened)
        quote = None if automatic else Quoted(opened, last.at, family.language)
        raw = compose(
            address,
            answer.to,
            answer.subject,
            body,
            datetime.now(UTC),
            in_reply_to=answer.in_reply_to,
            references=answer.references,
            quote=quote,
            automatic=automatic,
        )
        answers = self._tokens.text_of(opened.message_id)
        self._send(family, address, answer.to, raw, body, answers, automatic=automatic)

    def _send(
        self,
        family: Family,
        sender: str,
        to: str,
        raw: bytes,
        body: str,
        answers: int | None = None,
        *,
        automatic: bool = False,
    ) -> None:
        sid, now = open_mail(raw).message_id, datetime.now(UTC)
        self._notebook.note_wrote(
            Wrote(sid, family.who, body, now, Channel.EMAIL, automatic, answers)
        )
        on_top = f"Return-Path: <{sender}>\r\nDelivered-To: {to}\r\n".encode()
        self._bring(sid, on_top + raw, 0.02, 0.3)

    def _bring(self, sid: str, raw: bytes, shortest: float, longest: float) -> None:
        """Hand a mail to the clinic, in this provider's way."""
        fault = self._dice.roll(self._dice.rates.bringing)
        wait = self._dice.between(shortest, longest)
        if fault is Bringing.LATE:
            wait = self._dice.between(0.5, _LONGEST_DELAY)
        with self._lock:
            self._under_way[sid] += 1
        self._scheduler.after(wait, lambda: self._try(sid, raw, 0, fault))
        if fault is Bringing.TWICE_AT_ONCE:
            self._scheduler.after(wait, lambda: self._once_more(sid, raw))
        if fault is Bringing.TWICE:
            again = wait + self._dice.between(0.1, _LONGEST_DELAY)
            self._scheduler.after(again, lambda: self._once_more(sid, raw))

    def _try(self, sid: str, raw: bytes, tried: int, fault: Bringing | None) -> None:
        status = self._post(sid, raw)
        if should_retry(status) or (fault is Bringing.ANSWER_LOST and not tried):
            wait = _WAITS[min(tried, len(_WAITS) - 1)]
            self._scheduler.after(wait, lambda: self._try(sid, raw, tried + 1, fault))
            return
        if not 200 <= (status or 0) < 300:
            # The account will miss it: a provider sends back what is refused for good.
            self._dice.count(f"mail in: refused for good with {status}")
        with self._lock:
            self._under_way[sid] -= 1

    def _once_more(self, sid: str, raw: bytes) -> None:
        """Whatever is answered."""
        self._post(sid, raw)

    def _post(self, sid: str, raw: bytes) -> int | None:
        status = self._poster.post(raw).status
        self._notebook.note_answer(sid, status)
        return status
