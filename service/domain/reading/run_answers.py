"""What is said of each run of numbers: picked, refused, or over.

"1 yes 2 no", "not 3 but 4", "4 used to be, 2 still".
"""

from __future__ import annotations

from enum import Enum, auto

from service.domain.reading.list_items import Run
from service.domain.reading.list_signs import Heard
from service.domain.reading.list_words import AND, ARTICLES, COPULA, ONLY, YES_OR_NO, Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.other_numbers import COUNTED
from service.domain.reading.tokens import Break


class Answer(Enum):
    """What a run is."""

    PICKED = auto()
    REFUSED = auto()
    TAKEN_OUT = auto()
    """ "all but 5" """
    OVER = auto()
    FINE = auto()


_REACH = 5
_WEAK_REACH = 4
_OVER_REACH = 14
_SURE_YES_OR_NO = YES_OR_NO - {"y", "n"}
_MARKS = word_set("checkmark crossmark thumbsup thumbsdown")
_NO_ANSWERS = frozenset({Sign.NUMBER, Sign.PLAIN, Sign.STRAY})
_FLATLY = word_set("para ni not")
""" "La 4, para nada": said of the number; "4, no concerns" of all else."""
_PLAIN_NO = word_set("no nope nah n nel never nunca crossmark thumbsdown")
_THAT_ONE = word_set("ese esa este esta eso that this one")
_STILL_SO = word_set("still todavia aun sigue siguen")
_STILL = word_set("still todavia aun sigue now ahora ahorita siguen")
_CONTRAST = word_set("but pero")
_AFTER_ALL = word_set("now ahora ahorita already ya today thanks gracias again lol tbh")
_SAYS_ENOUGH = 3
_LEADS_ON = word_set("much tanto de of to on out off any a la el")
_GOES_ON = AND | word_set("desde since but pero because bc cuz cause since porque porq xq pq pues")
_WHO = word_set("he she i we el ella its that eso thats hes shes")
_PARENTS = word_set("papa mama dad mom daddy father mother")
_WORSE = word_set("peor worse lost perdio")
_NEAR_BEHIND = 8
_BEFORE = word_set("antes used")
_OF_WHAT = word_set("about with con of de sobre for on in")
_IS = word_set("is are es son")
_WEAK_OVER = word_set("fine bien good chevere ok")


def answers(message: Message, heard: Heard, runs: list[Run]) -> list[Answer]:
    """The answer to each run, in order."""
    after = _answers_follow(message, heard, runs)
    found = []
    for at, run in enumerate(runs):
        low = runs[at - 1].last + 1 if at else 0
        high = runs[at + 1].begins if at + 1 < len(runs) else len(message.tokens)
        answer = None
        if not run.instead:
            answer = _before(message, heard, run, low, refusals=not after or not at)
        if answer is None or answer is Answer.PICKED:
            answer = _behind(message, heard, run, high, after=after) or answer
        found.append(answer or Answer.PICKED)
    if Answer.FINE in found:
        # "2 is fine, 4 isnt"
        found = [Answer.PICKED if one is Answer.REFUSED else one for one in found]
    return found


def _answers_follow(message: Message, heard: Heard, runs: list[Run]) -> bool:
    """Whether yes and no stand behind their numbers ("1 yes 2 no") or before ("yes to 1")."""
    if not runs or message.word(0) in COPULA:
        return False
    begins = runs[0].begins
    beside = _after_colon(message, begins)
    return not any(
        sign in (Sign.YES, Sign.NOT)
        and message.words[at] in YES_OR_NO
        and (beside or not message.separated(at, begins, Break.COMMA))
        for at, sign in enumerate(heard.signs[:begins])
    )


def _before(message: Message, heard: Heard, run: Run, low: int, *, refusals: bool) -> Answer | None:
    """What the words before a run say of it."""
    for steps, at in enumerate(range(run.begins - 1, low - 1, -1)):
        sign = heard.signs[at]
        if (
            message.tokens[at + 1].before is Break.SENTENCE and not _after_colon(message, at + 1)
        ) or steps > _REACH:
            return None
        mark = message.word(at) in _MARKS and at + 1 == run.begins
        apart = message.separated(at, run.begins, Break.COMMA) and not mark
        if apart and _after_colon(message, run.begins):
            apart = message.separated(at, run.begins - 1, Break.COMMA)
        if message.word(at) in ONLY and sign is Sign.PLAIN:
            return Answer.PICKED
        if sign is Sign.BUT and apart and message.word(at) == "no":
            return None  # "puse 2 pero no, es el 3"
        if sign is Sign.BUT:
            return Answer.TAKEN_OUT
        if message.word(at) == "but" and not heard.is_phrase(at) and _all_before(heard, at):
            # "I want to say none but honestly 3"
            return Answer.PICKED if Sign.NONE in heard.signs[:at] else Answer.TAKEN_OUT
        if sign is Sign.NOT and not apart:
            if not refusals and message.word(at) in _PLAIN_NO and not _no_ahead(message, heard, at):
                return None
            return Answer.REFUSED
        if sign is Sign.OVER and not apart and message.word(at) not in _WEAK_OVER:
            still = {message.word(one) for one in range(at, run.begins)} & _STILL
            return None if still else Answer.OVER
        if sign is Sign.YES:
            return Answer.PICKED
        of = {message.word(run.begins - 1), message.word(run.begins - 2)} & _OF_WHAT
        if sign is Sign.NONE and not apart and of:
            return Answer.REFUSED  # "0 worries about 1-5, but 6 yes"
        if sign not in (Sign.PLAIN, Sign.TO) or message.word(at) in _CONTRAST:
            return None
    return None


def _no_ahead(message: Message, heard: Heard, at: int) -> bool:
    """ "8 y 10, no 9": the only "no", after a comma and right before a number, refuses that one."""
    following = at + 2 if message.word(at + 1) in ARTICLES else at + 1
    return (
        message.word(at) in {"no", "not"}
        and message.tokens[at].before is not Break.NONE
        and following < len(message.tokens)
        and message.tokens[following].is_number
        and all(message.tokens[near].before is Break.NONE for near in range(at + 1, following + 1))
        and not any(
            token.word in _SURE_YES_OR_NO and heard.signs[near] is not Sign.SWAP
            for near, token in enumerate(message.tokens)
            if near != at
        )
    )


def _after_colon(message: Message, at: int) -> bool:
    """Whether only a colon stands before token ``at``: "no: 7 10"."""
    return at > 0 and message.between(at - 1, at).strip() == ":"


def _all_before(heard: Heard, at: int) -> bool:
    """ "all of them but 3": whether "but" takes out of everything."""
    return any(
        heard.signs[back] in (Sign.ALL, Sign.NONE, Sign.NEARLY_ALL, Sign.REST) for back in range(at)
    )


def _behind(message: Message, heard: Heard, run: Run, high: int, *, after: bool) -> Answer | None:
    """What the words behind a run say of it, up to token ``high``."""
    tokens = message.tokens
    reach = min(high, run.last + 1 + _OVER_REACH)
    denied = False
    for at in range(run.last + 1, reach):
        sign = heard.signs[at]
        if at in heard.numbers and message.word(at + 1) not in COUNTED:
            return None  # "4, he did 3 for a while but thats over"
        adjacent = at == run.last + 1
        if tokens[at].before is Break.SENTENCE and (not adjacent or sign in _NO_ANSWERS):
            return None
        end = heard.phrase_end(at)
        if sign is Sign.YES:
            return Answer.PICKED
        if sign in (Sign.REST, Sign.SWAP, Sign.ALL):
            return None
        if end + 1 >= high and high < len(tokens):
            if _after_colon(message, high):
                return None  # "me preocupan: 2. no me preocupan: 1, 3"
            belongs_ahead = message.word(at) not in _PLAIN_NO
            if belongs_ahead and not message.separated(at, high, Break.COMMA):
                return None
        if sign is Sign.NOT and high < len(tokens) and _no_ahead(message, heard, at):
            return None
        last_word = adjacent and end + 1 >= len(tokens)
        is_none = message.word(run.last + 1) in _IS and at == run.last + 2
        if sign is Sign.NONE and (adjacent or is_none) and end > at and not run.is_range:
            told_of_it = tokens[at].before is Break.NONE or message.word(at) in _FLATLY
            if told_of_it and _closes(message, heard, end + 1, high):
                return Answer.REFUSED  # "la 4 para nada"
        if sign is Sign.NOT and heard.at(end + 1) is Sign.REST and message.joined(end + 1):
            own = tokens[at].before is Break.NONE and tokens[end + 1].before is not Break.NONE
            if own and message.word(at) in _PLAIN_NO:
                return Answer.REFUSED  # "el diez no, los otros no"
            if not message.joined(at) or Sign.YES not in heard.signs[end:]:
                return None  # "7, 8, 9. not the others"
        if sign is Sign.NOT and _says_it_all(message, at, end):
            return Answer.REFUSED
        if sign is Sign.NOT and adjacent and _answers_apart(message, heard, run, at, high):
            return Answer.REFUSED
        if sign is Sign.NOT and adjacent and end + 1 == high and _ends_in_no(message, heard):
            return Answer.REFUSED  # "4 yes. 5 no 6 no"
        if sign is Sign.NOT and adjacent and _is_whole_sentence(message, run, end):
            return Answer.REFUSED
        if sign is Sign.NOT and (after or last_word) and _closes(message, heard, end + 1, high):
            near = at - run.last <= 3 and not message.separated(run.last, at, Break.COMMA)
            pointed = all(message.word(one) in _THAT_ONE for one in range(run.last + 1, at))
            if near or adjacent or (pointed and message.word(at) in _PLAIN_NO):
                return Answer.REFUSED  # "dice siete, ese no. ocho, ese si"
        denied = denied or (sign is Sign.NOT and tokens[at].before is Break.NONE)
        if sign is Sign.OVER and message.word(at - 1) in COUNTED:
            continue  # "1, nacio 3 semanas antes"
        if sign is Sign.OVER:
            weak = message.word(end) in _WEAK_OVER and end - at < 3
            if weak and denied:
                continue  # "3 no corre bien"
            if weak and not (
                at - run.last <= _WEAK_REACH and _closes(message, heard, end + 1, high)
            ):
                continue
            # "2 got better, still 3": the still of the next one
            until = reach if message.word(high - 1) not in _STILL_SO else min(reach, high - 1)
            still = {message.word(one) for one in range(at, until)} & _STILL_SO
            if tokens[at].before is Break.SENTENCE:
                return None
            if message.word(at) in _BEFORE and _cannot_now(message, end, reach):
                return None
            if _of_another(message, run.last + 1, at) or _worse_then(message, at, reach):
                return None
            return None if still else Answer.FINE if weak else Answer.OVER
    return None


def _ends_in_no(message: Message, heard: Heard) -> bool:
    """Whether the last number has its "no" behind it: then the others have theirs there as well."""
    return heard.signs[-1] is Sign.NOT and len(message.tokens) - 2 in heard.numbers


def _cannot_now(message: Message, at: int, reach: int) -> bool:
    """ "4, antes subia escalones y ya no puede": a skill that is lost, not a worry that is over."""
    return any(
        (message.word(near), message.word(near + 1)) == ("ya", "no")
        or message.word(near) in {"cant", "cannot"}
        for near in range(at + 1, reach)
    )


def _answers_apart(message: Message, heard: Heard, run: Run, at: int, high: int) -> bool:
    """ "seven, no he colors real nice. eight, yes": a no of its own behind a number that opens a
    clause, and of others that come."""
    return (
        message.word(at) in _PLAIN_NO
        and (message.tokens[at].before is Break.COMMA or _answered_one_by_one(message, heard, run))
        and at + 1 < high < len(message.tokens)
        and message.word(at + 1) in _WHO
        and (run.begins == 0 or message.tokens[run.begins].before is not Break.NONE)
    )


def _is_whole_sentence(message: Message, run: Run, end: int) -> bool:
    """ "9 no." between other sentences."""
    begins = run.begins == 0 or message.tokens[run.begins].before is Break.SENTENCE
    return begins and not message.joined(end + 1) and message.joined(run.last + 1)


def _answered_one_by_one(message: Message, heard: Heard, run: Run) -> bool:
    """ "8 yes, 9 no she eats like a horse, 10 no": whether other numbers have their yes or no."""
    return any(
        message.word(at + 1) in YES_OR_NO and message.joined(at + 1)
        for at in heard.numbers
        if not run.first <= at <= run.last
    )


def _of_another(message: Message, first: int, at: int) -> bool:
    """ "3 and 4, her brother was the same and he grew out of it": it is over for somebody else."""
    return any(
        message.others.get(near) or message.word(near) in _PARENTS for near in range(first, at)
    )


def _worse_then(message: Message, at: int, reach: int) -> bool:
    """ "la 11, aunque antes era peor", "he used to say 20 words and lost them"."""
    return any(message.word(near) in _WORSE for near in range(at, min(reach, at + _NEAR_BEHIND)))


def _says_it_all(message: Message, at: int, end: int) -> bool:
    """ "number 1 is not relevant to him", "la 12 la discutimos y decidimos que no": a phrase that
    needs nothing after it."""
    return end - at + 1 >= _SAYS_ENOUGH and message.word(end) not in _LEADS_ON


def _closes(message: Message, heard: Heard, at: int, high: int) -> bool:
    """Whether nothing more is said from token ``at`` on, before the next run."""
    tokens = message.tokens
    while at < high and message.word(at) in _AFTER_ALL and tokens[at].before is Break.NONE:
        at += 1
    if at >= high or tokens[at].before is not Break.NONE:
        return True
    return message.word(at) in _GOES_ON or heard.signs[at] is Sign.REST
