"""Email addresses: reading what people write, so that one address is always found again."""

from __future__ import annotations

import re

LONGEST_ADDRESS = 254

_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS = re.compile(rf'[^@\s<>()\[\],;:"\\]+@{_LABEL}(?:\.{_LABEL})+')
"""Name, one "@", and a domain of at least two parts; not "Ana <ana@example.com>"."""


_DOTS_DO_NOT_COUNT = frozenset({"gmail.com", "googlemail.com"})


class NotAnEmail(ValueError):
    """The text is not an email address."""


def to_email(written: str) -> str:
    """An address as people write it, in the lower case it is kept in. Raises ``NotAnEmail``."""
    address = written.strip().lower()
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise NotAnEmail("not an email address")
    if not _ADDRESS.fullmatch(address):
        raise NotAnEmail("not an email address")
    return address


def same_mailbox(one: str, other: str) -> bool:
    """Whether two addresses (lower case) are one mailbox, as far as that can be told from outside:
    "ana+therapy@example.com" is Ana's, and so is "a.na@gmail.com" where she is "ana@gmail.com"."""
    return _mailbox(one) == _mailbox(other)


def _mailbox(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_DO_NOT_COUNT:
        return local.replace(".", ""), "gmail.com"
    return local, domain
