"""The words around an age: units, "almost", and what makes an amount of time no age."""

from __future__ import annotations

from service.domain.reading.number_words import word_set

YEARS = word_set("y yr yrs year years yo yos yearold yearsold ano anos anito anitos yers yeas ys")
MONTHS = word_set(
    "m mo mos mon mth mths month months mes meses monthold mese mesecitos mesesitos mesecito "
    "mesesito"
)
WEEKS = word_set("w wk wks week weeks semana semanas semanita semanitas")
DAYS = word_set("day days dia dias diitas")
HALF = frozenset({"half", "medio", "media"})
ALMOST = frozenset({"almost", "nearly", "casi", "amost", "allmost"})
TAKEN_FOR = word_set(
    "thinks think looks look acts seems size says talks tall parece aparenta creen cree"
)
"""Before an age they make it what others take the child for: "everyone thinks he's 8"."""
SOFT = word_set(
    "about around only now just like a an roughly over aprox como solo apenas ya exactly "
    "recien currently already turned the of age is de edad"
)
NOT_AGE_BEFORE = word_set(
    "for in every last past at since until till by within next hace desde hasta durante "
    "cada en por ultimos after before than los las over"
)
NOT_AGE_AFTER = word_set(
    "ago later behind delayed level early premature preterm straight prematuro prematura "
    "antes atras despues now before"
) - {"now"}
IS = word_set("is are hes shes es tiene age aged edad turned cumplio tienen theyre tien ages")
NOT_CHILD = word_set("it that this which what answer number there all here")
MAY_FOLLOW = word_set(
    "since desde cause bc cuz para pa soon mostly plus tall ok okay "
    "and but he she his her hes shes now with who old so my they i cant in y pero el ella "
    "no le se con que de ya thanks thank gracias almost going also can has just doesnt wont "
    "not"
)
GRADES = word_set("kindergarten kindergarden kinder prek grade grader grado preescolar")
VAGUE = word_set(
    "toddler baby teen teenager primaria secundaria prepa preparatoria middle freshman sophomore "
    "preschool infant bebe adolescente school preschooler kindergartner"
)
NEWBORN = frozenset({"newborn", "newborns"})
ADJUSTED = word_set("adjusted corrected ajustada ajustado ajustados corregida corregido corregidos")
CHILD = word_set(
    "son daughter boy girl kid baby hijo hija nino nina bebe other one otro otra oldest youngest "
    "younger older mayor menor"
)
LITTLE_OR_BIG = word_set(
    "little big small grande chiquita chiquito chica chico pequeno pequena middle mediano mediana"
)
SELF = frozenset({"im", "tengo", "i"})
FOCUS = word_set(
    "about asking texting writing worried concerned concern concerns worry worries worrying por "
    "pregunto preocupa preocupan escribo hablo quien"
)
"""Which of several children is meant: "but I'm texting about the baby", "la que me preocupa"."""
COUNTED = word_set(
    "kids children hijos ninos boys girls times veces twins brothers sons st nd rd th grade grado"
)
