"""The phone at ``/simulator``: one page and the four JSON routes it lives on. Local runs only.

It shows what the simulated carrier carried and texts as a parent would. It never looks into the
product. The routes that change something take JSON from this page alone: a page of another site
is refused, so that no CSRF token is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from service.domain import segments
from service.local.carrier.carrier import SimulatedCarrier
from service.local.carrier.log import Thread
from service.local.carrier.message import CarrierMessage, Status
from service.local.carrier.wire import LONGEST_BODY, is_phone_number

_SENDING = (Status.ACCEPTED, Status.QUEUED)


@dataclass(frozen=True)
class JumpResult:
    """What was jumped to: the kind of reminder and when it was due (None: nothing was waiting).

    ``due_at`` is shown as it is, so it carries the clinic's time zone.
    """

    kind: str | None
    due_at: datetime | None


class _Refused(Exception):
    """The page asked for something impossible: one line for it, and an HTTP status."""

    def __init__(self, reason: str, http_status: int = 400) -> None:
        self.http_status = http_status
        super().__init__(reason)


def create_simulator(
    carrier: SimulatedCarrier,
    clinic_number: str,
    clinic_name: str,
    jump: Callable[[str], JumpResult],
    texts_go_elsewhere: str | None = None,
) -> Blueprint:
    """The blueprint to mount at the app's root.

    ``jump`` lets the next reminder of a parent's number fall due now. With ``texts_go_elsewhere``
    (an address) texts leave for another carrier: the page says so and its phone stays off.
    """
    page = Blueprint(
        "simulator",
        __name__,
        url_prefix="/simulator",
        template_folder="templates",
        static_folder="static",
        static_url_path="/static",
    )

    @page.before_request
    def only_from_this_page() -> None:
        if request.method == "POST":
            _refuse_other_sites()

    @page.get("")
    def phone() -> str:
        return render_template(
            "simulator/phone.html",
            clinic_name=clinic_name,
            clinic_number=clinic_number,
            longest_body=LONGEST_BODY,
            elsewhere=texts_go_elsewhere,
        )

    @page.get("/threads")
    def threads() -> Response:
        found = carrier.threads(of=clinic_number)
        return jsonify({"threads": [_thread_json(thread) for thread in found]})

    @page.get("/messages")
    def messages() -> Response:
        number = _parent_number(request.args.get("number"), clinic_number)
        # Read before the messages: a change in between is then shown twice rather than never.
        cursor = carrier.changes
        after = _cursor(request.args.get("after", "0"))
        found = carrier.messages(number, after if after <= cursor else 0, of=clinic_number)
        shown = [_message_json(message) for message in found]
        return jsonify({"messages": shown, "cursor": cursor})

    @page.post("/texts")
    def text() -> tuple[Response, int]:
        if texts_go_elsewhere is not None:
            raise _Refused("The phone is off: texts go to another carrier.", 409)
        asked = _json_object()
        number = _parent_number(asked.get("number"), clinic_number)
        body = asked.get("body")
        if not isinstance(body, str) or not body.strip():
            raise _Refused("Write something first.")
        if len(body) > LONGEST_BODY:
            raise _Refused(f"A text holds at most {LONGEST_BODY} characters.")
        message = carrier.text_from_parent(number, clinic_number, body)
        return jsonify({"message": _message_json(message)}), 201

    @page.post("/jump")
    def jump_ahead() -> Response:
        number = _parent_number(_json_object().get("number"), clinic_number)
        result = jump(number)
        due_at = result.due_at.isoformat() if result.due_at else None
        return jsonify({"kind": result.kind, "due_at": due_at, "text": _jump_words(result)})

    @page.errorhandler(_Refused)
    def refused(refusal: _Refused) -> tuple[Response, int]:
        return jsonify({"error": str(refusal)}), refusal.http_status

    return page


def _refuse_other_sites() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise _Refused("Only the phone page itself may do this.", 403)
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise _Refused("Only the phone page itself may do this.", 403)
    # Another site's page can't send this type without asking first, and nothing answers its asking.
    if request.mimetype != "application/json":
        raise _Refused("Send JSON.")


def _json_object() -> dict[str, Any]:
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise _Refused("Send a JSON object.")
    return asked


def _parent_number(number: object, clinic_number: str) -> str:
    if not isinstance(number, str) or not is_phone_number(number):
        raise _Refused("'number' must be a phone number such as +13125550142.")
    if number == clinic_number:
        raise _Refused("That is the clinic's own number.")
    return number


def _cursor(after: str) -> int:
    if not (after.isascii() and after.isdigit() and len(after) < 16):
        raise _Refused("'after' must be a whole number.")
    return int(after)


def _jump_words(result: JumpResult) -> str:
    if result.kind is None or result.due_at is None:
        return "No reminder is waiting"
    due, kind = result.due_at, result.kind.replace("_", " ")
    hour = due.hour % 12 or 12
    return f"Jumped to {due:%a %b} {due.day}, {hour}:{due:%M %p}: {kind}"


def _thread_json(thread: Thread) -> dict[str, Any]:
    return {
        "number": thread.parent_number,
        "count": thread.count,
        "last": _message_json(thread.last),
    }


def _message_json(message: CarrierMessage) -> dict[str, Any]:
    cost = segments.count(message.body)
    return {
        "sid": message.sid,
        "from": "parent" if message.is_inbound else "clinic",
        "body": message.body,
        "at": message.created_at.isoformat(),
        "delivery": _delivery(message),
        "answer": message.answer,
        "segments": cost.segments,
        "encoding": cost.encoding,
    }


def _delivery(message: CarrierMessage) -> str:
    """queued, sent, delivered or failed; for a parent's text: as seen from the parent's phone."""
    if message.is_inbound:
        if message.taken_in is None:
            return "queued" if message.answer is None else "sent"
        return "delivered" if message.taken_in else "failed"
    if message.status in _SENDING:
        return "queued"
    if message.status in (Status.SENT, Status.DELIVERED):
        return message.status.value
    return "failed"
