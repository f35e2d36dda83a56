"""Where what a message asks for counts: not within words that only look like it, and only where
its entry's ``only`` allows."""

from __future__ import annotations

from service.domain.reading.asking import asks
from service.domain.reading.courtesy import length_without_thanks
from service.domain.reading.lexicon import Family, Kind, Only
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break
from service.domain.reading.types import Context
from service.domain.vocabulary import Asked, Intent

DATED = frozenset({Intent.BOOKED, Intent.LATER})
"""The intents that a day belongs to."""
NO_QUESTION = frozenset({Asked.AFTER_SUGGESTION, Asked.REMINDER})
"""Where nothing of ours is open."""
FEW_WORDS = 14
_ASKS_TO_GO_ON = word_set("sigan siga sigas sigale siganle manden mande escriban escriba continuen")


class Scope:
    """One message, seen by the intents that may count in it. Linear in its words."""

    def __init__(
        self, message: Message, context: Context, courtesy: set[int], worried: bool
    ) -> None:
        self._message = message
        self._agreed = context.asked is not Asked.CONSENT
        self._follow_up = context.asked in NO_QUESTION
        self._courtesy = courtesy
        self._worried = worried
        self._asks: dict[int, bool] = {}
        self._traps: dict[int, list[Match]] = {}
        for match in message.of(Family.INTENT):
            # "ya dije que no, dejen de escribir": a trap does not reach over a comma.
            if match.rule.kind is Kind.TRAP and not message.separated(
                match.first, match.last, Break.COMMA
            ):
                for at in range(match.first, match.last + 1):
                    self._traps.setdefault(at, []).append(match)

    def counts(self, match: Match) -> bool:
        """Whether the match may count."""
        rule = match.rule
        if rule.kind is not Kind.INTENT or self._trapped(match):
            return False
        if rule.intent in DATED and self._worried and not self._follow_up:
            # Before there is anything to book, a day told along with a concern belongs to that.
            return False
        if rule.intent is Intent.STOP and self._answers_no_first(match):
            return False
        return all(self._allows(only, match) for only in rule.only)

    def _answers_no_first(self, match: Match) -> bool:
        """ "todavia no, sigan mandando recordatorios": the "no" answers, the rest asks for more."""
        return (
            match.last > match.first
            and self._message.word(match.first) == "no"
            and self._message.word(match.first + 1) in _ASKS_TO_GO_ON
            and self._message.tokens[match.first + 1].before is not Break.NONE
        )

    def _allows(self, only: Only, match: Match) -> bool:
        if only is Only.FOLLOW_UP:
            return self._follow_up
        if only is Only.AGREED:
            return self._agreed
        if only is Only.BEFORE_SUGGESTION:
            return not self._follow_up
        if only is Only.NOT_OF_THE_CHILD:
            return not self._worried
        if only is Only.SHORT:
            return length_without_thanks(self._message) <= FEW_WORDS
        return self._asked(match.begins) is (only is Only.ASKING)

    def _asked(self, at: int) -> bool:
        sentence = self._message.sentences[at]
        known = self._asks.get(sentence)
        if known is None:
            known = self._asks[sentence] = asks(self._message, at, self._courtesy)
        return known

    def _trapped(self, match: Match) -> bool:
        """Whether words that look like an intent hold the match, or lead into it."""
        firsts = [first for first, _ in match.parts] or [match.first]
        return any(
            trap.rule.intent in (None, match.rule.intent) and _holds(trap, match)
            for first in firsts
            for trap in self._traps.get(first, ())
        )


def _holds(trap: Match, match: Match) -> bool:
    return bool(match.parts) or trap.first < match.first or trap.last >= match.last
