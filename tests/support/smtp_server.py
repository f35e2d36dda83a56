"""A real SMTP server on loopback that does what it is told: takes, refuses, hangs, hangs up."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.ports import free_port


class Trouble(Enum):
    """What goes wrong with the next mails."""

    NONE = auto()
    REFUSES_SENDER = auto()
    REFUSES_RECIPIENT = auto()
    REFUSES_WORDS = auto()
    HANGS_UP_BEFORE_THE_DOT = auto()
    HANGS_UP_INSTEAD_OF_ANSWERING = auto()
    """It has the mail, and the client never hears so."""
    LOSES_IT_INSTEAD_OF_ANSWERING = auto()
    """It saw the whole mail, and has it not; the client never hears so."""
    NEVER_ANSWERS = auto()


@dataclass
class SmtpServer:
    """What it took, and what it does next. ``reply`` is what a refusal says."""

    trouble: Trouble = Trouble.NONE
    reply: str = "550 5.1.1 No such user"
    taken: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Envelope sender, recipient, bytes."""
    connections: int = 0
    encrypted: int = 0
    """Mails that came over TLS."""
    url: str = ""

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, answers: list[str]
    ) -> list[str]:
        """Somebody new."""
        self.connections += 1
        session.host_name = name
        return answers

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The envelope's sender."""
        if self.trouble is Trouble.REFUSES_SENDER:
            return self.reply
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient."""
        if self.trouble is Trouble.REFUSES_RECIPIENT:
            return self.reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """A whole mail."""
        if self.trouble is Trouble.REFUSES_WORDS:
            return self.reply
        if self.trouble is not Trouble.LOSES_IT_INSTEAD_OF_ANSWERING:
            content = envelope.original_content or b""
            self.taken += [(envelope.mail_from or "", to, content) for to in envelope.rcpt_tos]
            self.encrypted += session.ssl is not None
        if self.trouble is Trouble.NEVER_ANSWERS:
            await asyncio.sleep(3600)
        if self.trouble is not Trouble.NONE:
            hang_up(server)
        return "250 2.0.0 OK"

    def check_password(self, server: Any, session: Any, envelope: Any, how: str, data: Any) -> Any:
        """One user with one password."""
        known = LoginPassword(b"tandem", b"right password")
        return AuthResult(success=data == known, handled=data == known)


def hang_up(server: SMTP) -> None:
    """End the connection without a word."""
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


class _Smtp(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        handler: SmtpServer = self.event_handler
        if handler.trouble is Trouble.HANGS_UP_BEFORE_THE_DOT:
            await self.push("354 go on")
            hang_up(self)
            return
        await super().smtp_DATA(arg)


class _Controller(Controller):
    def factory(self) -> SMTP:
        return _Smtp(self.handler, **self.SMTP_kwargs)


@contextmanager
def smtp_server(tls: ssl.SSLContext | None = None, password: bool = False) -> Iterator[SmtpServer]:
    """A server on loopback; with ``tls`` it offers STARTTLS, with ``password`` it wants one."""
    state = SmtpServer()
    options: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None}
    if password:
        options |= {"authenticator": state.check_password, "auth_required": True}
    controller = _Controller(state, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    state.url = f"smtp://127.0.0.1:{controller.port}"
    try:
        yield state
    finally:
        controller.stop()
