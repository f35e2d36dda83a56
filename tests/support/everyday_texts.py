"""Short real texts, written by people who never heard of Tandem.

They are the fortune files of Debian's packages ``fortunes``, ``fortunes-min`` (English: jokes,
quotations, song lines, posts and chat of the early Internet) and ``fortunes-es`` (Spanish:
proverbs, sayings, graffiti, quotations). They are read from where the packages were unpacked,
``share/games/fortunes`` of the environment or of the machine, and never copied into the project.
They are wordier, older and darker than parents' messages; decision 0006 says why these.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from service.domain.vocabulary import Language

SHORTEST = 5
LONGEST = 480
_FOLDERS = (Path(sys.prefix) / "share/games/fortunes", Path("/usr/share/games/fortunes"))
_BETWEEN_TEXTS = re.compile(r"^%$", re.MULTILINE)
# Pictures drawn with letters are not language.
_NOT_LANGUAGE = frozenset({"ascii-art"})


class NoEverydayTextsError(Exception):
    """The packages with the texts are not on this machine."""


def everyday_texts(language: Language) -> list[str]:
    """The distinct texts of 5 to 480 characters, on one line each, always in the same order.

    Raises ``NoEverydayTextsError`` where they are not installed.
    """
    texts: dict[str, None] = {}
    for file in _files(language):
        for passage in _BETWEEN_TEXTS.split(file.read_text("utf-8")):
            text = " ".join(passage.split())
            # What cannot be printed is underlining for teleprinters: nobody texts it.
            if SHORTEST <= len(text) <= LONGEST and text.isprintable():
                texts[text] = None
    return list(texts)


def _files(language: Language) -> list[Path]:
    """The files of one language by name. Indexes end in .dat, links to the same files in .u8."""
    if language is Language.ES:
        return sorted((_folder() / "es").glob("*.fortunes"))
    return sorted(
        file
        for file in _folder().iterdir()
        if file.is_file() and not file.suffix and file.name not in _NOT_LANGUAGE
    )


def _folder() -> Path:
    """The first folder that has both languages."""
    for folder in _FOLDERS:
        if (folder / "literature").is_file() and (folder / "es").is_dir():
            return folder
    raise NoEverydayTextsError(
        "no everyday texts for the reading tests: install the Debian packages fortunes and"
        f" fortunes-es, or unpack them so that they lie in {_FOLDERS[0]}"
    )
