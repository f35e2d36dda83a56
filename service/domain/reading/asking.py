"""Whether a sentence asks: by its question mark, or by the word it opens with.

People text "do u take medicaid" and "cuanto dura la visita" without a mark. Never raises; linear.
"""

from __future__ import annotations

from service.domain.reading.matching import Message
from service.domain.reading.tokens import Break

_OPENS = frozenset(
    "how what whats what's wat wut which who whos where when why do does did is are am will would"
    " can could"
    " should may has any anyone r isnt doesnt dont wont cant"
    " que cual cuales cuando donde quien quienes como cuanto cuanta cuantos cuantas puede pueden"
    " puedo podria podrian podemos hay aceptan acepta toman toma necesito necesita tienen hacen"
    " cobran cobra ocupo ocupa sera tendra atienden agarran cubre cubren llevan trabajan abren"
    " manejan sirve saben sabe piden pide hablan cierran".split()
)
"""Words that a question may open with."""
_WHICH = frozenset("how what whats which cuanto cuanta cuantos cuantas cual cuales".split())
_ASK = _WHICH | frozenset(
    "wondering wonder question questions explain curious saber pregunta duda verdad".split()
)
"""Words that make a question wherever they stand."""
_JOINS = frozenset(
    "and so but also then just se y pero entonces oiga oye disculpe perdon e o or if si q por para"
    " a en con de hasta desde me nos le les lo la los las te".split()
)
"""Words a question may stand behind."""

_EXCLAIMED = frozenset(
    "rapido rapidos rapida rapidas bueno buena buenos bien lindo linda lindos alivio pena gusto"
    " padre chido chevere bonito bonita amable amables emocion alegria maravilla facil lastima"
    " verguenza susto suerte dios mal horror gran buenas".split()
)
"""What follows a "que" that calls out and asks nothing: "que rapidos"."""
_QUE = {"q": "que", "k": "que", "ke": "que", "kuando": "cuando", "kuanto": "cuanto"}
""" "K significa", "a q hora": as thumbs write it."""
_GREETED = frozenset(
    {("que", "tal"), ("que", "onda"), ("que", "hubo"), ("how", "goes"), ("whats", "up")}
)
""" "Que tal, nomas para avisarles": what two words only greet with, where a break follows."""
_GOOD_DAY = frozenset({"buenas", "buenos", "buen", "good"})
_YOU_ALL = frozenset({"you", "guys", "yall", "all", "folks", "people"})
_DONE = frozenset({"booked", "scheduled", "done", "confirmed", "set", "made"})
_WHAT_IF = frozenset({("y", "si"), ("and", "if"), ("o", "sea"), ("entonces", "si")})
_OR_ELSE = frozenset(
    {("or", "can"), ("or", "do"), ("or", "is"), ("or", "should"), ("o", "puedo"), ("o", "podemos")}
)
""" "Need a referral for this or can we self refer": what is put against a question is asked too."""
_WHO_OPENS = frozenset({("yall", "open"), ("you", "open"), ("u", "open"), ("guys", "open")})


def asks(message: Message, at: int, courtesy: set[int]) -> bool:
    """Whether the sentence that token ``at`` stands in asks."""
    sentences = message.sentences
    first = last = at
    while first and sentences[first - 1] == sentences[at]:
        first -= 1
    while last + 1 < len(sentences) and sentences[last + 1] == sentences[at]:
        last += 1
    return _marked(message, first, last) or _opens(message, first, last, courtesy)


def asks_plainly(message: Message, courtesy: set[int]) -> bool:
    """Whether the message has a question mark, or its very first word asks."""
    if "?" in message.text or "¿" in message.text:
        return True
    first = next((at for at in range(len(message.tokens)) if at not in courtesy), None)
    if first is None:
        return False
    word = message.word(first)
    return _QUE.get(word, word) in _OPENS and not _tells(first, message)


def asks_anything(message: Message, courtesy: set[int]) -> bool:
    """Whether any sentence of the message asks."""
    if "?" in message.text or "¿" in message.text:
        return True
    begins = [
        i for i, token in enumerate(message.tokens) if i == 0 or token.before is Break.SENTENCE
    ]
    ends = [*(i - 1 for i in begins[1:]), len(message.tokens) - 1]
    return any(
        _opens(message, first, last, courtesy, anywhere=_WHICH)
        for first, last in zip(begins, ends, strict=True)
    )


def _marked(message: Message, first: int, last: int) -> bool:
    tokens, text = message.tokens, message.text
    before = tokens[first - 1].end if first else 0
    after = tokens[last + 1].start if last + 1 < len(tokens) else len(text)
    return "¿" in text[before : tokens[first].start] or "?" in text[tokens[last].end : after]


def _tells(at: int, message: Message) -> bool:
    """ "Que rapidos" calls out, "did it online" and "is booked already" leave out who it was."""
    word, after = message.word(at), message.word(at + 1)
    if (_QUE.get(word, word), after) in _GREETED:
        # "Que tal si" still asks.
        return message.word(at + 2) in _GOOD_DAY or (
            at + 2 < len(message.tokens) and message.tokens[at + 2].before is not Break.NONE
        )
    if word in {"are", "r"} and message.word(at - 1) in _YOU_ALL:
        return True  # "you guys are a lifesaver"
    if word == "que":
        return after in _EXCLAIMED
    if word == "did":
        return after in {"it", "that", "this"}
    return word == "is" and after in _DONE


def _opens(
    message: Message,
    first: int,
    last: int,
    courtesy: set[int],
    anywhere: frozenset[str] = _ASK,
) -> bool:
    if (message.word(first), message.word(first + 1)) in _WHAT_IF:
        return True
    opening = True
    for at in range(first, last + 1):
        token = message.tokens[at]
        word = _QUE.get(token.word, token.word)
        pair = (word, message.word(at + 1))
        if word in anywhere or pair in _OR_ELSE or (at == first and pair in _WHO_OPENS):
            return True
        opening = opening or token.before is not Break.NONE
        if opening and word in _OPENS and at not in courtesy and not _tells(at, message):
            return True
        opening = opening and (at in courtesy or token.word in _JOINS)
    return False
