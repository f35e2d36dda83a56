"""Loading the checklist pack: ``config/checklist/*.yaml`` and ``config/wording/domains.yaml``.

``root`` is the folder that holds ``config/``. Whatever would make a list ambiguous, too long
or untranslated is refused here with the file and line of the entry.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from config.pack_files import Entry, PackError, read_pack_file
from config.pack_values import domain
from service.domain.checklist import LAST_MONTH, Checklist, Item, Wording
from service.domain.reading.tokens import fold, tokenise
from service.domain.vocabulary import Domain, Language, Side

ONE_LIST_UNTIL = 12
"""Months: babies get one list (knowledge b, age bands)."""
LONGEST_TEXT = 35
"""Characters of an item: with a two-digit number and a space it stays within 38."""
LONGEST_PHRASE = 26
"""Characters of a short phrase used in a result."""

FILES = ("moving.yaml", "daily_life.yaml")


def load_checklist(root: Path) -> Checklist:
    """The whole checklist. Raises ``PackError``."""
    packs = [read_pack_file(root / "config" / "checklist" / name) for name in FILES]
    items: list[Item] = []
    for pack in packs:
        pack.only("version", "source", "part", "items")
        part = pack.number("part")
        for entry in pack.entries("items"):
            item = _item(entry, part)
            if any(item.id == other.id or item.key == other.key for other in items):
                entry.fail("key", f"{item.id} {item.key} stands twice")
            items.append(item)
    versions = {pack.text("version") for pack in packs}
    if len(versions) != 1:
        packs[0].fail("version", "all checklist files must carry the same version")
    if [item.part for item in items] != sorted(item.part for item in items):
        packs[0].fail("part", "list 1 must come before list 2")
    return Checklist(
        version=versions.pop(),
        one_list_until=ONE_LIST_UNTIL,
        items=tuple(items),
        domain_phrases=MappingProxyType(_domain_phrases(root)),
    )


def _item(entry: Entry, part: int) -> Item:
    entry.only("id", "key", "side", "domains", "soft", "source", "reason", "called", "wordings")
    if entry.text("side") not in tuple(Side):
        entry.fail("side", f"must be one of {', '.join(Side)}")
    side = Side(entry.text("side"))
    domains = tuple(domain(entry, "domains", name) for name in entry.texts("domains"))
    if not domains:
        entry.fail("domains", "must name at least one")
    for one in domains:
        if one.side is not side:
            entry.fail("domains", f"{one} belongs to {one.side}")
    soft = entry.values.get("soft", False)
    if not isinstance(soft, bool):
        entry.fail("soft", "must be true or false")
    wordings = tuple(_wording(child) for child in entry.entries("wordings"))
    for before, after in pairwise(wordings):
        if after.first_month <= before.last_month:
            entry.fail("wordings", f"two wordings for {after.first_month} months")
    return Item(
        id=entry.text("id"),
        key=entry.text("key"),
        part=part,
        side=side,
        domains=domains,
        soft=soft,
        source=entry.text("source"),
        reasons=_both_languages(entry.entry("reason"), LONGEST_PHRASE),
        wordings=wordings,
        called=_called(entry.entry("called")),
        titles=_titles(wordings),
    )


def _called(entry: Entry) -> frozenset[str]:
    """What parents call the item, in both languages: single words, folded."""
    entry.only(*Language)
    words = [word for language in Language for word in entry.texts(language)]
    for word in words:
        if not word.isalpha() or fold(word) != word:
            entry.fail("called", f"'{word}' must be one folded word")
    return frozenset(words)


def _titles(wordings: tuple[Wording, ...]) -> frozenset[frozenset[str]]:
    texts = [text for wording in wordings for text in wording.texts.values()]
    return frozenset(frozenset(token.word for token in tokenise(text)) for text in texts)


def _wording(entry: Entry) -> Wording:
    entry.only("from", "to", *Language, "reason")
    first, last = entry.number("from"), entry.number("to")
    if not 0 <= first <= last <= LAST_MONTH:
        entry.fail("from", f"ages must run upwards within 0 and {LAST_MONTH} months")
    own = "reason" in entry.values
    return Wording(
        first_month=first,
        last_month=last,
        texts=_both_languages(entry, LONGEST_TEXT),
        reasons=_both_languages(entry.entry("reason"), LONGEST_PHRASE) if own else None,
    )


def _both_languages(entry: Entry, limit: int) -> MappingProxyType[Language, str]:
    texts = {language: entry.text(language) for language in Language}
    for language, text in texts.items():
        if len(text) > limit:
            entry.fail(language, f"'{text}' is {len(text)} characters long; {limit} fit")
    return MappingProxyType(texts)


def _domain_phrases(root: Path) -> dict[tuple[Domain, Language], str]:
    pack = read_pack_file(root / "config" / "wording" / "domains.yaml")
    pack.only("version", "source", "phrases")
    phrases = pack.entry("phrases")
    phrases.only(*Domain)
    found: dict[tuple[Domain, Language], str] = {}
    for each in Domain:
        if each not in phrases.values:
            raise PackError(f"{phrases.path}:{phrases.line}: {each}: is missing")
        texts = _both_languages(phrases.entry(each), LONGEST_PHRASE)
        found.update({(each, language): texts[language] for language in Language})
    return found
