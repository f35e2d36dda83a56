"""Mails handed over by SMTP, its faults sorted into typed errors.

What SMTP can prove: a server that has not seen the dot at the end of a mail does not have it (RFC
5321 4.1.1.4), and one that answered 250 has. So everything before that dot is certain, and whoever
holds the mail is told right before it (``before_last_dot``): where that is written down first, a
crash before it proves that nothing was sent. What SMTP can *not*
prove is what became of a mail whose dot went out and whose answer never came: nobody can be asked.
"""

from __future__ import annotations

import queue
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from config.smtp_url import SmtpServer
from service.channels.errors import (
    AddressRefused,
    Misconfigured,
    OutcomeUnknown,
    SendError,
    TryLater,
)
from service.channels.mail_codes import Stage, refusal

CONNECT_SECONDS, ANSWER_SECONDS, TAKING_SECONDS = 5.0, 10.0, 30.0
"""For the connection, for the answer to a command, and for the answer to a whole mail, which a
server may first scan."""
IDLE_SECONDS = 20.0
"""A kept connection older than this is not used again: servers hang up after a minute or more."""
KEPT = 8
"""Connections kept open for the next mails."""

_BAD_CERTIFICATE = "the mail server's certificate is not valid"
_CLOSING = 421
_LEADING_DOT = re.compile(rb"(?m)^\.")


@dataclass(frozen=True, slots=True)
class Taken:
    """The server has the mail, and answers for it from now on. ``words`` are its own."""

    words: str


class _HungUp(TryLater):
    """The connection is gone."""


class ClaimLost(TryLater):
    """The mail is not ours to send any more; nothing was sent."""


class SmtpMail:
    """Hands mails over. Connections are kept between mails; thread-safe."""

    def __init__(self, server: SmtpServer, own_name: str) -> None:
        """``own_name`` is the domain we greet with."""
        self._server = server
        self._own_name = own_name
        self._idle: queue.LifoQueue[tuple[float, smtplib.SMTP]] = queue.LifoQueue(KEPT)

    def send(
        self, *, envelope_from: str, to: str, mail: bytes, before_last_dot: Callable[[], None]
    ) -> Taken:
        """Hand over one mail (RFC 5322 bytes with CRLF line ends).

        ``before_last_dot`` is called once, when all that is left is the dot that makes it a mail;
        where it raises, nothing is sent. Raises a ``SendError`` of the class that says what may
        follow: ``OutcomeUnknown`` for what happened after the dot alone.
        """
        while True:
            connection, kept = self._connection()
            try:
                self._offer(connection, envelope_from, to, mail)
                break
            except _HungUp:
                connection.close()
                if not kept:
                    raise
                # A kept connection that the server had closed meanwhile: once more on a new one.
            except BaseException:
                connection.close()
                raise
        try:
            _ask(before_last_dot)
            _need_listening(connection)
            taken = _finish(connection)
        except BaseException:
            # Hanging up before the dot is how a client takes a mail back.
            connection.close()
            raise
        self._keep(connection)
        return taken

    def close(self) -> None:
        """Hang up all kept connections."""
        with suppress(queue.Empty):
            while True:
                connection = self._idle.get_nowait()[1]
                with suppress(OSError, smtplib.SMTPException):
                    connection.quit()

    def _connection(self) -> tuple[smtplib.SMTP, bool]:
        """A connection that was greeted and signed in, and whether it had been kept."""
        with suppress(queue.Empty):
            while True:
                since, connection = self._idle.get_nowait()
                if time.monotonic() - since < IDLE_SECONDS:
                    return connection, True
                connection.close()
        return self._connect(), False

    def _keep(self, connection: smtplib.SMTP) -> None:
        try:
            self._idle.put_nowait((time.monotonic(), connection))
        except queue.Full:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        try:
            connection = self._open()
        except ssl.SSLCertVerificationError as error:
            raise Misconfigured(_BAD_CERTIFICATE) from error
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater(f"no connection to the mail server: {type(error).__name__}") from error
        try:
            if connection.sock is not None:
                # The dot goes out as a packet of its own, and must not wait for the mail's receipt.
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.ehlo_or_helo_if_needed()
            if server.starttls:
                if not connection.has_extn("starttls"):
                    raise Misconfigured("the mail server offers no STARTTLS")
                connection.starttls(context=self._tls())
                connection.ehlo()
            if server.user is not None and server.password is not None:
                connection.login(server.user, server.password)
            _be_patient(connection, ANSWER_SECONDS)
            return connection
        except BaseException as error:
            connection.close()
            if isinstance(error, smtplib.SMTPNotSupportedError):
                raise Misconfigured(
                    "the mail server offers no way to sign in that we know"
                ) from error
            if isinstance(error, smtplib.SMTPResponseException):
                raise refusal(Stage.SIGN_IN, *_said(error)) from error
            if isinstance(error, ssl.SSLCertVerificationError):
                raise Misconfigured(_BAD_CERTIFICATE) from error
            if isinstance(error, OSError | smtplib.SMTPException):
                raise TryLater(f"the mail server hung up: {type(error).__name__}") from error
            raise

    def _open(self) -> smtplib.SMTP:
        host, port = self._server.host, self._server.port
        if self._server.implicit_tls:
            return smtplib.SMTP_SSL(
                host, port, self._own_name, timeout=CONNECT_SECONDS, context=self._tls()
            )
        return smtplib.SMTP(host, port, self._own_name, timeout=CONNECT_SECONDS)

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._server.ca_file)

    def _offer(self, connection: smtplib.SMTP, envelope_from: str, to: str, mail: bytes) -> None:
        """Everything but the last dot."""
        options = []
        if not (to.isascii() and envelope_from.isascii()):
            if not connection.has_extn("smtputf8"):
                raise AddressRefused("the mail server cannot send to this address")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        try:
            _expect(connection.mail(envelope_from, options), Stage.SENDER, 250)
            _expect(connection.rcpt(to), Stage.RECIPIENT, 250, 251)
            _expect(connection.docmd("DATA"), Stage.WORDS, 354)
            body = _LEADING_DOT.sub(b"..", mail)
            connection.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        except SendError as fault:
            if fault.code == _CLOSING:
                raise _HungUp(str(fault), fault.code) from fault
            raise
        except (OSError, smtplib.SMTPException) as error:
            raise _HungUp(f"the mail server hung up: {type(error).__name__}") from error


def _ask(before_last_dot: Callable[[], None]) -> None:
    try:
        before_last_dot()
    except SendError:
        raise
    except Exception as error:
        raise TryLater(f"not sent: {type(error).__name__}") from error


def _need_listening(connection: smtplib.SMTP) -> None:
    """A server that hung up before the dot is no doubtful case: it is noticed while it is none."""
    if connection.sock is None:
        raise TryLater("the mail server hung up")
    connection.sock.settimeout(0)
    try:
        said = connection.sock.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return  # nothing to hear, as it should be
    except OSError as error:
        raise TryLater(f"the mail server hung up: {type(error).__name__}") from error
    raise TryLater("the mail server spoke too early" if said else "the mail server hung up")


def _be_patient(connection: smtplib.SMTP, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _finish(connection: smtplib.SMTP) -> Taken:
    """The dot, and what the server says to it."""
    try:
        _be_patient(connection, TAKING_SECONDS)
        connection.send(b".\r\n")
        answer = connection.getreply()
        _be_patient(connection, ANSWER_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        raise OutcomeUnknown(
            f"the mail server's answer was lost: {type(error).__name__}"
        ) from error
    code, words = answer[0], _words(answer[1])
    if 200 <= code < 300:
        return Taken(words)
    if 400 <= code < 600:
        raise refusal(Stage.WORDS, code, words)
    raise OutcomeUnknown(f"the mail server's answer cannot be read: {code}")


def _expect(answer: tuple[int, bytes], stage: Stage, *good: int) -> str:
    code, words = answer[0], _words(answer[1])
    if code in good:
        return words
    if code < 400:
        raise TryLater(f"the mail server said {code}, which makes no sense here")
    raise refusal(stage, code, words)


def _said(error: smtplib.SMTPResponseException) -> tuple[int, str]:
    return error.smtp_code, _words(error.smtp_error)


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(text.split())
