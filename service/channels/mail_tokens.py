"""Signed tokens in addresses and links: which family a mail belongs to, which text bounced.

A token is the lower-case base32 of an id and a part of its HMAC, so that nobody can make one up. It
fits into the local part of an address (at most 64 characters), where case does not survive. What it
is for is signed too: the token of a reply address unsubscribes nobody. It says which family a mail
was sent to, not who holds it: it is no identity.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from enum import StrEnum

_MAC_BYTES = 10
"""80 bits: nobody guesses one by mail."""
_TOKEN = re.compile(r"[a-z2-7]{18,34}")
_LARGEST_ID = 2**63 - 1
_OURS = re.compile(r"<\s*([a-z2-7]{18,34})@")


class Purpose(StrEnum):
    """What a token is good for."""

    REPLY = "reply"
    """``reply+token@``: the contact a mail was sent to."""
    BOUNCE = "bounce"
    """``bounce+token@``: the text that could not be delivered (VERP)."""
    UNSUBSCRIBE = "unsubscribe"
    """The link of a mail's footer and of its header: the contact."""
    MESSAGE = "message"
    """The left part of a Message-ID: the text that travelled."""


class MailTokens:
    """Makes and reads tokens. The key is derived from ``SECRET_KEY`` and so must stay the same:
    parents answer old mails."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.digest(secret_key.encode(), b"tandem mail tokens", "sha256")

    def make(self, purpose: Purpose, row_id: int) -> str:
        """The token of a row, 18 to 29 characters of ``a-z2-7``."""
        written = row_id.to_bytes(max(1, (row_id.bit_length() + 7) // 8), "big")
        raw = written + self._mac(purpose, written)
        return base64.b32encode(raw).decode().rstrip("=").lower()

    def read(self, purpose: Purpose, token: str) -> int | None:
        """The row a token stands for; None where it is not one of ours, or for something else."""
        token = token.lower()
        if not _TOKEN.fullmatch(token):
            return None
        try:
            raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
        except (binascii.Error, ValueError):
            return None
        written, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        row_id = int.from_bytes(written, "big")
        if not hmac.compare_digest(mac, self._mac(purpose, written)) or row_id > _LARGEST_ID:
            return None
        return row_id

    def message_id(self, text_id: int, domain: str) -> str:
        """The Message-ID of the mail a text travels in, with its angle brackets."""
        return f"<{self.make(Purpose.MESSAGE, text_id)}@{domain}>"

    def text_of(self, message_id: str) -> int | None:
        """The text whose mail has this Message-ID; None for somebody else's."""
        found = _OURS.match(message_id.lower())
        return self.read(Purpose.MESSAGE, found[1]) if found else None

    def _mac(self, purpose: Purpose, written: bytes) -> bytes:
        return hmac.digest(self._key, purpose.value.encode() + b":" + written, hashlib.sha256)[
            :_MAC_BYTES
        ]
