"""Values that several packs name, checked with a complaint that lists what there is."""

from __future__ import annotations

from config.pack_files import Entry
from service.domain.vocabulary import Domain


def domain(entry: Entry, key: str, name: str) -> Domain:
    """The domain called ``name``. Raises ``PackError``."""
    try:
        return Domain(name)
    except ValueError:
        entry.fail(key, f"unknown domain '{name}'; expected one of {', '.join(Domain)}")
