"""Whether a parent says that all is well, and how much of the message that takes back.

"He is doing great" answers the question only where no worry was named. "No concerns at all", said
last and of nothing in particular, takes back what was told before it ("he trips now and then, no
concerns here"); "otherwise no concerns" takes nothing back. Flags are never taken back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break
from service.domain.reading.types import Concern, Evidence, Status

OVERALL = "fine.overall"
"""The rule of the words that speak of everything."""

_NOT = frozenset({"not", "isnt", "arent", "doesnt", "never", "nunca", "tampoco"})
_WONDERS = frozenset({"if", "whether", "si", "sure", "wondering", "wonder"})
"""Before words of being well they ask: "can u tell me if hes normal"."""
_IS_WELL = frozenset({"esta", "estan", "va", "es", "se"})
_NOTHING = word_set("nothing nothin nuthin none nada nadita ninguno ninguna")
_ABOUT = word_set("de en con para sobre about with for as regarding")
_SAYS_NOTHING = word_set(
    "so we i he she hes shes its it is are and honestly really truly basically but lol haha now "
    "doc doctor dr ped pediatrician said says dice segun normal right ok "
    "today pero but con with me us nos segun creo pues any kid la lo ella about this that it "
    "months month years year meses mes anos ano old mo at for por aca dos tres uno su "
    "here at all thanks thank you god lord the yet us just then nope no la verdad y ya hoy ahorita "
    "ahora gracias a dios bendito jaja jajaja pues de momento por el al final que aqui todo"
)
_THE_REST = word_set(
    "rest else other others otherwise besides apart aside except remaining "
    "resto demas otro otra otros otras aparte fuera salvo excepto menos"
)


def all_fine(message: Message) -> Evidence | None:
    """The words that say all is well, unless a "not" stands right before them."""
    for match in message.of(Family.ALL_FINE):
        first = message.tokens[match.first]
        said = message.word(match.first - 1)
        # "no todo bien" and "no all good" answer no; "no esta bien" denies.
        denied = said in _NOT | _WONDERS or (said == "no" and first.word in _IS_WELL)
        if (not denied or first.before is not Break.NONE) and not _of_the_rest(match, message):
            return message.shown_by(match)
    return _nothing_first(message)


def _nothing_first(message: Message) -> Evidence | None:
    """ "nothing! we only filled out the form": a first clause of that one word."""
    if message.word(0) in _NOTHING and len(_clause(0, message)) == 1:
        return message.evidence(OVERALL, "knowledge c3", 0, 0)
    return None


def taken_back(concerns: tuple[Concern, ...], message: Message) -> tuple[Concern, ...]:
    """The concerns, those taken back by a closing "no concerns at all" marked as denied."""
    if not any(c.status is Status.PRESENT for c in concerns):
        return concerns
    since = _overall(message)
    if since is None or any(
        c.status is Status.PRESENT and c.evidence.start > since for c in concerns
    ):
        return concerns
    return tuple(
        replace(c, status=Status.DENIED) if c.status is Status.PRESENT else c for c in concerns
    )


def _overall(message: Message) -> int | None:
    """Where in the text the closing words begin that speak of everything."""
    contrasts = message.ends(Family.CONCERN, Kind.CONTRAST)
    for match in reversed(message.of(Family.ALL_FINE)):
        if match.rule.id != OVERALL or not _of_everything(match, message):
            continue
        if not any(at > match.last for at in contrasts):
            return message.tokens[match.first].start
    return None


def _of_everything(match: Match, message: Message) -> bool:
    """Whether the clause holds nothing else to speak of, as "bottle no problem" does, and was not
    opened by what it speaks of ("de correr y brincar, ninguna queja")."""
    sentence = message.sentences[match.first]
    opens = bisect_left(message.sentences, sentence)
    begins_clause = message.clauses[match.first]
    if message.word(opens) in _ABOUT and message.clauses[opens] == begins_clause - 1:
        return False
    begins = max(
        (at for at in message.ends(Family.CONCERN, Kind.CONTRAST) if at < match.first), default=-1
    )  # "usa panal pero no me apura"
    return all(
        match.first <= at <= match.last or message.word(at) in _SAYS_NOTHING
        for at in _clause(match.first, message)
        if at > begins
    )


def _of_the_rest(match: Match, message: Message) -> bool:
    """ "otherwise she is fine", "todo lo demas bien": said of what is left."""
    return any(
        message.word(at) in _THE_REST and message.word(at - 1) not in _NOTHING
        for at in _clause(match.first, message)
        if not match.first <= at <= match.last
    )


def _clause(at: int, message: Message) -> range:
    """The tokens of the clause around one."""
    clause = message.clauses[at]
    return range(bisect_left(message.clauses, clause), bisect_right(message.clauses, clause))
