"""What became of a mail of ours: delivery reports (RFC 3464) and complaints (ARF, RFC 5965)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from service.channels.mail_decoding import one_line
from service.channels.mail_headers import message_id, message_ids
from service.channels.mail_parts import Part, headers_of

LONGEST_DIAGNOSTIC = 200

_MOST_BYTES = 256_000
_MOST_GROUPS = 200
"""Recipients of one report that are looked at."""
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    "message/rfc822 message/global text/rfc822-headers message/rfc822-headers "
    "message/global-headers".split()
)
_NO_COMPLAINT = frozenset({"not-spam", "auth-failure", "dmarc"})
"""Feedback reports that say nothing against the mail."""

Kind = Literal["failed", "delayed", "delivered", "complaint"]
_ACTIONS: dict[str, Kind] = {
    "failed": "failed",
    "failure": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
}
_CLASSES: dict[str, Kind] = {"5": "failed", "4": "delayed", "2": "delivered"}
_WORST: tuple[Kind, ...] = ("failed", "delayed", "delivered")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A report about one mail of ours.

    ``status`` is the enhanced status code such as "5.1.1" ("" unknown), ``diagnostic`` what the
    other server said, on one line ("" where it said nothing). ``original_message_id`` is the
    Message-ID of our mail with its angle brackets, where the report returns it.
    """

    kind: Kind
    status: str
    diagnostic: str
    original_message_id: str | None


def read_report(mail: Part) -> DeliveryReport | None:
    """The report a mail carries, None where it carries none. Never raises.

    Of several recipients the worst news is told: a failure before a delay before a delivery.
    """
    if mail.kind != "multipart/report":
        return None
    for part in mail.walk():
        if part.kind in _STATUSES:
            return _delivery(mail, part)
        if part.kind == "message/feedback-report":
            return _complaint(mail, part)
    return None


def _delivery(mail: Part, part: Part) -> DeliveryReport | None:
    groups = _groups(part)
    found: list[tuple[Kind, str, str]] = []
    for group in groups:
        kind, status, diagnostic = _recipient(group)
        if kind is not None:
            found.append((kind, status, diagnostic))
    if not found:
        return None
    kind, status, diagnostic = min(found, key=lambda one: _WORST.index(one[0]))
    original = _original(mail)
    for group in groups if original is None else ():
        for name in ("original-message-id", "x-original-message-id"):
            original = original or message_id(group.first(name))
    return DeliveryReport(kind, status, diagnostic, original)


def _recipient(group: Part) -> tuple[Kind | None, str, str]:
    if not any(name in group for name in ("action", "status", "final-recipient")):
        return None, "", ""
    said = group.first("diagnostic-code")
    diagnostic = one_line(re.sub(r"^\s*[\w-]{1,20}\s*;\s*", "", said), LONGEST_DIAGNOSTIC)
    written = _STATUS.search(group.first("status"))
    status = written[1] if written else ""
    told = _STATUS.search(diagnostic)
    if told and (not status or (status.endswith(".0.0") and status[0] == told[1][0])):
        status = told[1]  # some servers know more than their report's status says
    action = group.first("action").split("(")[0].strip().lower()
    return _ACTIONS.get(action) or _CLASSES.get(status[:1]), status, diagnostic


def _complaint(mail: Part, part: Part) -> DeliveryReport | None:
    for group in _groups(part):
        kind = group.first("feedback-type").strip().lower()
        if kind in _NO_COMPLAINT:
            return None
        if kind:
            said = one_line(kind, LONGEST_DIAGNOSTIC)
            return DeliveryReport("complaint", "", said, _original(mail))
    return None


def _groups(part: Part) -> list[Part]:
    """The groups of fields of a report; each recipient has its own."""
    text = part.content()[0][:_MOST_BYTES].replace(b"\r\n", b"\n").strip()
    groups = re.split(rb"\n[ \t]*\n", text, maxsplit=_MOST_GROUPS)
    return [headers_of(group) for group in groups[:_MOST_GROUPS]]


def _original(mail: Part) -> str | None:
    """The Message-ID of the mail the report is about."""
    for part in mail.walk():
        if part.kind in _RETURNED:
            returned, _ = part.content()
            found = message_id(headers_of(returned[:_MOST_BYTES]).first("message-id"))
            if found:
                return found
    # Some reports return nothing, but stand in the thread of the mail.
    for name in ("in-reply-to", "references"):
        ids = list(message_ids(mail.first(name)))
        if ids:
            return ids[-1]
    return None
