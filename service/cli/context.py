"""What commands share: one-line errors, and the services of the right installation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

from config.settings import Settings, SettingsError, load_settings
from service.flows.services import Services


class Refused(click.ClickException):
    """Bad input or a broken set-up: one line, exit code 2."""

    exit_code = 2


def settings_here() -> Settings:
    """The installation the environment names, else the embedded run that is up here."""
    from service.local.run import local_settings

    local = local_settings(os.environ)
    if local is not None:
        return local
    if not os.environ.get("DATABASE_URL"):
        raise Refused(
            "DATABASE_URL is not set and nothing runs here; start a local run with: make up"
        )
    return production_settings()


def production_settings() -> Settings:
    """The environment's settings, or a one-line refusal that names what is wrong."""
    try:
        return load_settings(os.environ)
    except SettingsError as error:
        raise Refused(str(error)) from None


@contextmanager
def services_here() -> Iterator[Services]:
    """The services of ``settings_here``; database faults become one line."""
    from sqlalchemy.exc import InterfaceError, OperationalError

    from config.pack_files import PackError
    from service.compose import build_services

    settings = settings_here()
    try:
        services = build_services(settings, pool_size=4)
    except PackError as error:
        raise Refused(str(error)) from None
    try:
        yield services
    except (OperationalError, InterfaceError):
        raise Refused("the database cannot be reached; check DATABASE_URL") from None
    finally:
        services.database.close()
