"""Signing and posting webhooks, the way the provider does."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urldefrag, urlencode

import urllib3
from twilio.request_validator import RequestValidator

# The provider's own patience: 5 s to connect, 15 s to be answered.
_PATIENCE = urllib3.Timeout(connect=5, read=15)


class WebhookPoster:
    """Posts signed forms over kept-alive connections; may be used from several threads."""

    def __init__(self, auth_token: str) -> None:
        self._validator = RequestValidator(auth_token)
        self._pool = urllib3.PoolManager(maxsize=4, retries=False, timeout=_PATIENCE)

    def post(self, url: str, fields: Mapping[str, str], idempotency_token: str) -> int | None:
        """The HTTP status of the answer, or None where nothing answered.

        The token stays the same over the retries of one event. A fragment of the URL holds
        settings for the provider: it is neither signed nor sent.
        """
        address = urldefrag(url).url
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": str(self._validator.compute_signature(address, dict(fields))),
            "I-Twilio-Idempotency-Token": idempotency_token,
        }
        try:
            answer = self._pool.request(
                "POST", address, body=urlencode(fields), headers=headers, redirect=False
            )
        except urllib3.exceptions.HTTPError:
            return None
        return answer.status

    def close(self) -> None:
        """Let go of the open connections."""
        self._pool.clear()


def should_retry(answer: int | None) -> bool:
    """Whether trying again may help: nothing answered, or the other side was at fault."""
    return answer is None or answer >= 500
