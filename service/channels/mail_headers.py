"""What stands in a mail's headers: letters, ids, addresses and dates, read without trust.

Nothing raises: where the standard library does, a value is read more simply.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime

from service.channels.emails import NotAnEmail, to_email
from service.channels.mail_decoding import clean, to_words

LONGEST_ID = 250
_LONGEST_WORDS = 4_000
"""Characters of a value that are read as words; the library's time grows with their square."""

_ID = re.compile(r"<([^<>\s]+)>")
_BARE_ID = re.compile(r"[^<>\s]+@[^<>\s]+")
_ADDRESS = re.compile(r"[^@\s<>()\[\],;:\"\\]{1,64}@[^@\s<>()\[\],;:\"\\]{1,190}")
_FIRST_YEAR, _LAST_YEAR = 1990, 2099


def decoded(value: str) -> str:
    """A value as people read it: encoded words (RFC 2047) made into letters."""
    value = value[:_LONGEST_WORDS]
    try:
        return clean("".join(_letters(word, charset) for word, charset in decode_header(value)))
    except Exception:  # base64 that is none
        return clean(value)


def _letters(word: str | bytes, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    if charset is None:  # words between encoded ones; so the library keeps them
        return word.decode("raw-unicode-escape")
    return to_words(word, charset.partition("*")[0]).text


def message_ids(value: str) -> Iterator[str]:
    """Each ``<...>`` of a Message-ID, In-Reply-To or References header, in its order."""
    for found in _ID.finditer(value):
        if len(found[0]) <= LONGEST_ID and found[0].isprintable():
            yield found[0]


def message_id(value: str) -> str | None:
    """The id of a mail with its angle brackets, None where there is none worth keeping."""
    for found in message_ids(value):
        return found
    bare = _BARE_ID.fullmatch(value.strip())
    if bare and len(bare[0]) <= LONGEST_ID - 2 and bare[0].isprintable():
        return f"<{bare[0]}>"
    return None


def addresses(value: str) -> list[str]:
    """The addresses of a header, in lower case; what is none is left out."""
    try:
        written = [address for _, address in getaddresses([value])]
    except Exception:  # the parser of the library recurses, and indexes without looking
        written = []
    found = [address for one in written if (address := _address(one))]
    return found or [a for one in _ADDRESS.findall(value) if (a := _address(one))]


def _address(written: str) -> str:
    try:
        return to_email(written.strip().strip("<>"))
    except NotAnEmail:
        return ""


def date(value: str) -> datetime | None:
    """When a mail says it was written, in UTC; None where it says nothing believable."""
    try:
        written = parsedate_to_datetime(value[:200])
        if written.tzinfo is None:
            written = written.replace(tzinfo=UTC)
        written = written.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return written if _FIRST_YEAR <= written.year <= _LAST_YEAR else None
