"""The words around picks from a numbered list, and what each says of them.

Single words first, then phrases; of several that begin at one word the longest holds.
"""

from __future__ import annotations

from enum import Enum, auto
from types import MappingProxyType

from service.domain.reading.number_words import word_set


class Sign(Enum):
    """What a word of a reply says of the list."""

    NUMBER = auto()
    PLAIN = auto()
    """A word that changes nothing: "please", "worries me"."""
    ALL = auto()
    NONE = auto()
    NEARLY_ALL = auto()
    REST = auto()
    """ "the others", "lo demas" """
    BUT = auto()
    """ "all but", "todas menos": what follows is taken out."""
    NOT = auto()
    YES = auto()
    OVER = auto()
    """What it stands with is no worry: "used to be", "is fine"."""
    SWAP = auto()
    """What follows is put for what stands before: "no wait", "digo"."""
    VAGUE = auto()
    """Some are meant, and which cannot be told: "a few", "la mayoria", "not sure"."""
    TO = auto()
    """A range: "to", "al"."""
    ONWARDS = auto()
    """ "and up", "en adelante" """
    STRAY = auto()
    """Anything else."""


AND = word_set(
    "tmb tbn tmbn tambn tb tbm tmbien coma comma ans amd anf abd adn nad ademas and an n y i e "
    "also plus or tambien with con et then o u ni und и و और"
)
TO = word_set("to thru through threw a al hasta til till tru until")
LABEL = word_set(
    "nmber nuemro numro nuber nmero numeor nubmer numebr nmuber opc op opcs numbr nmbr numer "
    "numbrs nro nrs inc number numbers num nums item items numero numeros nos option options "
    "opcion opciones question questions pregunta preguntas line lines box boxes inciso incisos "
    "punto puntos answer answers point points"
)
YES_OR_NO = word_set(
    "yes y yep yeah yup si sii no n nope nah not checkmark crossmark thumbsup thumbsdown nel never"
)
COPULA = word_set("es era seria its it typo is era")
ONLY = word_set("just only solo nomas solamente puro pura puros puras")
"""Before a number: this one and no other."""
ARTICLES = frozenset({"la", "el", "las", "los", "lo", "the", "numero", "num", "number"})

_SINGLE: tuple[tuple[Sign, str], ...] = (
    (
        Sign.NONE,
        "nanay nothin nuthin nadita naditas sero noup ninguana nignuna none non nothing nada "
        "ninguno ninguna ningun neither ningunos ningunas cero zero na zip zilch nil noneofthese "
        "nun ninjuno ninjuna nimguno nimguna ningunno noone negativo",
    ),
    (
        Sign.ALL,
        "everythings toitos toitas all todos todas todo toda toos tods toditos toditas todito "
        "todita everything evrything everthing alll todoss",
    ),
    (
        Sign.BUT,
        "besides except excep exept excluding minus menos excepto exepto ecepto esepto salvo "
        "quitando excluyendo",
    ),
    (
        Sign.NOT,
        "naw nopee noo ni wouldnt nop doesnt doesn dont didnt hasnt havent no not nope nah nel "
        "isnt arent aint never nunca tampoco crossmark thumbsdown ignore disregard remove delete "
        "drop scratch strike skip omit quita quite quitar quiten quitele borra borre borrar "
        "borrela borrala borrelo borralo quitela quitala quitelo quitalo saquela sacala saquelo "
        "tachela tachala tachelo eliminela eliminala ignorela ignorala olvidela descartela "
        "elimina elimine tacha tache saca saque omita descarte",
    ),
    (
        Sign.YES,
        "yes yep yeah yup yea si sii siii simon claro ok checkmark thumbsup kinda sometimes fs "
        "sometime sumtimes somtimes",
    ),
    (
        Sign.OVER,
        "fixed solved handled outgrew outgrown resolved improved anymore supero superado superada "
        "mejoro antes used",
    ),
    (
        Sign.SWAP,
        "oops ups upss whoops sorry perdon perdone disculpe disculpa actually meant digo corrijo "
        "perate perame esperate espereme esperame aguante aguanta aguarde "
        "correccion correction wait espera espere typo sino nvm nevermind rather uy",
    ),
    (
        Sign.VAGUE,
        "whichever cualquiera hartas hartos bastantitas bastantitos variasitas cantidad "
        "pocas pocos poquitas poquitos alguna alguno some few several couple unsure idk idek "
        "dunno algunos algunas varios varias unos unas most half mitad mayoria depends depende "
        "wdym confused confundida confundido masomenos masmenos many lots bunch muchos muchas "
        "muchisimas muchisimos bastantes par cuantos cuantas nose ns",
    ),
    (
        Sign.ONWARDS,
        "onward onwards adelante",
    ),
)
_PLAIN = (
    # courtesy, and how one begins
    "vale dale sale chama pana mano vos che parce puso sabria cositas marcado marcada senalado "
    "elegido escogido anotado ticked tick crossed big fat workin working better mami papi mamita "
    "mam maam reckon suppose figure believe hun honey pongala pongalas pongalo pongalos anotela "
    "anotelas marquela marquelas marquele marqueme anotele ponganle pongan quedan queda quedamos "
    "nomas namas completas completos item items usual abajo arriba next primerito primerita "
    "ultimito ultimita text agregale agregame ponle sumale incluyelo anadele d marcara pusiera "
    "mandara contestara escogiera anotara agrego sumo marcamos ponemos escogimos elegimos anotamos "
    "pusimos mandamos deje dejo dejeme palomita palomitas palomea cheque leaning towards toward "
    "deme hijole ijole ijoles chale marcadas marcados tachadas tachados palomeadas palomeados "
    "batallamos batallo batallando sufrimos em dem period comma "
    "coma pena uff uf ufff ush fiu afraid mensaje ay bendito "
    "mensajes pongame ponganme apunteme pss ps psss entonces sos asique therefore prob probs defo "
    "what counts count qualifies looked aveces aveses siempree otras otros otra otro licenciada "
    "licenciado joven jefa jefe amor corazon reina comadre profe sr sra senor linda oigan s dead "
    "feels feel flagged responded answered replied texted told question hace hacen ahi alli alla "
    "sepa explicarle anoteme apunteme anotame apuntame ponme respuesta tenemos sign up choosing "
    "voted rings bell hits home spot imagine which cual cuales ish doing shows showing displays "
    "display still todavia aun sigue siguen already sadly unfortunately thankfully neta pura puro "
    "puras puros ouch yikes whew phew wow shoot listed sent mentioned described wrote asked mando "
    "mandaron mandan mandaste dijeron pusieron preguntan menciona mencionan should any anything "
    "honest honesty truth simply basically exactly perfectly totally pretty much mucha "
    "demasiada igualmente we re weve were hes shes theyre theyve theyd hed shed well there though "
    "tho anyways anyway smilesign heartsign prayhands okhand honestly verdad decirle lord god dios "
    "buenas buenos dias tardes noches pues pos please pls plz plis porfa porfis porfavor thanks "
    "thx ty thank you gracias por favor hmm hm mmm um umm uh uhh hi hey hello hola bueno buen dia "
    "tardanza demora retraso vdd sean r rpta rta resp aii ayy aay theres comadre jus juss jst hon "
    "honey sweetie dear jeje jejeje jiji so tbh ay ah oh aw ugh omg lol jaja jajaja haha okay "
    "bendiciones saludos good morning afternoon evening guys team miss mrs ms senorita senora seno "
    "doc doctor doctora mijita mija mijo amiga amigo fijese mire oiga vea aver ver haber eh este "
    "btw fyi voice voy "
    # how sure, how much
    "igual would maybe mayb mostly definitely definetly def deff too very they them down over "
    "keep leave stays como can u could your are is only just say think guess probably possibly "
    "mainly especially esp little bit teeny tiny tad smidge kind sort sorta sure ya creo "
    "capaz seguro fijo seguramente newline "
    "que tal vez quizas quiza talvez talves solo solamente unicamente nomas nadamas mas poco "
    "poquito poquitito tantito algo mucho muchisimo bastante demasiado super really absolutely "
    "literally obviously clearly certain certainly big time always often sobre veces siempre "
    "ratos lo mejor puede ser podria podrian seria serian parece posiblemente probablemente "
    "principalmente especialmente definitivamente claramente correct sip basta alcanza "
    # picking and worrying
    "worry worries worried worrying concern concerns concerned concerning about pick picked picks "
    "choose chose chosen circle circled check checked checking select selected mark marked put "
    "answer reply applies apply fits fit describe describes describing sounds like match matches "
    "struggles struggle struggling deal dealing issue issues problem problems problema problemas "
    "happens happen preocupa preocupan preocupacion escoger elegir marcar poner escojo escogi "
    "elijo elegi marco marque pongo ponga pongale puse apunte anote seleccione aplica aplican "
    "pasa pasan describen tiene tienen dijo dice dicen decir says said agree going go went gonna "
    "vote voto yo diria digamos pienso pensamos creemos thinks both ambos ambas see seeing seen "
    "notice noticed noticing have has had having got get be been does do did "
    # the list
    "the my i im id ive ill el la los las son of these those this it its that thats ones one uno "
    "una esas esos esa ese eso esto estas estos esta ellos ellas here aqui hay above below "
    "anteriores anterior list lista listado set on off in page side group st nd rd th va da ro ra "
    "er to ta mo vo thing things cosa cosas number numbers moment momento right now ahora ahorita "
    "sound again today hoy single each every cada box boxes "
    # who
    "me us him her his he she our mi mis su se le les nos nosotros ella era eran es family hijo "
    "hija nino nina daughter kid boy girl child baby bebe wife husband mom dad hubby esposo "
    "esposa marido mama papa teacher maestra maestro abuela suegra ot pt also as add adding added "
    "forgot forget missed olvide olvido olvidaba falto faltaba agregue agregar anada sume incluya "
    "incluir include paso was bad days day stands out main biggest worst worse peor principal "
    "fuerte fuertes likely para x de del y con q k ke en al un a t for from per at or if "
)


def _singles() -> dict[str, Sign]:
    found = dict.fromkeys(word_set(_PLAIN), Sign.PLAIN)
    for sign, words in reversed(_SINGLE):
        found.update(dict.fromkeys(word_set(words), sign))
    return found


SIGNS = MappingProxyType(_singles())
"""What a single word says; a word not in here is stray."""
