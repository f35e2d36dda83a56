"""Settings: every fault is one line that names the setting and never repeats its value."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet

from config.settings import SettingsError, load_settings

GOOD = {
    "DATABASE_URL": "postgres://u:p@127.0.0.1:5432/tandem",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "PUBLIC_BASE_URL": "https://tandem.example/",
    "SECRET_KEY": "sixteen characters at least",
    "ENCRYPTION_KEYS": f"{Fernet.generate_key().decode()}, {Fernet.generate_key().decode()}",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKENS": "new-token, old-token",
}


def test_a_full_environment_is_read_with_its_defaults() -> None:
    settings = load_settings(GOOD)
    assert settings.port == 8000
    assert settings.database_url == "postgresql+psycopg://u:p@127.0.0.1:5432/tandem"
    assert settings.public_base_url == "https://tandem.example"
    assert len(settings.encryption_keys) == 2
    assert [t.get_secret_value() for t in settings.twilio_auth_tokens] == ["new-token", "old-token"]
    assert settings.local is False


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^{name} is not set$"):
        load_settings({k: v for k, v in GOOD.items() if k != name})
    with pytest.raises(SettingsError, match=f"^{name} is not set$"):
        load_settings({**GOOD, name: ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("DATABASE_URL", "mysql://hidden-value"),
        ("REDIS_URL", "hidden-value"),
        ("PUBLIC_BASE_URL", "hidden-value"),
        ("PUBLIC_BASE_URL", "https://hidden_value.example"),
        ("SECRET_KEY", "hidden-value"),
        ("ENCRYPTION_KEYS", "hidden-value"),
        ("TWILIO_ACCOUNT_SID", "hidden-value"),
        ("TWILIO_AUTH_TOKENS", " , "),
        ("TWILIO_API_BASE_URL", "ftp://hidden-value"),
    ],
)
def test_a_malformed_setting_is_named_in_one_line_without_its_value(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({**GOOD, name: value})
    message = str(caught.value)
    assert message.startswith(name)
    assert "\n" not in message
    assert "hidden" not in message
