"""Putting the parts together: settings in, services out. Only entry points call this."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

from config.packs import load_packs
from config.settings import Settings
from config.smtp_url import read_smtp_url
from service.channels.mail_tokens import MailTokens
from service.channels.sms import TwilioSms
from service.channels.smtp import SmtpMail
from service.flows.services import QUIET, Announce, Nudge, Services
from service.store.database import Database
from service.store.vault import Vault


def build_services(
    settings: Settings,
    nudge: Announce | None = None,
    *,
    pool_size: int = 16,
    quiet: timedelta = QUIET,
) -> Services:
    """Everything flows need. Without ``nudge`` nothing is announced, and a sweep finds it.

    Raises ``config.pack_files.PackError`` where the content is broken. Connects to nothing yet.
    """
    loaded = load_packs()
    secret_key = settings.secret_key.get_secret_value()
    vault = Vault(
        [key.get_secret_value() for key in settings.encryption_keys],
        secret_key,
    )
    return Services(
        settings=settings,
        database=Database(settings.database_url, vault, pool_size=pool_size),
        packs=loaded.packs,
        pack_files=loaded.files,
        sms=TwilioSms(
            settings.twilio_account_sid,
            settings.twilio_auth_tokens[0].get_secret_value(),
            settings.twilio_api_base_url,
        ),
        smtp=_smtp(settings),
        tokens=MailTokens(secret_key),
        nudge=nudge or _silent,
        quiet=quiet,
        name=f"{socket.gethostname()}:{os.getpid()}",
    )


def _smtp(settings: Settings) -> SmtpMail | None:
    if settings.smtp_url is None:
        return None
    server = read_smtp_url(settings.smtp_url.get_secret_value())
    return SmtpMail(server, settings.inbound_email_domain)


def _silent(_: Nudge, /, in_seconds: float = 0.0) -> None:
    """For commands that do the work themselves."""
