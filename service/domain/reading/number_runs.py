"""Numbers that stand together in a reply, the items they come to, and whether they are picks.

Joined by "and", a comma or "to" they make one run. In a clause about nothing else, or beside
"number", they are picks; elsewhere they have to begin or end a clause and count nothing.
"""

from __future__ import annotations

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.list_items import Run, Said
from service.domain.reading.list_signs import Heard
from service.domain.reading.list_words import AND, ARTICLES, LABEL, ONLY, SIGNS, TO, Sign
from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set
from service.domain.reading.other_numbers import COUNTED, SPOKEN_TO
from service.domain.reading.tokens import Break
from service.domain.reading.types import Context

_DASHES = frozenset("-–—~‐‑−")
_BETWEEN = (LABEL | word_set("the el los la del maybe also then luego up mostly q que")) - {
    "answer",
    "answers",
}
"""Words that may stand between two numbers and change nothing."""
_ANSWERS = frozenset({Sign.YES, Sign.NOT})
_LEFT_OUT = word_set("falto olvide agregue forgot missed add tambien")
_DAYS = word_set("bad good some most off hard rough his her occasion days weekends certain a")
_WITHIN = word_set("between entre")
_UP_TO = word_set("hasta")
_PUT_DOWN = word_set(
    "put pick mark say pon ponga ponme ponle pongale ponganle ponganme apunta apunte"
)
_BEFORE_LEAD = ARTICLES | ONLY
_CHANGED = word_set("change changed switch switched swap cambie cambia cambiar cambio replace")
_NOT_PLURALS = word_set(
    "comes happens shows looks sounds seems feels works helps starts stops wakes makes keeps hurts "
    "is his was has does yes its hes shes as always sometimes this plus us ours thus tiptoes "
    "besides bumps falls trips walks runs cries hates avoids refuses needs covers eats gets goes "
    "drags slumps limps stumbles tires gags chews spits throws hits bites kicks screams yells "
    "struggles jumps climbs leans slouches drools drops spills leaves takes wants es mas tras "
    "entonces pues ademas despues nos los las sus otras otros"
)
"""Words on -s that name no more than one thing."""
_MEASURES = word_set(
    "at has have had having tiene tienen got get been like las de a was were did in on for from "
    "give our les tengo of than out youngest oldest"
)
"""Known words before a number that counts something rather than picks."""
_HAD = word_set("had have has got get gets tuvo tuvimos tiene tenemos hubo")
"""After one of these a single number beside other picks counts: "11. we had 3 today"."""
_MAY_FOLLOW = word_set(
    "hope espero same idk van juntas asi so cuenta counts together juntos as aunque although since "
    "because cuz cus bc bcuz porq porque xq pq they he she hes shes her his most would desde trae "
    "before though tho when cuando its it all i id sure no not yes"
)
_BEGAN = word_set("started began been came empezo comenzo lleva llevan viene")
""" "9 been going on, and 12 started in first grade": in a row of answers each about its number."""
_MAY_PRECEDE = word_set(
    "sean putting picking choosing be respondo contesto escojo elijo pongo marco digo still want "
    "quiero deje wife husband says meant plus between also then chose went leaning nomas mande "
    "mean picked dije home school daycare preschool class church casa escuela guarderia"
)


_AFTER_WORDS = word_set(
    "he she his her hes shes idk is es because porque solamente nomas only just solo nada"
)
_REST_NEAR = 5
_A_PAIR = 2
_LONG_LIST = 3
"""So many numbers in a row are picks whatever word stands before."""
_SUITS = word_set("works work")
""" "9 to 11 works best" tells when."""


def find_runs(message: Message, heard: Heard, said: list[Said], context: Context) -> list[Run]:
    """The runs that are picks."""
    runs: list[Run] = []
    for one in said:
        joint = _joint(message, heard, runs[-1].last, one.first) if runs else None
        if joint is not None and _turns_to_yes(message, heard, runs[-1], one):
            joint = None
        if joint is None:
            runs.append(Run([one], begins=one.first))
        else:
            runs[-1].said.append(one)
            runs[-1].joints.append(joint)
    runs = [part for run in runs for part in _last_apart(message, heard, run)]
    if len(runs) > 1:
        runs = [part for at in range(len(runs)) for part in _first_apart(message, heard, runs, at)]
    for run in runs:
        _reach(message, heard, run)
    if len(runs) > 1:
        runs = [
            run for run in runs if len(run.said) > 1 or message.word(run.begins - 1) not in _HAD
        ]
    starts = {m.first for m in message.of(Family.CONCERN) if m.rule.kind in (Kind.SIGN, Kind.SKILL)}
    return [
        run
        for run in runs
        if _in_pure_clauses(message, heard, run)
        or (
            _are_picks(message, heard, run, starts, context)
            and not (len(runs) > 1 and _counts_one(message, heard, run, starts))
        )
    ]


def _ends_with_another(message: Message, one: Said, refusal: int) -> bool:
    """ "ni el 7 ni el 8, el 9" """
    return (
        message.word(refusal) in {"ni", "no", "not"}
        and one.last + 1 == len(message.tokens)
        and message.word(one.first - 1) in ARTICLES
    )


def _last_apart(message: Message, heard: Heard, run: Run) -> list[Run]:
    """ "la 4, la 1 ya no porque camina": of numbers with a comma between, none other of them
    answered, the last is refused alone."""
    last = run.said[-1]
    if (
        len(run.said) == 1
        or run.joints[-1] != "list"
        or heard.at(last.last + 1) not in (Sign.NOT, Sign.OVER)
        or message.joined(last.last + 1) is False
        or Sign.REST in heard.signs[last.last : last.last + _REST_NEAR]
        or Sign.YES in heard.signs[last.last :]
        or Sign.NOT in heard.signs[: run.first]
        or not (
            message.separated(run.said[-2].last, last.first, Break.COMMA)
            or (
                message.word(last.first - 1) in {"el", "la"} and run.said[-2].last == last.first - 2
            )
        )
    ):
        return [run]
    return [Run(run.said[:-1], run.joints[:-1], begins=run.first), Run([last], begins=last.first)]


def _first_apart(message: Message, heard: Heard, runs: list[Run], at: int) -> list[Run]:
    """ "2 & 5. wait, not 5, 6": of a row behind a "not", the first was named before and is refused,
    and the second put for it."""
    run = runs[at]
    if len(run.said) != _A_PAIR or not at or run.joints != ["list"]:
        return [run]
    first, second = run.said
    refusal = first.first - 1
    while refusal > 0 and message.word(refusal) in ARTICLES:
        refusal -= 1
    named = {digits for before in runs[:at] for digits in before.digits()}
    if (
        heard.at(refusal) is not Sign.NOT
        or first.digits not in named
        or second.digits in named
        or not message.separated(first.last, second.first, Break.COMMA)
        or heard.at(second.last + 1) in (Sign.NOT, Sign.OVER)
    ):
        return [run]
    return [Run([first], begins=first.first), Run([second], begins=second.first)]


def _turns_to_yes(message: Message, heard: Heard, run: Run, one: Said) -> bool:
    """ "ni la 7 ni la 8, la 11 si": a number after a comma that is answered apart."""
    at = run.first - 1
    while at >= 0 and message.word(at) in ARTICLES:
        at -= 1
    return (
        heard.at(at) is Sign.NOT
        and (
            (heard.at(one.last + 1) is Sign.YES and message.joined(one.last + 1))
            or message.word(one.last + 1) in {"es", "is"}
            or _ends_with_another(message, one, at)
        )
        and message.separated(run.last, one.first, Break.COMMA)
    )


def _joint(message: Message, heard: Heard, before: int, after: int) -> str | None:
    tokens = message.tokens
    text = message.between(before, before + 1).strip()
    if ">" in text or "→" in text:
        return None
    if after == before + 1 and tokens[after].before is Break.SENTENCE and "." in text:
        return None  # "not 1. 2 yes"
    if after == before + 1:
        dash = len(text) == 1 and text in _DASHES
        # A dash that begins a line is a bullet.
        return "dash" if dash and "\n" not in message.between(before, after) else "list"
    between = [at for at in range(before + 1, after) if message.words[at] not in _BETWEEN]
    if not between:
        return None if message.separated(before, after) else "list"
    if len(between) == 1 and message.word(between[0]) in TO and message.joined(between[0]):
        changed = _changed(message, before)
        return None if changed else "range"
    if len(between) == 1 and _changed(message, before):
        return None
    if [message.words[at] for at in between] == ["ni"]:
        return "list"  # "la 4 ni la 6 no"
    if all(message.words[at] in AND and heard.signs[at] not in _ANSWERS for at in between):
        return "list"
    return None


def _changed(message: Message, before: int) -> bool:
    """Whether "change", "replace" leads up to the number that ends at token ``before``."""
    return not _CHANGED.isdisjoint(message.word(back) for back in range(max(0, before - 3), before))


def _reach(message: Message, heard: Heard, run: Run) -> None:
    """What a run reaches to: "from 3 on", "up to 4", "between 2 and 4"; and where it begins."""
    nxt = run.last + 1
    onwards = heard.at(nxt) is Sign.ONWARDS and heard.first_of[nxt] == nxt
    if message.word(nxt + 1) == "on" and message.word(nxt + 2) in _DAYS:
        onwards = False  # "2, and on bad days 5"
    from_on = (
        message.word(nxt) == "on"
        and message.word(run.first - 1) in {"from", "number"}
        and message.word(nxt + 1) not in {"your", "the", "my", "this", "that", "list"}
    )
    plus = message.text[message.tokens[run.last].end :][:2] in {"+", "+ ", "+,", "+."}
    if (message.joined(nxt) and (onwards or from_on)) or plus:
        run.to_the_end = True
    begins = run.first
    while begins and message.word(begins - 1) in ARTICLES | LABEL and message.joined(begins):
        begins -= 1
    before = message.word(begins - 1)
    if before in _WITHIN and run.joints[:1] == ["list"]:
        run.joints[0] = "range"
    up_to = (message.word(begins - 2), before) == ("up", "to")
    several = message.word(run.first - 1) in {"los", "las"}
    if up_to or (before in _UP_TO and not several):
        run.from_the_start = True
        begins -= 2 if up_to else 1
    run.begins = begins


def _in_pure_clauses(message: Message, heard: Heard, run: Run) -> bool:
    clauses = message.clauses
    return heard.stray.isdisjoint(clauses[at] for at in range(run.begins, run.last + 1))


def _leads(message: Message, run: Run, starts: set[int], context: Context) -> bool:
    """ "3 he falls on flat ground", "la 6 tiene silla": a shown number first of all, which counts
    nothing."""
    tokens = message.tokens
    begins = run.first
    if message.word(begins - 1) in ARTICLES and message.word(begins - 2) in _LEFT_OUT:
        return True
    if begins and tokens[begins - 1].word in _BEFORE_LEAD and tokens[begins].before is Break.NONE:
        begins -= 1
    if begins and tokens[begins].before is Break.NONE:
        return False
    digits = run.said[0].digits
    if not digits.isdigit() or len(digits) > 2 or int(digits) not in context.shown:
        return False
    if not tokens[run.first].is_number and begins == run.first:
        return message.word(run.last + 1) in _AFTER_WORDS
    following = message.word(run.last + 1)
    if following == "de" and begins < run.first:
        return True  # "la 4 de antes"
    if following in {"de", "of", "or", "o"} and message.tokens[run.last + 1].before is Break.NONE:
        return False
    if run.last + 1 in starts and following not in COUNTED:
        return True  # "8 shoelaces"
    counted = following.endswith("s") and following not in _NOT_PLURALS and following not in SIGNS
    return not counted


def _counts_one(message: Message, heard: Heard, run: Run, concern_starts: set[int]) -> bool:
    """ "3. 1 trip to the ER already": one of something, beside picks."""
    if run.first == 0 or len(run.said) > 1 or run.said[0].digits != "1":
        return False
    nxt = run.last + 1
    return (
        heard.at(nxt) is Sign.STRAY
        and nxt < len(message.tokens)
        and message.tokens[nxt].before is Break.NONE
        and nxt not in concern_starts
        and message.word(nxt) not in _MAY_FOLLOW
        and message.word(run.first - 1) not in ARTICLES | LABEL
    )


def _opens_with_a_number(message: Message, heard: Heard) -> bool:
    return heard.at(1 if message.word(0) in ARTICLES else 0) is Sign.NUMBER


def _are_picks(
    message: Message, heard: Heard, run: Run, concern_starts: set[int], context: Context
) -> bool:
    """Whether numbers amid other words are meant as picks."""
    if run.first in heard.names:
        return True
    tokens = message.tokens
    first = tokens[run.first]
    before = message.word(run.first - 1)
    if run.is_range and message.word(run.last + 1) in _SUITS:
        return False
    if message.text[: first.start].endswith("#") or before in LABEL:
        return True
    if before == "but" and Sign.ALL in heard.signs[: run.first]:
        return True  # "all of them but eight, she dresses herself"
    if before == "on" and message.word(run.first - 2) in {"settled", "agreed", "landed", "decided"}:
        return True
    if before in {"is", "es"} and message.word(run.first - 2) in LABEL:
        return True  # "the number is four"
    if before == "of" and message.word(run.first - 2) in {"part", "bit"}:
        return True  # "only the tires fast part of 4"
    lo_del = before == "del" and message.word(run.first - 2) in {"lo", "la", "el"}
    article = (before in {"la", "el"} or lo_del) and first.before is Break.NONE
    ends = run.last + 1 >= len(tokens) or tokens[run.last + 1].before is not Break.NONE
    if before in _PUT_DOWN and ends:
        return True  # "driving so just put three"
    clause = message.clauses[run.first]
    if len(run.said) > 1 and run.last + 1 >= len(tokens) and first.is_number:
        # "2,5 no wait i read it wrong 2,6"
        if any(
            sign is Sign.SWAP and message.clauses[at] == clause
            for at, sign in enumerate(heard.signs[: run.first])
        ):
            return True
    if not first.is_number and len(run.said) == 1 and not article:
        return _leads(message, run, concern_starts, context)
    if lo_del:
        return True  # "lo del uno y lo del cuatro"
    at_start = run.first == 0 or first.before is not Break.NONE
    if (at_start and len(run.said) > 1) or _leads(message, run, concern_starts, context):
        return True
    following = message.word(run.last + 1)
    known = heard.at(run.last + 1) is not Sign.STRAY or following in _MAY_FOLLOW
    fits_after = (
        run.last + 1 >= len(tokens)
        or tokens[run.last + 1].before is not Break.NONE
        or (known and following not in COUNTED)
        or (following in _BEGAN and _opens_with_a_number(message, heard))
        or (following in SPOKEN_TO and len(run.said) > 1)
        or (
            run.last + 1 in concern_starts
            and (not following.endswith("s") or following in _NOT_PLURALS)
        )
    )
    known = heard.at(run.first - 1) is not Sign.STRAY and before not in _MEASURES
    known = known or (len(run.said) >= _LONG_LIST and before not in _MEASURES)
    for_a_child = message.word(run.first - 2) in {"for", "para"} and len(run.said) > 1
    known = known or for_a_child  # "para Mateo 8 y 9"
    return fits_after and (at_start or known or before in _MAY_PRECEDE)
