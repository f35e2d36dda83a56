"""The words the reader knows, compiled from the packs into one tree, ready to look up.

Nothing here reads files; ``config.load_lexicon`` does. Every rule carries the id and the source
that end up in a reading's evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from service.domain.reading.dates_as_written import MONTHS, WEEKDAYS
from service.domain.reading.number_words import ORDINALS, WORDS
from service.domain.reading.slips import Slips
from service.domain.reading.spelling import Spelling, spelling
from service.domain.reading.word_tree import Node, Phrase, Words, plant, plant_part, words_of
from service.domain.vocabulary import Domain, FlagLevel, Intent, Language


class Family(StrEnum):
    """Rules that compete for the same words: of two in one family the longer phrase wins."""

    CONCERN = "concern"
    SAFETY = "safety"
    """What the child's doctor should hear of soon."""
    DANGER = "danger"
    """An emergency or a crisis. A longer phrase for the doctor never takes one away."""
    TELLING = "telling"
    """How danger is told of: long ago, just now, in a film, of somebody else."""
    HINT = "hint"
    TOPIC = "topic"
    INTENT = "intent"
    CONTROL = "control"
    """Intents that count only as the whole message: found beside those that count anywhere."""
    COURTESY = "courtesy"
    ALL_FINE = "all_fine"
    PAST = "past"
    PART = "part"
    """Parts of phrases that mean something only together."""


class Kind(StrEnum):
    """What a phrase does to the sentence it stands in."""

    SIGN = "sign"
    """A concern by itself: "falls a lot"."""
    SKILL = "skill"
    """Something children learn to do; a concern only together with a word of difficulty."""
    CANNOT = "cannot"
    """Inability, ahead of a skill: "can't", "no puede"."""
    TROUBLE = "trouble"
    """Difficulty, ahead of or after a skill: "trouble", "is hard", "le cuesta"."""
    NOT = "not"
    """A denial: of a skill it makes a concern, of a sign it takes one away."""
    CAN = "can"
    """Ability, ahead of a skill: "can", "no problem with", "loves to"."""
    FINE = "fine"
    """Ability, after a skill: "walks fine", "camina bien"."""
    WORRY = "worry"
    """A cue that something goes badly, anywhere in the clause: "a train wreck", "ni se diga"."""
    NO_LONGER = "no_longer"
    """"no longer", "used to", "ya no": a sign is over, a skill is lost."""
    ANYMORE = "anymore"
    """The same, said after."""
    PAST = "past"
    """Told of the past: "as a baby", "last year"."""
    LONG_AGO = "long_ago"
    """Danger told of the past: "when he was two"."""
    WELL_SINCE = "well_since"
    """Danger that is over: "fine ever since"."""
    RIGHT_NOW = "right_now"
    """Danger at this moment, whatever else is told: "just now"."""
    GOING_ON = "going_on"
    """Danger told as it happens, to whomever: "is choking", "no respira"."""
    NOT_REAL = "not_real"
    """A film, a game, a lesson: "in the movie"."""
    SOMEONE_ELSE = "someone_else"
    """Somebody else's child, or an animal."""
    CONTRAST = "contrast"
    """"but": what follows stands alone."""
    SUBJECT = "subject"
    """The child is named anew: difficulty named before does not reach further."""
    OTHER = "other"
    """Another person: "her brother"."""
    GLUE = "glue"
    """Words that say nothing, so that "his handwriting and stuff" is still only a noun."""
    TRAP = "trap"
    """Words that look like something else: "falls asleep"."""
    PART = "part"
    FLAG = "flag"
    HINT = "hint"
    TOPIC = "topic"
    INTENT = "intent"
    COURTESY = "courtesy"
    ALL_FINE = "all_fine"


class Only(StrEnum):
    """What narrows where a phrase that asks something of the service counts."""

    FOLLOW_UP = "follow_up"
    """Once a suggestion was given."""
    AGREED = "agreed"
    """Once our first question, whether we may ask, is answered."""
    BEFORE_SUGGESTION = "before_suggestion"
    """Before one was given."""
    NOT_OF_THE_CHILD = "not_of_the_child"
    """In a message that tells of nothing that is hard for a child."""
    ASKING = "asking"
    """In a sentence that asks."""
    STATING = "stating"
    """In a message that asks nothing."""
    SHORT = "short"
    """In a message of a few words."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """One entry of a pack. Fields beyond the first four belong to some kinds only.

    Compared by identity: a pack has each rule once, and matches are compared often.
    """

    id: str
    kind: Kind
    family: Family
    source: str
    domains: tuple[Domain, ...] = ()
    not_yet: Domain | None = None
    """Domain that counts as well where the skill is missing altogether."""
    milestone: str | None = None
    topic: str | None = None
    condition: str | None = None
    level: FlagLevel | None = None
    past: FlagLevel | None = None
    """Level where the sign is told of the past; None drops it."""
    deniable: bool = True
    """Whether a "no" shortly before takes the flag away."""
    passes: bool = True
    """Whether "fine since" tells that the danger is over."""
    until_months: int = 0
    """Counts only for a child known to be younger than this; 0: whatever the age."""
    intent: Intent | None = None
    question: str | None = None
    part: int = -1
    """The number of a part of phrases that mean something only together."""
    whole: bool = True
    """Whether the phrase must be the whole message, courtesy aside."""
    only: tuple[Only, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A rule with the phrases that fire it (``phrases.parse``), in both languages."""

    rule: Rule
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True, slots=True)
class TogetherPhrase:
    """A rule that fires where all its parts stand near each other; parts are known by number."""

    rule: Rule
    first: int
    others: tuple[tuple[int, bool], ...]
    """The parts besides the first, and whether each stands right after the one before it."""
    without: tuple[int, ...]
    """Parts that must not stand in the same sentence."""
    whole_message: bool

    parts: tuple[int, ...] = field(init=False)
    """All that must be found."""
    named: tuple[int, ...] = field(init=False)
    """All that must be found, and all that must not."""

    def __post_init__(self) -> None:
        parts = (self.first, *(part for part, _ in self.others))
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "named", (*parts, *self.without))


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the matcher needs, computed once. Share it; it is never changed."""

    tree: Node[Rule]
    together: Mapping[int, tuple[tuple[tuple[int, ...], TogetherPhrase], ...]]
    """Phrases of several parts by the one that is rarest, each with the parts it needs besides,
    the rarer ones first."""
    spelling: Spelling
    english: frozenset[str]
    spanish: frozenset[str]
    lost_skill: Rule
    """The safety rule behind "used to walk" and "ya no camina"."""
    danger_parts: frozenset[int] = frozenset()
    """The parts that signs of danger are told in."""
    slips: Slips[Rule] = field(default_factory=Slips)
    """Whole messages heard with a slip in them."""


# A phrase written with the short form is found with the long one too (and "he dont eat").
_WRITTEN_OUT: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "cant": (("cannot",), ("can", "not")),
        "wont": (("will", "not"),),
        "doesnt": (("does", "not"), ("dont",)),
        "dont": (("do", "not"),),
        "didnt": (("did", "not"),),
        "isnt": (("is", "not"),),
        "hasnt": (("has", "not"),),
        "hes": (("he", "is"),),
        "shes": (("she", "is"),),
        "im": (("i", "am"),),
        "its": (("it", "is"),),
    }
)
_MOST_WRITTEN_OUT = 2
_SHORT_FORMS = frozenset(_WRITTEN_OUT)


def _with_long_forms(phrase: Phrase) -> Phrase:
    return tuple(
        part
        if all(_SHORT_FORMS.isdisjoint(words) for words in part)
        else tuple(dict.fromkeys(way for words in part for way in _written_out(words)))
        for part in phrase
    )


def _written_out(words: Words) -> list[Words]:
    forms: list[Words] = [()]
    left = _MOST_WRITTEN_OUT
    for word in words:
        ways: list[Words] = [(word,)]
        if left and word in _WRITTEN_OUT:
            left -= 1
            ways += _WRITTEN_OUT[word]
        forms = [(*begun, *way) for begun in forms for way in ways]
    return forms


def _fewest_letters(phrase: Phrase) -> int:
    return sum(min(sum(map(len, words)) for words in part) for part in phrase)


def _by_rarest(
    phrases: Sequence[TogetherPhrase], letters: Mapping[int, int]
) -> dict[int, tuple[tuple[tuple[int, ...], TogetherPhrase], ...]]:
    """Most messages hold "he" and few hold "antifreeze": what is rare is looked for first. How
    rare a part is, is told by the letters of the shortest way of saying it."""
    found: dict[int, list[tuple[tuple[int, ...], TogetherPhrase]]] = {}
    for phrase in phrases:
        rarest, *others = sorted(dict.fromkeys(phrase.parts), key=lambda part: -letters[part])
        found.setdefault(rarest, []).append((tuple(others), phrase))
    return {part: tuple(those) for part, those in found.items()}


def compile_lexicon(
    phrasings: Iterable[Phrasing],
    *,
    left_alone: Iterable[str],
    fixed_spellings: Mapping[str, str],
    english: Iterable[str],
    spanish: Iterable[str],
    lost_skill: Rule,
    real_words: Mapping[Language, frozenset[str]] = MappingProxyType({}),
    together: Sequence[TogetherPhrase] = (),
    slips: Slips[Rule] | None = None,
) -> Lexicon:
    """Compile packs into one tree."""
    tree: Node[Rule] = Node()
    letters: dict[int, int] = {}
    for phrasing in phrasings:
        for phrase in phrasing.phrases:
            phrase = _with_long_forms(phrase)
            if phrasing.rule.family is Family.PART:
                letters[phrasing.rule.part] = _fewest_letters(phrase)
                plant_part(tree, phrase, phrasing.rule.part)
            else:
                plant(tree, phrase, phrasing.rule)
    english, spanish = frozenset(english), frozenset(spanish)
    alone = {*left_alone, *english, *spanish, *MONTHS, *WEEKDAYS, *WORDS, *ORDINALS}
    real = (real_words.get(language, frozenset[str]()) for language in Language)
    return Lexicon(
        tree=tree,
        together=_by_rarest(together, letters),
        spelling=spelling({*words_of(tree), *WORDS, *ORDINALS}, alone, fixed_spellings, *real),
        english=english,
        spanish=spanish,
        lost_skill=lost_skill,
        slips=slips or Slips(),
        danger_parts=frozenset(
            part
            for phrase in together
            if phrase.rule.family is Family.DANGER
            for part in phrase.parts
        ),
    )
