"""How many weeks early a child was born: "born at 32 weeks", "2 months early", "sietemesino".

A pregnancy is counted as 40 weeks. Only what the parent said is read; whether an age has to be
corrected for it is decided by ``triage`` (knowledge c4, American Academy of Pediatrics: corrected
age up to 24 months for a birth before 37 weeks).
"""

from __future__ import annotations

from service.domain.reading.matching import Message
from service.domain.reading.number_words import cardinal, word_set
from service.domain.reading.types import EarlyBirth

FULL_TERM_WEEKS = 40
_WEEKS_A_MONTH = 4.345
_MOST_EARLY_WEEKS = 18
_FEWEST_WEEKS = FULL_TERM_WEEKS - _MOST_EARLY_WEEKS

_WEEKS = word_set("week weeks wk wks w weeker weekers semana semanas sem sems")
_MONTHS = word_set("month months mo mos mes meses")
_EARLY = word_set("early premature prematurely preemie preterm too antes prematuro prematura")
_BORN = word_set("born came arrived delivered birth nacio nacieron nacido nacida parto at")
_LOOK_BACK = 4
_SEVEN_MONTHS = word_set("sietemesino sietemesina")
_RULE, _SOURCE = "early_birth", "knowledge c4 c5"


def read_early_birth(message: Message) -> EarlyBirth | None:
    """The weeks a child came before 40 weeks, where the message tells; else None."""
    for at, token in enumerate(message.tokens):
        if token.word in _SEVEN_MONTHS:
            weeks = FULL_TERM_WEEKS - round(7 * _WEEKS_A_MONTH)
            return EarlyBirth(weeks, message.evidence(_RULE, _SOURCE, at, at))
        if token.word not in _WEEKS and token.word not in _MONTHS:
            continue
        amount = cardinal(message.tokens[at - 1]) if at and message.joined(at) else None
        if amount is None:
            continue
        early = _weeks_early(message, at, amount)
        if early is not None and 0 < early <= _MOST_EARLY_WEEKS:
            last = at + 1 if message.word(at + 1) in _EARLY else at
            return EarlyBirth(early, message.evidence(_RULE, _SOURCE, at - 1, last))
    return None


def _weeks_early(message: Message, at: int, amount: int) -> int | None:
    """Weeks before term for an amount whose unit stands at token ``at``."""
    in_months = message.word(at) in _MONTHS
    early = message.word(at + 1) in _EARLY and message.joined(at + 1)
    if early:
        return round(amount * _WEEKS_A_MONTH) if in_months else amount
    if message.word(at).startswith("weeker"):
        return FULL_TERM_WEEKS - amount
    born = any(
        message.word(back) in _BORN - {"at"} and not message.separated(back, at)
        for back in range(max(0, at - 1 - _LOOK_BACK), at - 1)
    )
    if not born or message.word(at + 1) in {"ago", "old", "later"}:
        return None
    if in_months:
        # Spanish counts a pregnancy in months: "nacio de 7 meses"
        return FULL_TERM_WEEKS - round(amount * _WEEKS_A_MONTH) if 5 <= amount <= 8 else None
    return FULL_TERM_WEEKS - amount if _FEWEST_WEEKS <= amount < FULL_TERM_WEEKS else None
