"""Keys: what is written encrypted, and how an encrypted number is found again.

Values are sealed with Fernet (AES-CBC with HMAC) under the newest key and opened with any of
the keys, so keys rotate. Equal values give different ciphertexts; look-ups go by a keyed hash
(HMAC-SHA256) whose key is derived from ``SECRET_KEY`` and therefore must stay the same.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals, opens and fingerprints personal values."""

    def __init__(self, encryption_keys: Sequence[str], secret_key: str) -> None:
        """``encryption_keys`` newest first; raises ``ValueError`` for a malformed key."""
        self._fernet = MultiFernet([Fernet(key) for key in encryption_keys])
        self._lookup_key = HKDF(
            algorithm=hashes.SHA256(), length=32, salt=None, info=b"tandem look-up hashes"
        ).derive(secret_key.encode())

    def seal(self, value: str) -> bytes:
        """Encrypt one value."""
        return self._fernet.encrypt(value.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt one value. Raises ``cryptography.fernet.InvalidToken`` under foreign keys."""
        return self._fernet.decrypt(sealed).decode()

    def fingerprint(self, kind: str, value: str) -> bytes:
        """A 32-byte keyed hash by which an encrypted value of this kind can be found."""
        return hmac.digest(self._lookup_key, f"{kind}\0{value}".encode(), hashlib.sha256)
