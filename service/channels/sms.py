"""Texts through Twilio's own client, its faults sorted into typed errors.

Sources: Twilio's error dictionary, and shared experience that a create which timed out or
answered 5xx may have been carried out (there is no idempotency key). A 429 was never processed.
"""

from __future__ import annotations

import time
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

from service.channels.errors import ContentRefused, OutcomeUnknown, SendError, TryLater
from service.channels.twilio_codes import classify, error_class

CONNECT_SECONDS, ANSWER_SECONDS, LIST_SECONDS = 3.0, 8.0, 20.0
"""For connecting to one address of the provider, for its answer to a text, and for a page of a
list; the client itself would wait for ever."""
LONGEST_LIST_SECONDS = 60.0
"""For all pages of a list together."""

PAGE = 200
"""Messages asked for in one request of a list."""


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
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A parent's message the provider knows of. ``written_at`` (UTC) has whole seconds."""

    provider_id: str
    sender: str
    to: str
    body: str
    media_count: int
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a text stands by now, in the provider's word, with its error code if it has one."""

    status: str
    error_code: int | None


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
        def client(answer_seconds: float) -> Client:
            options = {"pool_connections": True, "max_retries": 0}
            http = (
                RedirectedHttpClient(api_base_url, **options)
                if api_base_url
                else TwilioHttpClient(**options)
            )
            # Its constructor takes one number for both; requests, which it calls, takes a pair.
            http.timeout = (CONNECT_SECONDS, answer_seconds)
            return Client(account_sid, auth_token, http_client=http)

        self._client = client(ANSWER_SECONDS)
        self._asking = client(LIST_SECONDS)

    def send(
        self,
        *,
        sender: str,
        to: str,
        body: str,
        status_callback: str,
        valid_seconds: int | None = None,
    ) -> Accepted:
        """Hand over one text. Raises a ``SendError`` of the class that says what may follow.

        After ``valid_seconds`` in the provider's own queue it is given up there, not sent late.
        """
        fields = {"from_": sender, "to": to, "body": body, "status_callback": status_callback}
        try:
            if valid_seconds is None:
                return self._create(fields)
            try:
                return self._create({**fields, "validity_period": valid_seconds})
            except ContentRefused as error:
                if error_class(error.code) is not None:
                    raise
                # Refused for a reason nobody knows: perhaps it is the one field that is ours.
                return self._create(fields)
        except RequestException as error:
            raise _network_fault(error) from error
        except TwilioException as error:
            raise OutcomeUnknown(f"unreadable answer: {type(error).__name__}") from error

    def _create(self, fields: dict[str, Any]) -> Accepted:
        try:
            message = self._client.messages.create(**fields)
        except TwilioRestException as error:
            raise classify(error.status, error.code, error.msg) from error
        return Accepted(str(message.sid), str(message.status))

    def sent_to(self, number: str, since: datetime) -> list[Listed]:
        """Every text the provider made for this number from ``since`` on.

        Raises ``TryLater`` where the provider cannot be asked now.
        """
        # Filtered here by creation: the provider's own filter goes by the time of sending,
        # which a text still in its queue does not have.
        return [
            Listed(
                str(message.sid),
                str(message.status),
                str(message.body or ""),
                str(message.from_ or ""),
                _code(message.error_code),
            )
            for message in self._listed(to=number)
            if not _inbound(message)
            and not (message.date_created is not None and message.date_created < since)
        ]

    def received_by(self, number: str, since: datetime) -> list[Received]:
        """Every message parents sent to our ``number`` from ``since`` on, oldest first.

        The provider's times have whole seconds; within one its own order is kept. Raises
        ``TryLater`` where the provider cannot be asked now, or lists a part only.
        """
        found = [
            Received(
                str(message.sid),
                str(message.from_ or ""),
                str(message.to or number),
                str(message.body or ""),
                _count(message.num_media),
                message.date_sent or message.date_created or since,
            )
            for message in self._listed(to=number, date_sent_after=since)
            if _inbound(message)
        ]
        found = [item for item in found if item.written_at >= since.replace(microsecond=0)]
        if len(found) > 1 and found[0].written_at >= found[-1].written_at:
            found.reverse()  # it lists the newest first
        return sorted(found, key=lambda item: item.written_at)

    def numbers_of_service(self, service_sid: str) -> list[str]:
        """The numbers in the pool of a messaging service (``MG...``).

        Raises ``TryLater`` where the provider cannot be asked now; a service it does not know
        has none.
        """
        try:
            pool = self._asking.messaging.v1.services(service_sid).phone_numbers.list(limit=400)
        except TwilioRestException as error:
            if error.status == 404:
                return []
            raise TryLater(f"cannot ask the carrier: {error.status}", error.code) from error
        except (TwilioException, RequestException, ValueError) as error:
            if getattr(error.args[-1] if error.args else None, "status_code", None) == 404:
                return []
            raise TryLater(f"cannot ask the carrier: {type(error).__name__}") from error
        return [str(number.phone_number) for number in pool]

    def standing_of(self, provider_id: str) -> Standing | None:
        """Where a text stands by now; None where the provider does not know it (any more).

        Raises ``TryLater`` where it cannot be asked now.
        """
        try:
            message = self._asking.messages(provider_id).fetch()
        except TwilioRestException as error:
            if error.status == 404:
                return None
            raise TryLater(f"cannot ask the carrier: {error.status}", error.code) from error
        except (TwilioException, RequestException, ValueError) as error:
            raise TryLater(f"cannot ask the carrier: {type(error).__name__}") from error
        return Standing(str(message.status), _code(message.error_code))

    def _listed(self, **filters: Any) -> list[Any]:
        began = time.monotonic()
        found = []
        try:
            for message in self._asking.messages.stream(page_size=PAGE, **filters):
                found.append(message)
                if time.monotonic() - began > LONGEST_LIST_SECONDS:
                    raise TryLater("cannot ask the carrier: its list takes too long")
        except (TwilioException, RequestException, ValueError) as error:
            raise TryLater(f"cannot ask the carrier: {type(error).__name__}") from error
        return found


def _inbound(message: Any) -> bool:
    return str(message.direction or "").startswith("inbound")


def _code(written: Any) -> int | None:
    text = str(written or "")
    return int(text) if text.isdigit() else None


def _count(written: Any) -> int:
    text = str(written or "0")
    return min(int(text), 99) if text.isdigit() else 0


def _network_fault(error: RequestException) -> SendError:
    reason = type(error).__name__
    if isinstance(error, ConnectTimeout):
        return TryLater(f"no connection to the carrier: {reason}")
    if isinstance(error, RequestConnectionError):
        cause = error.args[0] if error.args else None
        if isinstance(getattr(cause, "reason", None), NewConnectionError):
            return TryLater(f"no connection to the carrier: {reason}")
    return OutcomeUnknown(f"the carrier's answer was lost: {reason}")
