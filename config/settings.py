"""Settings from the environment: typed, checked once at start, one clear line when wrong.

The names are the ones operators set; nothing else reads ``os.environ``.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Annotated, Self
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from config.smtp_url import BadSmtpUrl, read_smtp_url


class SettingsError(Exception):
    """A setting is missing or malformed; the message is one line that names it."""


def _comma_separated(value: object) -> object:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _at_least_one(values: list[SecretStr]) -> list[SecretStr]:
    if not values:
        raise ValueError("needs at least one value")
    return values


def _fernet_keys(values: list[SecretStr]) -> list[SecretStr]:
    for value in _at_least_one(values):
        try:
            Fernet(value.get_secret_value())
        except ValueError:
            raise ValueError(
                "each key must be 32 url-safe base64-encoded bytes (make one with: tandem key)"
            ) from None
    return values


def _postgres_url(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg") or not rest:
        raise ValueError("must look like postgresql://user:password@host:5432/name")
    return f"postgresql+psycopg://{rest}"


def _redis_url(value: str) -> str:
    if urlsplit(value).scheme not in ("redis", "rediss", "unix", "memory"):
        raise ValueError("must look like redis://host:6379/0")
    return value


def _http_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("must look like https://host or http://127.0.0.1:8000")
    if "_" in (parts.hostname or ""):
        raise ValueError("the host name may hold no underscore (the carrier refuses it)")
    return value.rstrip("/")


def _smtp_url(value: SecretStr) -> SecretStr:
    try:
        read_smtp_url(value.get_secret_value())
    except BadSmtpUrl as error:
        raise ValueError(str(error)) from None
    return value


_DOMAIN = re.compile(
    r"(?=.{4,190}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value.lower()):
        raise ValueError("must look like mail.your-clinic.example")
    return value.lower()


def _public_key(value: str) -> str:
    try:
        key = load_der_public_key(base64.b64decode(value, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, EllipticCurvePublicKey):
        raise ValueError("must be the public key as SendGrid shows it")
    return value


def _account_sid(value: str) -> str:
    if not re.fullmatch(r"AC[0-9a-f]{32}", value):
        raise ValueError("must be AC followed by 32 hexadecimal digits")
    return value


Secrets = Annotated[
    list[SecretStr], BeforeValidator(_comma_separated), AfterValidator(_at_least_one)
]
FernetKeys = Annotated[
    list[SecretStr], BeforeValidator(_comma_separated), AfterValidator(_fernet_keys)
]


class Settings(BaseModel):
    """Everything an operator can set. Field names in capitals are the environment's names."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    port: int = Field(8000, ge=1, le=65535)
    """Port the web server listens on."""
    database_url: Annotated[str, AfterValidator(_postgres_url)]
    """PostgreSQL, the only store of truth."""
    redis_url: Annotated[str, AfterValidator(_redis_url)]
    """Celery's broker; carries wake-up nudges only."""
    public_base_url: Annotated[str, AfterValidator(_http_url)] = Field(min_length=1)
    """How the outside reaches us: signatures and status callbacks are built on it."""
    secret_key: SecretStr = Field(min_length=16)
    """Signs sessions, and keys the hashes that find encrypted numbers: keep it for good."""
    encryption_keys: FernetKeys
    """Fernet keys, newest first; all can read, the first one writes."""
    twilio_account_sid: Annotated[str, AfterValidator(_account_sid)]
    twilio_auth_tokens: Secrets
    """Auth tokens, current first; signatures by any of them are accepted."""
    twilio_api_base_url: Annotated[str, AfterValidator(_http_url)] = ""
    """Empty: the real Twilio. Else a server that speaks its wire format."""
    smtp_url: Annotated[SecretStr, AfterValidator(_smtp_url)] | None = None
    """The relay that takes our mails. Without it there is no email at all."""
    inbound_email_domain: Annotated[str, AfterValidator(_domain)] = ""
    """The domain whose mail comes to ``/webhooks/email``: every reply address is in it."""
    inbound_email_secret: Annotated[list[SecretStr], BeforeValidator(_comma_separated)] = []
    """What whoever hands mail over must know, current first (Mailgun: its signing key)."""
    sendgrid_public_key: Annotated[str, AfterValidator(_public_key)] = ""
    """Where SendGrid signs what it hands over: the key to check it with."""
    local: bool = Field(False, validation_alias="TANDEM_LOCAL")
    """Set by the embedded run only: enables the simulator and ``tick --as-of``."""

    @property
    def has_email(self) -> bool:
        """Whether mails go out and come in."""
        return self.smtp_url is not None

    @model_validator(mode="after")
    def _email_is_whole(self) -> Self:
        """Mails that nobody can answer are not sent."""
        if self.smtp_url is not None:
            if not self.inbound_email_domain:
                raise ValueError("INBOUND_EMAIL_DOMAIN is not set, and SMTP_URL is")
            if not (self.inbound_email_secret or self.sendgrid_public_key):
                raise ValueError("INBOUND_EMAIL_SECRET is not set, and SMTP_URL is")
        return self


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Check the environment and return typed settings.

    An empty value counts as not set. Raises ``SettingsError`` with one line that names
    every wrong or missing setting; values are never repeated, for they may be secrets.
    """
    given: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or name.upper())
        if environment.get(variable, "") != "":
            given[str(field.validation_alias or name)] = environment[variable]
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        complaints = [
            (f"{str(item['loc'][0]).upper()} " if item["loc"] else "")
            + ("is not set" if item["type"] == "missing" else _reason(item["msg"]))
            for item in error.errors(include_input=False, include_url=False)
        ]
        raise SettingsError("; ".join(dict.fromkeys(complaints))) from None


def _reason(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should", "should")
