"""What a reply to a list comes to in the end: "10 was rough last year, so only 8", "ponga ninguna".

Parents think aloud: what somebody else would pick, what used to be, and then their answer.
"""

from __future__ import annotations

from service.domain.reading.list_items import Run
from service.domain.reading.list_signs import Heard
from service.domain.reading.list_words import AND, ARTICLES, LABEL, ONLY, Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break

_ONLY = ONLY | word_set("namas unicamente puro nada")
_PUT = word_set("pongale ponga ponle pongan anote anotele marque marquele put quedan queda leaves")
_I_SAY = word_set("say go digo diria its es seria")
_LEADS = word_set(
    "osea so now ahora ahorita asi que entonces pero but then id yo i with de el ella le mas"
)
_NONE = word_set("none nothing nada ninguna ninguno nope zero cero")
_NOT_ALL = word_set(
    "else after despues other others otra otro otras otros mas more rest demas resto of de but"
)
_ADDS = AND | word_set("also tambien")
_OTHERS = word_set(
    "oldest older mom mother grandma dad father teacher wife husband sister nana granny suegra "
    "abuela abuelo mama papa maestra esposo esposa marido hermano hermana senora tia cunada doctor "
    "brother daycare"
)
_DOUBTED = word_set("dicho dice dijo said hace be probably maybe its es sea")
""" "4, could be nothing" picks 4."""
_BOTH = word_set("both ambas ambos")
_STANDS_OUT = word_set("most mostly mainly worst urge peor principal principalmente biggest main")
_CONCLUDES = (
    ARTICLES
    | LABEL
    | (_ONLY - {"nada"})
    | _PUT
    | _I_SAY
    | _LEADS
    | word_set(
        "really honestly pues mejor no not ya there theres is hay tiene has guess answer just todo "
        "well ok okay um eh we were he she us our te le diria estaria seria i im put puse"
    )
)
""" "so nothing now", "ponga ninguna"; but not "he melts down over nothing", "no come nada"."""
_PLACES = word_set(
    "home house school daycare preschool church class casa escuela kinder guarderia iglesia"
)
""" "per teacher 7 & 12, at home its 11" picks all three."""
_REACH = 4
_LAST_WORDS = 3


def last_word(message: Message, heard: Heard, runs: list[Run]) -> Run | None:
    """The run that the reply comes to; None where every run counts."""
    if says_both(message, runs):
        return None
    if len(runs) < 2 or not _is_conclusion(message, runs[-1], runs[-2].last):
        return None
    thought_aloud = any(
        message.clauses[run.first] in heard.stray or heard.at(run.last + 1) is Sign.OVER
        for run in runs[:-1]
    )
    others = any(message.word(at) in _OTHERS for at in range(runs[-1].begins))
    before = heard.signs[: runs[-1].begins]
    # "3 y 6... no, el 6 no, solo 3"
    again = runs[-1].digits() <= {one for run in runs[:-1] for one in run.digits()}
    refused = again and Sign.NOT in before and Sign.YES not in heard.signs
    return runs[-1] if thought_aloud or others or refused else None


def says_both(message: Message, runs: list[Run]) -> bool:
    """ "mi esposa dice la 4, yo la 1, ponga las dos", "anote ambas": whether both are meant."""
    if len(runs) < 2:
        return False
    end = len(message.tokens)
    return any(
        message.word(at) in _BOTH
        or (message.word(at) in {"las", "los"} and message.word(at + 1) in {"dos", "2"})
        for at in range(runs[1].last + 1, end)
    )


def ends_in_none(message: Message, heard: Heard, runs: list[Run]) -> bool:
    """ "11 was us at 2 but he's grown out of it. so nothing now", "... ponga ninguna"."""
    if not runs:
        return False
    end = len(message.tokens) - 1
    for at in range(end, max(runs[-1].last, end - _LAST_WORDS), -1):
        if message.word(at) not in _NONE or message.word(at - 1) in _DOUBTED:
            continue
        if message.word(at - 1) == "para" and heard.signs[at] is not Sign.NONE:
            return False  # "la 12, no se concentra para nada"
        if any(message.word(near) in _NOT_ALL for near in range(at + 1, end + 1)):
            return False
        first = at
        while first > runs[-1].last + 1 and message.tokens[first].before is Break.NONE:
            first -= 1
        words = {message.word(near) for near in range(first, at)}
        return message.tokens[first].before is not Break.NONE and words <= _CONCLUDES
    return False


def _is_conclusion(message: Message, run: Run, after: int) -> bool:
    """Whether a run stands in a clause that only says: this is it."""
    if len(message.tokens) - 1 - run.last > _LAST_WORDS:
        return False
    if any(message.word(at) in _STANDS_OUT for at in range(after + 1, run.begins)):
        return False  # "8 9 11, pero la que mas nos urge es la 11"
    at, sure = run.begins - 1, False
    begun = message.tokens[run.begins].before is not Break.NONE
    for _ in range(_REACH):
        if at <= after or begun:
            break
        word = message.word(at)
        if word in _ADDS:
            return sure and message.word(at + 1) in _I_SAY  # "and it's just 2"
        if word in _PLACES:
            return False
        sure = sure or word in _ONLY or word in _PUT or word in _I_SAY
        if word not in ARTICLES | LABEL | _ONLY | _PUT | _I_SAY | _LEADS:
            break
        begun = message.tokens[at].before is not Break.NONE
        at -= 1
    return sure
