"""Values that several packs name, checked with a complaint that lists what there is."""

from __future__ import annotations

from config.pack_files import Entry
from service.domain.reading.lexicon import Only
from service.domain.vocabulary import Domain


def domain(entry: Entry, key: str, name: str) -> Domain:
    """The domain called ``name``. Raises ``PackError``."""
    try:
        return Domain(name)
    except ValueError:
        entry.fail(key, f"unknown domain '{name}'; expected one of {', '.join(Domain)}")


def limits(entry: Entry) -> tuple[Only, ...]:
    """What narrows where an entry counts. Raises ``PackError``."""
    names = entry.texts("only")
    for name in names:
        if name not in set(Only):
            entry.fail("only", f"'{name}' is none of {', '.join(Only)}")
    return tuple(Only(name) for name in names)


def yes_or_no(entry: Entry, key: str, *, default: bool) -> bool:
    """The truth value under ``key``. Raises ``PackError`` where it is anything else."""
    value = entry.values.get(key, default)
    if not isinstance(value, bool):
        entry.fail(key, "must be true or false")
    return value
