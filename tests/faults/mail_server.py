"""A mail server with faults and a memory for the truth: which of our texts it took, and when.

It runs in the rig's own process, so that no kill of the product touches what it remembers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.channels.mail_tokens import MailTokens
from service.domain.vocabulary import Channel
from service.local.mail import open_mail
from tests.faults.hurry import TAKING_SECONDS
from tests.faults.rates import Dice, Handover
from tests.faults.truth import Dot, Notebook, Took
from tests.support.ports import free_port

_HOST = "127.0.0.1"
_SILENCE = TAKING_SECONDS + 2.0
"""Longer than the product waits."""
_SLOW = (0.5, TAKING_SECONDS * 0.5)
_LINGERS = 0.3
"""Whoever dies right after the last dot has sent it: it is read before the end of the line is."""

_NOT_TAKEN = frozenset(
    {Handover.WORDS_FOR_NOW, Handover.CLOSED_NOT_TAKEN, Handover.SILENT_NOT_TAKEN}
)
_NO_ANSWER = frozenset(
    {
        Handover.CLOSED_TAKEN,
        Handover.CLOSED_NOT_TAKEN,
        Handover.SILENT_TAKEN,
        Handover.SILENT_NOT_TAKEN,
    }
)


class FaultyMailServer:
    """Takes mails like the real one, except where the dice say otherwise.

    ``on_mail`` hears the address and the bytes of every mail that lies in a parent's mailbox now;
    ``on_bounce`` those of every mail that a server farther away sends back, with its envelope
    sender. Both are called on the server's own thread and must not wait for anything.
    """

    def __init__(self, dice: Dice, notebook: Notebook, tokens: MailTokens) -> None:
        self.on_mail: Callable[[str, bytes], None] = lambda address, raw: None
        self.on_bounce: Callable[[str, str, bytes], None] = lambda sender, address, raw: None
        self._dice = dice
        self._notebook = notebook
        self._tokens = tokens
        self._nobody: set[str] = set()
        self._comes_back: set[str] = set()
        # The library's own log names addresses.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._controller = _Controller(self, hostname=_HOST, port=free_port())
        self._controller.start()
        self.url = f"smtp://{_HOST}:{self._controller.port}"

    def has_no(self, address: str) -> None:
        """There is no such mailbox, and this server knows it."""
        self._nobody.add(address)

    def sends_back(self, address: str) -> None:
        """There is no such mailbox, and only a server farther away knows it."""
        self._comes_back.add(address)

    def hung_up(self) -> None:
        """A connection ended before the last dot."""
        self._notebook.note_broke()

    def close(self) -> None:
        """Take no more."""
        self._controller.stop()

    # The library's names and arguments.

    async def handle_MAIL(
        self, server: _Smtp, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A mail begins: what will go wrong with it is decided here."""
        server.fault = self._dice.roll(self._dice.rates.handover)
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: _Smtp, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """To whom it goes."""
        if address in self._nobody:
            self._dice.count("mail: 550, no such mailbox")
            return "550 5.1.1 No such user here"
        if server.fault is Handover.RECIPIENT_FOR_NOW:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: _Smtp, session: Session, envelope: Envelope) -> str:
        """The whole mail, its last dot included."""
        fault = server.fault
        raw = envelope.original_content or b""
        mail = open_mail(raw)
        text_id = self._tokens.text_of(mail.message_id) or 0
        taken, answered = fault not in _NOT_TAKEN, fault not in _NO_ANSWER
        now = datetime.now(UTC)
        self._notebook.note_dot(Dot(text_id, now, taken, answered))
        if taken:
            to = envelope.rcpt_tos[0]
            self._notebook.note_took(
                Took(mail.message_id, text_id, to, mail.text, now, Channel.EMAIL)
            )
            self._pass_on(envelope.mail_from or "", to, raw, text_id)
        if fault is Handover.SLOW:
            await asyncio.sleep(self._dice.between(*_SLOW))
        if fault in (Handover.SILENT_TAKEN, Handover.SILENT_NOT_TAKEN):
            await asyncio.sleep(_SILENCE)
        if not answered:
            server.hang_up()
        if fault is Handover.WORDS_FOR_NOW:
            return "451 4.3.0 Not now; try again later"
        return "250 2.0.0 OK"

    def _pass_on(self, sender: str, address: str, raw: bytes, text_id: int) -> None:
        if address in self._comes_back:
            self._notebook.note_bounced(text_id)
            self._dice.count("mail: taken, and came back")
            self.on_bounce(sender, address, raw)
        else:
            self.on_mail(address, raw)


class _Smtp(SMTP):
    """The library's conversation, with what it does not do by itself."""

    fault: Handover | None = None

    async def smtp_DATA(self, arg: str) -> None:
        """Hang up where the mail has begun and its last dot has not come."""
        if self.fault is Handover.CLOSED_BEFORE_DOT and self.envelope and self.envelope.rcpt_tos:
            await self.push("354 go on")
            self.hang_up()
            # Where the client had looked just before, it cannot know either.
            self.event_handler.hung_up()
            return
        await super().smtp_DATA(arg)

    def hang_up(self) -> None:
        """End the connection without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    def eof_received(self) -> bool | None:
        """The other side has ended; the library would drop what it sent last."""
        self.loop.call_later(_LINGERS, self._end)
        return True

    def _end(self) -> None:
        if self.transport is not None and self._handler_coroutine is not None:
            self._handler_coroutine.cancel()
            self.transport.close()


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)
