"""Whether a webhook really comes from the carrier: its signature, over everything received."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from twilio.request_validator import RequestValidator


class TwilioSignature:
    """Checks signatures under any of the auth tokens, so that tokens can rotate."""

    def __init__(self, auth_tokens: Sequence[str]) -> None:
        self._validators = [RequestValidator(token) for token in auth_tokens]

    def is_valid(self, url: str, form: Mapping[str, object], signature: str | None) -> bool:
        """Whether ``signature`` fits ``url`` (as the carrier called it) and all form fields.

        ``form`` may hold fields nobody knows yet: all of them are signed. Never raises.
        """
        if not signature:
            return False
        return any(v.validate(url, form, signature) for v in self._validators)
