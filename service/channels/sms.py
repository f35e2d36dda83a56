"""Texts through Twilio's own client, its faults sorted into typed errors.

Sources: Twilio's error dictionary, and shared experience that a create which timed out or
answered 5xx may have been carried out (there is no idempotency key). A 429 was never processed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from requests.exceptions import ConnectionError as RequestConnectionError
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from service.channels.errors import (
    ContentRefused,
    Misconfigured,
    NumberRefused,
    OptedOut,
    OutcomeUnknown,
    SendError,
    TryLater,
)

TIMEOUT_SECONDS = 8.0
"""For connecting and again for the answer, 16 s in all; the client itself would wait for ever."""

_CODES: dict[type[SendError], frozenset[int]] = {
    OptedOut: frozenset({21610}),
    NumberRefused: frozenset({21211, 21214, 21217, 21614, 21635, 30003, 30004, 30005, 30006}),
    ContentRefused: frozenset({21602, 21617, 21619, 30007, 30019}),
    Misconfigured: frozenset(
        {20003, 20404, 21212, 21408, 21606, 21608, 21612, 21659, 30002, 30032, 30034}
    ),
    TryLater: frozenset({20429, 21611, 30001, 30008, 30017, 30022, 30410, 30450, 63038}),
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has the text. ``status`` is its own word for where it stands."""

    provider_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A text the provider knows of."""

    provider_id: str
    status: str
    body: str
    sender: str


class RedirectedHttpClient(TwilioHttpClient):
    """Twilio's HTTP client, pointed at another server that speaks its wire format."""

    def __init__(self, base_url: str, **options: Any) -> None:
        super().__init__(**options)
        self._base = urlsplit(base_url)

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        target = urlsplit(url)._replace(scheme=self._base.scheme, netloc=self._base.netloc)
        return super().request(method, urlunsplit(target), *args, **kwargs)


class TwilioSms:
    """Sends texts and asks about them. Connections are kept between calls; thread-safe."""

    def __init__(self, account_sid: str, auth_token: str, api_base_url: str = "") -> None:
        options = {"timeout": TIMEOUT_SECONDS, "pool_connections": True, "max_retries": 0}
        http = (
            RedirectedHttpClient(api_base_url, **options)
            if api_base_url
            else TwilioHttpClient(**options)
        )
        self._client = Client(account_sid, auth_token, http_client=http)

    def send(self, *, sender: str, to: str, body: str, status_callback: str) -> Accepted:
        """Hand over one text. Raises a ``SendError`` of the class that says what may follow."""
        try:
            message = self._client.messages.create(
                from_=sender, to=to, body=body, status_callback=status_callback
            )
        except TwilioRestException as error:
            raise classify(error.status, error.code, error.msg) from error
        except RequestException as error:
            raise _network_fault(error) from error
        except TwilioException as error:
            raise OutcomeUnknown(f"unreadable answer: {type(error).__name__}") from error
        return Accepted(str(message.sid), str(message.status))

    def sent_to(self, number: str, since: datetime) -> list[Listed]:
        """Every text the provider made for this number from ``since`` on, newest first.

        Raises ``TryLater`` where the provider cannot be asked now.
        """
        found = []
        try:
            # Filtered here by creation: the provider's own filter goes by the time of sending,
            # which a text still in its queue does not have.
            for message in self._client.messages.stream(to=number, page_size=50):
                if message.date_created is not None and message.date_created < since:
                    break
                if not str(message.direction or "").startswith("inbound"):
                    found.append(
                        Listed(
                            str(message.sid),
                            str(message.status),
                            str(message.body or ""),
                            str(message.from_ or ""),
                        )
                    )
        except (TwilioException, RequestException) as error:
            raise TryLater(f"cannot ask the carrier: {type(error).__name__}") from error
        return found


def is_refusal(code: int | None) -> bool:
    """Whether this error code says that the number cannot get texts at all."""
    return code in _CODES[NumberRefused]


def classify(status: int, code: int | None, message: str = "") -> SendError:
    """The error class for an answer of the provider: by its code first, then by HTTP status."""
    for error_class, codes in _CODES.items():
        if code in codes:
            return error_class(message, code)
    if status == 429:
        return TryLater(message, code)
    if status >= 500:
        return OutcomeUnknown(message, code)
    if status in (401, 403, 404):
        return Misconfigured(message, code)
    return ContentRefused(message, code)


def _network_fault(error: RequestException) -> SendError:
    reason = type(error).__name__
    if isinstance(error, ConnectTimeout):
        return TryLater(f"no connection to the carrier: {reason}")
    if isinstance(error, RequestConnectionError):
        cause = error.args[0] if error.args else None
        if isinstance(getattr(cause, "reason", None), NewConnectionError):
            return TryLater(f"no connection to the carrier: {reason}")
    return OutcomeUnknown(f"the carrier's answer was lost: {reason}")
