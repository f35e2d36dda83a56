"""What the parent wrote in an email: without signature and quoted mail.

Two views of the same lines. ``mail_words`` is what the parent wrote, for people to see;
``written_text`` is what is read: without the greeting, and each answer written below a numbered
line with that number put first. Careful rather than clever: where stripping would leave nothing,
the whole text stays. Linear in the length of the mail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.domain.reading.mail_quotes import Passage, own_passages
from service.domain.reading.mail_signatures import ANSWERS, without_marks, without_signature
from service.domain.reading.number_words import LIST_NUMBERS, ORDINALS, PLACES, word_set
from service.domain.reading.tokens import fold

_GREETING = re.compile(
    r"(?:hi|hello|hey|dear|greetings|(?:good )?(?:day|morning|afternoon|evening)|hola|holi|"
    r"buen(?:os|as)?(?: d[ií]as?| tardes?| noches?)?|estimad[oa]s?|qu[eé] tal)\b"
    r"(?=[^?!:\d]{0,80}[,:!.]?$)",
    re.IGNORECASE,
)
_GREETED = word_set(
    "there all everyone everybody folks team clinic staff office friends sir madam maam doctor "
    "dr mr mrs ms miss therapist therapists good morning afternoon evening day to the at from "
    "of and y a todos todas equipo clinica doctora dra senor senora senorita sr sra srta "
    "licenciada lic senores estimados estimadas estimada estimado buen buenos buenas dia dias "
    "tarde tardes noche noches que tal de del la los las el su amigos again hola hi hello hey "
    "dear querida querido"
)
"""Whom a greeting greets, names aside."""
_ITEM = re.compile(r"[> ]+(\d{1,2})[ .)]")
_WORD = re.compile(r"[^\W\d_]+")
_ANSWERS = ANSWERS | {*LIST_NUMBERS, *ORDINALS, *PLACES}
_MOST_NAMES = 4
_FEWEST_WORDS = 3
_STOPS = re.compile(r"[.,;!]")
_TITLE = re.compile(r"\b(?:dra?|mrs?|ms|lic|sra?|srta|prof|ing|[a-z])\.", re.IGNORECASE)
_PICTURE = re.compile(r"\[(?:image|cid|imagen):[^\]]{0,200}\]$", re.IGNORECASE)
"""What mail programs put where a picture stood."""


@dataclass(frozen=True, slots=True)
class MailWords:
    """The parent's words of a mail.

    ``text`` is exactly what they wrote: greeting and lines are kept, signature and quoted mail
    are not, nothing is added. Where that would be nothing it is the whole mail.
    ``inline_answers``: they wrote between the quoted lines, so that staff should see the whole.
    """

    text: str
    inline_answers: bool


def mail_words(mail: str) -> MailWords:
    """What the parent wrote in a plain-text mail."""
    lines = _lines(mail)
    passages = own_passages(lines)
    own = [
        (passage, text)
        for passage, kept in _without_signatures(passages, lines, {}, spare_thanks=True)
        if (text := _tidy(kept))
    ]
    if not own:
        return MailWords(_tidy(_lines(mail)) or mail.strip(), inline_answers=False)
    inline = any(passage.below_quote and passage.above_quote for passage, _ in own)
    return MailWords(("\n" if inline else "\n\n").join(text for _, text in own), inline)


def says_nothing(mail: str) -> bool:
    """Whether a mail quotes another one and holds nothing besides but a signature: no reply at all,
    or one that was taken for a quote. The words of the quote are not the parent's."""
    lines = _lines(mail)
    passages = own_passages(lines)
    kept = _without_signatures(passages, lines, {}, spare_thanks=True)
    if any(_tidy(own) for _, own in kept):
        return False
    of_parent = {place for passage in passages for place in passage.places}
    return any(line.strip() and place not in of_parent for place, line in enumerate(lines))


def written_text(mail: str) -> str:
    """What is read of a plain-text mail: the parent's own lines without the greeting."""
    lines = _lines(mail)
    passages = own_passages(lines)
    answers = _answers_below_items(lines)
    answers |= {
        passage.places[0]: f"{passage.item} {lines[passage.places[0]].strip()}"
        for passage in passages
        if passage.item
    }
    own: list[str] = []
    for _, kept in _without_signatures(passages, lines, answers, spare_thanks=False):
        own += kept
    text = "\n".join(_without_greeting(own)).strip()
    return text or mail.strip()


def _lines(mail: str) -> list[str]:
    return mail.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _tidy(lines: list[str]) -> str:
    """Lines without white space at their ends, and never two empty ones together."""
    tidy: list[str] = []
    for line in lines:
        line = line.rstrip()
        if _PICTURE.match(line.lstrip()):
            continue
        if line.strip() or (tidy and tidy[-1]):
            tidy.append(line)
    return "\n".join(tidy).strip()


def _without_signatures(
    passages: list[Passage], lines: list[str], answers: dict[int, str], *, spare_thanks: bool
) -> list[tuple[Passage, list[str]]]:
    """Each passage with its lines, up to its signature.

    Between quoted lines stand answers: only what no parent types is taken from them.
    """
    found: list[tuple[Passage, list[str]]] = []
    written = False
    for passage in passages:
        own = [answers.get(place, lines[place]) for place in passage.places]
        if passage.below_quote and passage.above_quote:
            own = without_marks(own)
        else:
            own = without_signature(own, begins=not written, spare_thanks=spare_thanks)
        written = written or any(line.strip() for line in own)
        found.append((passage, own))
    return found


def _answers_below_items(lines: list[str]) -> dict[int, str]:
    """Answers written below the quoted lines of a numbered list, each with its number put first.

    One alone below the quote is an answer to the whole mail, and stays as it is.
    """
    found: dict[int, str] = {}
    item = ""
    for i, line in enumerate(lines):
        line = line.strip()
        if line.startswith(">"):
            number = _ITEM.match(line)
            item = number[1] if number else ""
        elif line and item:
            found[i] = f"{item} {line}"
            item = ""
    return found if len(found) > 1 else {}


def _greets(line: str, follows: int) -> bool:
    """Whether a line only greets: "Hello team," but not "Hi, none" or "Hola, no respira.".

    A lone name before fewer than three more words may be what the mail says: "Hi, Choking", "help".
    """
    greeting = _GREETING.match(line)
    if greeting is None:
        return False
    rest, titles = _TITLE.subn(" ", line[greeting.end() :])
    rest = rest.strip(" ,:!.")
    words = _WORD.findall(rest)
    if _STOPS.search(rest) or any(fold(word) in _ANSWERS for word in words):
        return False
    names = [word for word in words if fold(word) not in _GREETED]
    if names and len(names) == len(words) and not titles and follows < _FEWEST_WORDS:
        return False
    return len(names) <= _MOST_NAMES and all(
        word[0].isupper() and (len(word) == 1 or not word.isupper()) for word in names
    )


def _without_greeting(lines: list[str]) -> list[str]:
    for i, line in enumerate(lines):
        if line.strip():
            follows = sum(len(later.split()) for later in lines[i + 1 :])
            return lines[i + 1 :] if _greets(line.strip(), follows) else lines
    return lines
