"""What can go wrong when a text is handed to a provider, by what we may do about it.

| class | it means | what follows |
|---|---|---|
| ``AddressRefused`` | it gets nothing there | go on by the other channel, else suppress |
| ``OptedOut`` | the carrier knows of a stop | it becomes one of ours |
| ``ContentRefused`` | these words were refused | never the same again, tell staff |
| ``Misconfigured`` | our account or number | stop the sender, tell staff, try one text a minute |
| ``NotAllowedThere`` | our set-up, for them | tell staff, wait; many in a row stop the sender |
| ``TryLater`` | not taken this time | back off with jitter |
| ``TooFast`` | we were over a rate | back off; reminders and invitations make room |
| ``DailyLimit`` | a limit of hours | back off for long; reminders and invitations rest |
| ``OutcomeUnknown`` | it may have been taken | settle, never repeat |
"""

from __future__ import annotations


class SendError(Exception):
    """The provider did not take the text. ``code`` is the provider's, where it gave one."""

    def __init__(self, message: str, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class AddressRefused(SendError):
    """This number or mailbox gets nothing from us: never again, tell staff."""


class OptedOut(AddressRefused):
    """The carrier knows of a stop that we do not: it becomes one of ours."""


class ContentRefused(SendError):
    """The text itself was refused: never the same again, tell staff."""


class Misconfigured(SendError):
    """Our account or number is not set up for this: nothing of this sender can go out. It stops,
    staff are told, and one text a minute tries whether it was mended."""


class NotAllowedThere(Misconfigured):
    """Not set up for this recipient at least (their country, a trial account's list): that text
    waits and staff are told; several in a row mean that it is all of them."""


class TryLater(SendError):
    """It certainly was not taken this time; it may be next time."""


class TooFast(TryLater):
    """Over a rate of the provider: what may wait makes room."""


class DailyLimit(TryLater):
    """Over a limit that lasts for hours: what may wait rests for long."""


class OutcomeUnknown(SendError):
    """It may have been taken. Never sent again before that is settled (design P4)."""
