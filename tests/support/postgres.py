"""A real PostgreSQL for the tests, and a migrated database of its own for each that asks.

The server is the embedded one, with durability switched off for speed, or the one that
TEST_DATABASE_URL names (its user must be allowed to make databases). Databases are copies of one
template that the product's own migrations made, each emptied for the next test instead of dropped,
which is several times as quick.
"""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from service.local.postgres import EmbeddedPostgres
from tests.support.folders import open_temporary_folder
from tests.support.guardian import Guardian

_FAST_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "fsync": "off",
        # Its workers belong to the superuser and would keep a test from dropping its database.
        "autovacuum": "off",
        "full_page_writes": "off",
        "max_connections": "200",
        "max_wal_size": "1GB",
    }
)


_EMPTY_EVERYTHING: LiteralString = """
DO $$ DECLARE found regclass; tables text; bytes bigint; BEGIN
  SELECT string_agg(oid::regclass::text, ', '), sum(pg_relation_size(oid)) INTO tables, bytes
  FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version';
  IF bytes > 1000000 THEN EXECUTE format('TRUNCATE %s RESTART IDENTITY CASCADE', tables);
  ELSE
    -- Everything else belongs to a clinic and goes with it.
    DELETE FROM clinics; DELETE FROM packs; DELETE FROM heartbeats;
    FOR found IN SELECT oid::regclass FROM pg_class WHERE relkind = 'S'
      AND relnamespace = 'public'::regnamespace LOOP
      PERFORM setval(found, 1, false);
    END LOOP;
  END IF;
END $$
"""
"""Deleting is quicker for the few rows of a test; what was deleted is never vacuumed away, so that
from a million bytes on all is truncated."""


def psycopg_url(url: str) -> str:
    """The same address for psycopg itself, without SQLAlchemy's driver name."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def migrate(url: str) -> None:
    """Bring the database to the product's newest schema."""
    from service.store.migrate import (
        upgrade,
    )  # here, so that tests without a database need no store

    upgrade(url)


class TestServer:
    """A running server that gives out databases."""

    __test__ = False  # not a test class, whatever its name says

    def __init__(self, url: str) -> None:
        self.url = url
        self._run_id = uuid.uuid4().hex[:8]
        self._template: str | None = None
        self._empty: list[str] = []
        """Migrated databases that wait for their next test."""

    @contextmanager
    def fresh_database(self, *, migrated: bool = True) -> Iterator[str]:
        """The SQLAlchemy URL of a database without a row, which nobody else uses meanwhile."""
        if migrated and self._empty:
            name = self._empty.pop()
        else:
            name = f"tandem_test_{self._run_id}_{uuid.uuid4().hex[:8]}"
            self._create(name, self._migrated_template() if migrated else None)
        try:
            yield self._url_of(name)
        finally:
            if migrated and self._clear(name):
                self._empty.append(name)
            else:
                self._drop(name)

    def close(self) -> None:
        """Drop the template and what was kept."""
        while self._empty:
            self._drop(self._empty.pop())
        if self._template is not None:
            self._drop(self._template)
            self._template = None

    def _clear(self, name: str) -> bool:
        """Send away whoever a test left connected, and take out every row; False where the test
        has changed more than rows."""
        try:
            with psycopg.connect(psycopg_url(self._url_of(name)), autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                connection.execute(_EMPTY_EVERYTHING)
        except psycopg.Error:
            return False
        return True

    def _migrated_template(self) -> str:
        if self._template is None:
            name = f"tandem_test_{self._run_id}_template"
            self._create(name, None)
            try:
                migrate(self._url_of(name))
            except BaseException:
                self._drop(name)
                raise
            # A template can be copied only while nobody is connected to it.
            self._execute("ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
            with self._connect() as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = %s",
                    [name],
                )
            self._template = name
        return self._template

    def _create(self, name: str, template: str | None) -> None:
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template or "template0")

    def _drop(self, name: str) -> None:
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _url_of(self, database: str) -> str:
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(psycopg_url(self.url), autocommit=True)


@contextmanager
def running_server(guardian: Guardian) -> Iterator[TestServer]:
    """The test run's server."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        url = make_url(given).set(drivername="postgresql+psycopg")
        server = TestServer(url.render_as_string(hide_password=False))
        try:
            yield server
        finally:
            server.close()
        return
    with PrivatePostgres(guardian) as private:
        yield TestServer(private.url)


class PrivatePostgres:
    """A server of a single test, to be stopped, started and killed at will. Not yet migrated."""

    def __init__(
        self, guardian: Guardian, settings: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._folder = open_temporary_folder(guardian)
        self._server = EmbeddedPostgres(self._data_dir, settings={**_FAST_SETTINGS, **settings})
        guardian.watch_postgres(self._data_dir)
        self.url = self._server.start()

    @property
    def _data_dir(self) -> Path:
        return self._folder / "postgres"

    def start(self) -> None:
        """Start it again; the URL stays the same."""
        self.url = self._server.start()

    def stop(self) -> None:
        """Stop it: connections break, new ones are refused, committed work stays."""
        self._server.stop()

    def kill(self) -> None:
        """Kill its main process the hard way, as a machine that dies would."""
        pid = self._server.pid
        if pid is None:
            raise RuntimeError("the server is not running")
        os.kill(pid, signal.SIGKILL)

    def __enter__(self) -> PrivatePostgres:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
