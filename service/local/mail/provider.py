"""The mail provider: keeps parents' mailboxes, hands the clinic its mail, sends back what fails."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from service.local.carrier.callbacks import should_retry
from service.local.carrier.scheduler import Scheduler
from service.local.mail.bounce import MAILBOX_FULL, NO_SUCH_MAILBOX, Fault, write_bounce
from service.local.mail.compose import Quoted, answer_to, compose
from service.local.mail.handover import MailRefused, hand_over
from service.local.mail.log import Mailbox, MailLog
from service.local.mail.mail import Mail, State, domain_of, is_address
from service.local.mail.opened import open_mail
from service.local.mail.webhook import InboundPoster, WebhookAnswer

# How a parent's address must begin to show what goes wrong in the world.
_NOBODY = "nobody"
_SENT_BACK_LATER = {"full": MAILBOX_FULL, "late-bounce": NO_SUCH_MAILBOX}
_AWAY = "I am away until Monday and will read your mail then."
_STILL_TRYING = "not taken in yet; trying again"


@dataclass(frozen=True)
class MailDelays:
    """In seconds: how long a mail that will bounce lies there, and the waits before retries."""

    bounce: float = 2.0
    retries: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)

    @classmethod
    def none(cls, retries: int = 3) -> MailDelays:
        """No waiting at all, for tests."""
        return cls(bounce=0.0, retries=(0.0,) * retries)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SimulatedMail:
    """The mail of the whole world, for one clinic. All methods may be called from any thread.

    Mails to ``domain`` are posted to ``webhook_url`` with ``secret``; every other address is a
    parent's mailbox here. It is of use once ``serve_mail`` has put it on the wire.
    """

    def __init__(
        self,
        domain: str,
        webhook_url: str,
        secret: str,
        journal: Path | None = None,
        delays: MailDelays | None = None,
        *,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.domain = domain.lower()
        self._delays = delays or MailDelays()
        self._clock = clock
        self._lock = threading.Lock()
        self._log = MailLog(journal, self.is_ours)
        self._poster = InboundPoster(webhook_url, secret)
        self._scheduler = Scheduler()
        self._server: tuple[str, int] | None = None
        self._closed = False

    # ---- reading

    def mailbox(self, address: str, after: int = 0) -> tuple[Mail, ...]:
        """A parent's mails, to and fro, that are new or changed since ``after``, oldest first.

        Those that were sent back are among them: somebody trying things out wants to see them.
        """
        with self._lock:
            return tuple(mail for mail in self._log.mailbox(address) if mail.change > after)

    def mailboxes(self) -> tuple[Mailbox, ...]:
        """All parents' mailboxes, the one with the newest mail first."""
        with self._lock:
            return self._log.mailboxes()

    def fetch(self, mail_id: str) -> Mail | None:
        """The mail with this id."""
        with self._lock:
            return self._log.get(mail_id)

    @property
    def changes(self) -> int:
        """The newest change so far: a cursor for ``mailbox``."""
        with self._lock:
            return self._log.changes

    def is_ours(self, address: str) -> bool:
        """Whether an address is the clinic's."""
        return domain_of(address) == self.domain

    # ---- writing, as a parent's mail program

    def write(
        self,
        sender: str,
        to: str,
        subject: str,
        text: str,
        in_reply_to: str | None = None,
        references: Sequence[str] = (),
        quote: Mail | None = None,
        *,
        language: str = "en",
        automatic: bool = False,
    ) -> Mail:
        """Compose what a parent's mail program would, and send it by SMTP.

        ``language`` is the program's own: that of the line above the quoted mail. Raises
        ValueError for a bad address and ``MailRefused`` where the server does not take it.
        """
        if not is_address(sender) or self.is_ours(sender):
            raise ValueError(f"{sender} is not a parent's address")
        if not is_address(to):
            raise ValueError(f"{to} is not an address")
        raw = compose(
            sender,
            to,
            subject,
            text,
            self._clock().astimezone(),
            in_reply_to=in_reply_to,
            references=tuple(references),
            quote=Quoted(open_mail(quote.raw), quote.at.astimezone(), language) if quote else None,
            automatic=automatic,
        )
        queued = self.fetch(self._send(sender, to, raw).rpartition(" ")[2])
        if queued is None:
            raise LookupError("the server took the mail without naming it")
        return queued

    def reply(
        self,
        sender: str,
        to_mail: Mail,
        text: str,
        *,
        quoting: bool = True,
        language: str = "en",
        automatic: bool = False,
    ) -> Mail:
        """Answer a mail: to its Reply-To, tied to it by its headers, quoting it."""
        answer = answer_to(open_mail(to_mail.raw))
        return self.write(
            sender,
            answer.to,
            answer.subject,
            text,
            answer.in_reply_to,
            answer.references,
            to_mail if quoting else None,
            language=language,
            automatic=automatic,
        )

    def reply_automatically(self, sender: str, to_mail: Mail) -> Mail:
        """What an out-of-office notice answers."""
        return self.reply(sender, to_mail, _AWAY, quoting=False, automatic=True)

    # ---- taking, as a mail server

    def start(self, server: tuple[str, int]) -> None:
        """Be reached at ``server`` from now on, and carry on with what an earlier run left."""
        self._server = server
        with self._lock:
            left = self._log.under_way()
        for mail in left:
            self._carry_on(mail)

    def turned_away(self, recipient: str) -> Fault | None:
        """Why a recipient is refused at the door, if it is."""
        if not self.is_ours(recipient) and recipient.lower().startswith(_NOBODY):
            return NO_SUCH_MAILBOX
        return None

    def take(self, sender: str, recipient: str, raw: bytes) -> Mail:
        """Take a mail over; it is on record when this returns. Raises OSError if it cannot be."""
        waits = self.is_ours(recipient) or _later_fault(recipient) is not None
        mail = Mail(
            id=uuid.uuid4().hex,
            sender=sender,
            recipient=recipient,
            raw=raw,
            at=self._clock(),
            to_clinic=self.is_ours(recipient),
            state=State.WAITING if waits else State.DELIVERED,
        )
        with self._lock:
            if self._closed:
                raise OSError("the mail provider is closing")
            mail = self._log.put(mail)
        if mail.is_under_way:
            self._carry_on(mail)
        return mail

    def close(self) -> None:
        """Stop delivering. What is under way is carried on by the next one on the same journal."""
        self._scheduler.close()
        self._poster.close()
        with self._lock:
            self._closed = True
            self._log.close()

    # ---- delivering

    def _carry_on(self, mail: Mail) -> None:
        fault = _later_fault(mail.recipient)
        if mail.to_clinic:
            self._scheduler.after(0, lambda: self._deliver(mail, attempt=0))
        elif fault is not None:
            self._scheduler.after(self._delays.bounce, lambda: self._send_back(mail, fault, None))

    def _deliver(self, mail: Mail, attempt: int) -> None:
        """Hand the clinic a mail; keep on trying for a while."""
        answer = self._poster.post(mail.as_delivered)
        status = answer.status or 0
        if should_retry(answer.status) and attempt < len(self._delays.retries):
            self._settle(mail, State.WAITING, answer.words or _STILL_TRYING, status)
            wait = self._delays.retries[attempt]
            self._scheduler.after(wait, lambda: self._deliver(mail, attempt + 1))
        elif 200 <= status < 300:
            self._settle(mail, State.DELIVERED, "", status)
        else:
            self._send_back(mail, _fault_of(answer), status)

    def _send_back(self, mail: Mail, fault: Fault, answer: int | None) -> None:
        """Report the failure to the envelope sender, once: a bounce itself is never reported."""
        if mail.sender:
            try:
                self._send("", mail.sender, write_bounce(mail, fault, self._clock().astimezone()))
            except MailRefused:
                pass  # nobody is there to be told
            except OSError:
                # Our own server is busy or closing; while the mail counts as waiting, the next
                # run sends it back.
                self._scheduler.after(1.0, lambda: self._send_back(mail, fault, answer))
                return
        self._settle(mail, State.SENT_BACK, str(fault), answer)

    def _settle(self, mail: Mail, state: State, reason: str, answer: int | None) -> None:
        with self._lock:
            if not self._closed:
                self._log.settle(mail.id, state, reason, answer)

    def _send(self, sender: str, to: str, raw: bytes) -> str:
        if self._server is None:
            raise ConnectionRefusedError("the mail provider is not being served")
        return hand_over(self._server, sender, to, raw)


def _later_fault(recipient: str) -> Fault | None:
    found = (f for start, f in _SENT_BACK_LATER.items() if recipient.lower().startswith(start))
    return next(found, None)


def _fault_of(answer: WebhookAnswer) -> Fault:
    """A clinic's refusal in a mail server's words."""
    if should_retry(answer.status):
        said = f" ({answer.words})" if answer.words else ""
        return Fault("4.4.1", 451, f"The clinic's server did not take the mail in{said}")
    status = {404: "5.1.1", 410: "5.1.1", 413: "5.3.4"}.get(answer.status or 0, "5.7.1")
    return Fault(status, 550, answer.words or f"The clinic's server answered {answer.status}")
