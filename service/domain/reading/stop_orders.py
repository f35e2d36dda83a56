"""A "stop" that stands by itself, first or last in a message that says nothing of the child."""

from __future__ import annotations

from service.domain.reading.lexicon import Family, Kind
from service.domain.reading.matching import Match, Message
from service.domain.reading.number_words import word_set
from service.domain.reading.tokens import Break, Token

OF_THE_CHILD = frozenset({Kind.SIGN, Kind.SKILL, Kind.SUBJECT, Kind.CANNOT})
"""What tells that a message speaks of a child."""
_STOPS = word_set(
    "stop stopall unsubscribe cease desist quit enough alto basta paren pare parenle optout "
    "remove delete unsub"
)
_TAKE_OFF = word_set(
    "borrame borreme borrenme quitenme saquenme elimineme eliminenme eliminame salirme quiteme "
    "quitame borrenos quitenos desuscribanme desuscribame desuscribeme saquenos saquennos "
    "sacanos saqueme sacame borrennos borranos quitennos quitanos eliminenos eliminennos "
    "retirenme retirennos bajenme bajennos desuscribanos desuscribannos desconectenme "
    "desconecteme desconectame desconectennos desenchufenme desenchufeme tachenme tacheme "
    "tachennos desapuntenme desapunteme desapuntennos desinscribanme"
)
""" "Saquenme": take me off, in one word."""
_ORDERS = _STOPS | _TAKE_OFF
_PLAIN_ORDERS = word_set("stop stopall unsubscribe cease desist")
"""Those that may end a message without a break before them: "this is annoying stop"."""
_NO_ORDER = word_set(
    "bus truck next first last the a an to wont cant never dont not didnt doesnt will would could"
    " should must can may it and or one no every my her his at full pit rest non i we he she they"
    " complete dead abrupt sudden quick short pit where when until than is la el que se"
)
"""Words right before a "stop" that ends a message, which make it no order: "the bus stop"."""
_GOES_ON = word_set("i im ive we weve were you this these who my not wrong no yo ya")
"""Words an opening "stop" may be followed by without a break: "stop we already have one"."""
_THEREFORE = word_set("pero asi mejor entonces favor y ya que")
""" "No se donde me apunte pero saquenme": words that lead into an order to take somebody off."""
_URGING = word_set(
    "kindly please pls plz plss plis pleas plse now just por favor ya all it this me us nos porfa"
)
_WHOLE = frozenset({"stop.word", "stop.word_spanish"})
_SURE_WORDS = 3
_WHO_WRITES = word_set("yo i we nosotros")
_ENOUGH = word_set("suficiente enough basta unsubscribe opt")
_NOTHING_MORE = word_set("more nada para")
"""Of the list or of the child as well: "no more", "no quiero nada"."""
_ASKED_FIRST = frozenset(
    opening
    for please in ("please", "pls", "plz")
    for opening in ((please, "stop"), ("stop", please))
)
_TELLS = word_set(
    "say says said saying tell tells told telling yell yells yelling scream screams screaming him "
    "her them ever hear hears heard dice digo dijo grita gritando decirle dicen"
)
""" "He does not listen when told STOP": words of what was said to a child."""
_PLEASE = word_set("please pls plz kindly porfavor porfa")
_SHOUTED = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "ALTO"})
_NAMES_CHILD = OF_THE_CHILD - {Kind.CANNOT}
_UNMISTAKABLE = word_set(
    "unsub unsubscribe desuscribanme desuscribame stopall optout desuscribir desuscribirme"
)
"""These opt out whatever else is said of the child."""


def _is_a_sentence(match: Match, said: set[str], message: Message, beside: set[int]) -> bool:
    """ "Ya van cinco mensajes hoy. Suficiente. No quiero más.": words that opt out where they are
    a whole message, and stand here as a whole sentence, alone or ``beside`` courtesy and their
    like ("yo no quiero esto borrenme")."""
    if match.rule.id not in _WHOLE or not (
        said & _ENOUGH or match.last - match.first + 1 >= _SURE_WORDS
    ):
        return False
    first, last = match.first, match.last
    while first and message.tokens[first].before is Break.NONE and first - 1 in beside:
        first -= 1
    end = len(message.tokens)
    while last + 1 < end and message.tokens[last + 1].before is Break.NONE and last + 1 in beside:
        last += 1
    begins = first == 0 or message.tokens[first].before is Break.SENTENCE
    ends = last + 1 >= end or message.tokens[last + 1].before is Break.SENTENCE
    return begins and ends and not said & _NOTHING_MORE


def _is_asked_first(message: Message) -> bool:
    """ "Please stop. My son passed away", "STOP. he reads these", "pls stop i dont want this":
    asked before anything else."""
    opening = (message.word(0), message.word(1))
    if opening in _ASKED_FIRST and len(message.tokens) > len(opening):
        return _goes_on_about_us(message, len(opening))
    first = message.text[message.tokens[0].start : message.tokens[0].end]
    shouted = first in _SHOUTED and not message.text.isupper()
    return shouted and len(message.tokens) > 1 and _goes_on_about_us(message, 1)


def _is_asked_last(message: Message) -> bool:
    """ "... my child by phone. Please stop it", "in dinner rush STOP": asked after all else."""
    tokens = message.tokens
    last = message.text[tokens[-1].start : tokens[-1].end]
    told = message.word(len(tokens) - 2) in _NO_ORDER | _TELLS
    if last in _SHOUTED and not message.text.isupper() and not told:
        return True
    first = next((at for at in range(len(tokens) - 1, 0, -1) if not message.joined(at)), 0)
    words = {token.word for token in tokens[first:]}
    return (
        bool(words & _PLEASE) and bool(words & _PLAIN_ORDERS) and words <= _PLAIN_ORDERS | _URGING
    )


def _opens_as_a_sentence(message: Message) -> bool:
    """ "stop. we just cant get there": a sentence of that word, and no child named after it."""
    return (
        message.word(0) in _PLAIN_ORDERS
        and len(message.tokens) > 1
        and message.tokens[1].before is Break.SENTENCE
        and _names_no_child(message)
    )


def _goes_on_about_us(message: Message, at: int) -> bool:
    """Whether a new clause begins at token ``at``, or the order is explained, naming no child."""
    if message.tokens[at].before is not Break.NONE:
        return True
    return message.word(at) in _GOES_ON and _names_no_child(message)


def _names_no_child(message: Message) -> bool:
    return _NAMES_CHILD.isdisjoint(m.rule.kind for m in message.of(Family.CONCERN))


def _meant(token: Token) -> str:
    """The order a word is, with a slip mended ("unsuscribe"); any other word as it stands."""
    return next((form for form in token.forms if form in _ORDERS), token.word)


def stands_alone(mine: list[Match], courtesy: set[int], message: Message) -> Match | None:
    """ "This is harassment, stop": an order of a word or two, in a message not about the child."""
    sure = _meant(message.tokens[0]) in _UNMISTAKABLE and mine[0].first == 0
    sure = sure or _meant(message.tokens[-1]) in _UNMISTAKABLE
    sure = sure or _is_asked_first(message) or _is_asked_last(message)
    sure = sure or _opens_as_a_sentence(message)
    if not sure and any(m.rule.kind in OF_THE_CHILD for m in message.of(Family.CONCERN)):
        return None
    end = len(message.tokens) - 1
    orders = {at for m in mine if m.rule.id in _WHOLE for at in range(m.first, m.last + 1)}
    writers = {at for at, token in enumerate(message.tokens) if token.word in _WHO_WRITES}
    beside = courtesy | orders | writers
    for match in mine:
        said = {_meant(token) for token in message.tokens[match.first : match.last + 1]}
        if _is_a_sentence(match, said, message, beside):
            return match
        if not said & _ORDERS or said - _ORDERS - _URGING:
            continue
        first, last = match.first, match.last
        while message.tokens[first].before is Break.NONE and first - 1 in courtesy:
            first -= 1
        while last < end and last + 1 in courtesy:
            last += 1
        before, after = message.word(first - 1), message.word(last + 1)
        apart = message.tokens[first].before is not Break.NONE
        apart = apart or (bool(said & _PLAIN_ORDERS) and before not in _NO_ORDER)
        apart = apart or (bool(said & _TAKE_OFF) and before in _THEREFORE)
        if last == end and (first == 0 or apart):
            return match
        broken = last < end and message.tokens[last + 1].before is not Break.NONE
        broken = broken or any(not message.joined(at) for at in range(first + 1, last + 1))
        if first == 0 and (broken or after in _GOES_ON):
            return match
    return None
