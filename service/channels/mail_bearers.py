"""Who brings mails by HTTP, in which form, and how each proves to be the one.

| bearer | form | proof |
|---|---|---|
| a mail server or script of one's own | the raw mail | the secret, as bearer token or password |
| SendGrid Inbound Parse, "send raw" | form field ``email`` or ``rawEmail`` | ECDSA, or the secret |
| Mailgun route ending in ``mime`` | form field ``body-mime`` | HMAC-SHA256 under its signing key |
| Postmark, "include raw email content" | JSON field ``RawEmail`` | the secret as password |

Whatever the form, what comes out is the bytes of the mail, with the address it was delivered to in
front. Source: providers 2.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

SIGNATURE_LASTS = timedelta(days=1)
"""Mailgun signs no more than a time and a token: an old pair is worth nothing. It repeats a
delivery for eight hours."""
_MAIL_FIELDS = ("body-mime", "email", "rawEmail")
_ADDRESS = re.compile(r"[^\s<>,;:\"\x00-\x1f]{1,120}@[^\s<>,;:\"\x00-\x1f]{1,190}")
_LONGEST_FIELD = 4096


class NotProven(Exception):
    """Nothing proves that this comes from whom it should."""


class NoMail(ValueError):
    """The delivery holds no raw mail; one line that says what to switch on."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request as it came. Header names are matched whatever their case."""

    headers: Mapping[str, str]
    body: bytes


class MailBearers:
    """Accepts deliveries under any of the secrets, so that they can rotate."""

    def __init__(self, secrets: Sequence[str], sendgrid_public_key: str = "") -> None:
        """``sendgrid_public_key`` is base64 of DER, as SendGrid shows it; empty: not used."""
        self._secrets = [secret.encode() for secret in secrets]
        self._sendgrid = _public_key(sendgrid_public_key) if sendgrid_public_key else None

    def accept(self, delivery: Delivery, now: datetime) -> bytes:
        """The bytes of the mail. ``now`` is aware. Raises ``NotProven`` or ``NoMail``."""
        kind, options = parse_options_header(delivery.headers.get("Content-Type", ""))
        proven = self._has_secret(delivery) or self._signed_by_sendgrid(delivery)
        if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            try:
                fields = dict(_fields(kind, options, delivery.body))
            except NoMail:
                if not proven:
                    raise NotProven from None
                raise
            if not proven and not self._signed_by_mailgun(fields, now):
                raise NotProven
            return _of_form(fields)
        if not proven:
            raise NotProven
        if kind == "application/json":
            return _of_json(delivery.body)
        return delivery.body

    def _has_secret(self, delivery: Delivery) -> bool:
        scheme, _, given = delivery.headers.get("Authorization", "").partition(" ")
        offered = list[bytes]()
        if scheme.lower() == "bearer":
            offered.append(given.strip().encode())
        elif scheme.lower() == "basic":
            with suppress(binascii.Error, ValueError):
                offered.append(base64.b64decode(given.strip(), validate=True).partition(b":")[2])
        return any(self._is_secret(one) for one in offered if one)

    def _is_secret(self, offered: bytes) -> bool:
        # All are compared, so that the time taken tells nothing.
        return any([hmac.compare_digest(offered, secret) for secret in self._secrets])

    def _signed_by_mailgun(self, fields: Mapping[str, bytes], now: datetime) -> bool:
        stamp, token = fields.get("timestamp", b""), fields.get("token", b"")
        signature = fields.get("signature", b"")
        if not (stamp.isdigit() and len(stamp) < 12 and token and signature):
            return False
        if abs(now.timestamp() - int(stamp)) > SIGNATURE_LASTS.total_seconds():
            return False
        return any(
            [
                hmac.compare_digest(
                    hmac.new(secret, stamp + token, hashlib.sha256).hexdigest().encode(), signature
                )
                for secret in self._secrets
            ]
        )

    def _signed_by_sendgrid(self, delivery: Delivery) -> bool:
        if self._sendgrid is None:
            return False
        stamp = delivery.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", "")
        signed = delivery.headers.get("X-Twilio-Email-Event-Webhook-Signature", "")
        try:
            self._sendgrid.verify(
                base64.b64decode(signed, validate=True),
                stamp.encode() + delivery.body,
                ec.ECDSA(SHA256()),
            )
        except (InvalidSignature, ValueError):
            return False
        return True


def _public_key(written: str) -> ec.EllipticCurvePublicKey:
    key = load_der_public_key(base64.b64decode(written))
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("not the key of an elliptic curve")
    return key


def _fields(kind: str, options: Mapping[str, str], body: bytes) -> Iterator[tuple[str, bytes]]:
    """The fields of a form as bytes: a mail is no text, and decoding it would spoil it."""
    if kind == "application/x-www-form-urlencoded":
        for name, value in parse_qsl(
            body.decode("latin-1"), keep_blank_values=True, encoding="latin-1"
        ):
            yield name, value.encode("latin-1")
        return
    name, parts = "", list[bytes]()
    try:
        decoder = MultipartDecoder(options.get("boundary", "").encode("latin-1"), max_parts=100)
        decoder.receive_data(body)
        decoder.receive_data(None)
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                name, parts = event.name or "", []
            elif isinstance(event, Data):
                parts.append(event.data)
                if not event.more_data:
                    yield name, b"".join(parts)
    except ValueError:
        raise NoMail("the form cannot be read") from None


def _of_form(fields: Mapping[str, bytes]) -> bytes:
    for name in _MAIL_FIELDS:
        if fields.get(name):
            to = [fields.get("recipient", b"").decode("latin-1"), *_envelope(fields)]
            return _delivered_to(to, fields[name])
    raise NoMail(
        "the form holds no raw mail: at SendGrid tick 'POST the raw, full MIME message', at "
        "Mailgun let the route's address end in 'mime'"
    )


def _envelope(fields: Mapping[str, bytes]) -> list[str]:
    """SendGrid's ``envelope``: {"to": [...], "from": ...}."""
    try:
        told = json.loads(fields.get("envelope", b"{}")[:_LONGEST_FIELD])
        return [str(address) for address in told.get("to", [])]
    except (ValueError, AttributeError, TypeError):
        return []


def _of_json(body: bytes) -> bytes:
    try:
        told = json.loads(body)
        raw = told.get("RawEmail")
    except (ValueError, AttributeError, RecursionError):
        raise NoMail("the JSON cannot be read") from None
    if not isinstance(raw, str) or not raw:
        raise NoMail("RawEmail is missing: at Postmark tick 'Include raw email content'")
    return _delivered_to([str(told.get("OriginalRecipient", ""))], raw.encode("utf-8", "replace"))


def _delivered_to(addresses: Sequence[str], raw: bytes) -> bytes:
    """The mail with the addresses it was delivered to in front, as mail servers write them."""
    known = [address for address in addresses if _ADDRESS.fullmatch(address)]
    lines = "".join(f"Delivered-To: {address}\r\n" for address in known[:10])
    return lines.encode("utf-8", "replace") + raw
