"""Loading the reading packs: words of concern, safety signs and control words.

Every file under ``lexicon/``, ``safety/`` and ``intents/`` may hold any of the sections below;
a wrong entry stops the start with one line that names file, line and key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, product
from pathlib import Path

from config.pack_files import Entry, PackError, read_pack_file
from config.pack_values import yes_or_no
from config.real_words import real_words
from config.rule_entries import SECTIONS
from service.domain.reading.lexicon import (
    Family,
    Kind,
    Lexicon,
    Phrasing,
    Rule,
    TogetherPhrase,
    compile_lexicon,
)
from service.domain.reading.phrases import PhraseError, fewest_words, members, parse
from service.domain.reading.slips import SHORTEST, slips_of, squeezed
from service.domain.reading.word_tree import Phrase, Words
from service.domain.reading.written_together import is_together, split_together
from service.domain.vocabulary import Intent, Language

FOLDERS = ("lexicon", "safety", "intents")
LOST_SKILL = "safety.lost_skill"
_GRAVE = frozenset({"danger", "safety"})
"""What a trap must not hide by accident, with opt-outs."""
_TOO_FEW = 2


@dataclass(slots=True)
class ReadPacks:
    """What has been read so far."""

    classes: dict[str, tuple[Words, ...]] = field(default_factory=dict)
    phrasings: list[Phrasing] = field(default_factory=list)
    ids: dict[str, Entry] = field(default_factory=dict)
    english: list[str] = field(default_factory=list)
    spanish: list[str] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)
    spellings: dict[str, str] = field(default_factory=dict)
    parts: dict[str, int] = field(default_factory=dict)
    """The parts of phrases of several parts, by how they are written."""
    together: list[TogetherPhrase] = field(default_factory=list)
    slips: list[tuple[Words, Rule]] = field(default_factory=list)
    """What is heard as a whole message though words run together or a letter is wrong."""


def load_lexicon(root: Path) -> Lexicon:
    """Read every pack file under ``root`` and compile them. Raises ``PackError``."""
    packs = read_packs(root)
    lost = [p.rule for p in packs.phrasings if p.rule.id == LOST_SKILL]
    if not lost:
        raise PackError(f"{root / 'safety'}: no flag has the id {LOST_SKILL}")
    return compile_lexicon(
        packs.phrasings,
        left_alone=packs.left_alone,
        fixed_spellings=packs.spellings,
        english=packs.english,
        spanish=packs.spanish,
        lost_skill=lost[0],
        real_words={language: real_words(language) for language in Language},
        together=packs.together,
        slips=slips_of(packs.slips),
    )


def read_packs(root: Path) -> ReadPacks:
    """Read every pack file under ``root``. Raises ``PackError``."""
    packs = ReadPacks()
    tops: list[Entry] = []
    for folder in FOLDERS:
        paths = sorted((root / folder).glob("*.yaml"))
        if not paths:
            raise PackError(f"{root / folder}: holds no pack files")
        tops += [read_pack_file(path) for path in paths]
    for top in tops:
        _read_definitions(top, packs)
    for top in tops:
        _read_rules(top, packs)
    return packs


def _read_definitions(top: Entry, packs: ReadPacks) -> None:
    top.only(*SECTIONS, "classes", "words")
    for entry in top.entries("classes", required=False):
        entry.only("name", "phrases")
        packs.classes[entry.text("name")] = _members(entry)
    if "words" in top.values:
        _read_words(top.entry("words"), packs)


def _read_rules(top: Entry, packs: ReadPacks) -> None:
    for section, rule_of in SECTIONS.items():
        for entry in top.entries(section, required=False):
            rule = rule_of(entry)
            if rule.id in packs.ids:
                there = packs.ids[rule.id]
                entry.fail("id", f"'{rule.id}' also stands at {there.path.name}:{there.line}")
            packs.ids[rule.id] = entry
            before = len(packs.together) + len(packs.slips)
            phrases: tuple[Phrase, ...] = ()
            if yes_or_no(entry, "slips", default=False):
                packs.slips += ((words, rule) for words in _ways_to_say(entry, packs))
            else:
                phrases = _phrases(entry, "en", rule, packs) + _phrases(entry, "es", rule, packs)
                packs.phrasings.append(Phrasing(rule, phrases))
            if not phrases and before == len(packs.together) + len(packs.slips):
                entry.fail("en", "needs at least one phrase in en or es")


def _ways_to_say(entry: Entry, packs: ReadPacks) -> Iterator[Words]:
    """Every way of saying an entry's phrases."""
    for key in ("en", "es"):
        for phrase in entry.texts(key):
            try:
                if is_together(phrase) or ".." in phrase:
                    raise PhraseError("a whole message has no parts and no gaps")
                for words in product(*parse(phrase, packs.classes)):
                    said = tuple(chain.from_iterable(words))
                    if len(squeezed(said)) < SHORTEST:
                        raise PhraseError(f"'{' '.join(said)}' is too short to hear with a slip")
                    yield said
            except PhraseError as error:
                entry.fail(key, f"'{phrase}': {error}")


def _members(entry: Entry) -> tuple[Words, ...]:
    found: dict[Words, None] = {}
    for phrase in entry.texts("phrases", required=True):
        try:
            found.update(dict.fromkeys(members(phrase)))
        except PhraseError as error:
            entry.fail("phrases", f"'{phrase}': {error}")
    return tuple(found)


def _phrases(entry: Entry, key: str, rule: Rule, packs: ReadPacks) -> tuple[Phrase, ...]:
    found: list[Phrase] = []
    for phrase in entry.texts(key):
        try:
            if is_together(phrase):
                _plant_together(phrase, rule, packs)
            else:
                found.append(parse(phrase, packs.classes))
                _check_trap(entry, found[-1])
        except PhraseError as error:
            entry.fail(key, f"'{phrase}': {error}")
    return tuple(found)


def _check_trap(entry: Entry, phrase: Phrase) -> None:
    """Refuse a trap that would hide an emergency or an opt-out with two common words: "is blue
    (shirt)" is "is blue" as well, and hid a blue baby."""
    hides = entry.values.get("among") in _GRAVE or entry.values.get("intent") == Intent.STOP.value
    if "among" in entry.values and hides and () in phrase[-1] and fewest_words(phrase) <= _TOO_FEW:
        raise PhraseError(
            "ends in words that may be missing, and two words alone would hide what it traps; "
            "take the brackets away, or write the short phrase out"
        )


def _plant_together(phrase: str, rule: Rule, packs: ReadPacks) -> None:
    written = split_together(phrase)

    def number(part: str) -> int:
        known = packs.parts.get(part)
        if known is None:
            known = packs.parts[part] = len(packs.parts)
            whole = Rule(f"part.{known}", Kind.PART, Family.PART, "grammar", part=known)
            packs.phrasings.append(Phrasing(whole, (parse(part, packs.classes),)))
        return known

    first, *others = map(number, written.parts)
    found = TogetherPhrase(
        rule=rule,
        first=first,
        others=tuple(zip(others, written.follows[1:], strict=True)),
        without=tuple(map(number, written.without)),
        whole_message=written.whole_message,
    )
    packs.together.append(found)


def _read_words(entry: Entry, packs: ReadPacks) -> None:
    entry.only("english", "spanish", "left_alone", "spellings")
    for key, words in (
        ("english", packs.english),
        ("spanish", packs.spanish),
        ("left_alone", packs.left_alone),
    ):
        words += [word for line in entry.texts(key) for word in line.split()]
    for line in entry.texts("spellings"):
        written, arrow, meant = line.partition(" -> ")
        if not arrow:
            entry.fail("spellings", f"'{line}' must read 'written -> meant'")
        packs.spellings[written.strip()] = meant.strip()
