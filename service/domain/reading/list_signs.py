"""What each word of a reply says of the list, and which of its clauses say nothing else.

In such a clause ("el dos y la tres porfa") every number and every "last" or "second" names an
item; in others ("she has 2 brothers") a number has to look like a pick.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from service.domain.reading.items_by_name import Spans, items_by_name
from service.domain.reading.list_phrases import PHRASE_WORDS, PHRASES
from service.domain.reading.list_words import AND, ARTICLES, LABEL, SIGNS, TO, Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import (
    LIST_NUMBERS,
    PLACES,
    cardinal,
    number_meant,
    ordinal,
    slip,
    word_set,
)
from service.domain.reading.tokens import Break, Token
from service.domain.reading.types import Context
from service.domain.vocabulary import Language

_DRAWN_OUT = re.compile(r"([a-z])\1{2,}")
_SHORTEST_ADVERB = 5
_SHORTEST_PAIR = 3
_NO_NUMBERS = word_set("un una")
_ONE = word_set("one uno")
_AROUND_ONE = LABEL | word_set("la el y and n or o del al from to thru ni")
_SOUND_ALIKE = {"tree": "3", "free": "3", "too": "2", "to": "2", "for": "4", "fore": "4"} | {
    "won": "1", "wan": "1", "ate": "8", "sicks": "6", "fife": "5", "nein": "9",
}  # fmt: skip
_SHORT_FOR_NUMBER = frozenset({"no", "n", "nro"})
_LETTERS = ({"y", "n"}, {"s", "n"})
_SURELY_HEARD = word_set("tree free fore won wan ate sicks fife nein")
_LONGEST_ROW = 30
"""So many words at most are looked through for each word that may be a number."""
_DENIAL_REACHES = 12


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply seen as an answer to the list."""

    signs: tuple[Sign, ...]
    """One for each token."""
    first_of: tuple[int, ...]
    """For each token, where the phrase it belongs to begins."""
    stray: frozenset[int]
    """The clauses that say anything else."""
    numbers: dict[int, str]
    """The digits of the tokens that are numbers."""
    names: Spans
    """Where items are named by their words."""

    @property
    def pure(self) -> bool:
        """Whether the whole reply is about the list."""
        return not self.stray

    def says(self, sign: Sign) -> bool:
        """Whether any word says so."""
        return sign in self.signs

    def begins(self, sign: Sign) -> list[int]:
        """Where words begin that say so."""
        if sign not in self.signs:
            return []
        first_of = self.first_of
        return [at for at, one in enumerate(self.signs) if one is sign and first_of[at] == at]

    def is_phrase(self, at: int) -> bool:
        """Whether a phrase of several words begins at a token."""
        return at + 1 < len(self.first_of) and self.first_of[at + 1] == at

    def phrase_end(self, at: int) -> int:
        """The last token of the phrase that the one at a token belongs to."""
        end = at
        while end + 1 < len(self.first_of) and self.first_of[end + 1] == self.first_of[at]:
            end += 1
        return end

    def at(self, place: int) -> Sign:
        """The sign at a token; stray past the ends."""
        return self.signs[place] if 0 <= place < len(self.signs) else Sign.STRAY


def hear(message: Message, context: Context, used: frozenset[int]) -> Heard:
    """The signs of a message's words. ``used`` tokens belong to the child's age."""
    tokens, words = message.tokens, message.words
    signs: list[Sign] = []
    first_of: list[int] = []
    numbers: dict[int, str] = {}
    letters = _letter_answers(message)
    names = items_by_name(message, context)
    at = 0
    while at < len(tokens):
        token = tokens[at]
        word = token.word
        mere = _mere_sign(token)
        special = at in used or at in names or at in letters
        # The last of the words is empty.
        if mere is not None and not special and (word, words[at + 1]) not in PHRASES:
            signs.append(mere)
            first_of.append(at)
            at += 1
            continue
        size, sign = 1, Sign.PLAIN
        if at in names:
            size = names[at][0] + 1 - at
        elif at in letters:
            sign = letters[at]
        elif word not in _SHORT_FOR_NUMBER or not _is_label(message, at, numbers):
            size, sign = _phrase_at(message, at, used) or (1, _single(message, at, used))
            if sign is Sign.NONE and word == "para" and _denies_before(message, at):
                sign = Sign.STRAY
            digits = word if sign is Sign.NUMBER else None
            if size == 1 and digits is None:
                digits = _digits(message, at, context)
            if digits is not None and at not in used:
                sign = Sign.NUMBER
                numbers[at] = digits
        signs += [sign] * size
        first_of += [at] * size
        at += size
    stray = {message.clauses[at] for at, sign in enumerate(signs) if sign is Sign.STRAY}
    return Heard(tuple(signs), tuple(first_of), frozenset(stray), numbers, names)


def _denies_before(message: Message, at: int) -> bool:
    """ "la 12, no se concentra para nada": a "no" in the clause, that "para nada" only stresses."""
    begins = max(bisect_left(message.clauses, message.clauses[at]), at - _DENIAL_REACHES)
    return any(
        message.word(back) == "no" and message.word(back + 1) != "para"
        for back in range(begins, at)
    )


def _letter_answers(message: Message) -> dict[int, Sign]:
    """ "1 y 2 n 3 y", "y 1 n 2": a yes or no for every number, where letters may mean "and"."""
    words, numbers = message.words, message.numbers
    for step in (1, -1):
        found = {
            at + step: words[at + step] for at in numbers if 0 <= at + step < len(message.tokens)
        }
        if len(found) > 1 and len(found) == len(numbers) and set(found.values()) in _LETTERS:
            return {at: Sign.NOT if word == "n" else Sign.YES for at, word in found.items()}
    return {}


def _is_label(message: Message, at: int, numbers: dict[int, str]) -> bool:
    """ "No. 2 and No. 4": whether what may be short for number is, and no answer to the number
    before."""
    if at + 1 >= len(message.tokens):
        return False
    nxt = message.tokens[at + 1]
    between = message.text[message.tokens[at].end - 1 : nxt.start].rstrip(" ")[1:]
    between = between or message.text[message.tokens[at].end - 1]
    if nxt.is_number and between in {"º", "°"}:
        return True
    listed = message.word(at - 1) in AND or "&" in message.between(at - 1, at)
    answered = numbers and not listed
    return nxt.is_number and between == "." and not answered


def _single(message: Message, at: int, used: frozenset[int]) -> Sign:
    token = message.tokens[at]
    if at in used:
        return Sign.STRAY
    if token.is_number:
        return Sign.STRAY if _within_a_word(message, at) else Sign.NUMBER
    return _sign_of(token.word, token.forms)


def _within_a_word(message: Message, at: int) -> bool:
    """The zero of "d0s"."""
    tokens = message.tokens
    return (
        0 < at < len(tokens) - 1
        and tokens[at].word == "0"
        and tokens[at - 1].end == tokens[at].start
        and tokens[at].end == tokens[at + 1].start
    )


@lru_cache(maxsize=8192)
def _sign_of(word: str, forms: tuple[str, ...]) -> Sign:
    """The sign of a word, its spelling mended and drawn-out letters cut."""
    if word in TO:
        return Sign.TO
    if word in AND or word in LABEL or word in PLACES or ordinal(word, forms) is not None:
        return SIGNS.get(word, Sign.PLAIN)
    for one in (word, *forms, _DRAWN_OUT.sub(r"\1", word)):
        sign = SIGNS.get(one)
        if sign is not None:
            return sign
    adverb = len(word) > _SHORTEST_ADVERB and word.endswith(("ly", "mente"))
    return Sign.PLAIN if adverb else Sign.STRAY


def _mere_sign(token: Token) -> Sign | None:
    """The sign of a word that is no number, the same wherever no phrase begins with it; or None."""
    if token.is_number or token.unknown or token.word in _SHORT_FOR_NUMBER:
        return None
    return _sign_alone(token.word, token.forms)


@lru_cache(maxsize=8192)
def _sign_alone(word: str, forms: tuple[str, ...]) -> Sign | None:
    if word in PHRASE_WORDS or word in _SOUND_ALIKE or word == "para":
        return None
    if word in LIST_NUMBERS or number_meant(word, forms) is not None:
        return None
    return _sign_of(word, forms)


def _phrase_at(message: Message, at: int, used: frozenset[int]) -> tuple[int, Sign] | None:
    tokens = message.tokens
    word = message.words[at]
    # The last of the words is empty.
    for words, sign in PHRASES.get((word, message.words[at + 1]), ()):
        end = at + len(words)
        if end > len(tokens) or any(tokens[at + i].word != words[i] for i in range(2, len(words))):
            continue
        if _parted(message, at, end - 1) or not used.isdisjoint(range(at, end)):
            continue
        return len(words), sign
    alone = PHRASE_WORDS.get(word)
    return (1, alone) if alone is not None and at not in used else None


def _parted(message: Message, first: int, last: int) -> bool:
    """Whether a sentence ends or a comma stands within a phrase."""
    if not message.separated(first, last, Break.COMMA):
        return False
    if first == 0 and last == len(message.tokens) - 1:
        return False  # "every. single. one."
    text = message.text[message.tokens[first].start : message.tokens[last].end]
    return "," in text or message.separated(first, last)


def _digits(message: Message, at: int, context: Context) -> str | None:
    """The digits of a number written as a word, where the word is meant as one."""
    token = message.tokens[at]
    if token.is_number:
        return None  # read as a number, or a part of a word
    word = token.word
    value = LIST_NUMBERS.get(word)
    if value is None:
        value = cardinal(token)
    if value is not None:
        if word in _NO_NUMBERS or (word == "once" and context.language is not Language.ES):
            return None
        return str(value) if word not in _ONE or _is_one(message, at) else None
    if token.unknown and _among_numbers(message, at):
        found = slip(word)
        return None if found is None else str(found)
    if word in _SOUND_ALIKE and _sounds_like_one(message, at):
        return _SOUND_ALIKE[word]
    return None


def _sounds_like_one(message: Message, at: int) -> bool:
    """ "tree and five", "won and too", "number for": what a telephone hears of a number."""
    if message.word(at) in _SURELY_HEARD and _nothing_but_numbers(message):
        return True
    if message.word(at - 1) in LABEL:
        return at + 1 >= len(message.tokens) or message.word(at + 1) in AND
    if message.word(at - 1) == "and" and at > 1 and not message.joined(at + 1):
        before = message.tokens[at - 2]
        if before.is_number or before.word in LIST_NUMBERS:
            return True  # "two comma three and for."
    if len(message.tokens) < _SHORTEST_PAIR or message.word(1) not in AND - TO or at not in (0, 2):
        return False
    other = message.tokens[2 - at]
    return other.is_number or other.word in LIST_NUMBERS or other.word in _SOUND_ALIKE


def _among_numbers(message: Message, at: int) -> bool:
    """ "foor and six": whether an unknown word stands in a row of numbers."""
    if len(message.tokens) > _LONGEST_ROW:
        return False
    others = [token for place, token in enumerate(message.tokens) if place != at]
    numbers = [
        t.is_number or t.word in LIST_NUMBERS or cardinal(t) or (t.unknown and slip(t.word))
        for t in others
    ]
    alone = 0 < len(others) < _SHORTEST_PAIR  # "la ocjo"
    return (any(numbers) or alone) and all(
        number or t.word in AND | LABEL | ARTICLES
        for t, number in zip(others, numbers, strict=True)
    )


def _nothing_but_numbers(message: Message) -> bool:
    """Whether a reply is a row of numbers, two of them written as numbers: "seven ate and ten"."""
    if len(message.tokens) > _LONGEST_ROW:
        return False
    words = [token.word for token in message.tokens]
    numbers = sum(t.is_number or t.word in LIST_NUMBERS for t in message.tokens)
    return numbers > 1 and all(
        message.tokens[at].is_number or word in LIST_NUMBERS or word in AND or word in _SOUND_ALIKE
        for at, word in enumerate(words)
    )


def _is_one(message: Message, at: int) -> bool:
    """ "one and three", "la uno", "number one"; not "my one" or "uno de los pies"."""
    before, after = message.word(at - 1), message.word(at + 1)
    if after in {"of", "de", "that", "que", "is", "thing", "time", "day"}:
        return False
    if at > 1 and message.tokens[at - 1].is_number and message.word(at - 2) == "the":
        return False  # "the 5 one"
    if at == 0 or message.tokens[at].before is not Break.NONE:
        return True
    if after in {"y", "and"} and LIST_NUMBERS.get(message.word(at + 2)) is not None:
        return True  # "ya se los dije uno y cuatro"
    return before in _AROUND_ONE or message.tokens[at - 1].is_number or before in LIST_NUMBERS
