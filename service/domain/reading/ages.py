"""The child's age: "4", "18 months", "2 and a half", "turns 4 in may", "casi 4", "born 3/2023".

Ages come out in whole completed months. Spans of time that are no ages ("for 2 years", "at 18
months"), other people's ages and the parent's own are passed over. Two ages, a school grade, or
an age no child has (21 years and up) read as unclear.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.domain.reading.age_words import (
    ADJUSTED,
    ALMOST,
    CHILD,
    COUNTED,
    DAYS,
    GRADES,
    HALF,
    IS,
    MAY_FOLLOW,
    MONTHS,
    NEWBORN,
    NOT_AGE_AFTER,
    NOT_AGE_BEFORE,
    NOT_CHILD,
    SELF,
    SOFT,
    VAGUE,
    WEEKS,
    YEARS,
)
from service.domain.reading.birthdays import BIRTHDAY_WORDS, Told, birthday_age, date_of_birth
from service.domain.reading.calendar_words import MONTHS as MONTH_NAMES
from service.domain.reading.matching import Message
from service.domain.reading.number_words import ORDINALS, WORDS, cardinal
from service.domain.reading.tokens import Break
from service.domain.reading.types import Age, Context
from service.domain.vocabulary import Asked

OLDEST_MONTHS = 21 * 12
OLDEST_BARE_YEARS = 17
"""A bare number means years; one above this is more likely months ("18", "24", "48"): ask."""
_LOOK_BACK = 6
# A message with more numbers than this is no answer; reading on would only take time.
_MOST_NUMBERS = 40
_OTHER_REACHES = 4
_CAN_BEGIN = frozenset(
    {*WORDS, *ORDINALS, *MONTH_NAMES, *NEWBORN, *BIRTHDAY_WORDS, "recien", "a", "ano", "year"}
)


@dataclass(frozen=True, slots=True)
class AgeReading:
    """The age, and which tokens are spoken for, so that they are not read as item numbers."""

    age: Age | None
    used: frozenset[int]


def read_age(message: Message, context: Context) -> AgeReading:
    """Read the child's age out of a message."""
    tokens = message.tokens
    found: list[Told] = []
    used: set[int] = set()
    at = 0
    numbers = 0
    while at < len(tokens) and numbers < _MOST_NUMBERS:
        numbers += tokens[at].is_number
        told = _told_at(message, at, context)
        if told is None:
            at += 1
            continue
        used.update(range(told.first, told.last + 1))
        if told.counts:
            found.append(told)
        at = told.last + 1
    if not found:
        found = _only_answer(message, context, used)
        for told in found:
            used.update(range(told.first, told.last + 1))
    if not found:
        found = _grade(message, context)
    found = [told for told in found if _adjusted(message, told)] or found
    if not found:
        return AgeReading(None, frozenset(used))
    months = _agreed(found)
    evidence = message.evidence("age", "knowledge b", found[0].first, found[-1].last)
    return AgeReading(Age(months, evidence), frozenset(used))


def _adjusted(message: Message, told: Told) -> bool:
    """Whether an age is told to be the one corrected for an early birth (knowledge c4)."""
    near = (told.first - 2, told.first - 1, told.last, told.last + 1)
    return any(_word(message, at) in ADJUSTED for at in near)


def _agreed(found: list[Told]) -> int | None:
    values = {t.months for t in found}
    if len(values) > 1:
        precise = {t.months for t in found if t.precise}
        coarse = [t.months for t in found if not t.precise]
        if len(precise) != 1:
            return None
        exact = next(iter(precise))
        if exact is None or any(c is None or not 0 <= exact - c < 12 for c in coarse):
            return None
        values = precise
    months = values.pop()
    return months if months is not None and 0 <= months < OLDEST_MONTHS else None


def _told_at(message: Message, at: int, context: Context) -> Told | None:
    token = message.tokens[at]
    word = token.word
    if not token.is_number and word not in _CAN_BEGIN:
        return None
    today = context.now.date()
    birthday = birthday_age(message, at, today, context.language)
    if birthday is not None:
        return birthday
    born = date_of_birth(message, at, today, context.language, asked=context.asked is Asked.AGE)
    if born is not None:
        return born
    if word in NEWBORN or (word == "recien" and _word(message, at + 1).startswith("nacid")):
        # "as a newborn" tells of the past
        if (
            at >= 2
            and message.tokens[at - 1].word in {"a", "de"} | NOT_AGE_BEFORE
            and (message.tokens[at - 2].word in {"as", "since", "was"} or word == "recien")
        ):
            return None
        return Told(0, at, at + (word == "recien"), precise=True)
    return _with_unit(message, at, context) or _after_is(message, at, context)


def _word(message: Message, at: int) -> str:
    return message.tokens[at].word if 0 <= at < len(message.tokens) else ""


def _joined(message: Message, at: int) -> bool:
    """Whether token ``at`` stands in the same sentence as the one before."""
    return at < len(message.tokens) and message.tokens[at].before is not Break.SENTENCE


def _amount(message: Message, at: int) -> tuple[float, int] | None:
    """A number that begins at token ``at``, and its last token: 2, 2.5, 2 1/2, two."""
    tokens = message.tokens
    token = tokens[at]
    value = cardinal(token)
    if value is None:
        return None
    last = at
    number = float(value)
    if token.is_number and last + 1 < len(tokens):
        nxt = tokens[last + 1]
        between = message.text[token.end : nxt.start]
        if nxt.is_number and between in {".", ","} and len(nxt.word) == 1:
            return number + int(nxt.word) / 10, last + 1
        if nxt.word == "half" and not between.strip():
            return number + 0.5, last + 1
        if (
            nxt.word == "1"
            and _word(message, last + 2) == "2"
            and message.text[nxt.end : tokens[last + 2].start].strip() in {"/", "⁄"}
        ):
            return number + 0.5, last + 2
    return number, last


def _half_after(message: Message, last: int) -> int:
    """The last token of an "and a half" that follows token ``last``; ``last`` if there is none."""
    at = last + 1
    if _word(message, at) in {"and", "n", "y", "an"} or (
        _word(message, at) == "in" and _word(message, at + 1) == "a"
    ):
        at += 1
        if _word(message, at) == "1" and _word(message, at + 1) == "2":
            return at + 1
        if _word(message, at) in {"a", "1"}:
            at += 1
        if _word(message, at) in HALF:
            return at
        if _word(message, at) == "1" and _word(message, at + 1) == "2":
            return at + 1
    elif _word(message, at) in HALF and _joined(message, at):
        return at
    return last


def _with_unit(message: Message, at: int, context: Context) -> Told | None:
    tokens = message.tokens
    amount = _amount(message, at)
    if amount is not None:
        number, last = amount
        half_at = _half_after(message, last)
        if half_at > last:
            number, last = number + 0.5, half_at
        unit_at = last + 1
    elif tokens[at].word == "a" and _word(message, at + 1) in YEARS | MONTHS:
        number, unit_at = 1.0, at + 1
    elif tokens[at].word in {"ano", "year"} and _half_after(message, at) > at:
        number, unit_at = 1.0, at
    else:
        return None
    unit = _word(message, unit_at)
    if not unit or not _joined(message, unit_at):
        return _bare_half(message, at, number, unit_at - 1, context)
    if unit in ADJUSTED:
        return Told(int(number), at, unit_at, precise=True)
    if unit in {"m", "w", "y"} and unit == "y" and not _glued(message, unit_at):
        return _years_then_months(message, at, number, unit_at, context)
    if unit in {"m", "w"} and not _glued(message, unit_at) and len(tokens) > 4:
        return None
    if unit == "y" and _glued(message, unit_at) and message.tokens[unit_at + 1 :]:
        following = message.tokens[unit_at + 1]
        if following.is_number and _glued(message, unit_at + 1):
            return _years_then_months(message, at, number, unit_at, context)
    if unit in YEARS:
        return _years(message, at, number, unit_at, context)
    months: float
    if unit in MONTHS:
        months = number
    elif unit in WEEKS:
        months = number * 7 / 30.44
    elif unit in DAYS:
        months = number / 30.44
    elif unit == "and" and context.asked is Asked.AGE:
        return _years_then_months(message, at, number, unit_at, context)
    else:
        return _bare_half(message, at, number, unit_at - 1, context)
    last = _old(message, unit_at)
    small = unit in WEEKS or unit in DAYS
    sure = (last > unit_at or context.asked is Asked.AGE or _said_to_be(message, at)) or not small
    counts = sure and _is_age(message, at, last)
    return Told(int(_less(message, at, months)), at, last, precise=True, counts=counts)


def _glued(message: Message, at: int) -> bool:
    return message.tokens[at].start == message.tokens[at - 1].end


def _years(message: Message, at: int, number: float, unit_at: int, context: Context) -> Told:
    last = unit_at
    if _word(message, last) in {"y"} and _word(message, last + 1) == "o":
        last += 1
    months = number * 12
    precise = number != int(number)
    half_at = _half_after(message, last)
    if half_at > last:
        months, last, precise = months + 6, half_at, True
    else:
        more = last + 1
        if _word(message, more) in {"and", "y", "n", "with", "con"}:
            more += 1
        extra = _amount(message, more) if more < len(message.tokens) else None
        if extra is not None and _joined(message, more):
            unit = _word(message, extra[1] + 1)
            if unit in MONTHS:
                months, last, precise = months + extra[0], extra[1] + 1, True
            elif unit in WEEKS:
                last, precise = extra[1] + 1, True
    last = _old(message, last)
    counts = _is_age(message, at, last)
    return Told(int(_less(message, at, months)), at, last, precise=precise, counts=counts)


def _years_then_months(
    message: Message, at: int, number: float, joint: int, context: Context
) -> Told | None:
    """ "2 and 3 months", "2 y 3 meses": the first number is years."""
    extra = _amount(message, joint + 1) if joint + 1 < len(message.tokens) else None
    if extra is None or _word(message, extra[1] + 1) not in MONTHS or extra[0] >= 12:
        return _bare_half(message, at, number, joint - 1, context)
    months = number * 12 + extra[0]
    return Told(int(months), at, _old(message, extra[1] + 1), precise=True)


def _bare_half(
    message: Message, at: int, number: float, last: int, context: Context
) -> Told | None:
    """ "2 and a half", "2 1/2" without a unit can only be years."""
    if number == int(number) or not 0 < number < 21:
        return None
    if context.asked is not Asked.AGE and not _said_to_be(message, at):
        return None
    counts = _is_age(message, at, last)
    return Told(int(_less(message, at, number * 12)), at, last, precise=True, counts=counts)


def _old(message: Message, last: int) -> int:
    at = last
    if _word(message, at + 1) == "o" and _joined(message, at + 1):
        return at + 1
    if _word(message, at + 1) in {"old", "olds"}:
        return at + 1
    if _word(message, at + 1) == "de" and _word(message, at + 2) in {"edad", "nacido", "nacida"}:
        return at + 2
    return last


def _before(message: Message, at: int) -> int:
    """The token before ``at`` that is not a soft word ("about", "only", "almost")."""
    for _ in range(_LOOK_BACK):
        if at <= 0 or message.tokens[at].before is Break.SENTENCE:
            break
        at -= 1
        word = message.tokens[at].word
        if word not in SOFT and word not in ALMOST and word not in {"not", "yet", "to", "close"}:
            return at
        if word in {"is", "turned"}:
            return at
    return -1


def _said_to_be(message: Message, at: int) -> bool:
    before = _before(message, at)
    if before < 0:
        return False
    word = message.tokens[before].word
    if word == "is":
        return _word(message, before - 1) not in NOT_CHILD
    return word in IS


def _named_with(message: Message, at: int) -> bool:
    """ "la niña 3", "my daughter 5", as an answer to the age question."""
    return at > 0 and _joined(message, at) and _word(message, at - 1) in CHILD


def _less(message: Message, at: int, months: float) -> float:
    """One month less for "almost": the age is not completed yet."""
    for back in (1, 2):
        if at - back < 0 or not _joined(message, at - back + 1):
            break
        word = _word(message, at - back)
        if word in ALMOST or (word == "yet" and _word(message, at - back - 1) == "not"):
            return max(0.0, float(int(months)) - 1)
        if word == "to" and _word(message, at - back - 1) == "close":
            return max(0.0, float(int(months)) - 1)
        if (word, _word(message, at - back - 1)) in {("on", "going"), ("para", "va")}:
            return max(0.0, float(int(months)) - 1)
        if word not in {"a", "un", "una", "to"}:
            break
    return months


def _is_age(message: Message, first: int, last: int) -> bool:
    """Whether an amount of time is the child's age, and not a span or somebody else's."""
    if _word(message, last + 1) in NOT_AGE_AFTER and _joined(message, last + 1):
        return False
    back = first - 1
    if back >= 0 and _joined(message, first):
        word = message.tokens[back].word
        if word in SOFT and back > 0 and _joined(message, back):
            further = message.tokens[back - 1].word
            if further in NOT_AGE_BEFORE - {"los", "las", "over"} or further in {"as", "like"}:
                return False
        if word in NOT_AGE_BEFORE and not (
            word in {"los", "over"} and _word(message, back - 1) != "a"
        ):
            return False
        if word in {"was", "tenia", "were", "had", "like", "as"} | SELF:
            return False
    return not _other_person(message, first)


def _other_person(message: Message, at: int) -> bool:
    for end in range(at - 1, max(-1, at - 1 - _OTHER_REACHES), -1):
        if message.separated(end, at):
            return False
        other = message.others.get(end)
        if other is not None:
            return other
    return False


def _after_is(message: Message, at: int, context: Context) -> Told | None:
    """ "he is 4", "hes almost 4", "tiene 4": a number said of the child."""
    amount = _amount(message, at)
    if amount is None or amount[0] >= 100:
        return None
    named = context.asked is Asked.AGE and _named_with(message, at)
    if not (named or _said_to_be(message, at)):
        return None
    last = amount[1]
    following = _word(message, last + 1)
    if (
        following
        and message.tokens[last + 1].before is Break.NONE
        and following not in MAY_FOLLOW
        and cardinal(message.tokens[last + 1]) is None
    ):
        return None
    if message.tokens[at].word in {"un", "una"}:
        return None
    months = _less(message, at, amount[0] * 12)
    counts = _is_age(message, at, last)
    return Told(int(months), at, last, precise=months != amount[0] * 12, counts=counts)


_ANSWER_WORDS = 7


def _only_answer(message: Message, context: Context, used: set[int]) -> list[Told]:
    """At the age question a bare number means years."""
    tokens = message.tokens
    if context.asked is not Asked.AGE or not tokens:
        return []
    told: list[Told] = []
    at = 0
    while at < len(tokens):
        if at in used:
            at += 1
            continue
        amount = _amount(message, at)
        word = tokens[at].word
        if amount is None or (word in {"one", "un", "una"} and len(tokens) > 3):
            at += 1
            continue
        number, last = amount
        if _word(message, last + 1) in COUNTED:
            at = last + 2
            continue
        months = _less(message, at, number * 12)
        counts = _is_age(message, at, last)
        if counts and number < 10_000:
            sure = number <= OLDEST_BARE_YEARS
            precise = months != number * 12
            told.append(Told(int(months) if sure else None, at, last, precise=precise))
        at = last + 1
    if len(told) == 1 and len(tokens) > _ANSWER_WORDS and told[0].first > 1:
        return []
    return told


def _grade(message: Message, context: Context) -> list[Told]:
    for at, token in enumerate(message.tokens):
        said = token.word in GRADES or (token.word == "k" and _word(message, at - 1) == "pre")
        if said or (token.word in VAGUE and context.asked is Asked.AGE):
            return [Told(None, at, at, precise=True)]
    return []
