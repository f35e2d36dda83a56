"""Words of a machine whose headers do not say that it is one: out of office, "do not reply".

Only the beginning counts: a parent may well write that they are at work. Used where nothing else
could be read in a mail, so that two machines do not go on answering each other.
"""

from __future__ import annotations

import re

_BEGINNING = 300
"""Characters."""
_MACHINE = re.compile(
    r"\b(?:"
    r"(?:this is an? )?(?:automat(?:ic|ed)|auto)[ -](?:reply|response|message|email|e-mail)"
    r"|(?:i am|i'm|i’m|i will be|we are) (?:currently )?(?:out of (?:the )?office|on vacation|"
    r"on (?:annual |sick |maternity |paternity |parental |medical )?leave|"
    r"away from (?:my|the) (?:desk|office|email))"
    r"|thank you for (?:contacting|your (?:e-?mail|message|inquiry))[^.!]{0,60}[.!]? "
    r"(?:i am|we are|we have received|your (?:message|request|ticket))"
    r"|do not reply to this (?:e-?mail|message)|this (?:mailbox|inbox|address) is not monitored"
    r"|(?:respuesta|mensaje|correo) autom[aá]tic[oa]"
    r"|(?:estoy|estar[eé]|me encuentro|estamos) (?:actualmente )?"
    r"(?:fuera de (?:la |mi )?oficina|de vacaciones|de licencia|de permiso|ausente)"
    r"|no responda a este (?:correo|mensaje)"
    r"|(?:hemos recibido|gracias por) su (?:correo|mensaje)[^.!]{0,60}[.!] "
    r"(?:estoy|estamos|su (?:solicitud|caso))"
    r")",
    re.IGNORECASE,
)


def sounds_like_a_machine(words: str) -> bool:
    """Whether what somebody wrote in a mail begins like an automatic answer."""
    return _MACHINE.search(words[:_BEGINNING]) is not None
