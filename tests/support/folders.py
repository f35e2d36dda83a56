"""Temporary folders outside the repository that PostgreSQL's own user can reach too."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.guardian import Guardian


def open_temporary_folder(guardian: Guardian) -> Path:
    """A new empty folder that anybody may enter and only we may change; gone after the test run."""
    folder = Path(tempfile.mkdtemp(prefix="tandem-test-"))
    guardian.watch_folder(folder)
    folder.chmod(0o755)
    return folder
