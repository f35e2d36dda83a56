"""How many years or months are said: "2", "2.5", "2 1/2", "two", "and a half", "almost 3".

Only the amount is read here, in whatever unit stands with it; whether it is an age, and whose, is
decided elsewhere.
"""

from __future__ import annotations

from service.domain.reading.age_words import ALMOST, HALF
from service.domain.reading.matching import Message
from service.domain.reading.number_words import TENS, WORDS, cardinal

_NOT_YET = {
    "quite": ("not",), "yet": ("not",), "to": ("close",), "on": ("going", "goin"), "para": ("va",),
    "pa": ("va",), "of": ("shy",), "mero": ("ya",), "merito": ("ya",), "cumplir": ("de",),
    "under": ("just",), "en": ("entrando",), "entrado": ("sin",),
}  # fmt: skip
"""Pairs of words that mean almost, by the second: "close to 3"."""
_ALMOST_PHRASES = (
    ("coming", "up", "on"), ("closing", "in", "on"), ("knocking", "on"), ("hair", "under"),
    ("shy", "of"), ("about", "to", "be"), ("rumbo", "a", "los"), ("entrando", "a", "los"),
)  # fmt: skip
_BETWEEN = frozenset(
    {"tiene", "a", "un", "una", "to", "los", "sus", "su", "the", "cumple", "cumplir"}
)


def amount_at(message: Message, at: int) -> tuple[float, int] | None:
    """A number that begins at token ``at``, and its last token: 2, 2.5, 2 1/2, two."""
    tokens = message.tokens
    token = tokens[at]
    value = cardinal(token)
    if value is None:
        return None
    last = at
    number = float(value)
    if value in TENS and not token.is_number:
        more = at + 2 if message.word(at + 1) == "y" else at + 1
        ones = WORDS.get(message.word(more), 0) if message.joined(more) else 0
        if 0 < ones < 10 and not tokens[more].is_number:
            return number + ones, more
    if message.word(last + 1) in {"point", "punto"}:
        part = cardinal(tokens[last + 2]) if last + 2 < len(tokens) else None
        if part is not None and 0 < part < 10:
            return number + part / 10, last + 2
    if last + 1 < len(tokens):
        nxt = tokens[last + 1]
        between = message.text[token.end : nxt.start]
        tenths = token.is_number and nxt.is_number and between in {".", ","}
        if tenths and (len(nxt.word) == 1 or nxt.word in _PARTS):
            return number + int(nxt.word) / 10 ** len(nxt.word), last + 1
        if token.is_number and nxt.word == "half" and not between.strip():
            return number + 0.5, last + 1
        joined = between.strip() in {"", "&", "+", "-"}
        if message.word(last + 2) in {"2", "4"} and nxt.word in {"1", "3"} and joined:
            if message.text[nxt.end : tokens[last + 2].start].strip() in {"/", "⁄"}:
                return number + int(nxt.word) / int(message.word(last + 2)), last + 2
    return number, last


_PARTS = frozenset({"25", "50", "75"})


def quarters_after(message: Message, last: int) -> tuple[float, int]:
    """ "3 and a quarter", "tres y tres cuartos": the part of a year, and its last token."""
    at = last + 1
    if message.word(at) not in {"and", "n", "y", "an", "con"}:
        return 0.0, last
    at += 1
    if message.word(at) in {"a", "un"}:
        at += 1
    count = 1
    if message.word(at) in {"three", "tres", "3"}:
        count, at = 3, at + 1
    if message.word(at) == "4" and count == 3:
        return 0.75, at
    if message.word(at) in {"quarter", "quarters", "cuarto", "cuartos"}:
        return count / 4, at
    return 0.0, last


def cardinal_before(message: Message, at: int) -> bool:
    """Whether a number stands right before token ``at``."""
    return at > 0 and message.joined(at) and cardinal(message.tokens[at - 1]) is not None


def part_after(message: Message, last: int) -> tuple[float, int]:
    """A half or quarters that follow token ``last``, and their last token."""
    half_at = half_after(message, last)
    return (0.5, half_at) if half_at > last else quarters_after(message, last)


def half_after(message: Message, last: int) -> int:
    """The last token of an "and a half" that follows token ``last``; ``last`` if there is none."""
    at = last + 1
    if message.word(at) in {"and", "n", "y", "an", "i", "nd", "con"} or (
        message.word(at) == "in" and message.word(at + 1) == "a"
    ):
        at += 1
        if message.word(at) == "1" and message.word(at + 1) == "2":
            return at + 1
        if message.word(at) in {"a", "1", "un"}:
            at += 1
        if message.word(at) in HALF:
            return at
        if message.word(at) == "1" and message.word(at + 1) == "2":
            return at + 1
    elif message.word(at) in HALF and message.joined(at):
        return at
    elif _and_sign(message, at):
        # "six & a half"
        at += message.word(at) in {"a", "un"}
        return at if message.word(at) in HALF else last
    return last


def _and_sign(message: Message, at: int) -> bool:
    """Whether an "&" stands before token ``at``."""
    tokens = message.tokens
    return 0 < at < len(tokens) and "&" in message.between(at - 1, at)


def less_if_almost(message: Message, at: int, months: float) -> float:
    """One month less for "almost": the age is not completed yet."""
    before = tuple(message.word(at - back) for back in (3, 2, 1))
    if any(before[-len(phrase) :] == phrase for phrase in _ALMOST_PHRASES):
        return max(0.0, float(int(months)) - 1)
    for back in (1, 2, 3):
        if at - back < 0 or not message.joined(at - back + 1):
            break
        word = message.word(at - back)
        if word in ALMOST or (word in _NOT_YET and message.word(at - back - 1) in _NOT_YET[word]):
            return max(0.0, float(int(months)) - 1)
        if word not in _BETWEEN:
            break
    return months
