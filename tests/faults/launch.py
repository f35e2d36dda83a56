"""Starts ``tandem ...`` as an operator does, with points to die at and a run's sending hours.

``python -m tests.faults.launch worker``. Besides the hours, what is patched is
``Database.transaction`` (before and after each commit, named after the function that holds the
``with``), the public methods of ``TwilioSms`` and ``SmtpMail`` (before and after each call of
the carrier), and the moments right before and right after the last dot of a mail. Production code
needs no hook.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import time
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.faults.hours import patch_packs
from tests.faults.hurry import hurry, hurry_mails
from tests.faults.points import FOLDER, Points

CLOSES = "TANDEM_FAULTS_CLOSES"
"""When a run's sending hours end, as HH:MM."""
HURRY = "TANDEM_FAULTS_HURRY"
"""Set: shorter waits."""


TRANSACTION = "transaction"
"""The method of the database handle that every flow goes through."""
LAST_DOT = "_finish"
"""The function that completes a mail: the dot, and what the server says to it."""


class _Watched:
    """A transaction that passes a point before and after its commit (not where it rolls back)."""

    __slots__ = ("_inner", "_name", "_points")

    def __init__(self, inner: AbstractContextManager[Any], name: str, points: Points) -> None:
        self._inner, self._name, self._points = inner, name, points

    def __enter__(self) -> Any:
        return self._inner.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        if kind is not None:
            return self._inner.__exit__(kind, error, trace)
        self._points.passing(f"{self._name}: before commit")
        handled = self._inner.__exit__(None, None, None)
        self._points.passing(f"{self._name}: after commit")
        return handled


def watch_transactions(database: type, points: Points) -> None:
    """Every transaction of this class from now on passes its points."""
    original = getattr(database, TRANSACTION)

    def transaction(self: Any) -> _Watched:
        caller = sys._getframe(1)
        name = f"{caller.f_globals['__name__']}.{caller.f_code.co_name}"
        return _Watched(original(self), name.removeprefix("service."), points)

    setattr(database, TRANSACTION, transaction)


def watch_calls(carrier: type, points: Points, called: str = "carrier") -> None:
    """Every public method of this class from now on passes its points."""
    for name, method in inspect.getmembers(carrier, inspect.isfunction):
        if not name.startswith("_"):
            setattr(carrier, name, _watched_call(method, f"{called}.{name}", points))


def watch_last_dot(smtp: Any, points: Points) -> None:
    """Every mail from now on passes a point right before its last dot, and one right after it."""
    original = getattr(smtp, LAST_DOT)

    def finish(connection: Any) -> Any:
        listen = connection.getreply

        def getreply() -> Any:
            points.passing("mail.last dot: after")
            return listen()

        points.passing("mail.last dot: before")
        # The first thing after the dot is to listen for the answer; the connection is kept.
        connection.getreply = getreply
        try:
            return original(connection)
        finally:
            del connection.getreply

    setattr(smtp, LAST_DOT, finish)


def _watched_call(method: Callable[..., Any], name: str, points: Points) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(method):

        @functools.wraps(method)
        def stream(*args: Any, **kwargs: Any) -> Iterator[Any]:
            points.passing(f"{name}: before call")
            yield from method(*args, **kwargs)
            points.passing(f"{name}: after call")

        return stream

    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        points.passing(f"{name}: before call")
        try:
            return method(*args, **kwargs)
        finally:
            points.passing(f"{name}: after call")

    return call


def main() -> None:
    """Patch, then be ``tandem``."""
    points = Points(Path(os.environ[FOLDER]))
    patch_packs(time.fromisoformat(os.environ[CLOSES]))
    from service.channels import smtp
    from service.channels.sms import TwilioSms
    from service.cli import main as tandem
    from service.store.database import Database

    hurry_mails()
    if os.environ.get(HURRY):
        hurry()
    watch_transactions(Database, points)
    watch_calls(TwilioSms, points)
    watch_calls(smtp.SmtpMail, points, "mail")
    watch_last_dot(smtp, points)
    tandem()


if __name__ == "__main__":
    main()
