"""The carrier's HTTP side with faults: errors, silence, resets, before or after it took a text."""

from __future__ import annotations

import io
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from service.local.carrier import create_carrier_app
from tests.faults.carrier import FaultyCarrier
from tests.faults.rates import Create, Dice, Listing

CLIENT_TIMEOUT = 8.0
"""How long the product waits for an answer."""
_SILENCE = CLIENT_TIMEOUT + 1.0
_LATEST = CLIENT_TIMEOUT + 4.0
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)

App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class FaultyApi:
    """WSGI: rolls the dice for every request, then lets the real app answer, or not."""

    def __init__(self, app: App, dice: Dice, closing: threading.Event) -> None:
        self._app = app
        self._dice = dice
        self._closing = closing

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        # Read whole: what is left on a kept-alive connection would be taken for the next request.
        length = int(environ.get("CONTENT_LENGTH") or 0)
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        if environ["REQUEST_METHOD"] == "POST":
            return self._create(environ, start_response)
        fault = self._dice.roll(self._dice.rates.listing)
        if fault is Listing.ERROR:
            return _error(start_response, 500, 20500)
        if fault is Listing.TOO_MANY:
            return _error(start_response, 429, 20429)
        return self._app(environ, start_response)

    def _create(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        fault = self._dice.roll(self._dice.rates.create)
        match fault:
            case None:
                return self._app(environ, start_response)
            case Create.TOO_MANY:
                return _error(start_response, 429, 20429)
            case Create.ERROR_NOT_TAKEN:
                return _error(start_response, 500, 20500)
            case Create.SILENT_NOT_TAKEN:
                self._closing.wait(_SILENCE)
                raise ConnectionResetError
            case Create.SILENT_TAKEN_LATE:
                self._closing.wait(_LATEST)
                self._take(environ)
                raise ConnectionResetError
            case Create.RESET_NOT_TAKEN:
                _reset(environ)
        self._take(environ)
        match fault:
            case Create.ERROR_TAKEN:
                return _error(start_response, 500, 20500)
            case Create.SILENT_TAKEN:
                self._closing.wait(_SILENCE)
                raise ConnectionResetError
        _reset(environ)
        return ()

    def _take(self, environ: dict[str, Any]) -> None:
        """Let the app do its work and keep its answer to ourselves."""
        for _ in self._app(environ, lambda *_: None):
            pass


def _reset(environ: dict[str, Any]) -> None:
    """End the connection the hard way."""
    environ["werkzeug.socket"].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    raise ConnectionResetError


def _error(start_response: Callable[..., Any], status: int, code: int) -> Iterable[bytes]:
    body = json.dumps({"code": code, "message": "a fault of the rig", "status": status}).encode()
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(f"{status} Fault", headers)
    return [body]


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept between calls, as the real one keeps them

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        self.close_connection = True

    def log_request(self, *_: Any) -> None:
        """Nothing: thousands of lines."""


class _Server(ThreadedWSGIServer):
    request_queue_size = 128

    def shutdown_request(self, request: Any) -> None:
        self.close_request(request)  # no polite end first: a reset must arrive as one


class ProviderApi:
    """The API on loopback, a thread a connection: hanging requests keep nobody else waiting."""

    def __init__(self, carrier: FaultyCarrier, dice: Dice) -> None:
        self._closing = threading.Event()
        app = FaultyApi(create_carrier_app(carrier), dice, self._closing)
        self._server = _Server("127.0.0.1", 0, app, handler=_Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, name="provider", daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
