"""Posting a mail to the clinic's webhook, the way a provider's inbound parse does."""

from __future__ import annotations

from dataclasses import dataclass

import urllib3

# Long enough for a mail with pictures on a busy machine.
_PATIENCE = urllib3.Timeout(connect=5, read=15)
_MOST_WORDS = 200


@dataclass(frozen=True)
class WebhookAnswer:
    """The HTTP status (None: nothing answered) and the first line of the answer."""

    status: int | None
    words: str = ""


class InboundPoster:
    """Posts raw mails over kept-alive connections; may be used from several threads."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._headers = {
            "Content-Type": "message/rfc822",
            "Authorization": f"Bearer {secret}",
            "User-Agent": "inbound-parse/1.0",
        }
        self._pool = urllib3.PoolManager(maxsize=4, retries=False, timeout=_PATIENCE)

    def post(self, raw: bytes) -> WebhookAnswer:
        """Post one mail, and say what was answered."""
        try:
            answer = self._pool.request(
                "POST", self._url, body=raw, headers=self._headers, redirect=False
            )
        except urllib3.exceptions.HTTPError:
            return WebhookAnswer(None)
        lines = answer.data.decode("utf-8", "replace").strip().splitlines()
        return WebhookAnswer(answer.status, lines[0][:_MOST_WORDS] if lines else "")

    def close(self) -> None:
        """Let go of the open connections."""
        self._pool.clear()
