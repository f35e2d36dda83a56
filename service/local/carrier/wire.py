"""The provider's wire format: its JSON, its form fields, its errors. Pure: values in, values out.

Field names, error codes and messages follow Twilio's public documentation of the Messages
resource (API version 2010-04-01) and of its messaging webhooks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from service.domain import segments
from service.local.carrier.message import CarrierMessage, Status

API_VERSION = "2010-04-01"
LONGEST_BODY = 1600
LARGEST_PAGE = 1000

_E164 = re.compile(r"\+(?:1[2-9]\d{9}|[2-9]\d{6,14})")
_SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")

# The provider's own test numbers: a text to one of these always fails in the same way.
_ALWAYS_REFUSED = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_REASONS = {
    20001: "Invalid parameter: {}",
    20003: "Authenticate",
    20004: "Method not allowed",
    20404: "The requested resource {} was not found",
    21211: "The 'To' number {} is not a valid phone number.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by {}.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21604: "A 'To' phone number is required.",
    21606: "The From phone number {} is not a valid, SMS-capable phone number for your account.",
    21609: "The StatusCallback URL {} is not a valid URL.",
    21610: "Attempt to send to unsubscribed recipient",
    21612: "The 'To' phone number {} is not currently reachable.",
    21614: "'To' number {} is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
    21701: "The Messaging Service {} does not exist.",
}
_HTTP_STATUS = {20003: 401, 20004: 405, 20404: 404}
# Place names the provider adds to a webhook, by US area code.
_PLACES = {
    "312": ("CHICAGO", "IL", "60601"),
    "773": ("CHICAGO", "IL", "60614"),
    "630": ("NAPERVILLE", "IL", "60540"),
    "847": ("EVANSTON", "IL", "60201"),
}


class Refusal(Exception):
    """The provider says no: its error code, HTTP status and sentence."""

    def __init__(self, code: int, about: str = "") -> None:
        self.code = code
        self.http_status = _HTTP_STATUS.get(code, 400)
        super().__init__(_REASONS[code].format(about))

    def as_json(self) -> dict[str, Any]:
        """The error in the provider's JSON shape."""
        return {
            "code": self.code,
            "message": str(self),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.http_status,
        }


@dataclass(frozen=True)
class OutgoingText:
    """A request to send, checked as far as the form alone can be."""

    to_number: str
    body: str
    from_number: str | None
    service_sid: str | None
    status_callback: str | None


@dataclass(frozen=True)
class Search:
    """What to list: numbers, a span of time (``until`` excluded), and which page."""

    to_number: str | None = None
    from_number: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    page_size: int = 50
    before_sid: str | None = None
    page: int = 0

    def wants(self, message: CarrierMessage) -> bool:
        """Whether this message is asked for."""
        return (
            self.to_number in (None, message.to_number)
            and self.from_number in (None, message.from_number)
            and (self.since is None or message.listed_at >= self.since)
            and (self.until is None or message.listed_at < self.until)
        )


def is_phone_number(text: str) -> bool:
    """Whether ``text`` is written as E.164 and long enough to be a phone number."""
    return _E164.fullmatch(text) is not None


def read_outgoing(form: Mapping[str, str]) -> OutgoingText:
    """The text a form asks to send. Raises Refusal."""
    to_number, body = form.get("To", ""), form.get("Body", "")
    from_number, service_sid = form.get("From") or None, form.get("MessagingServiceSid") or None
    callback = form.get("StatusCallback") or None
    if not to_number:
        raise Refusal(21604)
    if not is_phone_number(to_number):
        raise Refusal(21211, to_number)
    if to_number in _ALWAYS_REFUSED:
        raise Refusal(_ALWAYS_REFUSED[to_number], to_number)
    if from_number is None and service_sid is None:
        raise Refusal(21603)
    if service_sid is not None and not _SERVICE_SID.fullmatch(service_sid):
        raise Refusal(21701, service_sid)
    if not body.strip():
        raise Refusal(21602)
    if len(body) > LONGEST_BODY:
        raise Refusal(21617)
    if callback is not None and not _is_web_address(callback):
        raise Refusal(21609, callback)
    return OutgoingText(to_number, body, from_number, service_sid, callback)


def read_search(query: Mapping[str, str]) -> Search:
    """What a list request asks for. Raises Refusal.

    ``DateSent>`` and ``DateSent<`` include the moment they name. ``DateSent`` alone means that
    day (clients send a bare date as its midnight), or that second.
    """
    since = until = None
    if value := query.get("DateSent"):
        since = _moment(value)
        is_midnight = since == datetime(since.year, since.month, since.day, tzinfo=UTC)
        until = since + (timedelta(days=1) if is_midnight else timedelta(seconds=1))
    if value := query.get("DateSent>"):
        since = _moment(value)
    if value := query.get("DateSent<"):
        until = _moment(value) + (timedelta(seconds=1) if "T" in value else timedelta(days=1))
    return Search(
        to_number=query.get("To") or None,
        from_number=query.get("From") or None,
        since=since,
        until=until,
        page_size=max(1, min(LARGEST_PAGE, _whole(query, "PageSize", 50))),
        before_sid=query.get("PageToken", "").removeprefix("PA") or None,
        page=_whole(query, "Page", 0),
    )


def message_json(message: CarrierMessage, account_sid: str) -> dict[str, Any]:
    """One message as the Messages resource shows it."""
    uri = f"{_messages_path(account_sid)}/{message.sid}"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(message.sent_at) if message.sent_at else None,
        "date_updated": _rfc2822(message.updated_at),
        "direction": message.direction.value,
        "error_code": message.error_code,
        "error_message": None,
        "from": message.from_number,
        "messaging_service_sid": message.service_sid,
        "num_media": str(len(message.media)),
        "num_segments": _billed_parts(message.body),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status.value,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to_number,
        "uri": f"{uri}.json",
    }


def page_json(
    found: Sequence[CarrierMessage],
    more: bool,
    search: Search,
    query: Mapping[str, str],
    account_sid: str,
) -> dict[str, Any]:
    """One page of a list; ``more`` says whether another follows it."""
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageToken")}
    kept["PageSize"] = str(search.page_size)
    path = f"{_messages_path(account_sid)}.json"
    following = None
    if more:
        turn = {"Page": str(search.page + 1), "PageToken": f"PA{found[-1].sid}"}
        following = f"{path}?{urlencode(kept | turn)}"
    start = search.page * search.page_size
    return {
        "end": start + max(0, len(found) - 1),
        "first_page_uri": f"{path}?{urlencode(kept | {'Page': '0'})}",
        "messages": [message_json(message, account_sid) for message in found],
        "next_page_uri": following,
        "page": search.page,
        "page_size": search.page_size,
        "previous_page_uri": None,
        "start": start,
        "uri": f"{path}?{urlencode(kept | {'Page': str(search.page)})}",
    }


def inbound_fields(message: CarrierMessage, account_sid: str) -> dict[str, str]:
    """The form that tells a clinic's webhook about a parent's text."""
    fields = {
        "ToCountry": "US",
        "ToState": "",
        "SmsMessageSid": message.sid,
        "NumMedia": str(len(message.media)),
        "ToCity": "",
        "SmsSid": message.sid,
        "SmsStatus": "received",
        "Body": message.body,
        "To": message.to_number,
        "ToZip": "",
        "NumSegments": _billed_parts(message.body),
        "MessageSid": message.sid,
        "AccountSid": account_sid,
        "From": message.from_number,
        "ApiVersion": API_VERSION,
    }
    city, state, postal = _PLACES.get(message.from_number[2:5], ("", "", ""))
    fields |= {"FromCity": city, "FromState": state, "FromZip": postal, "FromCountry": "US"}
    for number, media in enumerate(message.media):
        fields[f"MediaUrl{number}"] = media.url
        fields[f"MediaContentType{number}"] = media.content_type
    return fields


def status_fields(message: CarrierMessage, account_sid: str) -> dict[str, str]:
    """The form that tells a status callback how far a text has come."""
    fields = {
        "SmsSid": message.sid,
        "SmsStatus": message.status.value,
        "MessageStatus": message.status.value,
        "To": message.to_number,
        "MessageSid": message.sid,
        "AccountSid": account_sid,
        "From": message.from_number,
        "ApiVersion": API_VERSION,
    }
    if message.service_sid:
        fields["MessagingServiceSid"] = message.service_sid
    if message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    if message.status in (Status.DELIVERED, Status.UNDELIVERED):
        fields["RawDlrDoneDate"] = f"{message.updated_at:%y%m%d%H%M}"
    return fields


def _messages_path(account_sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{account_sid}/Messages"


def _billed_parts(body: str) -> str:
    return str(max(1, segments.count(body).segments))


def _rfc2822(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0))


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refusal(20001, "DateSent") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    value = query.get(name) or str(default)
    if not (value.isascii() and value.isdigit()):
        raise Refusal(20001, name)
    return int(value)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
