"""How many weeks early a child was born: "born at 32 weeks", "2 months early", "sietemesino".

A pregnancy is counted as 40 weeks. Only what the parent said is read; whether an age has to be
corrected for it is decided by ``triage`` (knowledge c4, American Academy of Pediatrics: corrected
age up to 24 months for a birth before 37 weeks).
"""

from __future__ import annotations

from types import MappingProxyType

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.matching import Message
from service.domain.reading.number_words import cardinal, word_set
from service.domain.reading.tokens import Break
from service.domain.reading.types import EarlyBirth

FULL_TERM_WEEKS = 40
_WEEKS_A_MONTH = 4.345
_MOST_EARLY_WEEKS = 18
_FEWEST_WEEKS = FULL_TERM_WEEKS - _MOST_EARLY_WEEKS

_WEEKERS = word_set("weeker weekers wker wkers wkr wkrs weekr weekrs")
_WEEKS = word_set("week weeks wk wks w semana semanas sem sems semanitas") | _WEEKERS
_MONTHS = word_set("month months mo mos mes meses mesecitos")
_PREEMIE = word_set(
    "premature prematurely preemie preemies premie premies preme preemy preterm premi "
    "prematuro prematura prematuros prematuras prematurito prematurita prematuramente"
)
_EARLY = _PREEMIE | word_set("early erly sooner")
_BORN = word_set(
    "born birth came arrived delivered delivery deliver gestation gestational induced csection "
    "nacio nacieron nacido nacida naci naciera nacimiento parto gestacion tuve sacaron cesarea luz "
    "llego vino"
)
_ADVANCED = word_set("adelanto adelanta adelantado adelantada adelantaron adelantadito")
# "hes 32 weeks", "32 weeks old", "born 6 weeks ago", "32 weeks pregnant": nothing of a birth.
_AN_AGE_BEFORE = word_set(
    "is hes shes im am now turned tiene cumplio ya hace cumple estoy en tengo"
)
_AN_AGE_AFTER = word_set("ago old later pregnant tomorrow embarazo embarazada along mas")
_OF_LIFE = word_set("nacido nacida nacidos edad vida embarazo")
# A child may also walk or start school early.
_NO_BIRTH = word_set(
    "started start starts walked walking talked talking crawled class school appointment visit "
    "session ended finished left learned graduated woke clase cita escuela caminaba operaron"
)
_LOOK_BACK, _LOOK_AHEAD = 5, 4
_ONE = word_set("a an un")
_MONTHS_AT = word_set("at of de los con como sus tan")
_IN_ONE_WORD = MappingProxyType(
    {
        word + ending: months
        for word, months in (("seismesin", 6), ("sietemesin", 7), ("ochomesin", 8))
        for ending in ("o", "a", "os", "as", "ito", "ita")
    }
)
_TOLD_IN = frozenset(_IN_ONE_WORD) | _WEEKS | _MONTHS
_RULE, _SOURCE = "early_birth", "knowledge c4 c5"


def read_early_birth(message: Message) -> EarlyBirth | None:
    """The weeks a child came before 40 weeks, where the message tells; else None."""
    if _TOLD_IN.isdisjoint(message.said):
        return None
    for at, token in enumerate(message.tokens):
        months = _IN_ONE_WORD.get(token.word)
        if months is not None:
            weeks = FULL_TERM_WEEKS - round(months * _WEEKS_A_MONTH)
            return EarlyBirth(weeks, message.evidence(_RULE, _SOURCE, at, at))
        if token.word not in _WEEKS and token.word not in _MONTHS:
            continue
        amount = _amount(message, at)
        if amount is None or _of_another(message, at):
            continue
        early = _weeks_early(message, at, amount)
        if early is not None and 0 < early <= _MOST_EARLY_WEEKS:
            last = at + 1 if message.word(at + 1) in _EARLY else at
            return EarlyBirth(early, message.evidence(_RULE, _SOURCE, at - 1, last))
    return None


def _amount(message: Message, at: int) -> int | None:
    """The number before the unit at token ``at``; of "34+2 weeks" the weeks."""
    if not at or not message.joined(at):
        return None
    if message.word(at - 1) in _ONE:
        return 1
    amount = cardinal(message.tokens[at - 1])
    if amount is not None and amount < 10 and at > 1 and message.joined(at - 1):
        weeks = cardinal(message.tokens[at - 2])
        if weeks is not None and _FEWEST_WEEKS <= weeks < FULL_TERM_WEEKS:
            return weeks
    return amount


def _of_another(message: Message, at: int) -> bool:
    """ "his brother was born at 30 weeks" """
    others = message.ends(Family.CONCERN, Kind.OTHER)
    return bool(others) and message.shortly_before(at, others, 2 * _LOOK_BACK)


def _weeks_early(message: Message, at: int, amount: int) -> int | None:
    """Weeks before term for an amount whose unit stands at token ``at``."""
    unit = message.word(at)
    if unit in _WEEKERS:
        return FULL_TERM_WEEKS - amount
    in_months = unit in _MONTHS
    before = _near(message, at, -_LOOK_BACK - 1, -1)
    if not in_months and _FEWEST_WEEKS <= amount < FULL_TERM_WEEKS:
        return FULL_TERM_WEEKS - amount if _tells_of_birth(message, at, before) else None
    if _said_to_be_early(message, at, before) and not before & _NO_BIRTH:
        return round(amount * _WEEKS_A_MONTH) if in_months else amount
    # Spanish counts a pregnancy in months: "nacio de 7 meses"
    told = in_months and bool(before & _BORN) and message.word(at - 2) in _MONTHS_AT
    if told and 5 <= amount <= 8 and message.word(at + 1) not in _AN_AGE_AFTER:
        return FULL_TERM_WEEKS - round(amount * _WEEKS_A_MONTH)
    return None


def _said_to_be_early(message: Message, at: int, before: set[str]) -> bool:
    """ "8 weeks early", "two months too soon", "8 weeks before her due date", "un mes antes" """
    if not message.joined(at + 1):
        return bool(before & _ADVANCED)
    following = [message.word(at + step) for step in range(1, 5)]
    if following[0] in _EARLY or following[:2] in (["too", "early"], ["too", "soon"]):
        return True
    if following[0] == "before":
        return bool({"due", "term"} & set(following))
    if following[0] == "antes":
        return bool(before & (_BORN | _ADVANCED)) or following[1] in {"de", "del"}
    return bool(before & _ADVANCED)


def _tells_of_birth(message: Message, at: int, before: set[str]) -> bool:
    """Whether 22 to 39 weeks are those of a pregnancy, and not the child's age."""
    if message.word(at - 2) in _AN_AGE_BEFORE or message.word(at + 1) in _AN_AGE_AFTER:
        return False
    if message.word(at + 1) == "de" and message.word(at + 2) in _OF_LIFE:
        return False
    after = _near(message, at, 1, _LOOK_AHEAD)
    if before & _BORN or (before | after) & _PREEMIE or after & _BORN:
        return True
    if "had" in before and message.word(at - 2) == "at":
        return True  # "I had him at 34 weeks"
    beside = {message.word(at - 2), message.word(at + 1)}  # "preemie (32 weeks)"
    return bool(beside & _PREEMIE) or message.word(at + 1) == "baby" or "fue" in before


def _near(message: Message, at: int, first: int, last: int) -> set[str]:
    """The words around token ``at`` in its sentence; what follows, only to the next comma."""
    places = range(max(0, at + first), min(len(message.tokens), at + last + 1))
    ends = Break.SENTENCE if last < 0 else Break.COMMA
    return {
        message.tokens[place].word
        for place in places
        if not message.separated(min(place, at), max(place, at), ends)
    }
