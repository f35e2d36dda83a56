"""``SMTP_URL``: where mails are handed over, and how.

``smtp://user:password@host:587`` speaks STARTTLS, and without it to this machine alone;
``smtps://host`` is TLS from the first byte. Options: ``?starttls=no`` (a relay inside one's own
walls), ``?starttls=yes`` (also on this machine), ``?ca=/path/ca.pem`` (a certificate of one's own).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS = {"smtp": 587, "smtps": 465}


class BadSmtpUrl(ValueError):
    """It cannot be used; one line that says why and holds no secret."""


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """One relay, as ``SMTP_URL`` names it."""

    host: str
    port: int
    implicit_tls: bool
    starttls: bool
    user: str | None
    password: str | None = field(repr=False)
    ca_file: str | None


def read_smtp_url(url: str) -> SmtpServer:
    """Raises ``BadSmtpUrl``."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadSmtpUrl("must look like smtp://user:password@host:587")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise BadSmtpUrl("the port must be a number up to 65535") from None
    if (parts.path not in ("", "/")) or parts.fragment:
        raise BadSmtpUrl("nothing may follow the port but ?starttls= and ?ca=")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if unknown := sorted(options.keys() - {"starttls", "ca"}):
        raise BadSmtpUrl(f"there is no option {unknown[0]}; there are starttls and ca")
    wanted = options.get("starttls", "no" if _is_this_machine(parts.hostname) else "yes")
    if wanted not in ("yes", "no"):
        raise BadSmtpUrl("starttls must be yes or no")
    if (parts.username is None) != (parts.password is None):
        raise BadSmtpUrl("a user needs a password, and a password a user")
    return SmtpServer(
        host=parts.hostname,
        port=port,
        implicit_tls=parts.scheme == "smtps",
        starttls=parts.scheme == "smtp" and wanted == "yes",
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        ca_file=options.get("ca"),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
