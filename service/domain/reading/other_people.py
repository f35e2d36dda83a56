"""Who is spoken of: the child, or a brother, a mother, somebody else's child."""

from __future__ import annotations

from service.domain.reading.concern_scope import State
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break
from service.domain.reading.types import Status

MYSELF = "grammar.myself"
"""The rule of words by which parents speak of themselves."""
CHILD = frozenset({"grammar.child", "grammar.child_by_name"})
"""The rules of words that name the child the message is about."""
_AFTER_HE = word_set(
    "no si se ya lo anda es tiene trae esta va hace puede sabe quiere siempre nunca todavia apenas "
    "nomas solo solamente le tambien sigue todo cuando en aun casi"
)
_REPORTS = word_set(
    "says said say thinks think thought told tells mentioned noticed notices swears asked asks "
    "wants worries insists complains keeps calls called dice dijo dicen cree piensa noto nota "
    "comenta insiste asegura me nos quiere pregunta"
)
_REPORTED_BY = word_set(
    "segun dice dicen dijo cree creen piensa opina cuenta conto noto contradice according per ask"
)
_KEEPS = word_set("watches watching watched keeps keepin babysits raises raised minds")
_HAS_HIM = word_set("has had takes took picks drops brings feeds dresses bathes carries")
""" "Her sister has her own trouble": "her" after these says nothing of the child."""
_CUIDA = word_set("cuida cuidan trae lleva crio cria atiende recoge deja viste bana peina tiene")
_THE_CHILD = word_set("him her his he hes she shes hers")
_IT = frozenset({"lo", "la", "le"})
_SOMEBODY_DOES = frozenset({"se", "lo", "le"})
_NOT_OF_THE_CHILD = word_set("me que q de nos mismo mas")
"""After "se" or "lo": "se me olvida", "lo que", "lo mismo"."""
_IS = word_set("is was were are es era fue son eran belongs")
_BACK = frozenset({"el", "este", "esta", "q", "que"})
_HE = frozenset({"he", "hes"})
_SHE = frozenset({"she", "shes", "ella"})
_MALE = word_set(
    "brother brothers father dad grandpa husband son nephew hermano hermanito primo papa abuelo "
    "esposo hijo sobrino otro"
)
_FEMALE = word_set(
    "sister sisters mother mom grandma wife daughter niece hermana hermanita prima mama abuela "
    "hija sobrina otra"
)


def back_to_the_child(match: Match, state: State, message: Message) -> None:
    """ "su hermana ya camina y el no camina": after a sister, "el" (él) before a verb is the child
    again. Written without its accent it looks like "the", which no verb follows.

    So is "este" (this one), of two who are compared. What a parent says of themselves ends with
    the clause ("im 29, tags ruin every morning"), or with the child ("im dying to get him to eat").
    """
    other = state.other
    if other is None or match.first <= other.last:
        return
    between = set(message.words[other.last + 1 : match.first])
    if other.rule.id == MYSELF and (
        message.separated(other.last, match.first, Break.COMMA)
        or between & _THE_CHILD
        or _turns_to_the_child(other.last + 1, match.first, message)
    ):
        state.other = None
        return
    if between.isdisjoint(_BACK):
        return
    for at in range(other.last + 1, match.first):
        word, earlier = message.word(at), message.word(at - 1)
        begins = message.tokens[at].before is not Break.NONE or earlier in _TURNS_TO
        goes_on = at + 1 == match.first or message.word(at + 1) in _AFTER_HE
        he_but = word == "el" and begins and goes_on
        this_one = word == "este" or (
            word == "esta" and begins and message.word(at + 1) in _AFTER_HE
        )
        the_one_who = (
            word in {"q", "que"}
            and earlier in {"el", "ella"}
            and at + 1 == match.first
            and message.word(at - 2) not in _IS  # "mi sobrino es el que camina raro"
        )
        if he_but or this_one or the_one_who:
            state.other = None
            return


def _turns_to_the_child(first: int, end: int, message: Message) -> bool:
    """ "yo soy la abuelita, yo lo cuido y se tapa los oidos": a third one, of whom it is told."""
    return any(
        message.word(at) in _SOMEBODY_DOES and message.word(at + 1) not in _NOT_OF_THE_CHILD
        for at in range(first, end)
    )


def only_reports(match: Match, message: Message) -> bool:
    """ "his grandma says he falls", "segun su abuela", "my mom keeps her": who tells it, or who has
    the child."""
    after, before = message.word(match.last + 1), message.word(match.first - 1)
    if after in _REPORTS or before in _REPORTED_BY:
        return True
    next_word = message.word(match.last + 2)
    return (
        (after in _KEEPS and next_word in {"him", "her"})
        or (after in _HAS_HIM and next_word == "him")
        or (after in _IT and next_word in _CUIDA)
    )


def give_to_another(match: Match, state: State, message: Message) -> None:
    """ "el q no caminaba era su hermano", "the walker is his grandmas": told before the name."""
    before = match.first - 1
    if message.word(before) == "de":
        before -= 1
    if message.word(before) not in _IS or not message.joined(match.first):
        return
    for named in state.sentence:
        if not message.separated(named.match.first, match.first, Break.COMMA):
            named.status, named.missing, named.lost = Status.OTHER_PERSON, False, False


def take_subject(match: Match, state: State, message: Message) -> None:
    """Whether the child or somebody else is spoken of from here on.

    "My other son toe walks but she ..." is the child again; in "Her brother is 6. He falls." the
    brother is still meant, while "his brother is 6. He falls" most likely means the child.
    """
    if match.rule.id in CHILD:
        state.other = state.before = None
        return
    word = message.tokens[match.first].word
    same, opposite = (_MALE, _FEMALE) if word in _HE else (_FEMALE, _MALE)
    if word not in _HE and word not in _SHE:
        return
    if state.other is not None:
        named = _words(state.other, message)
        if named & opposite and not named & same:
            state.other = None
    elif state.before is not None:
        named = _words(state.before, message)
        childs_own = {"his"} if word in _HE else {"her"}
        if named & same and not named & childs_own:
            state.other = state.before


_TURNS_TO = frozenset({"y", "pero", "mientras", "que", "q", "aunque", "e"})


def _words(match: Match, message: Message) -> set[str]:
    return {token.word for token in message.tokens[match.first : match.last + 1]}
