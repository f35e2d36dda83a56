"""Reading pack files: YAML in, plain values out, errors that name file, line and key.

A pack file is a mapping or a list of mappings. Values come back as ordinary Python values;
``PackFile.fail`` turns a complaint about one of them into a one-line ``PackError``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import yaml


class PackError(Exception):
    """A content file is wrong; the message is one line: file, line, key, reason."""


# The parser in C where the wheel brings it: the packs load in a third of the time.
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):  # type: ignore[valid-type,misc]  # chosen at run time
    """Plain YAML, but remembers on which line each mapping began."""


_LINE = "__line__"


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, str):
            raise PackError(f"line {line}: key {key!r} must be text (put it in quotes)")
        if key in values:
            raise PackError(f"line {line}: key '{key}' stands twice")
        values[key] = loader.construct_object(value_node, deep=True)
    values[_LINE] = node.start_mark.line + 1
    return values


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@dataclass(frozen=True, slots=True)
class Entry:
    """One mapping of a pack file, with the line it begins on."""

    path: Path
    line: int
    values: dict[str, Any] = field(repr=False)

    def fail(self, key: str, reason: str) -> NoReturn:
        """Raise a ``PackError`` about one key of this entry."""
        raise PackError(f"{self.path}:{self.line}: {key}: {reason}")

    def only(self, *allowed: str) -> None:
        """Refuse keys nobody reads, so that a typing slip does not silently change a rule."""
        for key in self.values:
            if key not in allowed:
                self.fail(key, f"unknown key; expected one of {', '.join(allowed)}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text value; missing without a default is an error."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            self.fail(key, "must be text" if key in self.values else "is missing")
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """A whole number; missing without a default is an error."""
        value = self.values.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            self.fail(key, "must be a whole number" if key in self.values else "is missing")
        return value

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts, empty where the key is missing and not required."""
        value = self.values.get(key)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            self.fail(key, "must be a list of texts" if key in self.values else "is missing")
        return tuple(value)

    def entry(self, key: str) -> Entry:
        """A nested mapping."""
        value = self.values.get(key)
        if not isinstance(value, dict):
            self.fail(key, "must be a mapping" if key in self.values else "is missing")
        return _entry(self.path, value)

    def entries(self, key: str, *, required: bool = True) -> tuple[Entry, ...]:
        """A list of nested mappings."""
        value = self.values.get(key)
        if value is None and not required:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.fail(key, "must be a list of entries" if key in self.values else "is missing")
        return tuple(_entry(self.path, v) for v in value)


def _entry(path: Path, values: dict[str, Any]) -> Entry:
    return Entry(path, values[_LINE], {k: v for k, v in values.items() if k != _LINE})


def read_pack_file(path: Path) -> Entry:
    """Read one pack file, whose top level is a mapping. Raises ``PackError``."""
    try:
        data = yaml.load(path.read_text("utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except PackError as error:
        raise PackError(f"{path}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: cannot be read: {error}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PackError(f"{path}:{line}: {error.problem}") from None
    if not isinstance(data, dict):
        raise PackError(f"{path}:1: must hold a mapping at the top")
    return _entry(path, data)
