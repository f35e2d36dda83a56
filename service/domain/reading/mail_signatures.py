"""Where a mail's signature begins: a closing line ("Kind regards,"), a dash and a name, a block of
name and telephone, the note of a telephone or of a law office.

Every pattern is matched against one line, stripped; what holds an answer must never look like one.
"""

from __future__ import annotations

import re

_DEVICE = re.compile(
    r"(?:sent from (?:my|yahoo|mail|outlook|the)|get outlook for|enviado desde|"
    r"obtener outlook|sent via|sent with|descarga outlook)\b",
    re.IGNORECASE,
)
_THANKS = (
    r"(?:many |muchas |mil |muchisimas )?(?:thanks|thank you|thank u|thankyou|thx|ty|gracias)"
    r"(?: (?:again|so much|very much|a lot|kindly|a bunch|all|in advance|de antemano|de nuevo|"
    r"a todos|a ustedes|y saludos|y bendiciones|and regards|for everything|for your help|"
    r"for the help|for your time|for checking in|for reaching out|for asking|for all you do|"
    r"por todo|por (?:su|la) (?:ayuda|atenci[oó]n|informaci[oó]n)|por su tiempo|por preguntar))*"
)
_REGARDS = (
    r"(?:(?:best|kind|kindest|warm|warmest|sincere|with|my|and|all my|god) )*"
    r"(?:regards|wishes|love|gratitude|appreciation|blessings?|best|warmly|kindly|sincerely|cheers|"
    r"respectfully|gratefully|take care|talk soon|bless(?: you)?|yours(?: truly)?|hugs|xo+|v/r)"
)
_GOOD_DAY = (
    r"have a (?:great|good|nice|blessed|wonderful|lovely) (?:day|night|evening|one|weekend|week)"
)
_SALUDOS = (
    r"(?:(?:un|muchos|con|muy|los|sin m[aá]s|reciban|cordial|cordiales|afectuoso)[ ,]+)*"
    r"(?:saludos?|abrazos?|bendiciones|atentamente|cordialmente|cari[nñ]o|afecto|"
    r"(?:su|tu) (?:atent[oa] |segur[oa] )?servidora?)"
    r"(?: (?:cordial(?:es)?|a todos|y gracias|y bendiciones|atentos?|(?:desde|de) [A-ZÁÉÍÓÚ]\w+))*"
)
_BUEN_DIA = (
    r"(?:que (?:tengan?|pasen?|est[eé]n?) (?:un |una |muy )*(?:buen|buena|bonito|excelente|lindo|"
    r"lindo|feliz|bien)[a-zí ]{0,14}|quedo (?:atent[oa]|(?:al )?pendiente|a sus [oó]rdenes)|"
    r"dios (?:l[aeo]s?|te) bendiga|sin m[aá]s por el momento)"
)
_CAPITALISED = r"[A-ZÁÉÍÓÚÑ][\w.'’]*"
_CLOSING = re.compile(
    rf"(?:{_THANKS}|{_REGARDS}|{_GOOD_DAY}|{_SALUDOS}|{_BUEN_DIA})\s*[,.!:)]*$", re.IGNORECASE
)
_CLOSING_WITH_NAME = re.compile(
    r"(?i:atte|att|atentamente|saludos|regards|sincerely|cheers|warmly|best|love|xo+)[.,:;]{1,2} ?"
    rf"{_CAPITALISED}(?: (?:[&ye] )?{_CAPITALISED}){{0,4}}$"
)
_DASH_NAME = re.compile(
    rf"[-~–—]{{1,2}}\s?{_CAPITALISED}"
    rf"(?:[ ,&]+(?:and|y|e|mom|dad|mam[aá]|pap[aá]|{_CAPITALISED})){{0,4}}$"
)
_NAME = re.compile(rf"{_CAPITALISED}(?:[ ,|&/-]+{_CAPITALISED}){{0,5}}$")
_TELEPHONE = re.compile(r"\d{3}\D{1,3}\d{3}\D{0,2}\d{2}\D?\d{2}")
_NOTICE = re.compile(
    r"(?:confidential|disclaimer|aviso de confidencialidad|privileged|"
    r"this (?:e-?mail|message|communication) (?:is|and|may|contains)|"
    r"este (?:correo|mensaje) (?:es|y|puede|contiene))",
    re.IGNORECASE,
)
ANSWERS = frozenset(
    "none all no yes everything any neither some nothing nada ninguno ninguna todos todas si "
    "nope zero cero both stop help alto ayuda".split()
)
_MOST_LINES = 6
_MOST_WORDS = 8
_NOTICE_WORDS = 7
_LONGEST_LINE = 80


def without_signature(lines: list[str]) -> list[str]:
    """The lines before the signature."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    for place, i in enumerate(filled):
        line = lines[i].strip()
        device = _DEVICE.match(line)
        if device or lines[i].rstrip() in {"--", "—"}:
            rest = lines[i + 1 :] if device else []
            return lines[:i] + [later for later in rest if not _DEVICE.match(later.lstrip())]
        if not place:
            continue
        if _NOTICE.match(line) and len(line.split(None, _NOTICE_WORDS)) > _NOTICE_WORDS:
            return without_signature(lines[:i])
        after = filled[place + 1 :]
        if len(after) <= _MOST_LINES and _ends_with(lines, i, after):
            return lines[:i]
    return lines


def _ends_with(lines: list[str], at: int, after: list[int]) -> bool:
    """Whether nothing but a signature stands from line ``at`` on."""
    line = lines[at].strip()
    if len(line) > _LONGEST_LINE:
        return False
    if any(len(lines[later].split()) > _MOST_WORDS for later in after):
        return False
    if _CLOSING.match(line) or _CLOSING_WITH_NAME.match(line):
        return True
    if not after and _DASH_NAME.match(line):
        name = line.strip("-~–— .").casefold()
        bullets = any(lines[before].lstrip()[:1] in {"-", "~", "–"} for before in range(at))
        return name not in ANSWERS and not bullets
    if after and not lines[at - 1].strip() and _NAME.match(line):
        told = [lines[later].strip() for later in after]
        return any(_TELEPHONE.search(one) for one in told)
    return False
