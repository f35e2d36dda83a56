"""Makes the fixtures and options of tests/support known to every test."""

from __future__ import annotations

from hypothesis import settings

from tests.support.fixtures import (
    _redis_address,
    address,
    app,
    browser,
    database_url,
    desk,
    empty_database_url,
    guardian,
    home,
    lexicons_once,
    page,
    phone,
    place,
    postgres_server,
    private_postgres,
    private_redis,
    processes,
    redis_url,
)
from tests.support.sharing import pytest_xdist_make_scheduler
from tests.support.skips import (
    pytest_addoption,
    pytest_sessionfinish,
    pytest_terminal_summary,
)

# No time limit an example: the machine is shared, and speed has benches of its own.
settings.register_profile("tandem", deadline=None)
settings.load_profile("tandem")

__all__ = [
    "_redis_address",
    "address",
    "app",
    "browser",
    "database_url",
    "desk",
    "empty_database_url",
    "guardian",
    "home",
    "lexicons_once",
    "page",
    "phone",
    "place",
    "postgres_server",
    "private_postgres",
    "private_redis",
    "processes",
    "pytest_addoption",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_xdist_make_scheduler",
    "redis_url",
]
