"""The phone at ``/simulator``: one page and the four JSON routes it lives on. Local runs only.

The mail pane beside it lives on routes of its own (``mail_page``). The phone shows
what the simulated carrier carried and texts as a parent would. Neither looks into the product. The
routes that change something take JSON from this page alone: a page of another site is refused, so
that no CSRF token is needed.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from service.domain import segments
from service.local.carrier.carrier import SimulatedCarrier
from service.local.carrier.log import Thread
from service.local.carrier.message import CarrierMessage, Status
from service.local.carrier.wire import LONGEST_BODY, is_phone_number
from service.local.mail import SimulatedMail
from service.local.simulator.asking import (
    Jump,
    Refused,
    cursor,
    json_object,
    jump_json,
    refuse_other_sites,
)
from service.local.simulator.mail_page import add_mail_pane

_SENDING = (Status.ACCEPTED, Status.QUEUED)


def create_simulator(
    carrier: SimulatedCarrier,
    clinic_number: str,
    clinic_name: str,
    jump: Jump,
    texts_go_elsewhere: str | None = None,
    *,
    mail: SimulatedMail | None = None,
    clinic_address: str = "",
    mails_go_elsewhere: str | None = None,
) -> Blueprint:
    """The blueprint to mount at the app's root.

    With ``texts_go_elsewhere`` (an address) texts leave for another carrier: the page says so and
    its phone stays off. With ``mail`` a mail pane stands beside the phone, writing to
    ``clinic_address``; ``mails_go_elsewhere`` switches that one off in the same way.
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
            refuse_other_sites()

    @page.get("")
    def phone() -> str:
        return render_template(
            "simulator/phone.html",
            clinic_name=clinic_name,
            clinic_number=clinic_number,
            longest_body=LONGEST_BODY,
            elsewhere=texts_go_elsewhere,
            has_mail=mail is not None,
            clinic_address=clinic_address,
            mails_elsewhere=mails_go_elsewhere,
        )

    @page.get("/threads")
    def threads() -> Response:
        found = carrier.threads(of=clinic_number)
        return jsonify({"threads": [_thread_json(thread) for thread in found]})

    @page.get("/messages")
    def messages() -> Response:
        number = _parent_number(request.args.get("number"), clinic_number)
        # Read before the messages: a change in between is then shown twice rather than never.
        newest, after = carrier.changes, cursor()
        found = carrier.messages(number, after if after <= newest else 0, of=clinic_number)
        shown = [_message_json(message) for message in found]
        return jsonify({"messages": shown, "cursor": newest})

    @page.post("/texts")
    def text() -> tuple[Response, int]:
        if texts_go_elsewhere is not None:
            raise Refused("The phone is off: texts go to another carrier.", 409)
        asked = json_object()
        number = _parent_number(asked.get("number"), clinic_number)
        body = asked.get("body")
        if not isinstance(body, str) or not body.strip():
            raise Refused("Write something first.")
        if len(body) > LONGEST_BODY:
            raise Refused(f"A text holds at most {LONGEST_BODY} characters.")
        message = carrier.text_from_parent(number, clinic_number, body)
        return jsonify({"message": _message_json(message)}), 201

    @page.post("/jump")
    def jump_ahead() -> Response:
        number = _parent_number(json_object().get("number"), clinic_number)
        return jump_json(jump(number))

    if mail is not None:
        add_mail_pane(page, mail, jump, mails_go_elsewhere)

    @page.errorhandler(Refused)
    def refused(refusal: Refused) -> tuple[Response, int]:
        return jsonify({"error": str(refusal)}), refusal.http_status

    return page


def _parent_number(number: object, clinic_number: str) -> str:
    if not isinstance(number, str) or not is_phone_number(number):
        raise Refused("'number' must be a phone number such as +13125550142.")
    if number == clinic_number:
        raise Refused("That is the clinic's own number.")
    return number


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
