"""Whether an amount is said of the child, and is an age at all.

"She is 4" is the child's; "it is 4", "I'm 30", "for 2 years", "2 years ago", "was 3" and a
brother's 6 are not.
"""

from __future__ import annotations

from service.domain.reading.age_words import (
    ALMOST,
    CHILD,
    COMPARED,
    IS,
    KIN,
    LITTLE_OR_BIG,
    MAY_FOLLOW,
    NOT_AGE_AFTER,
    NOT_AGE_BEFORE,
    NOT_CHILD,
    SELF,
    SOFT,
    SPAN_BEFORE,
    TAKEN_FOR,
    UNITS,
    unit_at,
)
from service.domain.reading.matching import Message
from service.domain.reading.number_words import A_OR_AN, word_set
from service.domain.reading.tokens import Break

_LOOK_BACK = 6
_OTHER_REACHES = 5
_OTHER_SHORTLY = 4
_SPAN_REACHES = 4
_SELF_REACHES = 2
_OF_ONESELF = word_set("im am was soy tengo estoy yo")
_PASSED_OVER = SOFT | ALMOST | {"not", "yet", "to", "close"}
_TELLS_AGE = word_set("is turned age edad aged")
_NO_AGE_FURTHER = (NOT_AGE_BEFORE - {"los", "las", "over"}) | {"as", "like"}
# "I have had him 2 years", "I was 3", "I am 30"
_NO_AGE_RIGHT_AFTER = {
    "somos",
    "vivimos",
    "him",
    "them",
    "was",
    "tenia",
    "were",
    "had",
    "like",
    "as",
} | SELF
_TELLING = SOFT | NOT_AGE_BEFORE | _NO_AGE_RIGHT_AFTER
_WORRIES = word_set("preocupa interesa")
""" "la que me preocupa de 3" """
_KNOWS = word_set(
    "caseworker worker doctor doc pediatrician paper papers certificate nurse wife husband agency "
    "file mom dad chart"
)
_SINCE_THEN = word_set("que con sin de en no")
_TELLS_ON = word_set("es esta anda and y is va casi")
""" "12 años ya es grandecito" tells an age."""
_ROUGHLY = word_set("ya pues esta anda hola ha tener tendra debe andara creo sera")
_AT_ABOUT = word_set("va entro llego anda andan ronda rondando rumbo")
"""With "en los 4", "por los 4", "a los 4" they tell an age."""
_A_LITTLE = word_set("bit little just hair")
""" "A bit past 10 months" tells an age."""
_PRONOUNS = word_set("he she hes shes ella")
_OWN = word_set(
    "nephew niece sobrino sobrina sobrinito sobrinita grandson granddaughter nieto nieta"
)
"""Whoever writes about one of these may well be raising them."""
_BOTH = frozenset({("them", "of"), ("dos", "los"), ("dos", "las"), ("both", "are")})
_THE_OTHER = word_set("other otro otra")
_WHO = word_set("que q k who that thats quien")
_SAYS_THAT = word_set("que q says said dice dijo thinks cree")
_SCHOOL = word_set(
    "grade kindergarten kinder preschool prek pre daycare school first second third fourth fifth"
    " sixth"
)
_TWINS = word_set("gemelos gemelas mellizos mellizas cuates cuatas gemelitos gemelitas")
_ASKED_FOR = word_set("the my our his her mi el la")

_CHILD_BEFORE = frozenset(
    "son daughter boy girl kid hijo hija nino nina nieto nieta grandson granddaughter niece nephew "
    "sobrino sobrina bebe baby nena nene toddler".split()
)


def said_to_be(message: Message, at: int) -> bool:
    """Whether "is", "tiene", "age" or the like stands before a number, and the child is meant."""
    if (message.word(at - 1), message.word(at - 2)) in _BOTH:
        return True  # "twins, both of them 3"
    before = _before(message, at)
    if before < 0:
        return False
    word = message.tokens[before].word
    if word == "are":
        return message.word(before - 1) in {"both", "they", "twins"}
    if word == "tienen" and not _TWINS.isdisjoint(message.said):
        return True
    if word in {"is", "es"} and message.word(before - 1) in NOT_CHILD:
        return False
    return word in IS and (word != "son" or message.word(before - 1) not in {"my", "our"})


def named_with(message: Message, at: int) -> bool:
    """ "la niña 3", "my daughter 5", "mi hija de 5", "el otro de 8"."""
    if at <= 0 or not message.joined(at) or message.word(at) in {"one", "un", "una", "uno"}:
        return False
    before = message.word(at - 1)
    if before == "de":
        return message.word(at - 2) in CHILD | LITTLE_OR_BIG or message.word(at - 2) in _WORRIES
    return before in CHILD | LITTLE_OR_BIG


def _before(message: Message, at: int) -> int:
    """The token before ``at`` that is not a soft word ("about", "only", "almost")."""
    for _ in range(_LOOK_BACK):
        if at <= 0 or message.tokens[at].before is Break.SENTENCE:
            break
        at -= 1
        word = message.tokens[at].word
        if word not in _PASSED_OVER or word in _TELLS_AGE:
            return at
    return -1


def is_age(message: Message, first: int, last: int, *, old: bool = False) -> bool:
    """Whether an amount of time is the child's age, and not a span or somebody else's.

    ``old``: "old" or the like was said with it.
    """
    after = message.word(last + 1) if message.joined(last + 1) else ""
    before = message.word(first - 1)
    if before == "is" and message.word(first - 2) in NOT_CHILD:
        return False
    if after in NOT_AGE_AFTER and not (old and after in {"in", "of"}):
        school = {message.word(last + step) for step in (2, 3, 4)} & _SCHOOL
        life = (after, message.word(last + 2)) in {("in", "real"), ("in", "age")}
        if not life and (after != "in" or not school):  # "12, in 6th grade"
            return False
    if after == "de" and message.word(last + 2) != "edad" and not named_with(message, first):
        return False
    if message.word(first) in A_OR_AN and before in UNITS | {"times", "veces"}:
        return False  # "2 days a week"
    if after in {"a", "per", "por", "al", "each"} and unit_at(message, last + 2) in UNITS:
        return False
    if after == "que" and message.word(last + 2) in {"no", "le", "se"} and before == "tiene":
        return False
    if after.endswith(("ando", "iendo")) and not old:
        return False
    if old and ((before == "a" and after in COMPARED) or (after == "next" and before == "the")):
        return False  # "a 2 year old could", "the 2 year old next door"
    if old and after in _OWN | KIN and (after in KIN or not _alone(message)):
        return False  # "my 10 year old nephew does it, but my son cant"
    if _taken_for(message, first) or (not old and _spans(message, first, last)):
        return False
    if old and before in {"my", "our"}:
        return True
    if old and before in _ASKED_FOR:
        return not _other_person(message, first)  # "this is for the 6 year old"
    back = first - 1
    if before in {"en", "por"} and message.word(first - 2) in _AT_ABOUT:
        return not _other_person(message, first)  # "anda en año y medio"
    if before == "los" and message.word(first - 3) in _AT_ABOUT:
        return not _other_person(message, first)
    if (before, message.word(first - 2)) in _BOTH:
        return True
    if before in _TELLING and message.joined(first):
        if before in SOFT and back > 0 and message.joined(back):
            if message.tokens[back - 1].word in _NO_AGE_FURTHER:
                return False
        if before in NOT_AGE_BEFORE and not (
            (before in {"los", "over"} and message.word(back - 1) != "a")
            or (before == "past" and message.word(back - 1) in _A_LITTLE)
            or (before == "at" and after == "now")
        ):
            return False
        about = before == "like" and message.word(first - 2) in IS  # "tiene like 2 años"
        if (
            before in _NO_AGE_RIGHT_AFTER
            and not about
            and message.tokens[first].before is Break.NONE
        ):
            return False
    if before == "her" and message.word(first - 2) in {"had", "have"}:
        return False  # "we've only had her 3 weeks"
    return not _other_person(message, first)


def _spans(message: Message, first: int, last: int) -> bool:
    """ "weve waited 8 months", "lleva 2 años", "3 months now he wont eat"."""
    for back in range(max(0, first - _SPAN_REACHES), first):
        if message.word(first - 1) in IS:
            break  # "la de la terapia tiene nueve"
        if message.tokens[back].word in SPAN_BEFORE and not message.separated(back, first):
            return True
    begins = first == 0 or message.tokens[first].before is not Break.NONE
    return (
        begins
        and message.word(last + 1) in {"now", "ya"}
        and (message.word(last + 1) == "now" or message.word(last + 2) in _SINCE_THEN)
        and message.tokens[last + 1].before is Break.NONE
        and last > first
        and last + 2 < len(message.tokens)
        and message.tokens[last + 2].before is Break.NONE
        and message.word(last + 2) not in _TELLS_ON
    )


def _taken_for(message: Message, at: int) -> bool:
    """ "everyone thinks he's 8", "looks 5", "parece de 6", "come como de 2" """
    for back in range(max(0, at - 3), at):
        told = message.tokens[back].word == "says" and message.word(back - 1) in _KNOWS
        if (
            not told
            and message.tokens[back].word in TAKEN_FOR
            and not message.separated(back, at, Break.COMMA)
        ):
            return True
    like = at - 2 if message.word(at - 1) in {"de", "a", "un", "unos"} else at - 1
    verb = message.word(like - 1)
    return (
        message.word(like) == "como"
        and message.tokens[like].before is Break.NONE
        and like > 0
        and verb not in IS | _ROUGHLY
    )


def _other_person(message: Message, at: int) -> bool:
    if message.word(at - 1) in {"el", "ella"} and message.word(at - 2) in {"y", "pero"}:
        return False
    if of_kin(message, at):
        return True
    if not message.others:
        return False
    for end in range(at - 1, max(-1, at - 1 - _OTHER_REACHES), -1):
        if message.separated(end, at):
            return False
        other = message.others.get(end)
        if other and message.word(end) in _OF_ONESELF and at - end > _SELF_REACHES:
            continue  # "im worried about my 4 year old"
        if other and message.word(end + 1) in _SAYS_THAT:
            return False  # "dice su papa que son 11"
        if other is not None:
            return other and not _may_be_theirs(message, end)
        if message.word(end) in _PRONOUNS or (end < at - 1 and _names_child(message, end)):
            return False
    return False


def of_kin(message: Message, at: int) -> bool:
    """ "la hermana 9", "sister just turned 2": whether a brother or friend is named just before."""
    reach = at - 3 if message.word(at - 2) in _WHO else at - 2
    return any(
        message.word(back) in KIN and not message.separated(back, at, Break.COMMA)
        for back in range(max(0, reach), at)
    )


def of_the_other(message: Message, at: int) -> bool:
    """ "My other one is 7", "el otro tiene 7": another child than the one whose age is known."""
    return any(
        message.word(back) in _THE_OTHER and not message.separated(back, at, Break.COMMA)
        for back in range(max(0, at - _OTHER_SHORTLY), at)
    )


def _names_child(message: Message, at: int) -> bool:
    return message.word(at) in {"baby", "bebe", "nino", "nina", "child", "kid"}


def _alone(message: Message) -> bool:
    """Whether no child of the family is named."""
    return all(message.others.values())


def _may_be_theirs(message: Message, end: int) -> bool:
    """Whether somebody named (up to token ``end``) is one of the family's own children: "the
    oldest", "la chiquita"; or a niece where no other child is spoken of."""
    words = {message.word(at) for at in (end - 2, end - 1, end)}
    if words & KIN:
        return False
    if words & _OWN:
        return _alone(message)
    return bool(words & (LITTLE_OR_BIG | _THE_OTHER))


def set_apart(message: Message, at: int, last: int) -> bool:
    """ "my son (4) falls", "my daughter, 7, hates tags"."""
    if not message.tokens[at].is_number or at == 0 or last + 1 >= len(message.tokens):
        return False
    if message.tokens[last + 1].before is Break.NONE or message.tokens[at].before is Break.NONE:
        return False
    between = message.between(at - 1, at).strip()
    return between in {",", "(", "-"} and message.word(at - 1) in _CHILD_BEFORE


def set_off(message: Message, at: int, last: int) -> bool:
    """A number right after "my son" that nothing is counted by: "my niece 4 wont"."""
    if not _CHILD_BEFORE & {message.word(at - 1)}:
        return False
    after = message.word(last + 1)
    return not after or message.tokens[last + 1].before is not Break.NONE or after in MAY_FOLLOW
