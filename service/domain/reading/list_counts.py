"""Numbers in an answer to a list that only say how many were picked: "10 11 12, those three"."""

from __future__ import annotations

from service.domain.reading.list_items import Run, Unclear
from service.domain.reading.list_signs import Heard
from service.domain.reading.list_words import AND, ARTICLES, ONLY, Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.other_numbers import counts_these
from service.domain.reading.tokens import Break
from service.domain.reading.types import Context

_THOSE = word_set(
    "those these esas esos estas estos siguientes following siguiente all todas todos"
)
_ARE = word_set("son thats its serian eran are total")
_MANY = word_set("los las the")
_TOTAL = word_set("total totales totals")
_IN = word_set("in en")
_FEW_WORDS = word_set("one two three uno una un dos tres")
_AFTER_FEW = frozenset(
    {"", "of", "de", "i", "creo", "maybe", "or", "o", "tbh", "lol", "nomas", "par"}
)
_MOST = 6
_LEAST = 2


def tallies(message: Message, heard: Heard, left_out: frozenset[int]) -> frozenset[int]:
    """The tokens of numbers that count the picks beside them: as many as the others are."""
    places = [at for at in heard.numbers if at not in left_out or counts_these(message, at)]
    if len(places) == _LEAST and _announces_one(message, heard, places[0]):
        return frozenset(places[:1])
    if not _LEAST < len(places) <= _MOST + 1:
        return frozenset()
    if heard.numbers[places[-1]] == str(len(places) - 1) and _counts_before(message, places[-1]):
        return frozenset(places[-1:])
    if heard.numbers[places[0]] == str(len(places) - 1) and _counts_ahead(message, places):
        return frozenset(places[:1])
    return frozenset()


def without_tally(heard: Heard, counted: frozenset[int]) -> Heard:
    """The same reply, where the "all" of "all 3 of those" says nothing of the whole list."""
    if not counted:
        return heard
    signs = list(heard.signs)
    for at in counted:
        for near in (at - 3, at - 2, at - 1, at + 1, at + 2):
            if 0 <= near < len(signs) and signs[near] is Sign.ALL:
                signs[near] = Sign.PLAIN
    return Heard(tuple(signs), heard.first_of, heard.stray, heard.numbers, heard.names)


def tally_of_range(message: Message, runs: list[Run], context: Context) -> Run | None:
    """ "entre la 7 y la 9, las tres", "eight to ten, all three": the run that only counts."""
    if len(runs) != _LEAST or not runs[0].is_range:
        return None
    last = runs[1]
    one = last.said[0]
    if len(last.said) > 1 or not one.digits or message.word(one.first - 1) not in _MANY | {"all"}:
        return None
    try:
        return last if str(len(runs[0].items(context))) == one.digits else None
    except Unclear:
        return None


def _announces_one(message: Message, heard: Heard, at: int) -> bool:
    """ "solo 1: la 9" """
    colon = message.text[message.tokens[at].end :].lstrip()[:1] == ":"
    return colon and heard.numbers[at] == "1" and message.word(at - 1) in ONLY


def _counts_before(message: Message, at: int) -> bool:
    """Of the last number: "those three", "son tres", "los tres", "three total"."""
    before, after = message.word(at - 1), message.word(at + 1)
    if before in _THOSE | _ARE or after in _TOTAL:
        return True
    if after in _IN and message.word(at + 2) in _TOTAL | {"all"}:
        return True
    return before in _MANY and message.word(at - 2) not in AND and after not in {"st", "nd", "rd"}


def _counts_ahead(message: Message, places: list[int]) -> bool:
    """Of the first number: "esas tres: 2, 4 y 5", "son tres 10 11 12"."""
    at = places[0]
    before = message.word(at - 1)
    colon = message.text[message.tokens[at].end :].lstrip()[:1] == ":"
    if before in _MANY and message.word(at + 1) in {"que", "q", "son", "are", "that"}:
        return True  # "los 2 que me preocupan son 9 y 10"
    apart = at == 0 or message.tokens[at].before is not Break.NONE
    if colon and (apart or before in _THOSE | _ARE | _MANY):
        return True
    if (message.word(at + 1), message.word(at + 2)) in {("this", "time"), ("esta", "vez")}:
        return True
    if before in _ARE and _apart_from_picks(message, places):
        return True
    spelled = not message.tokens[at].is_number
    digits = all(message.tokens[other].is_number for other in places[1:])
    return spelled and digits and before in _THOSE | _ARE


def _apart_from_picks(message: Message, places: list[int]) -> bool:
    """ "son 2 nomas oiga, el 3 y el 5": words and a break behind the count, or articles before all
    the picks."""
    at, pick = places[0], places[1]
    if not message.separated(at, pick, Break.COMMA):
        return False
    if message.tokens[at + 1].before is Break.NONE and not message.separated(at, at + 1):
        return message.word(at + 1) not in AND
    return all(message.word(other - 1) in ARTICLES for other in places[1:])


def all_but_how_many(message: Message, heard: Heard) -> bool:
    """ "all but one", "todas menos dos de ellas": how many are left out, and not which."""
    if message.numbers or len(heard.numbers) > 1:
        return False
    for at, token in enumerate(message.tokens):
        if token.word in _FEW_WORDS and (
            heard.at(at - 1) is Sign.BUT or message.word(at - 1) == "but"
        ):
            before = heard.signs[: at - 1]
            ends = message.word(at + 1) in _AFTER_FEW
            return ends and any(sign in (Sign.ALL, Sign.NEARLY_ALL) for sign in before)
    return False
