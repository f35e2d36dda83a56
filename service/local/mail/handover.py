"""A mail handed over in a real SMTP conversation, as a mail program or a mail server does it."""

from __future__ import annotations

import smtplib

_PATIENCE = 10.0


class MailRefused(Exception):
    """The server said no; one line with its own words."""

    def __init__(self, code: int, words: bytes) -> None:
        self.code = code
        super().__init__(f"{code} {' '.join(words.decode('utf-8', 'replace').split())}")


def hand_over(server: tuple[str, int], sender: str, to: str, raw: bytes) -> str:
    """Give one mail to the server and return its last answer.

    An empty sender is the null path ``<>`` of bounces. Raises ``MailRefused``, or ``OSError``
    where the server cannot be talked to (``smtplib``'s own errors are among those).
    """
    with smtplib.SMTP(*server, local_hostname="localhost", timeout=_PATIENCE) as connection:
        connection.ehlo_or_helo_if_needed()
        _expect(connection.mail(sender, [] if (sender + to).isascii() else ["SMTPUTF8"]))
        _expect(connection.rcpt(to))
        return _expect(connection.data(raw))


def _expect(answer: tuple[int, bytes]) -> str:
    code, words = answer
    if not 200 <= code < 300:
        raise MailRefused(code, words)
    return words.decode("utf-8", "replace")
