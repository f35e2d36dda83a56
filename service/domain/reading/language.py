"""Which language a message is written in, by its commonest words."""

from __future__ import annotations

from service.domain.reading.lexicon import Lexicon
from service.domain.reading.tokens import Token
from service.domain.vocabulary import Language

_SPANISH_MARKS = "ñÑ¿¡"


def read_language(text: str, tokens: list[Token], lexicon: Lexicon) -> Language | None:
    """The language most words belong to; None where they do not tell."""
    english = spanish = 0
    end = -1
    for token in tokens:
        # "4yo" is no Spanish "yo"
        if not token.is_number and token.start != end:
            word = token.forms[0]
            english += word in lexicon.english
            spanish += word in lexicon.spanish
        end = token.end
    if not text.isascii() and any(mark in text for mark in _SPANISH_MARKS):
        spanish += 1
    if english == spanish:
        return None
    return Language.EN if english > spanish else Language.ES
