"""Who is spoken of: the child, or a brother, a mother, somebody else's child."""

from __future__ import annotations

from service.domain.reading.concern_scope import State
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set

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
    again. Written without its accent it looks like "the", which no verb follows."""
    if state.other is None or match.first <= state.other.last:
        return
    word, earlier = message.word(match.first - 1), message.word(match.first - 2)
    he_but = word == "el" and earlier in _TURNS_TO
    the_one_who = word in {"q", "que"} and earlier in {"el", "ella"}
    if he_but or the_one_who:
        state.other = None


def take_subject(match: Match, state: State, message: Message) -> None:
    """Whether the child or somebody else is spoken of from here on.

    "My other son toe walks but she ..." is the child again; in "Her brother is 6. He falls." the
    brother is still meant, while "his brother is 6. He falls" most likely means the child.
    """
    if match.rule.id.endswith("child"):
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
