"""The embedded run's own folder (``TANDEM_HOME``, else ``var/``): lock, secrets, whereabouts.

Secrets are made at the first start and stay; ``run.json`` says where the running one is reached,
so that other commands (``tandem show``, ``tandem tick``) find it.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.fernet import Fernet

from config.packs import PROJECT

DEMO_ACCOUNT_SID = "AC" + "0" * 32
DEMO_AUTH_TOKEN = "demo-auth-token"  # noqa: S105 - the documented token of local runs
DEMO_NUMBER = "+15005550006"
DEMO_MAILBOX = "sunny-days"
DEMO_MAIL_DOMAIN = "mail.tandem.example"
DEMO_MAIL_SECRET = "demo-email-secret"  # noqa: S105 - the documented secret of local runs
DEMO_CLINIC = "Sunny Days Pediatric Therapy"
DEMO_LOGIN = "demo@example.com"


class AlreadyRunning(Exception):
    """Another embedded run holds this folder; the message says where it is reached."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the first start made."""

    secret_key: str
    encryption_key: str
    demo_password: str


class Home:
    """One folder of the embedded run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: IO[str] | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Home:
        """The folder the environment names, else ``var/`` beside the code."""
        return cls(Path(environment.get("TANDEM_HOME") or PROJECT / "var").absolute())

    def take(self) -> None:
        """Hold the folder until this process ends. Raises ``AlreadyRunning`` or ``OSError``."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            where = self.environment().get("PUBLIC_BASE_URL", "its first start is under way")
            raise AlreadyRunning(f"Tandem is already running here: {where}") from None
        self._lock = lock
        (self.folder / "run.json").unlink(missing_ok=True)

    def is_running(self) -> bool:
        """Whether an embedded run holds the folder and can be reached."""
        if not (self.folder / "run.json").exists():
            return False
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def secrets(self) -> Secrets:
        """The folder's secrets, made on first use and readable by its owner only."""
        path = self.folder / "secrets.json"
        if not path.exists():
            made = Secrets(
                secret_key=secrets.token_urlsafe(32),
                encryption_key=Fernet.generate_key().decode(),
                demo_password=secrets.token_urlsafe(9),
            )
            _write_private(path, {name: getattr(made, name) for name in Secrets.__slots__})
        return Secrets(**json.loads(path.read_text("utf-8")))

    def announce(self, environment: Mapping[str, str]) -> None:
        """Let other commands find this run."""
        _write_private(self.folder / "run.json", dict(environment))

    def environment(self) -> dict[str, str]:
        """The settings of the run that was announced last; empty where there is none."""
        try:
            found = json.loads((self.folder / "run.json").read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(value) for name, value in found.items()}

    def leave(self) -> None:
        """Say that the run is over."""
        (self.folder / "run.json").unlink(missing_ok=True)


def _write_private(path: Path, values: Mapping[str, str]) -> None:
    """Write all or nothing, never readable by others."""
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(values, file, indent=1)
    beside.replace(path)
