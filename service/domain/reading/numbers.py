"""Which items of the numbered lists a reply picks.

Numbers are judged against the lists that were shown; one that was not shown makes the whole
answer unclear, so that nothing wrong is recorded. The order of picks never matters. Numbers that
count something else ("2 brothers", "10 times", an age) are left alone.
"""

from __future__ import annotations

from service.domain.reading.last_word import ends_in_none, last_word, says_both
from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.list_counts import (
    all_but_how_many,
    tallies,
    tally_of_range,
    without_tally,
)
from service.domain.reading.list_items import Run, Unclear, named_items
from service.domain.reading.list_signs import Heard, hear
from service.domain.reading.list_words import Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_runs import find_runs
from service.domain.reading.number_words import LIST_NUMBERS, word_set
from service.domain.reading.other_numbers import no_picks
from service.domain.reading.put_right import put_right
from service.domain.reading.run_answers import Answer, answers
from service.domain.reading.types import Context, Evidence, Numbers, Picks
from service.domain.reading.whole_list import (
    all_apart,
    none_of_them,
    refuses_rest,
    says_all,
    says_no_item,
    says_rest,
    unmistakable,
)
from service.domain.vocabulary import Asked

_LISTS = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_LATE = frozenset({Asked.FREE, Asked.AFTER_SUGGESTION})
_NOT_ONE = frozenset({"none", "ninguno", "ninguna", "ningunos", "neither"})
_ADDING = word_set(
    "agregale agregame ponle sumale incluyelo anadele also too add forgot forget missed plus "
    "tambien falto faltaba olvide olvido agregue agregar anada anadir sume"
)
_COUNTS_THINGS = word_set("have has had tiene tienen tengo got get going go")
_CHILDREN = word_set("child kid twin son daughter nino nina hijo hija gemelo gemela")
_NOT = frozenset({"not", "of", "de"})
""" "not 1, 2", "instead of 1, 2": of a row only the first is refused."""
_SHORT_ANSWER = 8
_OF_ALL = word_set("of the de d las los these those for esos esas estos estas")
_WELL = word_set("bien fine great good perfecto perfecta excelente genial ok")
_A_FEW = 2
_WHICH = word_set("cual cuales which")
_TO_PICK = word_set(
    "ones pick choose select numbers poner pongo escoger escojo elegir decir decirle decirles eran "
    "numeros numero mark put"
)
_LONG_NUMBER = 2
_FEW = 5
"""More than this after a plural count the items: "los 6"."""
_IN_ORDER = {
    "yes": True, "y": True, "yeah": True, "yep": True, "si": True, "s": True, "sometimes": True,
    "checkmark": True, "no": False, "n": False, "nope": False, "nah": False, "crossmark": False,
}  # fmt: skip
_ASKS = word_set(
    "explain meaning difference clarify significa significan refiere refieren diferencia explicar "
    "explica explicame explique elaborate"
)
_I_WILL = word_set("i ill id we well let explico")
""" "I can explain more when we meet" asks nothing."""
_DOUBTS = word_set("idk dunno no not unsure dont didnt nose ns wdym")
_I_AM = word_set("im estoy sorry perdon ando")
_NUMBERED = word_set("number numbers numero numeros lista list")
_CONFUSED = word_set("confused confundida confundido")
_SPELLED = frozenset(LIST_NUMBERS)
_MOST_NUMBERS = 40
"""No list has as many items; a longer row of numbers is no answer."""


def read_numbers(message: Message, context: Context, used: frozenset[int]) -> Numbers | None:
    """The picks of a reply, or None where it is not about the list's numbers.

    ``used`` are tokens that belong to the child's age.
    """
    tokens = message.tokens
    on_list = context.asked in _LISTS
    if not tokens or not context.shown or not (on_list or context.asked in _LATE):
        return None
    evidence = message.evidence("numbers", "knowledge b", 0, len(tokens) - 1)
    if len(message.numbers) > _MOST_NUMBERS:
        return Numbers(Picks.UNCLEAR, (), evidence)
    if on_list and _wonders_which(message):
        return Numbers(Picks.UNCLEAR, (), evidence)
    if _asks_about(message) or not (on_list or _has_number(message)):
        return None
    heard = hear(message, context, used)
    if len(heard.numbers) > _MOST_NUMBERS:
        return Numbers(Picks.UNCLEAR, (), evidence) if on_list else None
    in_order = _answered_in_order(message, context) if on_list else None
    if in_order is not None:
        whole = len(in_order) == len(context.latest or context.shown)
        found = Picks.ALL if whole else Picks.SOME if in_order else Picks.NONE
        return Numbers(found, () if whole else tuple(sorted(in_order)), evidence)
    if not on_list and not _late_pick(message, heard):
        return None
    try:
        picks, items = _read(message, heard, context)
    except Unclear:
        picks, items = Picks.UNCLEAR, set()
    if picks is None and on_list and heard.pure and heard.says(Sign.YES):
        picks = Picks.UNCLEAR  # "yes": some of it, and which must be asked
    if picks is None or (not on_list and picks is not Picks.SOME and not heard.numbers):
        return None
    return Numbers(picks, tuple(sorted(items)), evidence)


def _wonders_which(message: Message) -> bool:
    """ "which ones do most people pick? i cant decide", "no le podria decir cuales": which of them
    is open, and nothing is picked."""
    if _has_number(message):
        return False
    said = message.said
    return bool(said & _WHICH) and bool(said & _TO_PICK) and not said & _CHILDREN


def _asks_about(message: Message) -> bool:
    """ "what does 4 mean", "can you explain number 4": a question about an item is no pick."""
    words = message.said
    asks = not _ASKS.isdisjoint(words) and any(
        word in _ASKS and not {message.word(at - 1), message.word(at - 2)} & _I_WILL
        for at, word in enumerate(message.words)
    )
    if asks or {"what", "mean"} <= words or {"what", "means"} <= words:
        return True
    if words & {"which", "cual"} and words & _CHILDREN:
        return True
    first, last = message.word(0), message.text.rstrip()[-1:]
    if first == "is" and message.word(1) == "this" and message.word(2) in {"for", "about"}:
        return True
    return first in {"what", "whats", "is", "does"} and (last == "?" or "about" in words)


def _answered_in_order(message: Message, context: Context) -> set[int] | None:
    """ "no yes yes no no no": one answer for each item, in their order."""
    latest = context.latest or context.shown
    words = [token.word for token in message.tokens]
    if len(words) != len(latest) or not all(word in _IN_ORDER for word in words):
        return None
    return {item for item, word in zip(latest, words, strict=True) if _IN_ORDER[word]}


def _has_number(message: Message) -> bool:
    return bool(message.numbers) or not _SPELLED.isdisjoint(message.said)


def says_also(message: Message) -> bool:
    """ "tambien el 3", "i forgot 8": whether a pick is added to those made before."""
    return not _ADDING.isdisjoint(message.said)


def says_none(message: Message, context: Context) -> Evidence | None:
    """ "nope none of that is us", "de esa lista no tiene ninguno": the word that says so, anywhere
    in an answer to a list that names no worry."""
    if context.asked not in _LISTS or _NOT_ONE.isdisjoint(message.said):
        return None
    at = next(at for at, word in enumerate(message.words) if word in _NOT_ONE)
    return message.evidence("numbers", "knowledge b", at, at)


def _late_pick(message: Message, heard: Heard) -> bool:
    """Whether a message that answers no list is nothing but a pick: "also 4", "me falto el 6"."""
    if not heard.pure or not heard.numbers:
        return False
    return all(message.word(at - 1) not in _COUNTS_THINGS for at in heard.numbers)


def _read(message: Message, heard: Heard, context: Context) -> tuple[Picks | None, set[int]]:
    latest = set(context.latest or context.shown)
    left_out, counts_items = no_picks(message, heard.numbers, context)
    tally = tallies(message, heard, left_out)
    left_out, heard = left_out | tally, without_tally(heard, tally)
    if all_but_how_many(message, heard):
        return Picks.UNCLEAR, set()
    zeros = frozenset(
        at
        for at, digits in heard.numbers.items()
        if not digits.strip("0") and _stands_for_none(message, heard, at, left_out)
    )
    whole = _number_of_all(message, heard, str(len(latest)))
    said = named_items(message, heard, context, left_out | zeros | whole)
    runs = find_runs(message, heard, said, context)
    counted = tally_of_range(message, runs, context)
    if counted is not None:
        heard = without_tally(heard, frozenset({counted.first}))
        runs = [run for run in runs if run is not counted]
    if not says_both(message, runs):
        runs = put_right(message, heard, runs)
    if ends_in_none(message, heard, runs):
        return Picks.NONE, set()
    final = last_word(message, heard, runs)
    if final is not None:
        return Picks.SOME, final.items(context)
    everything = says_all(message, heard, runs) and not _all_taken_back(heard, runs)
    if _asks_which(message, runs):
        return Picks.UNCLEAR, set()
    nothing = says_no_item(message, heard, zeros) or unmistakable(message, heard, Sign.NONE)
    nothing = nothing or _fine_but(message, heard)
    if zeros and runs:
        raise Unclear  # "0 and 3"
    picked: set[int] = set()
    out: dict[Answer, set[int]] = {answer: set() for answer in Answer}
    if len(runs) == 1 and (count := _how_many(message, runs[0])) is not None:
        return (Picks.ALL if count == len(latest) else Picks.UNCLEAR), set()
    for run, answer in zip(runs, answers(message, heard, runs), strict=True):
        if len(runs) > 1 and _no_item(message, heard, run, context):
            continue
        out[answer] |= run.items(context)
    picked = out[Answer.PICKED]
    over = out[Answer.OVER] | out[Answer.FINE]
    refused = out[Answer.REFUSED] | out[Answer.TAKEN_OUT] | over
    one = message.tokens[-1].word in {"one", "uno", "una"} and not message.numbers
    if heard.pure and heard.says(Sign.BUT) and (counts_items or (one and everything and not runs)):
        return Picks.UNCLEAR, set()  # "all but 2 of them"
    if everything or (heard.says(Sign.NEARLY_ALL) and refused and heard.pure):
        left = latest - refused
        return (Picks.SOME, left) if refused else (Picks.ALL, set())
    if says_rest(message, heard, refused, picked):
        left = (latest - refused) | picked
        return (Picks.SOME, left) if left else (Picks.UNCLEAR, set())
    of_range = nothing and len(runs) == 1 and runs[0].is_range
    if picked == latest and (of_range or none_of_them(heard, runs)):
        return Picks.NONE, set()  # "de 7 a 12 nada"
    if picked == latest and not refused and all_apart(message, heard, runs):
        return Picks.ALL, set()
    if refused and not picked and refuses_rest(heard):
        return Picks.NONE, set()
    if picked - refused:
        return Picks.SOME, picked - refused
    if out[Answer.TAKEN_OUT] and heard.says(Sign.VAGUE):
        return Picks.UNCLEAR, set()  # "a few but not the braces one"
    if out[Answer.TAKEN_OUT] and not nothing:
        return Picks.SOME, latest - refused  # "nomas no la 7"
    if nothing and out[Answer.TAKEN_OUT]:
        return Picks.SOME, out[Answer.TAKEN_OUT]  # "none except 5"
    if nothing and refused and message.said & {"but", "pero"}:
        return Picks.SOME, refused  # "hace todo bien pero el 3 no"
    if nothing:
        return Picks.NONE, set()
    if over and not out[Answer.REFUSED]:
        return Picks.NONE, set()
    if refused >= latest and len(runs) > 1:
        return Picks.NONE, set()  # "7 no 8 no 9 no 10 no 11 no 12 no"
    if refused:
        if len(runs) == 1 and message.word(runs[0].begins - 1) == "no":
            return Picks.SOME, refused  # "ah no la 5"
        alone = runs[0] if len(runs) == 1 and message.word(runs[0].begins - 1) in _NOT else None
        if alone is not None and len(alone.said) > 1 and not alone.is_range:
            return Picks.SOME, refused - alone.said[0].items_of(context)  # "not 1, 2"
        return Picks.UNCLEAR, set()
    if _begins_in_doubt(message, heard) or unmistakable(message, heard, Sign.VAGUE):
        return Picks.UNCLEAR, set()
    if counts_items and not runs and not _names_worry(message) and not _counts_people(message):
        return Picks.UNCLEAR, set()  # "I counted 4 of them that sound like my boy"
    if heard.pure and (heard.says(Sign.VAGUE) or heard.says(Sign.NEARLY_ALL) or counts_items):
        return Picks.UNCLEAR, set()
    return None, set()


def _all_taken_back(heard: Heard, runs: list[Run]) -> bool:
    """ "all. no wait not all lol just 11 and 12" """
    if not runs:
        return False
    alls = [at for at, sign in enumerate(heard.signs) if sign is Sign.ALL]
    return any(
        sign is Sign.SWAP and alls and alls[0] < at < runs[-1].first
        for at, sign in enumerate(heard.signs)
    )


def _asks_which(message: Message, runs: list[Run]) -> bool:
    """ "dos o tres, luego le confirmo cuales": how many, and which will be told later."""
    if len(runs) != 1 or len(runs[0].said) != _A_FEW or message.numbers:
        return False
    if runs[0].begins < runs[0].first:
        return False  # "la dos o la tres no estoy segura cual" picks both
    words = {token.word for token in message.tokens[runs[0].last :]}
    return message.word(runs[0].said[0].last + 1) in {"o", "or"} and bool(words & _WHICH)


def _fine_but(message: Message, heard: Heard) -> bool:
    """ "esta re bien salvo el 9": what follows is the only worry."""
    return any(
        sign is Sign.BUT and message.word(at - 1) in _WELL for at, sign in enumerate(heard.signs)
    )


def _no_item(message: Message, heard: Heard, run: Run, context: Context) -> bool:
    """ "2 and 4. 911 on my patience lol": a long number amid other words that is no item."""
    one = run.said[0]
    if len(run.said) > 1 or len(one.digits) < _LONG_NUMBER:
        return False
    if message.clauses[one.first] not in heard.stray:
        return False
    try:
        one.items_of(context)
    except Unclear:
        return True
    return False


def _number_of_all(message: Message, heard: Heard, count: str) -> frozenset[int]:
    """The 6 of "no to all 6", "none of the 6"."""
    found = set()
    for at, digits in heard.numbers.items():
        back = at - 1
        while back >= 0 and message.word(back) in _OF_ALL:
            back -= 1
        if digits == count and back < at - 1 and heard.at(at + 1) is Sign.NONE:
            found.add(at)  # "de los 6 ninguno"
        if digits == count and back >= 0 and heard.signs[back] in (Sign.ALL, Sign.NONE):
            found.add(at)
        if digits == count and back >= 0 and message.word(back) in {"out", "0"}:
            found.add(at)  # "0 out of 6"
    return frozenset(found)


def _stands_for_none(message: Message, heard: Heard, at: int, left_out: frozenset[int]) -> bool:
    """Whether a zero says that no item fits: first of all, or in a clause about the list."""
    if at in left_out:
        return False
    return message.clauses[at] not in heard.stray or (at == 0 and message.tokens[at].is_number)


def _counts_people(message: Message) -> bool:
    """ "the 3 of us went to the park" """
    return not message.said.isdisjoint({"us", "nosotros"})


def _names_worry(message: Message) -> bool:
    return any(m.rule.kind in (Kind.SIGN, Kind.SKILL) for m in message.of(Family.CONCERN))


def _begins_in_doubt(message: Message, heard: Heard) -> bool:
    """ "idk honestly what that means": a short answer that begins so, and tells no worry."""
    return (
        (heard.at(0) is Sign.VAGUE or (message.word(0) in _I_AM and message.word(1) in _CONFUSED))
        and len(message.tokens) <= _SHORT_ANSWER
        and (message.said & _NUMBERED or not _names_worry(message))
        and message.word(0) in _DOUBTS | _CONFUSED | _I_AM
    )


def _how_many(message: Message, run: Run) -> int | None:
    """ "los seis", "las dos": a plural before one number counts, unless digits list ("las 3")."""
    one = run.said[0]
    if len(run.said) > 1 or not one.digits or message.word(one.first - 1) not in {"los", "las"}:
        return None
    count = int(one.digits)
    return count if one.spelled or count > _FEW else None
