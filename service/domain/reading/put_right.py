"""Which runs of numbers hold once those put right by a later one are left out.

"3 no wait 4", "change 3 to 4", "8 and 10, not 8 and 9", "7, 8 y 12, no perdon, 8 no".
"""

from __future__ import annotations

from service.domain.reading.list_items import Run
from service.domain.reading.list_signs import Heard
from service.domain.reading.list_words import AND, ARTICLES, COPULA, ONLY, YES_OR_NO, Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break

_NOT_SWAPPED = word_set("also tambien and y too for about la que q")
_PUT = word_set("pongo digo marco puse mande escribi put wrote sent said dije marque typed picked")
_ALMOST = word_set("almost casi nearly")
_ADDED = word_set("also tambien agregue agreguele agregale add too sumale anada")
_AT_FIRST = word_set("primero first antes before earlier")


def put_right(message: Message, heard: Heard, runs: list[Run]) -> list[Run]:
    """The runs that hold once those put right by a later one are left out."""
    if len(runs) == 2 and _put_right_at_once(message, heard, *runs):
        return runs[:1]
    runs = [run for run in runs if not _put_at_first(message, run)] or runs
    kept: list[Run] = []
    for run in runs:
        if (
            kept
            and heard.at(kept[-1].begins) is not Sign.NOT  # "scratch the 3, i meant 4"
            and _swaps(message, heard, kept[-1].last + 1, run.begins)
            and not _only_refuses(heard, kept[-1], run)
            and not _refused_again(heard, kept)
        ):
            only = not ONLY.isdisjoint(
                message.word(at) for at in range(kept[-1].last + 1, run.begins)
            )
            run.instead = True
            _take_back(kept, len(run.said) if not only else sum(len(r.said) for r in kept))
        kept.append(run)
    return kept


def _only_refuses(heard: Heard, before: Run, run: Run) -> bool:
    """ "7, 8 y 12, no perdon, 8 no": of those named before, one is refused."""
    return heard.at(run.last + 1) is Sign.NOT and run.digits() < before.digits()


def _refused_again(heard: Heard, kept: list[Run]) -> bool:
    """ "7 and 8. wait no, not 8, i mean 9": one of those named before is refused, and the next put
    for it."""
    last = kept[-1]
    named = {digits for run in kept[:-1] for digits in run.digits()}
    return heard.at(last.begins - 1) is Sign.NOT and last.digits() <= named


def _put_at_first(message: Message, run: Run) -> bool:
    """ "3, bueno puse 2 primero pero no": what was put at first, and is no more."""
    before = message.word(run.begins - 1)
    if not _ADDED.isdisjoint(message.said):
        return False  # "primero dije 7 pero agreguele el 8 tambien"
    if message.word(run.begins - 2) in _ALMOST and before in _PUT:
        return True  # "i almost said 2"
    return before in _PUT and message.word(run.last + 1) in _AT_FIRST


def _put_right_at_once(message: Message, heard: Heard, right: Run, wrong: Run) -> bool:
    """ "corrijo: es 8 y 10, no 8 y 9", "8 and 10, not 8 and 9": the first of two rows holds."""
    put = Sign.SWAP in heard.signs[: right.begins]
    if not put and (len(right.said) == 1 or len(wrong.said) == 1):
        return False
    between = [message.word(at) for at in range(right.last + 1, wrong.begins)]
    between = [word for word in between if word not in ARTICLES]
    if between in (["not"], ["instead", "of"], ["en", "vez", "de"], ["en", "lugar", "de"]):
        return True
    if message.separated(wrong.begins - 1, wrong.begins, Break.COMMA):
        return False  # "la 3 y 4, no, la 3 y 5"
    comma = message.separated(right.last, wrong.begins, Break.COMMA)
    around = heard.signs[: right.begins] + heard.signs[wrong.last + 1 :]
    return between == ["no"] and (comma or Sign.SWAP in around)


def _take_back(kept: list[Run], count: int) -> None:
    while kept and count > 0:
        last = kept[-1]
        count -= len(last.said)
        if count >= 0:
            kept.pop()
        else:
            del last.said[count + len(last.said) :]
            del last.joints[max(0, len(last.said) - 1) :]


def _swaps(message: Message, heard: Heard, low: int, high: int) -> bool:
    """Whether the words between two runs say that the second is put for the first."""
    words = [message.word(at) for at in range(low, high)]
    if _takes_out(message, heard, low, high):
        return False
    for at in range(low, high):
        if heard.signs[at] is Sign.SWAP:
            if message.word(high - 1) in AND and message.tokens[high - 1].before is Break.SENTENCE:
                return False  # "3 sorry i hit send. and 2"
            following = message.word(at + 1) if at + 1 < high else ""
            before = message.word(at - 1) if at > low else ""
            if following not in _NOT_SWAPPED - {"la"} and before not in AND | {"yo"}:
                return True
        if heard.signs[at] is Sign.STRAY and message.tokens[at].before is Break.SENTENCE:
            return False
    between = message.between(low - 1, high) if low else ""
    if ">" in between or "→" in between:
        return True
    plain = [word for word in words if word not in ARTICLES]
    if plain == ["no"] and not message.separated(low - 1, high) and low - 1 >= 0:
        # "3 no 4", unless "era 3, no 4" or more is answered one by one
        asked = [t.word for t in message.tokens if t.word in YES_OR_NO - {"y", "n"}]
        number = heard.numbers.get(low - 1)
        if number and any(heard.numbers[at] == number for at in heard.numbers if at > high):
            return False  # "8, no la 9. Osea 8 nada mas"
        named = heard.numbers.get(high)
        if named and any(heard.numbers[at] == named for at in heard.numbers if at < low):
            return False  # "3 no espere 4, no 3"
        return len(asked) == 1 and message.word(0) not in COPULA and "the" not in words
    to = len(plain) == 1 and plain[0] in {"to", "a", "por", "for", "with"}
    return to and not message.separated(low - 1, high)


def _takes_out(message: Message, heard: Heard, low: int, high: int) -> bool:
    """ "2 4 oh wait not 4", "2 4 5... no espere quite la 4": what follows is refused, not put."""
    at = high - 1
    while at >= low and message.word(at) in ARTICLES and message.joined(at + 1):
        at -= 1
    return (
        at > low
        and heard.signs[at] is Sign.NOT
        and not message.separated(at, high, Break.COMMA)
        and Sign.SWAP in heard.signs[low:at]
    )
