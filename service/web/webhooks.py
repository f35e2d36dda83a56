"""What the carrier calls: inbound texts and status callbacks, signed over everything received."""

from __future__ import annotations

import re

import structlog
from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from service.flows.intake import BadMessage, Intake, UnknownSender
from service.flows.services import Services
from service.flows.settle import record_status
from service.flows.signatures import SignedByCarrier
from service.web.counters import CALLBACKS, INBOUND

log = structlog.get_logger()
_SID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CODE = re.compile(r"[0-9]{1,9}")
_ID = re.compile(r"[0-9]{1,19}")
LARGEST_ID = 2**63 - 1
"""What a database can count to."""
EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""Answers go out by the outbox: words in here would be doubled by the carrier's retry."""


def create_webhooks(services: Services) -> Blueprint:
    """The carrier's routes."""
    webhooks = Blueprint("webhooks", __name__, url_prefix="/webhooks/twilio")
    intake = Intake(services)
    signed = SignedByCarrier(services)

    @webhooks.before_request
    def only_the_carrier() -> None:
        path = request.full_path if request.query_string else request.path
        if not signed(path, request.form, request.headers.get("X-Twilio-Signature")):
            INBOUND.labels("unsigned").inc()
            abort(403, "the signature is missing or wrong")

    @webhooks.post("/sms")
    def sms() -> Response:
        try:
            new = intake.take_sms(request.form)
        except BadMessage as error:
            INBOUND.labels("bad").inc()
            abort(400, str(error))
        except UnknownSender as error:
            INBOUND.labels("unknown_sender").inc()
            abort(404, str(error))
        INBOUND.labels("new" if new else "repeated").inc()
        return Response(EMPTY_TWIML, mimetype="text/xml")

    @webhooks.post("/status/<written_id>")
    def status(written_id: str) -> Response:
        form = request.form
        provider_id, state = form.get("MessageSid", ""), form.get("MessageStatus", "")
        if not _SID.fullmatch(provider_id) or not state:
            abort(400, "MessageSid or MessageStatus is missing or malformed")
        if not _ID.fullmatch(written_id) or int(written_id) > LARGEST_ID:
            CALLBACKS.labels("unknown").inc()
            abort(404, "no text can have this id")
        code = form.get("ErrorCode", "")
        known = record_status(
            services,
            int(written_id),
            provider_id,
            state,
            int(code) if _CODE.fullmatch(code) else None,
        )
        CALLBACKS.labels("known" if known else "unknown").inc()
        # An unknown id is counted and accepted: repeating it would not make it known.
        return Response(status=204)

    @webhooks.errorhandler(SQLAlchemyError)
    def not_now(error: SQLAlchemyError) -> tuple[str, int]:
        """Nothing was stored, and the carrier must know: it keeps the text and tries again."""
        log.error("webhook not stored", error=type(error).__name__)
        intake.missed()
        if not isinstance(error, OperationalError | InterfaceError):
            current_app.logger.exception("unexpected database fault in a webhook")
        INBOUND.labels("unstored").inc()
        return "the database is away; try again", 503

    return webhooks
