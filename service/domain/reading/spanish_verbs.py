"""The forms of a Spanish verb in which others are asked to do something, or said to do it.

"Borrenme", "que me borren", "si me borraran", "podrian borrarme", "borrad": an order takes many
shapes, by country and by politeness. All are written without accents, as texts are read.
"""

from __future__ import annotations

_STRESSED = {
    "acordar": "acuerd",
    "cerrar": "cierr",
    "contar": "cuent",
    "devolver": "devuelv",
    "excluir": "excluy",
    "mover": "muev",
    "pedir": "pid",
    "perder": "pierd",
    "probar": "prueb",
    "recordar": "recuerd",
    "remover": "remuev",
    "seguir": "sigu",
    "volver": "vuelv",
}
"""Stems that change where they are stressed."""
_WISHED = {
    "detener": "deteng",
    "hacer": "hag",
    "mantener": "manteng",
    "poner": "pong",
    "salir": "salg",
}
"""Stems of the subjunctive that no rule gives."""
_WEAK = {"pedir": "pid", "seguir": "sigu", "excluir": "excluy"}
"""Stems before -iendo and -iera."""
_BEHIND = ("me", "nos", "lo", "la", "los", "las", "le", "les", "se", "melo", "melos", "noslo")
"""Pronouns that are written on the end."""
_HARD = {"c": "qu", "g": "gu", "z": "c"}


def asked_forms(infinitive: str) -> tuple[str, ...]:
    """The forms of a verb in -ar, -er or -ir; raises ``ValueError`` for any other word."""
    stem, ending = infinitive[:-2], infinitive[-2:]
    if ending not in ("ar", "er", "ir") or len(stem) < 2:
        raise ValueError(f"'{infinitive}' is no Spanish infinitive")
    stressed, weak = _STRESSED.get(infinitive, stem), _WEAK.get(infinitive, stem)
    told, wished = ("a", "e") if ending == "ar" else ("e", "a")
    wish = _WISHED.get(infinitive) or _before(wished, stressed, ending)
    plain_wish = _WISHED.get(infinitive) or _before(wished, weak, ending)
    vowel = ending[0]
    glide = "a" if ending == "ar" else "e" if weak.endswith("y") else "ie"
    past, doing = weak + glide, weak + glide + "ndo"
    orders = [stressed + told, stem + vowel, stem + vowel + "d", wish + wished]
    orders.append(wish + wished + "n")
    forms = [infinitive, doing, *orders]
    forms += [stressed + told + end for end in ("s", "n")]
    forms += [stem + vowel + "s", stem + ("is" if ending == "ir" else vowel + "is")]
    forms += [wish + wished + "s", plain_wish + wished + "is"]
    forms += [past + end for end in ("ra", "ras", "ran", "rais", "se", "ses", "sen", "seis")]
    forms += [infinitive + end for end in ("ia", "ias", "ian")]
    forms += [form + end for form in (infinitive, doing, *orders) for end in _BEHIND]
    # "Borremen", "borrenmen": the n is heard behind the pronoun, or twice.
    forms += [wish + wished + end + "n" for end in ("me", "se", "nme", "nse")]
    return tuple(dict.fromkeys(forms))


def _before(vowel: str, stem: str, ending: str) -> str:
    """A stem as it is written before another vowel, so that it still sounds the same."""
    if ending == "ar":
        return stem[:-1] + _HARD.get(stem[-1], stem[-1]) if vowel == "e" else stem
    if stem.endswith("gu"):
        return stem[:-1]
    if stem.endswith("g"):
        return stem[:-1] + "j"
    if stem.endswith("c"):
        return stem[:-1] + "zc"
    return stem
