"""The Flask app: routes, sign-in, forms protection and security headers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from service.flows.services import Services
from service.web.admin import create_admin, init_login
from service.web.health import create_health
from service.web.mail_webhook import create_mail_webhook
from service.web.unsubscribe import create_unsubscribe
from service.web.webhooks import create_webhooks

PROJECT = Path(__file__).resolve().parent.parent.parent
LARGEST_REQUEST_BYTES = 32 * 1024 * 1024
"""A list of half a million rows fits; anything larger is refused before it is read."""


class RowId(IntegerConverter):
    """An id as the database counts them; anything larger is simply not found."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**63 - 1)


_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def create_app(services: Services, local_pages: Sequence[Blueprint] = ()) -> Flask:
    """The web app. ``local_pages`` (the simulator) are given by the embedded run only."""
    app = Flask(
        "tandem",
        template_folder=str(PROJECT / "templates"),
        static_folder=str(PROJECT / "service" / "web" / "static"),
        static_url_path="/static",
    )
    app.url_map.converters["id"] = RowId
    secure = services.settings.public_base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=services.settings.secret_key.get_secret_value(),
        SESSION_COOKIE_NAME="tandem",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=12 * 3600,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST_BYTES,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=None,
    )
    if not services.settings.local:
        # One proxy in front of us; the carrier's signature does not depend on it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    Bootstrap5(app)
    csrf = CSRFProtect(app)
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=_limits_in(services),
        # With the broker away each process counts for itself: signing in still works.
        in_memory_fallback_enabled=True,
    )
    init_login(app, services)

    webhooks = create_webhooks(services)
    csrf.exempt(webhooks)
    app.register_blueprint(webhooks)
    mail_webhook, unsubscribe = create_mail_webhook(services), create_unsubscribe(services)
    for machine in (mail_webhook, unsubscribe):
        csrf.exempt(machine)
        app.register_blueprint(machine)
    app.register_blueprint(create_health(services))
    app.register_blueprint(create_admin(services, limiter))
    for page in local_pages:
        csrf.exempt(page)
        app.register_blueprint(page)

    @app.get("/")
    def home() -> BaseResponse:
        return redirect(url_for("admin.inbox"))

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            if name != "Cache-Control" or request.endpoint not in _CACHED:
                response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response

    @app.errorhandler(HTTPException)
    def one_line(error: HTTPException) -> Response | HTTPException:
        """Machines get one line of text; people get a page from the admin's own handlers."""
        if request.path.startswith("/webhooks/") and error.response is None:
            return Response(f"{error.description}\n", error.code or 500, mimetype="text/plain")
        return error

    return app


_CACHED = frozenset({"static", "bootstrap.static"})


def _limits_in(services: Services) -> str:
    """Where sign-in attempts are counted: with the broker, so that all web processes agree."""
    url = services.settings.redis_url
    return "memory://" if url.startswith("memory") else url
