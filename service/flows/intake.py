"""Taking a message in: one INSERT, committed before the provider hears "thank you" (design P1)."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from service.flows.services import Nudge, Services
from service.store import clinics, pulls, replies
from service.store.clinics import SenderRef

_SENDER_TTL_SECONDS = 30.0
_FROM = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}")
"""E.164, or a short code."""
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
"""What ids and addresses of a provider are made of; PostgreSQL could not even look up a NUL."""


class BadMessage(ValueError):
    """The delivery lacks something; one line that says what."""


class UnknownSender(LookupError):
    """No clinic is reached at that number."""


@dataclass(frozen=True, slots=True)
class _Known:
    sender: SenderRef
    until: float


class Intake:
    """Stores inbound texts. Remembers senders for half a minute, so that a message costs one
    INSERT and no look-up; a number added meanwhile is simply looked up."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[tuple[str, str], _Known] = {}
        self._missed = False

    def missed(self) -> None:
        """A delivery could not be stored, and its provider may give it up: once storing works
        again, what the provider kept is fetched."""
        self._missed = True

    def take_sms(self, form: Mapping[str, str]) -> bool:
        """Store one inbound text; False where it was delivered before.

        ``form`` are the carrier's fields. Raises ``BadMessage`` or ``UnknownSender``; database
        faults pass through, and then nothing was acknowledged.
        """
        incoming = self._read(form)
        missed = self._missed
        with self._services.database.transaction() as session:
            new = replies.add(session, incoming)
            if missed:
                pulls.want(session)
        if missed:
            self._missed = False
            self._services.nudge(Nudge.PULL)
        self._services.nudge(Nudge.REPLIES)
        return new

    def _read(self, form: Mapping[str, str]) -> replies.Incoming:
        check(form)
        service_sid = form.get("MessagingServiceSid", "").strip()
        return as_incoming(form, self._sender(form["To"].strip(), service_sid))

    def _sender(self, to: str, service_sid: str) -> SenderRef:
        now = time.monotonic()
        known = self._known.get((to, service_sid))
        if known is not None and known.until > now:
            return known.sender
        with self._services.database.transaction() as session:
            sender = clinics.find_sender(session, "sms", to, service_sid)
        if sender is None:
            raise UnknownSender(f"no clinic is reached at {to}")
        self._known[to, service_sid] = _Known(sender, now + _SENDER_TTL_SECONDS)
        return sender


def check(form: Mapping[str, str]) -> None:
    """Refuse a delivery that lacks something. Raises ``BadMessage``."""
    for field in ("MessageSid", "From", "To"):
        value = form.get(field, "").strip()
        if not value:
            raise BadMessage(f"{field} is missing")
        if not _PRINTABLE.fullmatch(value):
            raise BadMessage(f"{field} holds characters that none has")
    if "Body" not in form and not _count(form.get("NumMedia", "")):
        raise BadMessage("Body is missing")
    if not _FROM.fullmatch(form["From"].strip()):
        raise BadMessage("From is not a phone number")


def as_incoming(form: Mapping[str, str], sender: SenderRef) -> replies.Incoming:
    """Checked fields of the carrier as a reply to be stored. Raises ``BadMessage``."""
    return replies.Incoming(
        clinic_id=sender.clinic_id,
        sender_id=sender.sender_id,
        provider="twilio",
        provider_id=_bounded("MessageSid", form["MessageSid"].strip(), 64),
        from_address=_bounded("From", form["From"].strip(), 64),
        # PostgreSQL text cannot hold NUL, nor any encoding half a surrogate: no parent means them.
        body=form.get("Body", "").replace("\0", "").encode("utf-8", "replace").decode(),
        media_count=_count(form.get("NumMedia", "")),
        carrier_keyword=_keyword(form.get("OptOutType", "")),
    )


def _count(written: str) -> int:
    return min(int(written), 99) if written.isascii() and written.isdigit() else 0


def _keyword(written: str) -> str | None:
    return written if written in ("STOP", "START", "HELP") else None


def _bounded(field: str, value: str, longest: int) -> str:
    if len(value) > longest:
        raise BadMessage(f"{field} is longer than {longest} characters")
    return value
