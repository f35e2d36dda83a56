"""The database handle: connections, transactions, and the keys that go with them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.types import LargeBinary, TypeDecorator

from service.store.vault import Vault

_VAULT = "tandem_vault"


class Database:
    """One PostgreSQL with its key ring. Connects on first use."""

    def __init__(self, url: str, vault: Vault, *, pool_size: int = 16) -> None:
        """``url`` is a SQLAlchemy URL (``postgresql+psycopg://``)."""
        self.engine = _engine(url, pool_size)
        # The keys hang on the engine's dialect, where column types can reach them: nothing
        # global, and two databases in one process may have two key rings.
        setattr(self.engine.dialect, _VAULT, vault)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes commit together at the end, or not at all."""
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def one_at_a_time(self, lock: int) -> Iterator[bool]:
        """Whether nobody else on any machine is at the work this number stands for.

        The lock hangs on a connection of its own: it is free again when the block ends, or when
        this process dies.
        """
        with self.engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            ours = bool(connection.scalar(select(func.pg_try_advisory_lock(lock))))
            try:
                yield ours
            finally:
                if ours:
                    connection.execute(select(func.pg_advisory_unlock(lock)))

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        # Values may be personal and must not ride along in error messages.
        hide_parameters=True,
        # One more statement a check-out buys that a restarted server is never noticed by a
        # parent's text; psycopg answers it in microseconds on a live connection.
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 3,
            "application_name": "tandem",
            "keepalives_idle": 30,
            "options": "-c timezone=UTC -c statement_timeout=60000",
        },
    )


def vault_of(session: Session) -> Vault:
    """The keys of the database a session talks to."""
    return _vault(session.get_bind().dialect)


def fingerprint(session: Session, kind: str, value: str) -> bytes:
    """The keyed hash under which an encrypted value of this kind is stored."""
    return vault_of(session).fingerprint(kind, value)


def _vault(dialect: Dialect) -> Vault:
    vault = getattr(dialect, _VAULT, None)
    if not isinstance(vault, Vault):
        raise RuntimeError("this engine has no keys; make it through Database")
    return vault


class Sealed(TypeDecorator[str]):
    """Text that is stored encrypted and reads as plain ``str`` in Python."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:
        """Seal on the way in."""
        return None if value is None else _vault(dialect).seal(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else _vault(dialect).open(bytes(value))
