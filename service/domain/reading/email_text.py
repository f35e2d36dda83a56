"""What the parent wrote in an email: without greeting, signature and quoted mail.

Careful rather than clever: where stripping would leave nothing, the whole text stays.
Answers written between quoted lines are kept. Linear in the length of the mail.
"""

from __future__ import annotations

import re

from service.domain.reading.mail_signatures import ANSWERS, without_signature
from service.domain.reading.number_words import LIST_NUMBERS, ORDINALS, PLACES, word_set
from service.domain.reading.tokens import fold

# All of these are matched against lines without the white space around them: a pattern that skips
# it at both ends can share it out in many ways, and would try them all.
_ATTRIBUTION_START = re.compile(r"(?:on|el|le|am)\b", re.IGNORECASE)
_ATTRIBUTION_END = re.compile(
    r"(?:wrote|escribi[oó]|schrieb(?: .{1,80})?|a [eé]crit|ha scritto)\s*:$", re.IGNORECASE
)
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:original message|mensaje original|forwarded message|mensaje reenviado)"
    r"|_{10,}$|(?:begin forwarded message|inicio del mensaje reenviado)\s*:",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"\*?(?:from|sent|to|subject|date|de|enviado|para|asunto|fecha)\s?\*?:\*?\s", re.IGNORECASE
)
"""The one that asks for white space after it: only the line's beginning is stripped."""
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
_LONGEST_ATTRIBUTION = 202
"""Characters of a line that may begin an attribution."""


def written_text(mail: str) -> str:
    """The parent's own lines of a plain-text mail."""
    lines = mail.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    own = _without_quotes(lines)
    own = without_signature(own)
    own = _without_greeting(own)
    text = "\n".join(own).strip()
    return text or mail.strip()


def _without_quotes(lines: list[str]) -> list[str]:
    answers = _answers_below_items(lines)
    own: list[str] = []
    i = 0
    while i < len(lines):
        line = lines[i].strip()
        if line.startswith(">"):
            i += 1
            continue
        if _ORIGINAL.match(line) or _is_header_block(lines, i):
            break
        size = _attribution_lines(lines, i)
        if size:
            i += size
            rest = next((lines[j] for j in range(i, len(lines)) if lines[j].strip()), "")
            if not rest.lstrip().startswith(">"):
                break
            continue
        own.append(answers.get(i, lines[i]))
        i += 1
    return own


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


def _attribution_lines(lines: list[str], at: int) -> int:
    """How many lines an "On Monday ... wrote:" takes here; mail programs wrap it."""
    first = lines[at].lstrip()
    if len(first) > _LONGEST_ATTRIBUTION or not _ATTRIBUTION_START.match(first):
        return 0
    for size, line in enumerate(lines[at : at + 3], 1):
        line = line.strip()
        if _ATTRIBUTION_END.search(line):
            return size
        if not line:
            return 0
    return 0


def _is_header_block(lines: list[str], at: int) -> bool:
    if not _HEADER.match(lines[at].lstrip()):
        return False
    return sum(1 for line in lines[at : at + 5] if _HEADER.match(line.lstrip())) >= 3


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
