"""Lays the packs out so that they can be read: long lists over several lines, long entries by key.

``make format`` writes, ``make lint`` (``--check``) only names the files. Words and comments stay as
they are: only where a line breaks changes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import yaml

PACKS = Path(__file__).resolve().parents[1] / "config"
WIDTH = 118
_OPEN, _CLOSE, _QUOTES = "[{", "]}", "\"'"


def lay_out(text: str) -> str:
    """The same YAML, no line longer than it must be."""
    lines: list[str] = []
    for entry in _entries(text.splitlines()):
        lines += _broken(entry) if len(entry) > WIDTH else [entry]
    return "\n".join(lines) + "\n"


def _entries(lines: list[str]) -> list[str]:
    """Lines, with a list or entry in brackets that goes over several of them joined to one."""
    joined: list[str] = []
    depth = 0
    for line in lines:
        if depth and not line.lstrip().startswith("#"):
            joined[-1] += " " + line.strip()
        else:
            joined.append(line.rstrip())
        if not line.lstrip().startswith("#"):
            depth += _depth(line)
    return joined


def _depth(line: str) -> int:
    """How many brackets a line opens and leaves open."""
    depth, quote = 0, ""
    for at, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES and (at == 0 or line[at - 1] in " [{,"):
            quote = character
        elif character == "#" and line[at - 1 : at] == " " and line[at + 1 : at + 2] == " ":
            break
        else:
            depth += (character in _OPEN) - (character in _CLOSE)
    return depth


def _pieces(inside: str) -> list[str]:
    """What stands between the outermost commas."""
    pieces, depth, quote, began = [], 0, "", 0
    for at, character in enumerate(inside):
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES and (at == 0 or inside[at - 1] in " [{,"):
            quote = character
        elif character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth -= 1
        elif character == "," and not depth:
            pieces.append(inside[began:at].strip())
            began = at + 1
    return [piece for piece in (*pieces, inside[began:].strip()) if piece]


def _broken(entry: str) -> list[str]:
    indent = len(entry) - len(entry.lstrip())
    body = entry.strip()
    if body.startswith("#"):
        return [entry]
    if body.startswith("- {") and body.endswith("}"):
        keys = _pieces(body[3:-1])
        first, *others = [" " * (indent + 2) + key for key in keys]
        lines = [" " * indent + "- " + first.strip(), *others]
        return [line for long in lines for line in (_broken(long) if len(long) > WIDTH else [long])]
    key, opened, inside = body.partition(": [")
    if not opened or not inside.endswith("]"):
        return [entry]
    # A list under "- name:" stands in by the dash as well.
    hang = " " * (indent + (2 if key.startswith("- ") else 0) + 2)
    lines, line = [" " * indent + key + ": ["], hang
    for piece in _pieces(inside[:-1]):
        if len(line) + len(piece) + 2 > WIDTH and line != hang:
            lines.append(line.rstrip())
            line = hang
        line += piece + ", "
    return [*lines, line.rstrip(), hang[:-2] + "]"]


def main() -> int:
    """Lay every pack out, or with ``--check`` name those that are not."""
    check = "--check" in sys.argv[1:]
    wrong = []
    for path in sorted(PACKS.rglob("*.yaml")):
        before = path.read_text("utf-8")
        after = lay_out(before)
        if yaml.safe_load(before) != yaml.safe_load(after):
            print(f"{path}: cannot be laid out; write each list in brackets")
            return 1
        if before != after:
            wrong.append(path)
            if not check:
                path.write_text(after, "utf-8")
    for path in wrong if check else ():
        print(f"{path.relative_to(PACKS.parent)}: not laid out; run: make format")
    return int(check and bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
