"""Whether a request comes from the carrier, judged on the URL as the carrier knows it."""

from __future__ import annotations

from collections.abc import Mapping

from service.channels.signature import TwilioSignature
from service.flows.services import Services


class SignedByCarrier:
    """Checks requests. The URL is built from ``PUBLIC_BASE_URL``, whatever proxies did to it."""

    def __init__(self, services: Services) -> None:
        self._base = services.settings.public_base_url
        self._signature = TwilioSignature(
            [token.get_secret_value() for token in services.settings.twilio_auth_tokens]
        )

    def __call__(self, path: str, form: Mapping[str, object], signature: str | None) -> bool:
        """``path`` with its query, ``form`` with every field received."""
        return self._signature.is_valid(self._base + path, form, signature)
