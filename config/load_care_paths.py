"""Loading ``config/care_paths.yaml``."""

from __future__ import annotations

from pathlib import Path

from config.pack_files import Entry, read_pack_file
from config.pack_values import yes_or_no
from service.domain.care_paths import CarePath, CarePaths
from service.domain.checklist import LAST_MONTH
from service.domain.wording import KEYS


def load_care_paths(root: Path) -> CarePaths:
    """Read the care paths below ``root``. Raises ``PackError`` with file, line and key, also where
    an age, or a child of unknown age, would have no path."""
    pack = read_pack_file(root / "care_paths.yaml")
    pack.only("paths")
    paths = CarePaths(tuple(_path(entry) for entry in pack.entries("paths")))
    for age in (None, *range(LAST_MONTH + 1)):
        if not paths.texts(age):
            pack.fail("paths", f"no path covers {'an unknown age' if age is None else age}")
    return paths


def _path(entry: Entry) -> CarePath:
    entry.only("id", "text", "from_months", "to_months", "without_age", "source")
    text = entry.text("text")
    if text not in KEYS:
        entry.fail("text", f"there is no message '{text}'")
    return CarePath(
        id=entry.text("id"),
        source=entry.text("source"),
        text=text,
        from_months=entry.number("from_months", 0),
        to_months=entry.number("to_months") if "to_months" in entry.values else None,
        without_age=yes_or_no(entry, "without_age", default=False),
    )
