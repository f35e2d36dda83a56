"""The provider's SMTP side, on loopback only."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from service.local.mail.provider import SimulatedMail

_HOST = "127.0.0.1"
_LARGEST_MAIL = 25 * 1024 * 1024
_NO_SENDER = "<>"


class _Handler:
    """What is done at each step of the conversation; the names are the library's."""

    def __init__(self, mail: SimulatedMail) -> None:
        self._mail = mail

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or say why not."""
        fault = self._mail.turned_away(address)
        if fault is not None:
            return str(fault)
        if "@" not in address:
            return "501 5.1.3 An address needs a domain"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail, once for each recipient; only then is it acknowledged."""
        sender, raw = envelope.mail_from or "", envelope.original_content or b""
        if sender == _NO_SENDER:
            sender = ""
        try:
            taken = [self._mail.take(sender, to, raw) for to in envelope.rcpt_tos]
        except OSError:
            return "451 4.3.0 Not now; try again later"
        return f"250 2.0.0 OK: queued as {' '.join(mail.id for mail in taken)}"


class _LoopbackServer(Controller):
    """Listens on a socket that is bound already, so that any free port will do."""

    def __init__(self, handler: _Handler, bound: socket.socket) -> None:
        super().__init__(
            handler,
            hostname=_HOST,
            port=bound.getsockname()[1],
            server_hostname="mail.localhost",
            ident="ESMTP",
            data_size_limit=_LARGEST_MAIL,
        )
        self._bound = bound

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._bound)


@dataclass(frozen=True)
class RunningMail:
    """A mail provider that is reached at ``smtp_url`` until closed."""

    smtp_url: str
    mail: SimulatedMail
    _stop: Callable[[], None]

    def close(self) -> None:
        """Stop taking and delivering; safe to call twice."""
        self._stop()
        self.mail.close()


def serve_mail(mail: SimulatedMail, port: int = 0) -> RunningMail:
    """Answer on loopback at ``port`` (0: any free one). Raises OSError if it is taken."""
    # The library's own log names addresses.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    server = _LoopbackServer(_Handler(mail), socket.create_server((_HOST, port)))
    server.start()
    mail.start((_HOST, server.port))
    running = [server]

    def stop() -> None:
        if running:
            running.pop().stop()

    return RunningMail(f"smtp://{_HOST}:{server.port}", mail, stop)
