"""``POST /webhooks/email``: mails that come in, whoever brings them."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import RequestEntityTooLarge

from service.flows.intake import BadMessage, UnknownSender
from service.flows.mail_intake import Delivery, NoMail, NotProven, TooLarge, bearers, take_mail
from service.flows.services import Services
from service.web.counters import MAILS

log = structlog.get_logger()

_STOPS_MAILGUN = 406
"""It tries anything else again for hours."""


def create_mail_webhook(services: Services) -> Blueprint:
    """The route mails come in by. 2xx once stored; 503 asks to try again."""
    webhook = Blueprint("mail_webhook", __name__, url_prefix="/webhooks")
    accepts = bearers(services)

    @webhook.post("/email")
    def email() -> Response:
        if not services.settings.has_email:
            return _refused(503, "no email is set up here (SMTP_URL)")
        try:
            delivery = Delivery(dict(request.headers.items()), request.get_data(cache=False))
            raw = accepts(delivery, datetime.now(UTC))
        except RequestEntityTooLarge:
            MAILS.labels("bad").inc()
            abort(413, "the mail is too large")
        except NotProven:
            MAILS.labels("unproven").inc()
            # Not 403: Postmark gives up where it is told so, and this is mended in a setting.
            return _refused(401, "the secret or the signature is missing or wrong")
        except NoMail as error:
            MAILS.labels("bad").inc()
            # From whom it should be, and a setting of theirs is wrong: they shall keep it.
            return _refused(503, str(error))
        try:
            outcome = take_mail(services, raw)
        except TooLarge as error:
            MAILS.labels("bad").inc()
            return _refused(_for_good(413), str(error))
        except BadMessage as error:
            MAILS.labels("bad").inc()
            return _refused(_for_good(400), str(error))
        except UnknownSender as error:
            MAILS.labels("unknown_sender").inc()
            return _refused(_for_good(404), str(error))
        MAILS.labels(outcome.value).inc()
        return Response(f"{outcome.value}\n", mimetype="text/plain")

    @webhook.errorhandler(SQLAlchemyError)
    def not_now(error: SQLAlchemyError) -> tuple[str, int]:
        """Nothing was stored, and the bearer must know: it keeps the mail and tries again."""
        log.error("mail not stored", error=type(error).__name__)
        if not isinstance(error, OperationalError | InterfaceError):
            current_app.logger.exception("unexpected database fault in a webhook")
        MAILS.labels("unstored").inc()
        return "the database is away; try again", 503

    return webhook


def _refused(status: int, why: str) -> Response:
    response = Response(f"{why}\n", status, mimetype="text/plain")
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="mail"'
    return response


def _for_good(status: int) -> int:
    agent = request.headers.get("User-Agent", "")
    return _STOPS_MAILGUN if "mailgun" in agent.lower() else status
