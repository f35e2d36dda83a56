"""Where a mail's signature begins: a closing line ("Kind regards,"), a dash and a name, a block of
name and telephone, the note of a telephone or of a law office.

Every pattern is matched against one line, stripped; what holds an answer must never look like one.
"""

from __future__ import annotations

import re

_DEVICE = re.compile(
    r"(?:sent from (?:my|yahoo|mail|outlook|the|aol|gmail|samsung|proton|a |an |att|at&t)|"
    r"get (?:the )?(?:outlook for|new aol)|sent (?:via|with|using|on the go)|"
    r"(?:enviado|mandado) (?:desde|con|v[ií]a|de mi|de samsung)|obt(?:ener|[eé]n|enga) outlook|"
    r"desc[aá]rg(?:a|ue|ar) outlook|yahoo mail: |"
    r"virus-free|libre de virus|this e-?mail has been (?:checked|scanned) (?:for|by)|"
    r"este (?:correo|mensaje)(?: electr[oó]nico)? ha sido (?:comprobado|verificado|analizado)|"
    r"(?:please )?excuse (?:my|any) (?:brevity|typos)|"
    r"\S.{0,60} (?:reacted via|reaccion[oó] (?:a trav[eé]s de|mediante|con)) gmail$)",
    re.IGNORECASE,
)
_EXCUSES = re.compile(r"excuse|typo|brevity|disculp|perdon|brevedad|errores", re.IGNORECASE)
_LONGEST_DEVICE = 120
_DEVICE_WORDS = 14
_LINK = re.compile(r"(?:<https?://[^>\s]*>?|https?://\S+|\[https?://[^\]\s]*\])$", re.IGNORECASE)
_LINK_BEFORE = re.compile(r"(?:[<\[]https?://[^\s>\]]{0,400}[>\]]\s*)+", re.IGNORECASE)
_ADVERTISED = re.compile(r"<(?:#[0-9A-F-]{30,}|https?://[^>\s]*avast[^>\s]*)>$", re.IGNORECASE)
"""The links of a virus scanner's note, alone on their lines."""
_LINKED = re.compile(r"\s*[<\[(]?https?://[^\s>\])]*[>\])]?\.?$", re.IGNORECASE)
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
_RULE = re.compile(r"[-_*=~]{2,60}$")
_CAPITALISED = r"[A-ZÁÉÍÓÚÑ][\w.'’]*"
_CLOSING = re.compile(
    rf"(?:{_THANKS}|{_REGARDS}|{_GOOD_DAY}|{_SALUDOS}|{_BUEN_DIA})\s*[,.!:)]*$", re.IGNORECASE
)
_CLOSING_WITH_NAME = re.compile(
    r"(?i:atte|att|atentamente|saludos|regards|sincerely|cheers|warmly|best|love|xo+)[.,:;]{1,2} ?"
    rf"({_CAPITALISED}(?: (?:[&ye] )?{_CAPITALISED}){{0,4}})$"
)
_THANKS_WITH_NAME = re.compile(
    rf"(?i:thanks|thank you|many thanks|thx|(?:muchas |mil )?gracias)[.,:;!]{{1,2}} ?"
    rf"({_CAPITALISED}(?: (?:[&ye] )?{_CAPITALISED}){{0,4}})$"
)
"""Taken away for people to see; what is read has its own rules for courtesy."""
_DASH_NAME = re.compile(
    rf"[-~–—]{{1,2}}\s?{_CAPITALISED}"
    rf"(?:[ ,&]+(?:and|y|e|mom|dad|mam[aá]|pap[aá]|{_CAPITALISED})){{0,4}}$"
)
_NAME = re.compile(rf"{_CAPITALISED}(?:[ ,|&/-]+{_CAPITALISED}){{0,5}}$")
_TELEPHONE = re.compile(r"\d{3}\D{1,3}\d{3}\D{0,2}\d{2}\D?\d{2}")
_NAMED_TELEPHONE = re.compile(
    r"(?:tel[eé]?f?(?:ono)?|cel(?:ular)?|m[oó]vil|phone|mobile|cell|office|direct|ph|t|m|c|o)"
    r"[.:]{1,2}\s*[\d()+][\d() .+-]{6,}",
    re.IGNORECASE,
)
_LOCAL_TELEPHONE = re.compile(r"(?<!\d)\d{3}[-. ]\d{4}(?!\d)")
_NOTICE = re.compile(
    r"[*_\s]*(?:confidential|disclaimer|aviso (?:de confidencialidad|legal)|privileged|notice:|"
    r"this (?:e-?mail|message|communication|transmission)(?: message)?,? "
    r"(?:is|and|may|contains|including)|"
    r"(?:the )?information (?:contained|in this)|if you are not the intended|"
    r"este (?:correo|mensaje)(?: electr[oó]nico)?,? (?:es|y|puede|contiene|va dirigido|incluye)|"
    r"la informaci[oó]n contenida|si usted no es el destinatario|"
    r"please consider the environment|por favor,? considere el medio ambiente|"
    r"antes de imprimir este)",
    re.IGNORECASE,
)
_COURTESY = re.compile(rf"(?:{_THANKS}|{_GOOD_DAY}|{_BUEN_DIA})\s*[.!:)]*$", re.IGNORECASE)
"""Alone at the end of a mail these are words, not the beginning of a signature."""
ANSWERS = frozenset(
    "none all no yes everything any neither some nothing nada ninguno ninguna todos todas si "
    "nope zero cero both stop help alto ayuda baja unsubscribe cancel cancelar quit parar basta "
    "sí s n y ok".split()
)
_KIN = frozenset(
    "mom mommy mum mother dad daddy father parent parents guardian caregiver grandmother "
    "grandfather grandma grandpa aunt uncle family wife husband mama mamá mami papa papá papi "
    "madre padre abuela abuelo tía tía tio tío familia fam tutor tutora".split()
)
_OF_NAMES = frozenset("de del la las los el y e and of the for to a".split())
_GOES_ON = frozenset(
    "he she they i i'm im we it it's is are was has have does also but not no please él ella yo "
    "tiene es está esta se le también tambien pero por ya muy que nos me si sí none number "
    "numbers número numeros números".split()
)
"""Words of a sentence: a line with one of them signs nothing."""
_MOTTO = re.compile(r"[\"“”«'‘’*_~<(\[|]|https?:|www\.", re.IGNORECASE)
_POSTSCRIPT = re.compile(r"p\.? ?[sd]\b\.?[ :,.-]", re.IGNORECASE)
_PLAIN_WORDS = 4
"""Words of a line under a name that may be anything ("proud mom of two")."""
_MOST_LINES = 9
_MOST_WORDS = 8
_NOTICE_WORDS = 7
_LONGEST_LINE = 80


def without_marks(lines: list[str]) -> list[str]:
    """The lines without what a mail program adds: "-- " and what follows, a telephone's note."""
    kept: list[str] = []
    linked = False
    for line in lines:
        bare = line.strip()
        if line.rstrip() in {"--", "—"}:
            break
        if _is_device(bare):
            linked = True
        elif linked and _LINK.match(bare):
            linked = False
        else:
            linked = linked and not bare
            kept.append(line)
    return kept


def without_signature(
    lines: list[str], *, begins: bool = True, spare_thanks: bool = False
) -> list[str]:
    """The lines before the signature.

    ``begins``: nothing of the parent stands above them, so that the first line is no signature.
    ``spare_thanks``: thanks and good wishes without a name below are the parent's words.
    """
    lines = without_marks(lines)
    filled = [i for i, line in enumerate(lines) if line.strip()]
    for place, i in enumerate(filled):
        line = lines[i].strip()
        if begins and not place:
            continue
        if _NOTICE.match(line) and len(line.split(None, _NOTICE_WORDS)) > _NOTICE_WORDS:
            return without_signature(lines[:i], begins=begins, spare_thanks=spare_thanks)
        after = filled[place + 1 :]
        if len(after) > _MOST_LINES:
            continue
        if spare_thanks and not after and _COURTESY.match(line):
            continue
        if _ends_with(lines, i, after, thanks_too=spare_thanks):
            return lines[:i]
    return lines


def _is_device(line: str) -> bool:
    if _ADVERTISED.match(line):
        return True
    before = _LINK_BEFORE.match(line)
    line = line[before.end() :] if before else line
    if not _DEVICE.match(line):
        return False
    line = _LINKED.sub("", line[: 4 * _LONGEST_DEVICE])
    words = line.split()
    if len(line) > _LONGEST_DEVICE or len(words) > _DEVICE_WORDS:
        return False
    goes_on = (_GOES_ON - {"please"}).intersection(w.strip(".,;:").casefold() for w in words)
    return not goes_on or _EXCUSES.search(line) is not None


def _ends_with(lines: list[str], at: int, after: list[int], *, thanks_too: bool) -> bool:
    """Whether nothing but a signature stands from line ``at`` on."""
    line = lines[at].strip()
    if len(line) > _LONGEST_LINE:
        return False
    below = [lines[later].strip() for later in after]
    if any(len(one.split()) > _MOST_WORDS for one in below):
        return False
    named = _CLOSING_WITH_NAME.match(line) or (thanks_too and _THANKS_WITH_NAME.match(line))
    if named:
        return _signs([named[1], *below])
    if _CLOSING.match(line):
        return _signs(below)
    if below and _RULE.match(line):
        return _signs(below)
    if not after and _DASH_NAME.match(line):
        name = line.strip("-~–— .").casefold()
        bullets = any(lines[before].lstrip()[:1] in {"-", "~", "–"} for before in range(at))
        return name not in ANSWERS and not bullets
    if after and at and not lines[at - 1].strip() and _NAME.match(line):
        return any(_TELEPHONE.search(one) or _NAMED_TELEPHONE.match(one) for one in below)
    return False


def _signs(below: list[str]) -> bool:
    """Whether lines under a closing sign the mail, rather than go on with it."""
    for place, line in enumerate(below):
        if _POSTSCRIPT.match(line):
            return False
        if _TELEPHONE.search(line) or _LOCAL_TELEPHONE.search(line):
            continue
        if "@" in line or _MOTTO.match(line):
            continue
        words = [bare for word in line.split() if (bare := word.strip(".,;:()!¡\"'’-–—|/&"))]
        folded = [word.casefold().replace("’", "'") for word in words]
        if not _GOES_ON.isdisjoint(folded) or (len(words) == 1 and folded[0] in ANSWERS):
            return False
        capitals = [word[0].isupper() for word in words]
        named = any(capitals) and all(
            capital or word[0].isdigit() or word in _OF_NAMES
            for capital, word in zip(capitals, words, strict=True)
        )
        alone = len(words) == 1 and words[0].isalpha()
        if named or alone or not _KIN.isdisjoint(folded):
            continue
        if not place or len(words) > _PLAIN_WORDS or not any(map(str.isalpha, words)):
            return False
    return True
