"""The embedded PostgreSQL starts, survives what may happen to it, and opens nobody's folders."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from service.local.postgres import EmbeddedPostgres, EmbeddedPostgresError
from service.local.postgres_files import (
    Account,
    closed_folder_above,
    make_private_folder,
    programs_for,
    server_account,
)
from tests.support.folders import open_temporary_folder
from tests.support.guardian import Guardian
from tests.support.postgres import PrivatePostgres, psycopg_url

SOMEBODY_ELSE = Account("somebody-else", 54321, 54321)


@pytest.fixture
def open_folder(guardian: Guardian) -> Path:
    return open_temporary_folder(guardian)


def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(psycopg_url(url), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def socket_folder(url: str) -> Path:
    return Path(str(make_url(url).query["host"]))


def modes(*folders: Path) -> list[int]:
    return [stat.S_IMODE(folder.stat().st_mode) for folder in folders]


def test_a_private_folder_above_the_data_stops_the_start_in_one_line_and_stays_private(
    tmp_path: Path,
) -> None:
    private = tmp_path / "home"
    inner = private / "tandem"
    inner.mkdir(parents=True)
    private.chmod(0o700)
    tmp_path.chmod(0o711)
    for parent in tmp_path.parents:
        if closed_folder_above(parent / "x", SOMEBODY_ELSE) is not None:
            break  # on most machines pytest's own folder is the private one; either will do
    before = modes(tmp_path, private, inner)

    with pytest.raises(EmbeddedPostgresError) as caught:
        make_private_folder(inner / "var" / "postgres", SOMEBODY_ELSE)

    message = str(caught.value)
    assert str(closed_folder_above(inner, SOMEBODY_ELSE)) in message
    assert "TANDEM_HOME" in message
    assert "DATABASE_URL" in message
    assert "\n" not in message
    assert modes(tmp_path, private, inner) == before
    assert list(inner.iterdir()) == []


def test_a_data_folder_of_another_user_is_left_alone(open_folder: Path) -> None:
    data = open_folder / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("18\n")
    data.chmod(0o755)

    with pytest.raises(EmbeddedPostgresError, match="belongs to user"):
        make_private_folder(data, SOMEBODY_ELSE)

    assert modes(data) == [0o755]


def test_a_folder_with_other_files_is_not_taken_for_a_database(open_folder: Path) -> None:
    data = open_folder / "postgres"
    make_private_folder(data, server_account(data))
    (data / "letter.txt").write_text("keep me")

    with pytest.raises(EmbeddedPostgresError, match="not empty"):
        EmbeddedPostgres(data).start()

    assert (data / "letter.txt").read_text() == "keep me"


def test_data_of_another_postgresql_version_is_named(open_folder: Path) -> None:
    data = open_folder / "postgres"
    make_private_folder(data, server_account(data))
    (data / "PG_VERSION").write_text("14\n")

    with pytest.raises(EmbeddedPostgresError, match="PostgreSQL 14"):
        EmbeddedPostgres(data).start()


def test_a_setting_postgresql_does_not_know_is_named_in_one_line(open_folder: Path) -> None:
    data = open_folder / "postgres"
    server = EmbeddedPostgres(data, settings={"fsync": "off", "no_such_setting": "1"})

    with pytest.raises(EmbeddedPostgresError, match="no_such_setting") as caught:
        server.start()

    assert "\n" not in str(caught.value)
    assert not server.is_running()


def test_the_programs_are_ones_the_server_account_can_run(open_folder: Path) -> None:
    account = server_account(open_folder / "postgres")

    program = programs_for(account) / "postgres"

    assert closed_folder_above(program, account) is None
    assert not program.stat().st_mode & stat.S_IWOTH


def test_it_listens_on_no_network_and_its_socket_is_private(
    private_postgres: PrivatePostgres,
) -> None:
    rows = run_sql(private_postgres.url, "SELECT current_setting('listen_addresses')")

    assert rows == [("",)]
    assert modes(socket_folder(private_postgres.url)) == [0o700]


def test_committed_rows_survive_a_kill_of_the_server(private_postgres: PrivatePostgres) -> None:
    run_sql(private_postgres.url, "CREATE TABLE kept AS SELECT 7 AS number")

    private_postgres.kill()
    private_postgres.start()

    assert run_sql(private_postgres.url, "SELECT number FROM kept") == [(7,)]


def test_a_server_left_by_a_killed_parent_is_taken_over(open_folder: Path) -> None:
    data = open_folder / "postgres"
    start_and_die = (
        "import os, signal, sys; from pathlib import Path;"
        "from service.local.postgres import EmbeddedPostgres;"
        "EmbeddedPostgres(Path(sys.argv[1]), settings={'fsync': 'off'}).start();"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", start_and_die, str(data)],
        cwd=Path(__file__).parents[3],
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    server = EmbeddedPostgres(data)
    try:
        left_behind = server.pid
        assert left_behind is not None

        url = server.start()

        assert server.pid == left_behind
        assert run_sql(url, "SELECT current_user") == [("tandem",)]
    finally:
        server.stop()
    assert not server.is_running()


def test_a_lock_file_with_the_number_of_another_program_is_no_obstacle(
    open_folder: Path,
) -> None:
    data = open_folder / "postgres"
    server = EmbeddedPostgres(data, settings={"fsync": "off"})
    try:
        server.start()
        killed = server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        for lock in (data / "postmaster.pid", data / ".s.PGSQL.5432.lock"):
            lines = lock.read_text().splitlines(keepends=True)
            lock.write_text("".join([f"{os.getpid()}\n", *lines[1:]]))

        server.start()

        assert server.is_running()
        assert server.pid not in {killed, os.getpid()}
    finally:
        server.stop()


def test_a_long_path_gets_a_socket_folder_with_a_short_name(open_folder: Path) -> None:
    data = open_folder / ("a-long-name" * 9) / "postgres"
    server = EmbeddedPostgres(data, settings={"fsync": "off"})
    try:
        url = server.start()
        assert run_sql(url, "SELECT 1") == [(1,)]
    finally:
        server.stop()
    folder = socket_folder(url)
    assert len(str(folder)) < 80
    assert modes(folder) == [0o700]
    folder.rmdir()


def test_stopping_what_never_ran_is_harmless(tmp_path: Path) -> None:
    EmbeddedPostgres(tmp_path / "nothing").stop()


def test_two_data_folders_run_side_by_side(
    private_postgres: PrivatePostgres, open_folder: Path
) -> None:
    other = EmbeddedPostgres(open_folder / "postgres", settings={"fsync": "off"})
    try:
        other_url = other.start()
        run_sql(other_url, "CREATE TABLE here (id int)")
        assert run_sql(private_postgres.url, "SELECT to_regclass('here')") == [(None,)]
    finally:
        other.stop()


def test_the_socket_name_limit_of_the_system_is_respected(open_folder: Path) -> None:
    too_long = open_folder / ("s" * 90)
    server = EmbeddedPostgres(open_folder / "postgres", socket_dir=too_long)

    with pytest.raises(EmbeddedPostgresError, match="too long"):
        server.start()

    with socket.socket(socket.AF_UNIX) as probe, pytest.raises(OSError, match="too long"):
        probe.bind(str(too_long / ".s.PGSQL.5432"))
