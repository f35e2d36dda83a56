"""A mail opened the way a mail program does it: its headers, its two versions, whom to answer.

Mails come from anywhere and are broken in every way, so nothing here raises on a bad one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import getaddresses, parseaddr

_IN_BRACKETS = re.compile(r"<([^<>\s]+)>")
# What the standard library's parser raises on headers and bodies that break the rules.
_BROKEN = (AttributeError, IndexError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class OpenedMail:
    """What a mail program shows of a mail and needs to answer it."""

    from_name: str
    from_address: str
    to: str
    reply_to: str
    subject: str
    message_id: str
    references: tuple[str, ...]
    text: str
    html: str | None
    headers: str
    automatic: bool
    unsubscribe_url: str | None
    """Where one click unsubscribes (RFC 8058): only with the header that allows it."""
    unsubscribe_mail: str | None
    """The ``mailto:`` address, with its query."""


def open_mail(raw: bytes) -> OpenedMail:
    """Open a mail; what is missing or broken comes out empty."""
    message = BytesParser(policy=default).parsebytes(raw)
    name, address = parseaddr(_header(message, "From"))
    reply_to = getaddresses([_header(message, "Reply-To")])
    ways = _IN_BRACKETS.findall(_header(message, "List-Unsubscribe"))
    one_click = "one-click" in _header(message, "List-Unsubscribe-Post").lower()
    web = [way for way in ways if way.lower().startswith(("https:", "http:"))]
    by_mail = [way for way in ways if way.lower().startswith("mailto:")]
    auto = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    html = _body(message, "html")
    text = _body(message, "plain")
    return OpenedMail(
        from_name=name or address,
        from_address=address,
        to=_header(message, "To"),
        reply_to=next((found for _, found in reply_to if found), address),
        subject=_header(message, "Subject"),
        message_id=_header(message, "Message-ID").strip(),
        references=tuple(_header(message, "References").split()),
        text=text if text is not None else _words_of(html or ""),
        html=html,
        headers=_raw_headers(raw),
        automatic=auto not in ("", "no"),
        unsubscribe_url=web[0] if web and one_click else None,
        unsubscribe_mail=by_mail[0] if by_mail else None,
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except _BROKEN:
        return ""


def _body(message: EmailMessage, kind: str) -> str | None:
    try:
        part = message.get_body(preferencelist=(kind,))
        if part is None:
            return None
        content = part.get_content()
        return content.replace("\r\n", "\n") if isinstance(content, str) else None
    except _BROKEN:
        return None


def _words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()


def _raw_headers(raw: bytes) -> str:
    top = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    return top.decode("utf-8", "replace").replace("\r\n", "\n")
