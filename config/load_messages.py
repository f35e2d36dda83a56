"""Loading the texts parents read, and the words they must not hold.

``root`` is the folder that holds ``templates/`` and ``config/``. Every text has one UTF-8 file
a language, ``templates/messages/<language>/<key>.txt``, and where those words are wrong in a
mail a second one, ``<key>.email.txt``.
"""

from __future__ import annotations

from pathlib import Path

from config.pack_files import Entry, PackError, read_pack_file
from service.domain.content_check import AvoidRule, AvoidWords
from service.domain.vocabulary import Language
from service.domain.wording import EMAIL_ONLY, KEYS, Messages

_FOR_EMAIL = ".email"


def load_messages(root: Path) -> Messages:
    """All texts in all languages. Raises ``PackError`` if one is missing, empty or unknown."""
    folder = root / "templates" / "messages"
    texts = _texts(folder, KEYS)
    email = _texts(folder, tuple(EMAIL_ONLY))
    for language in Language:
        for path in sorted((folder / language).glob("*.txt")):
            key = path.stem.removesuffix(_FOR_EMAIL)
            # What is for email anyway has one file, named like any other.
            if key not in KEYS and (key not in EMAIL_ONLY or key != path.stem):
                raise PackError(f"{path}:1: {path.stem}: no such text is ever sent")
            if key != path.stem:
                email[language, key] = _text(path)
    return Messages.from_texts(texts, email)


def _texts(folder: Path, keys: tuple[str, ...]) -> dict[tuple[Language, str], str]:
    return {
        (language, key): _text(folder / language / f"{key}.txt")
        for language in Language
        for key in keys
    }


def load_avoid_words(root: Path) -> AvoidWords:
    """The words texts must not hold, from ``config/wording/avoid.yaml``. Raises ``PackError``."""
    pack = read_pack_file(root / "config" / "wording" / "avoid.yaml")
    pack.only("version", "source", "avoid")
    rules = tuple(_rule(entry) for entry in pack.entries("avoid"))
    seen: set[str] = set()
    for entry, rule in zip(pack.entries("avoid"), rules, strict=True):
        if rule.id in seen:
            entry.fail("id", f"{rule.id} stands twice")
        seen.add(rule.id)
    return AvoidWords(rules)


def _rule(entry: Entry) -> AvoidRule:
    entry.only("id", "language", "words", "say", "unless", "allowed_in")
    language = entry.text("language")
    if language not in tuple(Language):
        entry.fail("language", f"{language} is not one of {', '.join(Language)}")
    allowed_in = entry.texts("allowed_in")
    for key in allowed_in:
        if key not in KEYS and key not in EMAIL_ONLY:
            entry.fail("allowed_in", f"there is no text {key}")
    return AvoidRule(
        id=entry.text("id"),
        language=Language(language),
        words=entry.texts("words", required=True),
        say=entry.text("say"),
        unless=entry.texts("unless"),
        allowed_in=frozenset(allowed_in),
    )


def _text(path: Path) -> str:
    try:
        text = path.read_text("utf-8").rstrip("\n")
    except FileNotFoundError:
        raise PackError(f"{path}:1: {path.stem}: the text is missing") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path}:1: {path.stem}: cannot be read: {error}") from None
    if not text.strip():
        raise PackError(f"{path}:1: {path.stem}: the text is empty")
    return text
