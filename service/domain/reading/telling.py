"""How danger is told of: long ago, over since, happening now, in a film, of somebody else.

All of it is looked for in the sentence of the sign and near it, so that nothing said elsewhere in
a message makes an emergency less. What happens right now counts whatever else is told beside it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.matching import Match, Message, first_token
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break
from service.domain.vocabulary import FlagLevel

_REACHES = 14
_NOT_REAL_REACHES = 8
_OTHER_REACHES = 8
_GOING_ON_REACHES = 3
_MYSELF = "grammar.myself"
_YEARS_AGO = "danger.years_ago"
_THEIRS = "danger.it_was_theirs"
_BUT = word_set("but pero")
_TURNS = word_set(
    "and n y e pero but que q so because says said say told tells thinks called texted dice dijo "
    "dicen him her them me us it lo la le les nos"
)
"""After these, somebody else is spoken of than before: "my mom says", "a boy pushed him and"."""


@dataclass(frozen=True, slots=True)
class Telling:
    """The words of a message that say how danger is meant, by kind and in reading order."""

    message: Message
    cues: dict[Kind, list[Match]]
    persons: list[Match]

    def long_ago(self, match: Match) -> bool:
        """Whether a sign is told of the past; harm by somebody is past when years lie between."""
        cues = self.cues.get(Kind.LONG_AGO, [])
        if match.rule.level is FlagLevel.CRISIS:
            cues = [cue for cue in cues if cue.rule.id == _YEARS_AGO]
        return self._beside_any(match, cues, _REACHES)

    def well_since(self, match: Match) -> bool:
        """Whether the child is said to have been well since."""
        return self._near(match, Kind.WELL_SINCE, _REACHES)

    def right_now(self, match: Match) -> bool:
        """Whether it is said to happen now, or to have just happened."""
        return self._near(match, Kind.RIGHT_NOW, _REACHES)

    def going_on(self, match: Match) -> bool:
        """Whether it is told as it happens: then it counts whosever child it is."""
        return self._near(match, Kind.GOING_ON, _GOING_ON_REACHES)

    def not_real(self, match: Match) -> bool:
        """Whether it belongs to a film, a game or a lesson, or was somebody else's. "Fue su papa"
        behind harm names who did it."""
        cues = self.cues.get(Kind.NOT_REAL, [])
        if match.rule.level is FlagLevel.CRISIS:
            cues = [cue for cue in cues if cue.rule.id != _THEIRS]
        return self._beside_any(match, cues, _NOT_REAL_REACHES)

    def someone_else(self, match: Match) -> bool:
        """Whether the last person named before a sign is not the child."""
        first = match.first
        named = None
        for person in self.persons:
            if person.first >= first:
                break
            # "Mi sobrina es la que tiene ...": that one is the niece.
            if named is None or person.first > named.last:
                named = person
        return (
            named is not None
            and named.rule.kind is not Kind.SUBJECT
            and first - named.last <= _OTHER_REACHES
            and not self.message.separated(named.last, first, Break.COMMA)
            and not self._turns(named, first)
        )

    def _turns(self, named: Match, first: int) -> bool:
        """Whether the words between a person and a sign turn to somebody else."""
        words = {token.word for token in self.message.tokens[named.last + 1 : first]}
        # "A su hermanito le dan ataques": the brother's own.
        if self.message.word(named.first - 1) == "a":
            words -= {"le", "les"}
        return not words.isdisjoint(_TURNS)

    def _near(self, match: Match, kind: Kind, reach: int) -> bool:
        return self._beside_any(match, self.cues.get(kind, []), reach)

    def _beside_any(self, match: Match, cues: list[Match], reach: int) -> bool:
        """Whether a cue stands near what a sign fired on, in its sentence; one with a "but" behind
        it says nothing of what follows ("ya se le quitó la fiebre pero no despierta")."""
        if not cues:
            return False
        sentences = self.message.sentences
        for first, last in match.parts or ((match.first, match.last),):
            after = bisect_left(cues, first, key=first_token)
            for cue in cues[max(0, after - 1) : after + 1]:
                near = first - cue.last <= reach and cue.first - last <= reach
                if (
                    near
                    and sentences[cue.first] == sentences[first]
                    and _BUT.isdisjoint(self.message.words[cue.last + 1 : first])
                ):
                    return True
        return False


def telling_of(message: Message) -> Telling:
    """How the message tells what it tells."""
    cues: dict[Kind, list[Match]] = {}
    for match in message.of(Family.TELLING):
        cues.setdefault(match.rule.kind, []).append(match)
    persons = [
        match
        for match in message.of(Family.CONCERN)
        if match.rule.kind in (Kind.OTHER, Kind.SUBJECT) and match.rule.id != _MYSELF
    ]
    persons += cues.get(Kind.SOMEONE_ELSE, ())
    persons.sort(key=lambda match: (match.first, -match.last))
    return Telling(message, cues, persons)
