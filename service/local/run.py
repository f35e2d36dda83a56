"""The embedded run behind ``make up``: database, carrier, web, worker and beat in one place.

Everything listens on 127.0.0.1 only. Each part that the environment already names (a database, a
broker, a carrier) is used instead of an own one.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Blueprint
from pydantic import SecretStr
from waitress.server import create_server

from config.settings import Settings, SettingsError, load_settings
from service.compose import build_services
from service.flows.families import next_reminder
from service.flows.services import Services
from service.flows.tick import tick
from service.local.carrier import RunningCarrier, SimulatedCarrier, serve
from service.local.database_watch import DatabaseWatch
from service.local.demo import seed
from service.local.home import (
    DEMO_ACCOUNT_SID,
    DEMO_AUTH_TOKEN,
    DEMO_CLINIC,
    DEMO_LOGIN,
    DEMO_MAIL_DOMAIN,
    DEMO_MAIL_SECRET,
    DEMO_MAILBOX,
    DEMO_NUMBER,
    Home,
)
from service.local.mail import RunningMail, SimulatedMail, serve_mail
from service.local.postgres import EmbeddedPostgres
from service.local.simulator import JumpResult, create_simulator
from service.store.migrate import upgrade
from service.web.app import create_app
from tasks.embedded import EmbeddedCelery
from tasks.nudges import celery_nudger

WEB_THREADS = 16


class PortTaken(Exception):
    """Something else listens on the port; one line that says what to do."""


def run(environment: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Start everything, tell the address, and stay until Ctrl-C. ``say`` gets progress lines.

    Raises ``AlreadyRunning``, ``PortTaken``, ``SettingsError``, ``EmbeddedPostgresError`` or
    ``PackError``, each with one line; whatever had been started is stopped then.
    """
    home = Home.of(environment)
    home.take()
    stopped = _stop_signals()
    with contextlib.ExitStack() as parts:
        settings, secrets = _prepare(home, environment, parts, say)
        carrier = _carrier(home, settings, parts, say)
        reached_at = carrier.address if carrier else settings.twilio_api_base_url
        mail = _mail(home, settings, environment, parts, say)
        smtp_url = SecretStr(mail.smtp_url) if mail else settings.smtp_url
        services = build_services(
            settings.model_copy(update={"twilio_api_base_url": reached_at, "smtp_url": smtp_url}),
            celery_nudger(settings.redis_url),
        )
        parts.callback(services.database.close)
        seed(services, secrets)
        say("worker and beat: starting")
        celery = EmbeddedCelery(services)
        celery.start()
        parts.callback(celery.stop)
        phone = carrier.carrier if carrier else SimulatedCarrier(DEMO_ACCOUNT_SID, "", {})
        mailbox = mail.mail if mail else _no_mail(settings)
        page = _simulator(services, phone, settings.twilio_api_base_url, mailbox, mail is None)
        app = create_app(services, [page])
        server = create_server(
            app, host="127.0.0.1", port=settings.port, threads=WEB_THREADS, ident="tandem"
        )
        web = threading.Thread(target=server.run, name="web", daemon=True)
        web.start()
        parts.callback(server.close)
        home.announce(_for_others(services.settings))
        parts.callback(home.leave)
        _tell(say, settings, secrets, bool(carrier))
        stopped.wait()
        say("stopping")
    say("stopped; the data stays in " + str(home.folder))


def _prepare(
    home: Home,
    environment: Mapping[str, str],
    parts: contextlib.ExitStack,
    say: Callable[[str], None],
) -> tuple[Settings, str]:
    """Settings with the embedded run's defaults, and a migrated database behind them."""
    secrets = home.secrets()
    port = environment.get("PORT") or "8000"
    defaults = {
        "PORT": port,
        "DATABASE_URL": "postgresql://embedded",
        "REDIS_URL": "memory://localhost/",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "SECRET_KEY": secrets.secret_key,
        "ENCRYPTION_KEYS": secrets.encryption_key,
        "TWILIO_ACCOUNT_SID": DEMO_ACCOUNT_SID,
        "TWILIO_AUTH_TOKENS": DEMO_AUTH_TOKEN,
        "SMTP_URL": NOT_YET,
        "INBOUND_EMAIL_DOMAIN": DEMO_MAIL_DOMAIN,
        "INBOUND_EMAIL_SECRET": DEMO_MAIL_SECRET,
    }
    given = {name: value for name, value in environment.items() if value}
    settings = load_settings({**defaults, **given, "TANDEM_LOCAL": "true"})
    _need_free(settings.port)
    if "DATABASE_URL" not in given:
        say("database: starting")
        postgres = EmbeddedPostgres(home.folder / "postgres")
        url = postgres.start()
        parts.callback(postgres.stop)
        watch = DatabaseWatch(postgres, say)
        watch.start()
        parts.callback(watch.stop)
        settings = settings.model_copy(update={"database_url": url})
    say("database: bringing the schema up to date")
    upgrade(settings.database_url)
    return settings, secrets.demo_password


def _need_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortTaken(
                f"port {port} is taken by another program; choose one: make up PORT=8001"
            ) from None


def _carrier(
    home: Home,
    settings: Settings,
    parts: contextlib.ExitStack,
    say: Callable[[str], None],
) -> RunningCarrier | None:
    """The simulated carrier, unless texts go to another one."""
    if settings.twilio_api_base_url:
        say(f"carrier: texts go to {settings.twilio_api_base_url}")
        return None
    say("carrier: starting the simulated one")
    carrier = serve(
        SimulatedCarrier(
            settings.twilio_account_sid,
            settings.twilio_auth_tokens[0].get_secret_value(),
            {DEMO_NUMBER: f"{settings.public_base_url}/webhooks/twilio/sms"},
            journal=home.folder / "carrier.jsonl",
        )
    )
    parts.callback(carrier.close)
    return carrier


NOT_YET = "smtp://127.0.0.1:1"
"""Stands for the mail server until that has found its port."""


def _mail(
    home: Home,
    settings: Settings,
    environment: Mapping[str, str],
    parts: contextlib.ExitStack,
    say: Callable[[str], None],
) -> RunningMail | None:
    """The simulated mail provider, unless mails go to another server."""
    if environment.get("SMTP_URL"):
        say("mail: goes to the server that SMTP_URL names")
        return None
    say("mail: starting the simulated provider")
    running = serve_mail(_no_mail(settings, home.folder / "mail.jsonl"))
    parts.callback(running.close)
    return running


def _no_mail(settings: Settings, journal: Path | None = None) -> SimulatedMail:
    """The mailboxes of the simulated provider; without a server nothing comes into them."""
    return SimulatedMail(
        settings.inbound_email_domain,
        f"{settings.public_base_url}/webhooks/email",
        settings.inbound_email_secret[0].get_secret_value(),
        journal,
    )


MOST_MOVES = 5
"""How often a reminder may be moved on (its day is taken, a parent is answering) in one jump."""


def _simulator(
    services: Services,
    phone: SimulatedCarrier,
    elsewhere: str,
    mail: SimulatedMail,
    mails_go_elsewhere: bool,
) -> Blueprint:
    """The phone and the mail pane; what goes elsewhere is said there and stays off."""

    def jump(address: str) -> JumpResult:
        reminder = next_reminder(services, DEMO_NUMBER, address)
        if reminder is None:
            return JumpResult(kind=None, due_at=None)
        for _ in range(MOST_MOVES):
            tick(services, as_of=max(reminder.due_at, datetime.now(UTC)))
            moved = next_reminder(services, DEMO_NUMBER, address)
            if moved is None or moved.id != reminder.id:
                break  # it was sent, or lost its reason
            reminder = moved
        return JumpResult(reminder.kind, reminder.due_at.astimezone(ZoneInfo(reminder.time_zone)))

    return create_simulator(
        phone,
        DEMO_NUMBER,
        DEMO_CLINIC,
        jump,
        elsewhere or None,
        mail=mail,
        clinic_address=f"{DEMO_MAILBOX}@{services.settings.inbound_email_domain}",
        mails_go_elsewhere="the server that SMTP_URL names" if mails_go_elsewhere else None,
    )


def _for_others(settings: Settings) -> dict[str, str]:
    """What other commands need to work on this run."""
    return {
        "TANDEM_LOCAL": "true",
        "PID": str(os.getpid()),
        "PORT": str(settings.port),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": "memory://localhost/",
        "PUBLIC_BASE_URL": settings.public_base_url,
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "ENCRYPTION_KEYS": ",".join(k.get_secret_value() for k in settings.encryption_keys),
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKENS": ",".join(k.get_secret_value() for k in settings.twilio_auth_tokens),
        "TWILIO_API_BASE_URL": settings.twilio_api_base_url,
        "SMTP_URL": settings.smtp_url.get_secret_value() if settings.smtp_url else "",
        "INBOUND_EMAIL_DOMAIN": settings.inbound_email_domain,
        "INBOUND_EMAIL_SECRET": ",".join(
            k.get_secret_value() for k in settings.inbound_email_secret
        ),
    }


def _tell(say: Callable[[str], None], settings: Settings, password: str, phone: bool) -> None:
    say("")
    say(f"Tandem is running:  {settings.public_base_url}")
    if phone:
        say(f"  a parent's phone  {settings.public_base_url}/simulator  (and mail)")
    say(f"  the inbox         {settings.public_base_url}/admin/")
    say(f"  demo login        {DEMO_LOGIN}   password  {password}")
    say("Ctrl-C stops it.")


def _stop_signals() -> threading.Event:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def local_settings(environment: Mapping[str, str]) -> Settings | None:
    """The settings of the embedded run that is up in this folder, or None.

    A ``DATABASE_URL`` of its own in the environment means another installation.
    """
    home = Home.of(environment)
    if not home.is_running():
        return None
    found = home.environment()
    try:
        settings = load_settings(found)
    except SettingsError:
        return None
    own = environment.get("DATABASE_URL", "")
    if own and load_settings({**found, "DATABASE_URL": own}).database_url != settings.database_url:
        return None
    return settings
