"""Numbers in a reply to a list that are no picks: a time, a telephone, a day, a count of something.

"7 y 8, salgo a las 3 y media" picks 7 and 8; "like 3 of these" picks nothing that can be told.
"""

from __future__ import annotations

from service.domain.reading.dates_as_written import MONTHS, WEEKDAYS
from service.domain.reading.list_items import Unclear, items_meant
from service.domain.reading.matching import Message
from service.domain.reading.number_words import LIST_NUMBERS, cardinal, word_set
from service.domain.reading.tokens import Break, Token
from service.domain.reading.types import Context

_TIME_BEFORE = word_set(
    "til tipo in within at after before until till by around despues antes hasta como @"
)
_CLOCK = word_set("am pm oclock hrs hora horas hour hours min mins minute minutes minutos noon ish")
_THESE = word_set(
    "us nosotros our these those them em the ellos ellas esos esas estos estas la las los lo your "
    "his her 6 six seis 12 twelve doce"
)
_PLACES = word_set(
    "page pagina apt apto depto unit suite ste room st street ave avenue rd road box piso calle "
    "casa hwy highway exit route ruta bus size talla grade grado grados ext extension zip colonia "
    "numero"
) - {"numero"}
COUNTED = word_set(
    "question sec secs segs segundo year years yr yrs ano anos anitos month months mo mos mes "
    "meses week weeks wk wks semana semanas day days dia dias hour hours hora horas min mins "
    "minute minutes minuto minutos second seconds segundos am pm times vez veces kid kids child "
    "children hijo hijos nino ninos nina ninas brother brothers sister sisters hermano hermanos "
    "hermana hermanas word words palabra palabras bite bites food foods thing things cosa cosas "
    "people person personas persona percent lb lbs pound pounds libras inch inches feet foot ft "
    "cuadra cuadras block blocks step steps stair stairs paso pasos escalon escalones issue issues "
    "problem problems concern concerns worries problemas boys girls text texts questions preguntas "
    "nights noches doctors therapists teachers tries intentos diente dientes teeth mile miles "
    "millas shoe shoes zapato zapatos sock socks calcetin pants tantrums meltdowns berrinches "
    "older younger old de"
) - {"de"}
"""After a number they say that it counts something."""
_FOR_WHOM = frozenset({"us", "me", "him", "her"})
SPOKEN_TO = frozenset({"hermano", "hermana", "brother", "sister"})
"""One of them, behind a number of more: whoever is written to."""
_BETWEEN_COUNTED = word_set("more other different whole full little big small bad good solid mas")
_DIGITS = frozenset(str(n) for n in range(1, 13))
_APPOINTMENT = word_set("cita citas appointment appt appts")
_ARTICLES = word_set("la el numero num the number")
_MANY_ARTICLES = word_set("los las")
_HOW_OFTEN = word_set("a per every each al por in an daily diarios diarias down before so pares")
""" "2 tantrums a day", "5 shoes down": then it is a number of them after all."""
_OUT_OF = frozenset({("de", "los"), ("de", "las"), ("of", "the"), ("of", "those")})
_ANSWERS_ON = word_set("respondo contesto escribo llamo hablo aviso digo mando vamos voy")
_WRITES = word_set(
    "escribir escribe escribo write writes writing copiar copia dibujar dibuja contar cuenta count"
    " counts reconoce reconocer recognize"
)
_AGED = word_set("at is hes shes was tiene de a los")
_OTHERS = word_set("otros otras demas other remaining restantes")
_THE_OTHERS = word_set("los las the those these esos esas my")
_ENDS_IN = frozenset(
    (verb, joint)
    for verb in ("termina", "ends", "ending", "end", "terminado")
    for joint in ("en", "in", "con", "with")
)
_ABOUT_AS_MANY = frozenset(
    {("hay", "como"), ("son", "como"), ("its", "like"), ("serian", "como"), ("its", "about")}
)
_ENDINGS_OF_GRADES = word_set("ro do er ero to ndo")
_WHO_IS = frozenset({("who", "is"), ("whos", "only"), ("que", "tiene"), ("quien", "tiene")})
_WEARS = word_set("calza calzan calzado talla tallas")
_ADDRESS = word_set("address direccion zip code codigo phone telefono extension")
_LIVES = word_set("vivo vivimos vive viven live lives")
_GRADES = frozenset(
    ("de", school) for school in ("primaria", "secundaria", "kinder", "prepa", "preescolar")
)
_SCHOOL_YEAR = word_set("grado grade grader grados graders")
_BIRTHDAY = word_set("bday birthday dob cumple cumpleanos born nacio birthdate")
_SHORTEST_LIST = 4
_OR = word_set("or o to a and y u")
_FEWEST_TELEPHONE_DIGITS = 7
_MOST_TELEPHONE_DIGITS = 13


def no_picks(
    message: Message, numbers: dict[int, str], context: Context
) -> tuple[frozenset[int], bool]:
    """The tokens of numbers that count, tell a time, a day, a place or a telephone; and whether
    any of them counts items of the list ("like 3 of these")."""
    tokens = message.tokens
    digits = [at for at in numbers if tokens[at].is_number]
    found = set(_telephones(tokens, digits, context)) | _birthdays(message, digits)
    counts = False
    for at in numbers:
        if not numbers[at].strip("0"):
            continue
        if _is_age_and_a_half(message, at):
            found.update((at, at + 1, at + 2))
            continue
        these = counts_these(message, at)
        counts |= these
        if these:  # "4 of the 6"
            found.update(
                near
                for near in range(at + 1, at + 5)
                if near in numbers and not message.separated(at, near, Break.COMMA)
            )
        if (
            these
            or (_counts(message, at) and not _names_its_item(message, at, context))
            or _counts_others(message, at)
            or _of_all_shown(message, at)
        ):
            found.update(_with_alternatives(message, at, numbers))
        elif tokens[at].is_number and _is_elsewhere(message, at):
            found.add(at)
        elif at - 1 in found and "#" in message.between(at - 1, at):
            found.update((at, at + 1))  # "Calle 12 # 7-45"
    return frozenset(found), counts


def _birthdays(message: Message, digits: list[int]) -> set[int]:
    """ "her bday is 12/10": numbers around a slash, where a birthday is told."""
    if _BIRTHDAY.isdisjoint(message.said):
        return set()
    tokens = message.tokens
    return {
        at
        for at in digits
        for near in (at - 1, at)
        if 0 <= near < len(tokens) - 1
        and tokens[near].is_number
        and message.between(near, near + 1) in {"/", "-"}
    }


def counts_these(message: Message, at: int) -> bool:
    """ "3 of these", "como dos de esas", "4 out of 6": how many, and not which."""
    joint, those = message.word(at + 1), message.word(at + 2)
    if not message.joined(at + 1):
        joint = those = ""
    if joint == "out":
        return those == "of"
    if (joint, those) in {("or", "so"), ("o", "asi")} or message.word(at - 1) in {"unos", "unas"}:
        return True
    if _approximates(message) or message.text[message.tokens[at].end :][:1] == "%":
        return True
    if joint == "of":
        return those in _THESE
    if (message.word(at - 2), message.word(at - 1)) in _ABOUT_AS_MANY:
        return True  # "son como 3"
    # "la 4 de la lista" names one; "4 de las de la lista" counts
    if joint != "de" or message.word(at - 1) in _ARTICLES:
        return False
    if message.word(at - 1) in _MANY_ARTICLES:
        return False
    return those in _THESE - {"la", "the"}


def _approximates(message: Message) -> bool:
    """ "como 2 o 3", "about 4", and nothing more."""
    return (
        message.word(0) in {"como", "about", "around"}
        and len(message.tokens) <= _SHORTEST_LIST
        and all(
            token.is_number or token.word in LIST_NUMBERS or token.word in _OR
            for token in message.tokens[1:]
        )
    )


def _counts(message: Message, at: int) -> bool:
    if not message.joined(at + 1) or message.tokens[at + 1].before is not Break.NONE:
        return False
    following = message.word(at + 1)
    if following in {"worries", "concerns"} and message.word(at + 2) in {"me", "us", "my", "him"}:
        return False  # "9 worries me the most"
    if following in SPOKEN_TO and (cardinal(message.tokens[at]) or 1) > 1:
        return False  # "ponme 9 y 11 hermano"
    if following == "mo" and message.tokens[at + 1].start == message.tokens[at].end:
        return False  # "7mo y 8vo"
    if following == "x" and message.tokens[at + 1].start == message.tokens[at].end:
        return True  # "3x a day"
    return following in COUNTED or (
        following in _BETWEEN_COUNTED and message.word(at + 2) in COUNTED
    )


def _names_its_item(message: Message, at: int, context: Context) -> bool:
    """ "2 falling and 3 stairs": each number opens a clause, and the thing is one of the list."""
    begins = at == 0 or message.word(at - 1) in {"and", "y", "also", "plus"}
    begins = begins or message.tokens[at].before is not Break.NONE
    return (
        begins
        and any(message.word(at + 1) in item.called for item in context.items)
        and message.word(at + 2) not in _HOW_OFTEN
    )


def _of_all_shown(message: Message, at: int) -> bool:
    """The 6 of "de los seis que pusieron, dos: el 8 y el 10"."""
    return (
        message.word(at) in {"6", "seis", "six", "12", "doce", "twelve"}
        and (message.word(at - 2), message.word(at - 1)) in _OUT_OF
        and (at == 2 or message.tokens[at - 2].before is not Break.NONE)
        and message.word(at + 1) not in {"la", "el", "y", "and"}
    )


def _is_age_and_a_half(message: Message, at: int) -> bool:
    """The 5 of "at 5 1/2 he still cant"."""
    if (message.word(at + 1), message.word(at + 2)) != ("1", "2"):
        return False
    between = message.between(at + 1, at + 2)
    return between == "/" and message.word(at - 1) in _AGED


def _counts_others(message: Message, at: int) -> bool:
    """The 4 of "de los otros 4 no tengo queja", "the other 4 are ok"."""
    named = message.word(at - 1) in _OTHERS and message.word(at - 2) in _THE_OTHERS
    return named and message.joined(at)


def _with_alternatives(message: Message, at: int, numbers: dict[int, str]) -> list[int]:
    """ "two or three of these": both numbers."""
    found = [at]
    while True:
        first = found[-1]
        back = first - 2 if message.word(first - 1) in _OR else first - 1
        dashed = back == first - 1 and message.tokens[first].before is not Break.SENTENCE
        if back not in numbers or message.separated(back, first):
            return found
        between = message.between(first - 1, first)
        if dashed and between.strip() not in {"-", "–", "/"}:
            return found
        found.append(back)


def _is_elsewhere(message: Message, at: int) -> bool:
    """A place, a time or a day."""
    if message.word(at - 1) == "los" and message.word(at - 3) in {"cumple", "cumpleanos", "fiesta"}:
        return True  # "en el cumple de los 5 del primo"
    short = message.between(at - 1, at).strip() == "."
    place = message.word(at - 1) in _PLACES and (
        message.tokens[at].before is Break.NONE or short  # "ext. 12"
    )
    before, earlier = message.word(at - 1), message.word(at - 2)
    if before == "en" and message.word(at + 1) in _ENDINGS_OF_GRADES:
        return True  # "en 1ro la maestra dice"
    if message.word(at) in {"911", "988"} or (earlier, before) in _WHO_IS or earlier in _WEARS:
        return True  # "her sister who is 2", "calza del 6"
    if message.word(at) == "4" and message.word(at + 1) in _FOR_WHOM and at > 0:
        return message.tokens[at + 1].before is Break.NONE  # "its 8 9 n 10 4 us"
    if (earlier, before) in {("was", "about"), ("is", "about"), ("hes", "the"), ("shes", "the")}:
        return message.word(at + 1) != "one"  # "since he was about 2", "hes the 3rd of 4 boys"
    if message.word(at - 1) == "im" and len(message.word(at)) > 1:
        return True  # "idk im 17 this is my first kid"
    if message.word(at - 1) in {"is", "es"} and message.word(at - 2) in _ADDRESS:
        return True  # "my address is 615"
    if message.word(at - 3) in _LIVES and message.word(at - 2) in {"en", "in", "at"}:
        return True  # "vivimos en el 6 de la calle 3"
    following = (message.word(at + 1), message.word(at + 2))
    grade = following in _GRADES or not _SCHOOL_YEAR.isdisjoint(following)
    if _is_minutes(message, at) or (at + 1 < len(message.tokens) and _is_minutes(message, at + 1)):
        return True
    if (message.word(at - 2), message.word(at - 1)) in _ENDS_IN:
        return True  # "mi otro numero termina en 1256"
    if message.word(at - 1) in {"el", "the", "to", "al", "ni"} and message.word(at - 2) in _WRITES:
        return True  # "no le sale escribir el 2"
    if grade or (message.word(at - 2), message.word(at - 1)) in {("va", "en"), ("vamos", "en")}:
        return True
    return place or _is_time(message, at) or _is_day(message, at)


def _is_time(message: Message, at: int) -> bool:
    before, earlier = message.word(at - 1), message.word(at - 2)
    after = tuple(message.word(at + more) for more in (1, 2, 3))
    if after[:2] == ("de", "la") and after[2] in {"manana", "tarde", "noche", "madrugada"}:
        return True
    if message.word(at + 1) in _CLOCK and message.joined(at + 1):
        return True
    if before == "las" and earlier == "son" and message.word(at + 2) not in _DIGITS:
        return True
    if before in {"las", "los"} and earlier in {
        "a",
        "de",
        "hasta",
        "desde",
        "tipo",
        "pa",
        "para",
        "por",
    }:
        return message.word(at - 3) in _TIME_BEFORE or earlier != "de"
    if before == "the" and earlier in _TIME_BEFORE - {"as", "around"}:
        return True
    if (earlier, before) in {("give", "me"), ("deme", "unos"), ("dame", "unos")}:
        return True
    ranges = earlier == "up" or earlier.isdigit() or earlier in LIST_NUMBERS
    return before in _TIME_BEFORE and message.joined(at) and not ranges


def _is_minutes(message: Message, at: int) -> bool:
    """The 30 of "4:30"."""
    if not at or not message.tokens[at - 1].is_number or len(message.word(at)) != 2:
        return False
    return message.between(at - 1, at) == ":"


def _is_day(message: Message, at: int) -> bool:
    if message.word(at + 1) in {"st", "nd", "rd", "th"} and (
        message.word(at - 2) == "on" and message.word(at + 2) not in {"one", "and"}
    ):
        return True
    return (
        (message.word(at - 1) in {"dia", "day", *MONTHS, *WEEKDAYS} and message.joined(at))
        or message.word(at + 1) in MONTHS
        or (message.word(at + 1) == "de" and message.word(at + 2) in MONTHS)
        or (message.word(at - 1) in {"el", "the"} and message.word(at - 2) in {"cita", "para"})
        or (
            message.word(at - 1) == "el"
            and message.word(at - 2) in _ANSWERS_ON
            and message.tokens[at - 1].before is Break.NONE
        )
        or (
            message.word(at - 1) in {"el", "the", "on"}
            and not _APPOINTMENT.isdisjoint(message.word(near) for near in range(at + 1, at + 4))
        )
        or (
            message.word(at - 1) == "el"
            and message.word(at - 2) in {"es", "con", "ustedes"}
            and "cita" in {message.word(back) for back in range(max(0, at - 6), at)}
        )
    )


def _telephones(tokens: list[Token], numbers: list[int], context: Context) -> list[int]:
    """Numbers in a row that hold as many digits as a telephone has, in groups of three or four."""
    found: list[int] = []
    row: list[int] = []
    for at in [*numbers, -1]:
        if row and at == row[-1] + 1 and tokens[at].before is not Break.SENTENCE:
            row.append(at)
            continue
        digits = sum(len(tokens[one].word) for one in row)
        if _FEWEST_TELEPHONE_DIGITS <= digits <= _MOST_TELEPHONE_DIGITS and any(
            len(tokens[one].word) > 2 for one in row
        ):
            if len(row) > 1 or not _are_items(tokens[row[0]].word, context):
                found += row
        row = [at]
    return found


def _are_items(digits: str, context: Context) -> bool:
    """Whether digits are items run together: "789101112"."""
    try:
        return bool(items_meant(digits, context))
    except Unclear:
        return False
