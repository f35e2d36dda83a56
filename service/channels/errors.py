"""What can go wrong when a text is handed to a provider, by what we may do about it."""

from __future__ import annotations


class SendError(Exception):
    """The provider did not take the text. ``code`` is the provider's, where it gave one."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class NumberRefused(SendError):
    """This number cannot get texts from us: never again, tell staff."""


class OptedOut(NumberRefused):
    """The carrier knows of a stop that we do not: it becomes one of ours."""


class ContentRefused(SendError):
    """The text itself was refused: never the same again, tell staff."""


class Misconfigured(SendError):
    """Our account or number is not set up for this: tell staff, try again much later."""


class TryLater(SendError):
    """It certainly was not taken this time; it may be next time."""


class OutcomeUnknown(SendError):
    """It may have been taken. Never sent again before that is settled (design P4)."""
