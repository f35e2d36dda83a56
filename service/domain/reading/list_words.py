"""The words around picks from a numbered list: "none", "all but", "to", and what may stand by."""

from __future__ import annotations

from service.domain.reading.number_words import word_set

NONE = word_set(
    "none no nope nah nothing nada ninguno ninguna ningun neither zero cero na nun "
    "noneofthese non ningunos ningunas"
)
SURE_NONE = NONE - {"no", "nope", "nah", "na", "non"}
ALL = word_set("all todos todas todo toda toos tods everything")
COUNTED_NEXT = word_set(
    "year years yr yrs yo ano anos month months mo mos mes meses week weeks wk semana semanas day "
    "days dia dias hour hours hora horas min mins minute minutes minutos am pm time times vez "
    "veces kid kids child children hijo hijos nino ninos nina ninas brother sister hermano "
    "hermana word words palabra palabras bite bites food foods cosa cosas thing things people "
    "person old de of percent lb lbs pound pounds libras inch feet foot ft or o"
)
"""After a number they say that it counts something."""
NOT_PLURALS = word_set(
    "is his was has does yes its hes shes as always sometimes falls trips walks runs cries hates "
    "avoids refuses needs covers eats gets goes this plus us ours thus tiptoes besides bumps "
    "es mas tras entonces pues ademas despues nos los las sus"
)
"""Words on -s that name no more than one thing."""
AND = word_set("adn nad ademas ampersand and an n y e also plus or tambien with con et then o")
TO = word_set("to thru through al a hasta til till tru")
AFTER_NONE = word_set("of de just only he she so right solo thanks thank gracias that")
EXCEPT = word_set("besides but except excluding minus menos excepto salvo not")
EVERY = frozenset({"every", "each", "single", "cada"})
POINTING = frozenset({"this", "that", "which", "no", "another"})
TO_ITEM = frozenset({"to", "al", "a", "on"})
LABEL = word_set("number numbers num nums item items numero numeros nos option options")
YES = word_set("checkmark thumbsup yes y yep yeah si ok sure")
NO = word_set("crossmark thumbsdown no n nope not")
VAGUE = word_set(
    "which cual cuales some few several couple unsure idk algunos algunas varios varias unos unas"
)
DOUBTS = (
    ("not", "sure"),
    ("dont", "know"),
    ("no", "se"),
    ("no", "sabria"),
    ("no", "idea"),
    ("no", "clue"),
    ("cant", "tell"),
    ("no", "estoy", "segura"),
    ("no", "estoy", "seguro"),
)
LAST = word_set("last ultimo ultima ultimos ultimas")
FIRST = word_set("first primero primera primeros primeras primer")
FILLER = (
    word_set(
        "smile heart prayhands thumbsup okhand checkmark yeah honestly verdad decirle lord god "
        "dios buenas buenos dias tardes noches si pues igual those all that us none worry "
        "worries worried me concern concerns concerned about the my i im id say would maybe "
        "mostly definitely too yes ok okay are is only just think el la los las son preocupa "
        "preocupan creo que tal vez quizas solo sometimes little bit kinda sure pick choose "
        "please pls thanks thank you gracias por favor of them these ones both him her it for "
        "guess probably possibly mainly especially de ellos estos estas above anteriores really "
        "answer reply he she has have sorta his hmm um uh well hi hello hola lo le mas mi hijo "
        "hija daughter apply applies thing things anything algo any no puede ser cual talvez in "
        "list on st nd rd th also tambien bueno hey so this em tbh sort every day always often "
        "a veces siempre porfa porfis plis plz thx ty q pienso yo nomas este esta esa ese eso "
        "aqui here hay was were now lol like single each moment momento right bad good days "
        "lista cada ahorita our family"
    )
    | LABEL
)
MAY_FOLLOW = word_set(
    "since because cuz cus bc bcuz porq xq pq q and also plus maybe for definitely please pls "
    "thanks thank but the mostly sometimes is are y e tambien porque pero he she his her i my "
    "we they worry worries concern concerns me too kinda really he's shes hes el ella le se mi "
    "a que si yes no not especially mainly only probably possibly gracias por son preocupan "
    "preocupa from before desde trae tiene tenia most applies apply would st nd rd th i'd id "
    "sure all of though tho lol when cuando it its like"
)
MAY_PRECEDE = (
    word_set(
        "yes ok definitely only just say be is and maybe me about with on also think its are "
        "tambien forgot missed add falto olvide agregue pick choose si solo el la los las creo que "
        "es son y e or answer reply probably the for mostly mainly both between im worried said "
        "told picked concerned preocupa preocupan plus have numero del mande i meant mean so um "
        "well"
    )
    | LABEL
)
