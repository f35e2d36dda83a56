"""The words around an age: units, "almost", and what makes an amount of time no age."""

from __future__ import annotations

from service.domain.reading.matching import Message
from service.domain.reading.number_words import word_set

YEARS = word_set(
    "anosy ans y yr yrs year years yo yos yearold yearsold ano anos anito anitos yers yeas ys "
    "yeras yeer yeers yesr yaers yrz yeard yearl anios anyos anhos anoz annos anotes aniitos anio "
    "aniito anines aninos"
)
MONTHS = word_set(
    "mesesotes mesotes mons mnts m mo mos mon mth mths month months mes meses monthold mese "
    "mesecitos mesesitos mesecito mesesito monts moths mnths mnth monthes monhts montsh meces "
    "mezes mesess messes meseses mesitos mesito"
)
WEEKS = word_set("w wk wks week weeks semana semanas semanita semanitas weks sem semans")
DAYS = word_set("day days dia dias diitas diita diitos")
UNITS = YEARS | MONTHS | WEEKS | DAYS
DAYS_IN_A_MONTH = 30.44
"""On the average."""
ONE_YEAR = word_set("ano anito anio anyo anho aniito year yr")
ONE_UNIT = ONE_YEAR | word_set("month mes mesecito week semana semanita")
"""Units that may stand without a number: "año y medio", "a week old"."""
HALF = frozenset({"half", "medio", "media"})
ALMOST = frozenset(
    {
        "pushing",
        "rising",
        "approaching",
        "practically",
        "rumbo",
        "almost",
        "nearly",
        "casi",
        "amost",
        "allmost",
        "alomst",
        "almos",
        "kasi",
    }
)
TAKEN_FOR = word_set(
    "calza developmentally cognitively emotionally intellectually mentalmente thinks think looks "
    "look acts act seems size talks tall parece aparenta creen cree wears wear mentally "
    "functions writes talla usa eats speaks"
)
"""Before an age they make it what others take the child for: "everyone thinks he's 8"."""
SOFT = word_set(
    "about around only now just like a an roughly over aprox como solo apenas ya exactly recien "
    "currently already turned the of age is de edad barely unos unas los sus actually probably "
    "maybe still"
)
NOT_AGE_BEFORE = word_set(
    "falta faltan for in every last past at since until till by within next hace desde hasta "
    "durante cada en por ultimos after before than los las over al"
)
NOT_AGE_AFTER = word_set(
    "ago later behind delayed level early premature preterm straight prematuro prematura antes "
    "atras despues before shorter younger waitlist wait of sin asi waiting esperando in"
)
SPAN_BEFORE = word_set(
    "therapy terapia terapias speech services waited waiting been lleva llevo llevamos llevan took "
    "takes spent tardo duro dura durado esperamos espere esperado keeps lasted"
)
"""Before an amount of time, a little way off, they make it how long something has gone on."""
IS = word_set(
    "is are hes shes es tiene age aged edad turned cumplio tienen theyre tien ages cumplidos tene "
    "son teine tine"
)
NOT_CHILD = word_set(
    "varon varoncito hembra hembrita hembrito vote pick choice respuesta opcion biggest main worst "
    "problema issue wait list waitlist appointment cita espera it that this which what answer "
    "number there all here"
)
MAY_FOLLOW = word_set(
    "justos pasaditos exactos completos the es son ella cumpliditos cumplidos y since desde cause "
    "bc cuz para pa soon mostly plus tall ok okay and but he she his her hes shes now with who old "
    "so my they i cant in pero el no le se con que de ya thanks thank gracias almost going also "
    "can has just doesnt wont not btw n lol yrs boy girl is isnt still walks trips falls hates "
    "anyway though tho haha jaja nomas apenas mi nuestra nuestro or o porque because if si it we "
    "when at like un una la x xq por"
)
COMPARED = word_set("could would should can")
"""After "a 2 year old" they compare."""
GRADES = word_set(
    "kindergarten kindergarden kinder prek grade grader graders grado preescolar gr kindergartener "
    "kindergartner kindergardener kindergarter homeroom"
)
VAGUE = word_set(
    "hombrecito mujercita maternal guarde lactante escolar pandemic pandemia covid toddler baby "
    "teen teens teenager primaria secundaria prepa preparatoria middle freshman sophomore "
    "preschool infant bebe adolescente school preschooler kindergartner tween preteen tk pk "
    "pequenito pequenita bebote bebota bebesote bebesota bebeson "
    "headstart daycare guarderia jardin bebito bebita bebecito adolecente senior schooler "
    "universidad college adult grown adulto adulta senorita senorito muchacho jovencito jovencita "
    "joven threenager youngster puberty pubertad prekinder elementary estancia cendi unos varios "
    "several unknown"
)
VAGUE_IF_SHORT = word_set(
    "bb meses months grandesito grandesita chiquillo chiquilla grandote grandota mayorcito "
    "mayorcita asi grandecito grandecita escuela edad punzada tiny little big young old small "
    "chiquito chiquita chico chica pequeno pequena grande kid child nino nina chiquitito "
    "chiquitita peque minor menor junior high"
)
"""These tell a vague age only in a short answer."""
UNKNOWN = (
    ("idk",), ("dont", "know"), ("not", "sure"), ("no", "idea"), ("dont", "remember"),
    ("no", "se"), ("nose",), ("no", "c"), ("no", "le", "se"), ("no", "les", "se"),
    ("no", "sabria"), ("no", "podria", "decir"), ("no", "trae", "papeles"), ("sin", "papeles"),
    ("no", "hay", "papeles"), ("no", "tiene", "papeles"), ("couldnt", "say"), ("cant", "say"),
    ("wouldnt", "know"), ("de", "cual"), ("por", "cual"), ("x", "cual"), ("para", "cual"),
    ("pa", "cual"), ("cual", "quiere"), ("which", "one"), ("which", "1"), ("which", "of"),
    ("por", "quien", "pregunta"), ("x", "quien"), ("do", "you", "mean"), ("do", "u", "mean"),
    ("what", "kid"), ("what", "child"),
    ("no", "lo", "se"), ("no", "me", "acuerdo"), ("no", "recuerdo"),
    ("no", "estoy", "segura"), ("no", "estoy", "seguro"), ("quien", "sabe"), ("cant", "remember"),
    ("few", "months"), ("few", "weeks"), ("few", "days"), ("unos", "meses"), ("pocos", "meses"),
    ("this", "many"), ("rather", "not"), ("prefiero", "no"), ("preferiria",), ("private",),
    ("privada",), ("privado",), ("none", "of", "your"), ("dont", "really"), ("which", "of", "my"),
    ("which", "one", "do"), ("which", "kid"), ("which", "child"), ("cual", "de"), ("cual", "nino"),
    ("que", "nino"), ("que", "nina"), ("que", "hijo"),
    ("cual", "nina"), ("cual", "hijo"), ("in", "person"), ("not", "comfortable"), ("wears",),
    ("talla",), ("etapa",), ("no", "quiero", "dar"), ("no", "doy"), ("not", "giving"),
    ("no", "le", "digo"), ("not", "telling"), ("need", "to", "know"),
    ("no", "papers"), ("no", "me", "dijeron"), ("no", "nos", "dijeron"), ("didnt", "say"),
    ("i", "forget"), ("have", "to", "check"), ("need", "to", "check"),
    ("diferentes", "edades"), ("different", "ages"), ("prefer", "not"), ("didnt", "tell"),
    ("nobody", "knows"),
    ("nadie", "sabe"), ("no", "deseo"), ("privacidad",), ("dont", "have", "her"),
    ("dont", "have", "his"), ("not", "say"), ("no", "puedo", "dar"), ("cant", "agree"),
    ("ni", "idea"), ("unsure",), ("cant", "tell", "you"), ("cannot", "tell", "you"),
    ("couldnt", "tell", "you"), ("esta", "chiquita"), ("esta", "chiquito"), ("esta", "pequena"),
    ("esta", "pequeno"), ("esta", "chiquitita"), ("esta", "chiquitito"),
)  # fmt: skip
LESS_THAN = (
    ("under",), ("less", "than"), ("menos", "de"), ("below",), ("younger", "than"),
    ("no", "llega", "al"), ("no", "llega", "a", "los"), ("menor", "de"), ("not", "even"),
    ("debajo", "de"), ("tiene", "ni"), ("no", "llega", "a"), ("ni", "siquiera"),
)  # fmt: skip
"""Before an amount they leave the age open."""
NEWBORN = frozenset({"newborn", "newborns", "neonate", "nb"})
ADJUSTED = word_set("adjusted corrected ajustada ajustado ajustados corregida corregido corregidos")
CHILD = word_set(
    "son daughter boy girl kid baby hijo hija nino nina bebe other one otro otra oldest youngest "
    "younger older mayor menor grandson granddaughter grandbaby grandchild grandkid nephew niece "
    "stepson stepdaughter toddler twins gemelos gemelas mellizos mellizas cuates cuatas triplets "
    "nieto nieta sobrino sobrina nena nene varon varoncito hembrita chamaco chamaca chavo chava "
    "muchachito muchachita mijo mija bebita bebito kiddo child teen infant godson ahijado ahijada "
    "hijito hijita ninito ninita niño uno una firstborn lil little"
)
LITTLE_OR_BIG = word_set(
    "mayorcito mayorcita menorcito menorcita little big small grande chiquita chiquito chica chico "
    "pequeno pequena middle mediano mediana oldest youngest younger older eldest mayor menor"
)
BY_AGE = word_set("menor mayor youngest oldest eldest")
KIN = word_set(
    "brother sister brothers sisters sibling siblings hermano hermana hermanito hermanita hermanos "
    "cousin cousins primo prima primos friend friends amigo amiga vecino vecina classmate twin"
)
SELF = frozenset({"im", "tengo", "i", "yo"})
FOCUS = word_set(
    "va ira necesita needs about asking texting writing worried concerned concern concerns worry "
    "worries worrying por pregunto preocupa preocupan escribo hablo quien"
)
"""Which of several children is meant: "but I'm texting about the baby", "la que me preocupa"."""
COUNTED = word_set(
    "min mins minuto ft foot inch lb tall cosas kids children hijos ninos boys girls times veces "
    "twins brothers sons st nd rd th grade grado ro do er ra da hermanos hermanas sisters dogs "
    "cats teeth dientes gr grader feet inches pounds lbs percent grades steps words palabras hours "
    "horas minutes minutos"
)
SWAPS = word_set(
    "disculpe disculpen miento corrijo correccion corrigo nvm sorry perdon wait oops meant "
    "actually digo sino correction upps ups disculpe"
)
"""Between two ages, the second is put for the first."""


def unit_at(message: Message, at: int) -> str:
    """The unit of time at token ``at``, slips mended; else the word itself."""
    word = message.word(at)
    if word in UNITS or not word:
        return word
    for form in message.tokens[at].forms:
        if form in UNITS:
            return form
    return word
