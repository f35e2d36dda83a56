"""The fixtures that tests ask for by name. Servers start when the first test needs them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from waitress import create_server

from service.local.postgres import EmbeddedPostgres
from service.web.app import create_app
from tests.support.admin import Desk, desk_at
from tests.support.browser import running_browser
from tests.support.folders import open_temporary_folder
from tests.support.guardian import Guardian
from tests.support.installation import Installation, installed
from tests.support.lexicons import lexicon_of
from tests.support.postgres import PrivatePostgres, TestServer, running_server
from tests.support.processes import Processes
from tests.support.redis import RedisServer, flush, given_url


@pytest.fixture(scope="session")
def guardian() -> Iterator[Guardian]:
    """Ends whatever the run leaves behind."""
    guardian = Guardian()
    yield guardian
    guardian.close()


@pytest.fixture(scope="session")
def postgres_server(guardian: Guardian) -> Iterator[TestServer]:
    """The run's PostgreSQL; `with postgres_server.fresh_database() as url` for a module's own."""
    with running_server(guardian) as server:
        yield server


@pytest.fixture
def database_url(postgres_server: TestServer) -> Iterator[str]:
    """A migrated database for this test alone."""
    with postgres_server.fresh_database() as url:
        yield url


@pytest.fixture
def empty_database_url(postgres_server: TestServer) -> Iterator[str]:
    """A database without any table, for tests of the migrations."""
    with postgres_server.fresh_database(migrated=False) as url:
        yield url


@pytest.fixture
def private_postgres(guardian: Guardian) -> Iterator[PrivatePostgres]:
    """A server for this test alone, empty, to be stopped, started and killed."""
    with PrivatePostgres(guardian) as server:
        yield server


@pytest.fixture(scope="session")
def _redis_address(guardian: Guardian) -> Iterator[str]:
    url = given_url()
    if url is not None:
        yield url
        return
    server = RedisServer(guardian)
    yield server.url
    server.stop()


@pytest.fixture
def redis_url(_redis_address: str) -> str:
    """The run's Redis, emptied for this test."""
    flush(_redis_address)
    return _redis_address


@pytest.fixture
def private_redis(guardian: Guardian) -> Iterator[RedisServer]:
    """A Redis for this test alone, to be flushed, stopped and started."""
    server = RedisServer(guardian)
    yield server
    server.stop()


@pytest.fixture
def processes(tmp_path: Path, guardian: Guardian) -> Iterator[Processes]:
    """Starts `tandem ...` for this test and ends it afterwards."""
    started = Processes(tmp_path, guardian)
    yield started
    started.close()


@pytest.fixture
def home(guardian: Guardian) -> Iterator[Path]:
    """A folder for an embedded run; its PostgreSQL, which outlives a kill, ends with the test.

    Ask for it before ``processes``, so that those are gone when it goes.
    """
    folder = open_temporary_folder(guardian)
    guardian.watch_postgres(folder / "postgres")
    yield folder
    EmbeddedPostgres(folder / "postgres").stop()


@pytest.fixture
def lexicons_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of the content with the same words share the lexicon made of them."""
    monkeypatch.setattr("config.packs.lexicon_of", lexicon_of)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The run's Chromium."""
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with cookies and storage of its own; a wait in it lasts 10 s at most."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    """A clinic on a database of its own, with a carrier."""
    with installed(database_url) as place:
        yield place


@pytest.fixture
def app(place: Installation) -> Flask:
    """The web app of that clinic."""
    return create_app(place.services)


@pytest.fixture
def desk(place: Installation, app: Flask) -> Desk:
    """Its front desk, signed in."""
    return desk_at(place, app)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where a browser reaches that app."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=10)


@pytest.fixture(params=["light", "dark"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page as wide as a phone, in light and in dark."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme=request.param
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()
