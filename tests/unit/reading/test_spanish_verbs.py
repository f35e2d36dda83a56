"""Forms of Spanish verbs as packs name them ("borrar@")."""

from __future__ import annotations

import pytest

from service.domain.reading.phrases import PhraseError, parse
from service.domain.reading.spanish_verbs import asked_forms

FORMS = {
    "borrar": "borra borre borren borrenme borrame borrarme borrad borradme borreis borraran "
    "borraseis borrando borrarian borrensen",
    "sacar": "saca saque saquen saquenme sacame sacarme sacaran",
    "eliminar": "elimine eliminenme eliminarme eliminaseis",
    "pagar": "pague paguen pagaran",
    "recoger": "recoja recojan recogeme",
    "remover": "remueve remuevan remuevanme removerme removieran",
    "seguir": "siga sigan siguiendo siguieran sigueme",
    "pedir": "pida pidan pidiendo pidieran",
    "excluir": "excluya excluyanme excluirme excluyendo excluyeran",
    "salir": "salga salgan salirme",
    "desuscribir": "desuscriba desuscribanme desuscribirme desuscribime",
    "detener": "detengan detenganse detenerse",
}


@pytest.mark.parametrize("verb", FORMS)
def test_a_verb_is_known_in_the_forms_it_is_asked_in(verb: str) -> None:
    assert set(FORMS[verb].split()) <= set(asked_forms(verb))


def test_a_word_that_is_no_infinitive_is_refused_with_its_name() -> None:
    with pytest.raises(PhraseError, match="'lista' is no Spanish infinitive"):
        parse("lista@ de correo", {})
