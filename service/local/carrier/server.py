"""The carrier's HTTP side: the Messages resource, on loopback only."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, request
from waitress.server import create_server
from waitress.wasyncore import close_all, loop
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from service.local.carrier.carrier import SimulatedCarrier
from service.local.carrier.wire import (
    API_VERSION,
    Refusal,
    message_json,
    page_json,
    read_outgoing,
    read_search,
)

_MESSAGES = f"/{API_VERSION}/Accounts/<account_sid>/Messages"
_LARGEST_REQUEST = 64 * 1024


def create_carrier_app(carrier: SimulatedCarrier) -> Flask:
    """The WSGI app that answers as the provider's API would."""
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST

    def admit(account_sid: str) -> None:
        given = request.authorization
        name = (given.username or "") if given and given.type == "basic" else ""
        secret = (given.password or "") if given and given.type == "basic" else ""
        known = hmac.compare_digest(name.encode(), carrier.account_sid.encode())
        trusted = hmac.compare_digest(secret.encode(), carrier.auth_token.encode())
        if not (known and trusted and account_sid == carrier.account_sid):
            raise Refusal(20003)

    @app.post(f"{_MESSAGES}.json")
    def create(account_sid: str) -> tuple[Response, int]:
        admit(account_sid)
        message = carrier.send(read_outgoing(request.form))
        return jsonify(message_json(message, account_sid)), 201

    @app.get(f"{_MESSAGES}.json")
    def listing(account_sid: str) -> Response:
        admit(account_sid)
        query = request.args.to_dict()
        search = read_search(query)
        found, more = carrier.search(search)
        return jsonify(page_json(found, more, search, query, account_sid))

    @app.get(f"{_MESSAGES}/<sid>.json")
    def fetch(account_sid: str, sid: str) -> Response:
        admit(account_sid)
        message = carrier.fetch(sid)
        if message is None:
            raise Refusal(20404, request.path)
        return jsonify(message_json(message, account_sid))

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> tuple[Response, int]:
        return jsonify(refusal.as_json()), refusal.http_status

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> tuple[Response, int]:
        if isinstance(error, MethodNotAllowed):
            return refused(Refusal(20004))
        if error.code == 404:
            return refused(Refusal(20404, request.path))
        return jsonify({"message": error.name, "status": error.code}), error.code or 500

    return app


@dataclass(frozen=True)
class RunningCarrier:
    """A carrier that answers at ``address`` (such as ``http://127.0.0.1:40321``) until closed."""

    address: str
    carrier: SimulatedCarrier
    _stop_http: Callable[[], None]

    def close(self) -> None:
        """Stop answering and delivering; safe to call twice."""
        self._stop_http()
        self.carrier.close()


def serve(carrier: SimulatedCarrier, port: int = 0) -> RunningCarrier:
    """Answer on loopback at ``port`` (0: any free one). Raises OSError if it is taken."""
    sockets: dict[int, Any] = {}
    server: Any = create_server(
        create_carrier_app(carrier), map=sockets, listen=f"127.0.0.1:{port}", threads=8
    )
    stopping = threading.Event()

    def answer() -> None:
        while not stopping.is_set():
            loop(timeout=1, use_poll=True, map=sockets, count=1)

    thread = threading.Thread(target=answer, name="carrier-http", daemon=True)
    thread.start()

    def stop() -> None:
        if stopping.is_set():
            return
        stopping.set()
        server.pull_trigger()
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
        # Only now: the loop and the workers wake each other through these sockets.
        close_all(sockets)

    return RunningCarrier(f"http://127.0.0.1:{server.effective_port}", carrier, stop)
