"""Numbers in a reply to a list that are no picks: a time, a telephone, a day, a count of something.

"7 y 8, salgo a las 3 y media" picks 7 and 8; "like 3 of these" picks nothing that can be told.
"""

from __future__ import annotations

from service.domain.reading.dates_as_written import MONTHS
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break, Token

_TIME_BEFORE = word_set("at after before until till by around despues antes hasta como @")
_CLOCK = word_set("am pm oclock hrs hora horas hour hours min mins minutes minutos noon")
_THESE = word_set(
    "these those them the ellos ellas esos esas estos estas la las los lo your his her"
)
_PLACES = word_set("apt apto unit suite ste room st street ave avenue rd road box piso calle casa")
_MEANT = (
    ("i", "meant"), ("i", "mean"), ("meant",), ("no", "wait"), ("wait", "no"), ("quise", "decir"),
    ("mejor", "dicho"), ("perdon", "era"), ("perdon", "es"), ("sorry", "its"), ("correction",),
    ("oops",),
)  # fmt: skip
_FEWEST_TELEPHONE_DIGITS = 7
_MOST_TELEPHONE_DIGITS = 13


def no_picks(message: Message) -> frozenset[int]:
    """The tokens of numbers that count, tell a time, a day, a place or a telephone."""
    tokens = message.tokens
    numbers = [at for at, token in enumerate(tokens) if token.is_number]
    found = set(_telephones(tokens, numbers))
    for at in numbers:
        place = message.word(at - 1) in _PLACES and message.joined(at)
        if place or _is_time(message, at) or _is_day(message, at) or counts_these(message, at):
            found.add(at)
    return frozenset(found)


def counts_these(message: Message, at: int) -> bool:
    """ "3 of these", "como dos de esas": how many, and not which."""
    joint, those = message.word(at + 1), message.word(at + 2)
    if joint == "of":
        return those in _THESE
    # "la 4 de la lista" names one; "4 de las de la lista" counts
    if joint != "de" or message.word(at - 1) in {"la", "el", "las", "los", "numero"}:
        return False
    return those in _THESE - {"la", "the"}


def corrected_from(tokens: list[Token]) -> int:
    """The token from which picks hold: after the last "no wait, I meant"; 0 where there is none."""
    words = [token.word for token in tokens]
    start = 0
    for at in range(len(words)):
        for phrase in _MEANT:
            end = at + len(phrase)
            if tuple(words[at:end]) == phrase:
                before = any(token.is_number for token in tokens[:at])
                after = any(token.is_number for token in tokens[end:])
                if before and after:
                    start = end
    return start


def _is_time(message: Message, at: int) -> bool:
    before, earlier = message.word(at - 1), message.word(at - 2)
    if message.word(at + 1) in _CLOCK and message.joined(at + 1):
        return True
    if before in {"las", "la"} and earlier in {"a", "de", "hasta", "desde"}:
        return message.word(at - 3) in _TIME_BEFORE or earlier != "de"
    return before in _TIME_BEFORE and message.joined(at)


def _is_day(message: Message, at: int) -> bool:
    return (
        message.word(at - 1) in {"dia", "day", *MONTHS}
        or message.word(at + 1) in MONTHS
        or (message.word(at + 1) == "de" and message.word(at + 2) in MONTHS)
    )


def _telephones(tokens: list[Token], numbers: list[int]) -> list[int]:
    """Numbers in a row that hold as many digits as a telephone has, in groups of three or four."""
    found: list[int] = []
    row: list[int] = []
    for at in [*numbers, -1]:
        if row and at == row[-1] + 1 and tokens[at].before is not Break.SENTENCE:
            row.append(at)
            continue
        digits = sum(len(tokens[one].word) for one in row)
        if _FEWEST_TELEPHONE_DIGITS <= digits <= _MOST_TELEPHONE_DIGITS and any(
            len(tokens[one].word) > 2 for one in row
        ):
            found += row
        row = [at]
    return found
