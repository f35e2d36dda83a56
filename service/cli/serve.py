"""Commands that run parts of the service: ``up``, ``web``, ``worker``, ``beat``, ``migrate``."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from contextlib import suppress
from typing import Any

import click

from service.cli.context import Refused, production_settings


@click.command()
def up() -> None:
    """Start everything on this machine: database, carrier, web, worker and beat.

    Needs no account and no server. Everything listens on 127.0.0.1; data stays in var/
    (TANDEM_HOME). Settings that are set in the environment win.
    """
    from config.pack_files import PackError
    from config.settings import SettingsError
    from service.local.home import AlreadyRunning
    from service.local.postgres import EmbeddedPostgresError
    from service.local.run import PortTaken, run
    from service.logs import set_up_logs

    set_up_logs(readable=True)
    began = time.monotonic()

    def say(line: str) -> None:
        stamp = f"[{time.monotonic() - began:5.1f} s] " if line and line[0].islower() else ""
        click.echo(stamp + line)

    try:
        run(os.environ, say)
    except (AlreadyRunning, PortTaken, SettingsError, EmbeddedPostgresError, PackError) as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"cannot use {error.filename or 'the folder'}: {error.strerror}") from None


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--processes", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
def web(host: str, processes: int, threads: int) -> None:
    """Run the web server (gunicorn) on PORT."""
    # Where the processes share their counters for /metrics; named before the library loads.
    shared = tempfile.mkdtemp(prefix="tandem-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared

    from gunicorn.app.base import BaseApplication
    from sqlalchemy.exc import InterfaceError, OperationalError

    from service.compose import build_services
    from service.flows.pull import want_pull
    from service.logs import set_up_logs
    from service.web.app import create_app
    from tasks.nudges import celery_nudger

    settings = production_settings()
    set_up_logs()
    _load_packs_once()

    class Web(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
        def load_config(self) -> None:
            for name, value in {
                "bind": f"{host}:{settings.port}",
                "workers": processes,
                "threads": threads,
                "worker_class": "gthread",
                "keepalive": 20,
                "graceful_timeout": 20,
                "accesslog": None,
                "control_socket_disable": True,
            }.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            # After the fork: each process has connections and a nudger of its own.
            nudger = celery_nudger(settings.redis_url)
            services = build_services(settings, nudger, pool_size=threads)
            # What came while no web server was there; without a database, the first text says so.
            with suppress(OperationalError, InterfaceError):
                want_pull(services)
            return create_app(services)

    try:
        Web().run()
    finally:
        shutil.rmtree(shared, ignore_errors=True)


@click.command()
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64))
def worker(threads: int) -> None:
    """Run a Celery worker. Start as many as you like, on as many machines."""
    from service.compose import build_services
    from service.logs import set_up_logs
    from tasks.app import create_worker_app, sweep_when_ready
    from tasks.nudges import celery_nudger

    settings = production_settings()
    set_up_logs()
    _load_packs_once()
    services = build_services(settings, celery_nudger(settings.redis_url), pool_size=threads + 2)
    app = create_worker_app(settings.redis_url, services)
    sweep_when_ready()
    app.Worker(
        pool="threads",
        concurrency=threads,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    ).start()


@click.command()
def beat() -> None:
    """Run Celery beat. A second one is harmless."""
    from celery.beat import Scheduler, Service

    from service.logs import set_up_logs
    from tasks.app import create_broker

    settings = production_settings()
    set_up_logs()
    # The schedule is in the code and due work in PostgreSQL: beat keeps no file.
    Service(create_broker(settings.redis_url), scheduler_cls=Scheduler).start()


@click.command()
@click.option("--down-to", metavar="REVISION", help="Go back to a revision ('base': remove all).")
def migrate(down_to: str | None) -> None:
    """Bring the database's schema up to date."""
    from sqlalchemy.exc import OperationalError

    from service.store.migrate import downgrade, upgrade

    url = production_settings().database_url
    try:
        downgrade(url, down_to) if down_to else upgrade(url)
    except OperationalError:
        raise Refused("the database cannot be reached; check DATABASE_URL") from None
    click.echo("the schema is up to date" if not down_to else f"the schema is at {down_to}")


@click.command()
def key() -> None:
    """Print a fresh key for ENCRYPTION_KEYS."""
    from cryptography.fernet import Fernet

    click.echo(Fernet.generate_key().decode())


def _load_packs_once() -> None:
    """Refuse to start on broken content, before any process is made."""
    from config.pack_files import PackError
    from config.packs import load_packs

    try:
        load_packs()
    except PackError as error:
        raise Refused(str(error)) from None
