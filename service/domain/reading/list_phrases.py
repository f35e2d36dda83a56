"""Phrases around picks from a numbered list, and what each says of them.

Of several that begin at one word the longest holds, and it outweighs what its words say alone.
"""

from __future__ import annotations

from types import MappingProxyType

from service.domain.reading.list_words import Sign

_PHRASES: tuple[tuple[Sign, str], ...] = (
    (
        Sign.ALL,
        "they all sound like, these all sound like, those all sound like, they all describe, these "
        "all describe, they all fit, these all fit, they all apply, these all apply, they all "
        "match, they all ring, they all do, ni una se salva, ni uno se salva, ninguna se salva, "
        "ninguno se salva, no se salva ninguna, no se salva ninguno, no se salva ni una, no se "
        "salva ni uno, ni una se escapa, ni uno se escapa, ninguna se escapa, ninguno se escapa, "
        "ninguna falta, ninguno falta, no falta ninguna, no falta ninguno, not one left out, none "
        "left out, todas me preocupan, todos me preocupan, todas nos preocupan, all worry me, they "
        "all worry, the lot, todas las tiene, todos los tiene, las tiene todas, los tiene todos, "
        "tiene todas, si a todo, si a todas, si a todos, yes to all, yes to everything, yes to "
        "every, every item, every question, every line, each item, each question, cada punto, cada "
        "pregunta, todas las que, todos los que, las seis completas, los seis completos, a todo, a "
        "todas, whole dang list, whole darn list, whole damn list, entire dang list, at all that, "
        "at all those, at all these, at all of these, at all of those, at all of that, whole list, "
        "entire list, whole thing, entire thing, whole set, full list, lista completa, lista "
        "entera, every one, everyone, every single one, every single thing, each one, each single "
        "one, each and every one, every last one, every thing, cada uno, cada una, todas y cada "
        "una, todos y cada uno, all of it, all of the above, all the above, all of these, all of "
        "those, all of them, all of em, all of that, all of this, all the boxes, all boxes, all "
        "the things, all the ones, all items, todo eso, todo esto, todo lo de, todo lo anterior, "
        "todo lo que, todos los de, todas las de, todas esas, todos esos, todas estas, todos "
        "estos, todas las anteriores, todos los anteriores, toda la lista, pretty much all, pretty "
        "much everything, basically all, basically everything, all across the board, todo eso de",
    ),
    (
        Sign.NEARLY_ALL,
        "almost all, nearly all, almost everything, nearly everything, almost every one, most "
        "all, casi todos, casi todas, casi todo, casi toda, almost the whole, practically all",
    ),
    (
        Sign.NONE,
        "zero on this list, zero on the list, zero on this, zero on that, none on this, none on "
        "here, 0 worries, 0 concerns, 0 issues, 0 problems, cero en esta lista, ninguna en esta "
        "lista, nope to all of those, nope to all of these, nope to all of them, nope to all, "
        "nope to everything, nah to all, nah to all of those, nah to all of them, no to all of "
        "those, de la lista ninguno, de la lista ninguna, de esas ninguna, de esos ninguno, de "
        "estas ninguna, nada le cuesta, nada se le dificulta, nada le falla, cero patatero, goose "
        "egg, nada que senalar, nada que reportar, nada que marcar, nada que anotar, nada que "
        "resaltar, nothing on it, nothing there, isnt a thing, not a thing there, cant find one, "
        "cant find any, couldnt find one, couldnt find any, cant see any, dont see any, dont see "
        "one, didnt see any, cant say any of, no encuentro ninguna, no veo ninguna, no veo "
        "ninguno, none that, fat no on everything, big no on everything, no on all of, no en "
        "todas, no en todo, n a for, none for, todas negativas, todos negativos, all negatives, "
        "all good, all fine, all ok, all okay, all great, all well, all normal, all clear, todo "
        "bien, todas bien, todos bien, todo normal, todo perfecto, todo excelente, todo ok, all "
        "perfect, no hay, no hay ninguno, no hay ninguna, no hay nada, not any, not one, not a "
        "one, not a single one, no to all, no on all, no for all, not applicable, n a, ni una, ni "
        "uno, ni una sola, ni uno solo, para nada, do not apply, no across the board, all no, all "
        "nos, all nope, all negative, todas no, todos no, todo no, no a todo, no a todas, no a "
        "todos, none of, zero of, zero from, nothing from, nothing on, nothing in, nothing here, "
        "nothing to, nada de nada, no issues, no concerns, no problems, no worries, no concern, "
        "not a problem, not an issue, nada por, sin problemas, sin problema, cero problemas, zero "
        "concerns, zero issues, zero problems, not really any, nothing really, no tiene nada, no "
        "tiene ninguno, no tiene ninguna, no le pasa nada, no se le aplica, no to everything, no "
        "on everything, no for everything, no to all of, no to any, no batalla con nada, no "
        "batalla en nada, no le cuesta nada, no struggles, do not see any, not seeing any, not "
        "have such problems, not have these problems, no such problems, dont have such problems, "
        "dont have these problems, dont have those problems, doesnt have such problems, doesnt "
        "have these problems, doesnt have those problems, doesnt have any of, does not have any "
        "of, dont have any of, do not have any of, nary a one, nary one, no observo ninguno, no "
        "observo ninguna, no noto ninguno, no noto ninguna, no identifico ninguno, no identifico "
        "ninguna, not a problem at all, not an issue at all, not a concern at all, no problem at "
        "all, no issue at all, not a worry at all",
    ),
    (
        Sign.REST,
        "other 2, other 3, other 4, other 5, other two, other three, other four, other five, the "
        "other 2, the other 3, the other 4, the other 5, the other two, the other three, the "
        "other four, the other five, the other dos, the other tres, the other cuatro, the other "
        "cinco, los otros 2, los otros 3, los otros 4, los otros 5, los otros two, los otros "
        "three, los otros four, los otros five, los otros dos, los otros tres, los otros cuatro, "
        "los otros cinco, las otras 2, las otras 3, las otras 4, las otras 5, las otras two, las "
        "otras three, las otras four, las otras five, las otras dos, las otras tres, las otras "
        "cuatro, las otras cinco, the rest, rest of, rest, the others, others, all others, all "
        "the others, all the other ones, all the rest, other ones, the other ones, everything "
        "else, all else, las demas, los demas, lo demas, todo lo demas, todas las demas, todos "
        "los demas, las otras, los otros, lo otro, todas las otras, todos los otros, el resto, "
        "demas, resto, las que faltan, las que quedan, the remaining, remaining",
    ),
    (
        Sign.BUT,
        "all bar, everything bar, bar number, bar the, anything but, anything except, any but, "
        "nomas no, solo no, nada mas no, solamente no, apart from, aside from, other than, except "
        "for, exept for, with the exception of, a excepcion de, con excepcion de, a ecepcion de, "
        "pero no, but not, just not, only not, fuera de, aparte de, without, sin, w the exception "
        "of, with exception of, w exception of, con la excepcion de",
    ),
    (
        Sign.NOT,
        "no es problema, no es un problema, yo digo que no, yo digo q no, yo creo que no, i say "
        "no, but i disagree, i disagree, scratch the, scratch number, cross the, tache el, tache "
        "la, quite el, quite la, no hay lio, no hay problema, no hay bronca, no hay queja, no "
        "batalla, no batallamos, no tiene problema, no tenemos problema, no le cuesta, no me "
        "apura, no creo, no creo que, no lo creo, dont think so, i dont think so, ni hablar, "
        "nombre no, nombe no, nambe no, is wrong, was wrong, was a mistake, was an accident, is a "
        "typo, was a typo, fue error, fue un error, es error, esta mal puesta, fue sin querer, no "
        "me preocupa, no me preocupan, no nos preocupa, no nos preocupan, doesnt worry me, dont "
        "worry me, doesnt bother me, doesnt concern me, not relevant, are not relevant, is not "
        "relevant, no la tomen en cuenta, no lo tomen en cuenta, no cuenta, decidimos que no, al "
        "final no, al final dijo que no, dijo que no, doesnt apply, does not apply, dont apply, "
        "no aplican, no apply, doesnt fit, isnt him, isnt her, instead of, en lugar de, en vez "
        "de, not really, not at all, not so much, not us, not him, not her, not me, not mine, "
        "isnt us, cross out, crossed out, cross off, take off, take out, take away, leave out, "
        "leave off, get rid of, forget about, no to, no on, ya no, ya no es, no es, no era, no "
        "son, tampoco la, tampoco el, isnt an issue, isnt a problem, no aplica, not a thing, no "
        "problem, no issue, no tanto, not true, hell no, no way, no para nada",
    ),
    (
        Sign.YES,
        "fore sure, four sure, not fine, not ok, not okay, not good, not great, not doing well, "
        "no esta bien, no va bien, no anda bien, no muy bien, no tanto pero si, mas o menos pero "
        "si, poquito pero si, a medias pero si, not so much but yes, kinda but yes, yes to, si a, "
        "si al, for sure, por supuesto, claro que si, a veces, de repente, de vez en cuando",
    ),
    (
        Sign.OVER,
        "when he was littler, when she was littler, de mas chiquito, de mas chiquita, antes si "
        "pero ya no, antes si ya no, antes si pero ahora no, era cuando, fue cuando, was when, me "
        "la descarto, me lo descarto, la descarto, lo descarto, was only while, was only when, "
        "was only because, was only until, thats done, thats over, es de su hermano, es de su "
        "hermana, es de mi otro hijo, es de mi otra hija, es del hermano, le pasa a mi marido, le "
        "pasa a mi esposo, le pasa a su hermano, le pasa a su hermana, is his brother, is her "
        "brother, is his sister, is her sister, thats his brother, thats her brother, thats his "
        "sister, thats her sister, thats my other, is my other, caught up, has resolved, it has "
        "resolved, resolved itself, sorted itself, hes grown out of, shes grown out of, its gone, "
        "de bebe, de chiquita, de chiquito, la tuvo de, lo tuvo de, le pasaba, le pasaban, ok "
        "now, okay now, hes ok now, shes ok now, fue de bebe, cuando era chiquito, cuando era "
        "chiquita, when he was a baby, when she was a baby, when he was younger, when she was "
        "younger, ya no tanto, ya no le pasa, ya no la tiene, ya no lo tiene, ya no lo hace, ya "
        "no hace eso, ya no es problema, took care of, under control, not since, se compuso, ya "
        "se compuso, is all better, was fixed, used to be, used to, he grew out of, she grew out "
        "of, they grew out of, grew out of, grown out of, got over, is over, are over, not "
        "anymore, not any more, no longer, is fine, are fine, is ok, are ok, is okay, are okay, "
        "is good, are good, is great, are great, is better, are better, got better, gotten "
        "better, is fine now, was before, is gone, went away, se le quito, ya se le quito, se le "
        "paso, ya se le paso, ya paso, ya pasaron, se le quitaron, ya la superamos, ya lo "
        "superamos, la superamos, lo superamos, ya la superaron, ya lo superaron, ya lo supero, "
        "ya la supero, ya supero, ya mejoro, ya esta bien, ya estan bien, esta bien, estan bien, "
        "va bien, van bien, was last year, was a problem, was an issue, was a concern, back then, "
        "better now, fine now, good now, all better, over that, past that, es del pasado, fue "
        "antes, era antes, cuando era bebe, when he was little, when she was little, hes fine, "
        "shes fine, fine, bien, he outgrew, she outgrew, had been, it was, antes era, antes eran, "
        "antes tenia, ya la paso, ya lo paso, chevere, muy bien, he does very well, she does very "
        "well, does very well, does real well, he does well, she does well, he does great, she "
        "does great, he is fine with, she is fine with",
    ),
    (
        Sign.SWAP,
        "pero queria el, pero queria la, pero queria poner, pero iba a poner, but wanted the, no "
        "esperese, no espereme, no espera, esperese no, esperese, no wait a sec, wait a sec no, no "
        "es cierto, no cierto, i take that back, take that back, take it back, y era, and it was, "
        "no wait, wait no, oh wait, hold on, no no, no no no, no sorry, sorry no, i mean, i meant, "
        "i mean to say, i meant to say, or rather, make that, make it, scratch that, strike that, "
        "should be, it should be, should have been, shouldve been, supposed to be, my bad, no i "
        "mean, no i meant, fat finger, fat fingered, wrong number, quise decir, quise poner, quise "
        "escribir, quise mandar, quiero decir, queria decir, queria poner, mejor dicho, o mejor, "
        "me equivoque, me confundi, no espere, espera no, ay no, uy no, ay perdon, no perdon, "
        "perdon no, perdon era, perdon es, no digo, pero era, pero es, pero son, error, more like, "
        "mas bien, but its, but i meant, no mejor, era la, actually no, no actually, change to, "
        "change that to, que diga, no mentira, mentira",
    ),
    (
        Sign.VAGUE,
        "no c, ni c, no ce, no ze, no sep, no estoy del todo segura, no estoy del todo seguro, no "
        "estoy muy segura, no estoy muy seguro, no estoy tan segura, no estoy tan seguro, not "
        "totally sure, not entirely sure, not completely sure, not a 100 sure, dont know which, do "
        "not know which, no idea which, no sabria decirle, no sabria decirles, no sabria cual "
        "escoger, no se cual escoger, no se cual poner, no se cuales poner, no se que poner, no "
        "sabria cuales, no se cuales escoger, no sabria cuales escoger, no sabria cual elegir, no "
        "se cual elegir, casi la mitad, como la mitad, una o dos pero no se, uno o dos pero no se, "
        "one or two but not sure, too many to pick, what do i pick, one or two maybe, maybe one or "
        "two, one or two i guess, uno o dos tal vez, una o dos tal vez, una o dos creo, mas de una "
        "pero menos de todas, menos de todas, algunas que si, algunos que si, unas que si, unos "
        "que si, no le sabria decir, varios de esos, varias de esas, varios de estos, varias de "
        "estas, no muchas, no muchos, same as before, same as last time, same as the last, same "
        "ones as, the same ones, same ones, igual que antes, igual que la otra, lo mismo que, lo "
        "mismo de, las mismas que, las mismas de, the usual ones, the usual, las de siempre, los "
        "de siempre, one or two of, not sure how, not sure what, not sure which, no se cual, no se "
        "cuales, a few of these, a few of those, a few of them, couldnt tell you, cant tell you "
        "which, a couple of those, a couple of these, a couple of them, some of these, some of "
        "them, some of those, a little of this, a little of that, las que le parezcan, las que "
        "usted crea, las que usted diga, la que le dije, las que le dije, lo que le dije, que le "
        "dije por, cual era, cuales eran, no entendi nada, no entiendo nada, no le entiendo nada, "
        "no le entendi nada, dont get what, didnt get what, dont understand anything, im lost, i "
        "lost the list, lost the list, perdi la lista, se me perdio la lista, la mayor parte, "
        "mayor parte, didnt get the, didnt get it, dont get the, didnt get this, dont get this, no "
        "le entendi, no entendimos, no me quedo claro, no me queda claro, unas si, algunas si, "
        "unos si, algunos si, no entendi, no entiendo, no le entiendo, dont understand, didnt "
        "understand, dont get it, not following, una que otra, uno que otro, alguna que otra, dos "
        "que tres, but not all, pero no todas, pero no todos, not all but, cant really tell, cant "
        "really say, dont really know, not really sure, cual sera, cuales seran, a number of, good "
        "number, good number of, number of them, number of these, handful, a handful, a handful "
        "of, todos menos algunos, cant say, not sure if, not sure if any, more than half, less "
        "than half, mas de la mitad, menos de la mitad, la neta no se, no sabria cual, could be "
        "any, or so, not all, not all of, not all of them, not everything, no todas, no todos, no "
        "todo, most of, half of, half the, about half, like half, a few, quite a few, a couple, a "
        "bunch, a lot of, lots of, more than one, too many, too many to, hard to say, hard to "
        "tell, hard to choose, hard to pick, not sure, im not sure, dont know, do not know, no "
        "idea, no clue, cant tell, cant decide, cant choose, cant pick, it depends, no se, no lo "
        "se, no sabria, no sabria decir, no estoy segura, no estoy seguro, no sabemos, quien sabe, "
        "unos cuantos, unas cuantas, un par, la mayoria, la mitad, mas de una, mas de uno, a mix, "
        "tough call, no puedo escoger, no puedo elegir, dificil escoger, dificil decir, dificil "
        "elegir, un monton, mas o menos, dont know which ones, couldnt say which, could not say "
        "which, cant say which, could not say yet, couldnt say yet, cant say yet, could not tell "
        "you, do not know which ones, whatever u think, whatever you think, cant tell yet, not "
        "understanding which, no sabria q escoger, no sabria que escoger, no se que numero, no se "
        "cual ponerle, no pude ver cual, lo que usted diga, no le podria decir, no les podria "
        "decir, no sabria decir cual, cant tell which, unas si y otras no, unos si y otros no, no "
        "sabria decirle cuales, no me acuerdo cuales, no se bien, no lo se bien, no se bien cual",
    ),
    (
        Sign.ONWARDS,
        "and up, and upward, and upwards, and on, on up, and down, on down, and below, and after, "
        "and beyond, and over, and above, and higher, to the end, through the end, til the end, "
        "till the end, until the end, to end, en adelante, para adelante, pa delante, para "
        "delante, pa adelante, para abajo, pa abajo, hacia abajo, para arriba, pa arriba, hasta "
        "el final, al final, hasta el ultimo, hasta la ultima, y las que siguen, y los que "
        "siguen, pa lante",
    ),
    (
        Sign.STRAY,
        "nada guardado, nada registrado, one moment, one sec, one second, one minute, un momento, "
        "un segundo, un momentito, no sir, not now, not right now, not today, not yet, ahorita "
        "no, no ahorita, ahora no, no ahora, todavia no, hoy no, no one, no time, all done, all "
        "set, que los demas, que las demas, q los demas, q las demas, k los demas, como los "
        "demas, como las demas, con los demas, con las demas, que los otros, que las otras, q los "
        "otros, con los otros, con las otras, como los otros, than the others, than others, than "
        "the rest, with the others, like the others, as the others, with others, antes q, antes k",
    ),
    (
        Sign.PLAIN,
        "new line, next line, new paragraph, full stop, nueva linea, punto y aparte, punto y "
        "seguido, nuevo parrafo, capaz que, de pronto, over nothing, for nothing, about nothing, "
        "por nada, de la nada, says no to everything, says no to, dice no a todo, dice que no a "
        "todo, o sea, es decir, on your list, on the list, on this list, on my list, on that list, "
        "on there, on here, if it was, if it were, if that was, but not sure about, but im not "
        "sure about, not sure about, pero no estoy segura de, pero no estoy seguro de, pero no se "
        "si la, pero no se si el, pongan las dos, ponga las dos, pon las dos, pongan los dos, "
        "ponga los dos, las dos cosas, take off the rest, take out the rest, leave off the rest, "
        "skip the rest, quite los demas, quite las demas, quite el resto, quiten los demas, quiten "
        "las demas, no others, no other ones, ninguna otra, ningun otro, ninguna mas, ninguno mas, "
        "no pues el, no pues la, no pues los, no pues las, hola a todos, hola a todas, buenas a "
        "todos, buenos dias a todos, hi all, hi everyone, hello all, hello everyone, hey all, hey "
        "everyone, gracias a todos, thanks everyone, thanks all, thank you all, could be nothing, "
        "probably nothing, maybe nothing, its probably nothing, might be nothing, por no contestar "
        "antes, por no responder antes, por no contestarle antes, no conteste antes, no respondi "
        "antes, no contestar antes, for not answering before, for not answering sooner, si me "
        "apura, si me apuran, si me apuras, viendolo bien, pensandolo bien, mas q nada, mas k "
        "nada, aunque no tanto, im afraid, hands down, thats us, thats him, thats her, i reckon, i "
        "suppose, i figure, i believe, antes de, antes que, asi tal cual, tal cual, esas son, esos "
        "son, esa es, ese es, spot on, hits home, rings a bell, sin excepcion, without exception, "
        "no exception, sin duda alguna, con todo, no wonder, if im honest, to be honest, if "
        "anything, first of all, se la, en serio, thats all, that is all, thats it, that is it, "
        "all the time, all day, all day long, all night, every day, everyday, each day, all i see, "
        "at all, es todo, seria todo, eso es todo, eso seria todo, nada mas, no mas, todo el "
        "tiempo, todo el dia, todos los dias, toda la noche, sobre todo, above all, mas que nada, "
        "mas o menos la, mas o menos el, mas que todo, a lo mejor, of all, for now, right now, "
        "thank you, not sure but, no se si, creo que si, i think so, thank god, no doubt, sin "
        "duda, the one, the ones, only one, just one, one is, one of, sorry for, sorry about, "
        "sorry im, sorry it, sorry we, sorry took, perdon la, perdon por, disculpe la, disculpa "
        "la, no always, not always, no siempre, not every, not as, not as much, no tanto como, not "
        "often, not certain, not totally, not completely, not only, no solo, no solamente, what "
        "to, mi esposo y yo, wife and i, husband and i, me and my, and actually, wait also, wait "
        "and, oh and, no matter, si no me, yo digo, digo que, digo q, digo k, yo diria, mejor la, "
        "mejor el, de antes, from before, before this, pero mas, but mostly, but mainly, but "
        "especially, but more, but also, but maybe, is the one, big time, not just, but, pero, ya "
        "sea, se me paso, se me olvido, se me hace, lo que pasa, to say, to add, to mention, what "
        "i, as well, at least, al menos, por lo menos, a bit, of a, most of all, most likely, the "
        "most, the worst, a few times, some days, some times, algunas veces, algunos dias, muchas "
        "veces, varias veces, muchas gracias, mil gracias, many thanks, thanks a lot, a lot, both "
        "of, all of a, no hay de, are all concerns, are all a concern, are all issues, are all "
        "problems, are all things, are all true, all are concerns, are all us, are all him, are "
        "all her, are all of concern, all describe, all sound like, lets see here, lets see, let "
        "me see, let see, asi que, dios mio, ay dios mio, ay dios, madre mia, oh my god, oh my "
        "gosh, oh my goodness, on the fence about, on the fence, bendito sea, que bendito, ay "
        "bendito, todo bendito",
    ),
)


Phrase = tuple[tuple[str, ...], Sign]


def _by_first_words() -> dict[tuple[str, str], tuple[Phrase, ...]]:
    found: dict[tuple[str, str], list[Phrase]] = {}
    for sign, phrases in _PHRASES:
        for phrase in phrases.split(", "):
            words = tuple(phrase.split())
            if len(words) > 1:
                found.setdefault((words[0], words[1]), []).append((words, sign))
    return {
        start: tuple(sorted(named, key=lambda one: -len(one[0]))) for start, named in found.items()
    }


def _single_words() -> dict[str, Sign]:
    return {
        phrase: sign
        for sign, phrases in _PHRASES
        for phrase in phrases.split(", ")
        if " " not in phrase
    }


PHRASES = MappingProxyType(_by_first_words())
"""What phrases say, by their first two words, the longest first."""
PHRASE_WORDS = MappingProxyType(_single_words())
"""What single words say that stand among the phrases they belong with."""
