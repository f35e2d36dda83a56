"""What the pages of the simulator ask for, checked: the same for its phone and its mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request


@dataclass(frozen=True)
class JumpResult:
    """What was jumped to: the kind of reminder and when it was due (None: nothing was waiting).

    ``due_at`` is shown as it is, so it carries the clinic's time zone.
    """

    kind: str | None
    due_at: datetime | None


Jump = Callable[[str], JumpResult]
"""Lets the next reminder of a parent's number or email address fall due now."""


class Refused(Exception):
    """The page asked for something impossible: one line for it, and an HTTP status."""

    def __init__(self, reason: str, http_status: int = 400) -> None:
        self.http_status = http_status
        super().__init__(reason)


def refuse_other_sites() -> None:
    """Let only the simulator's own page change anything."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        raise Refused("Only the phone page itself may do this.", 403)
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise Refused("Only the phone page itself may do this.", 403)
    # Another site's page can't send this type without asking first, and nothing answers its asking.
    if request.mimetype != "application/json":
        raise Refused("Send JSON.")


def json_object() -> dict[str, Any]:
    """What the page sent."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise Refused("Send a JSON object.")
    return asked


def cursor() -> int:
    """The change the page has seen last."""
    after = request.args.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 16):
        raise Refused("'after' must be a whole number.")
    return int(after)


def jump_json(result: JumpResult) -> Response:
    """What was jumped to, for the page."""
    due_at = result.due_at.isoformat() if result.due_at else None
    return jsonify({"kind": result.kind, "due_at": due_at, "text": _jump_words(result)})


def _jump_words(result: JumpResult) -> str:
    if result.kind is None or result.due_at is None:
        return "No reminder is waiting"
    due, kind = result.due_at, result.kind.replace("_", " ")
    hour = due.hour % 12 or 12
    return f"Jumped to {due:%a %b} {due.day}, {hour}:{due:%M %p}: {kind}"
