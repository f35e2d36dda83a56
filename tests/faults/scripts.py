"""What a family of each kind writes, when it waits, and how it must end for it."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

from service.domain.vocabulary import Channel


class When(Enum):
    """What a parent waits for before a message."""

    ANSWERED = "a text since the last message, however long it takes"
    AT_ONCE = "nothing"
    TOLD = "the rig's word"


class Kind(StrEnum):
    """What a family is there to prove."""

    STEP_BY_STEP = "step by step"
    ALL_AT_ONCE = "all in one message"
    STOP = "stop in the middle"
    STOP_AND_START = "stop, then start"
    EMERGENCY = "emergency"
    DECLINES = "declines"
    BURST = "many texts in a second"
    INVITED = "invited, open now"
    INVITED_AT_NIGHT = "invited, closed now"
    REMINDED = "reminder falls due"
    REMINDED_AND_STOP = "reminder falls due, stop in the same moment"
    REMINDED_AT_NIGHT = "reminder falls due, closed now"
    BLOCKED = "the carrier says 21610"
    MAIL_STEP_BY_STEP = "by mail: step by step"
    MAIL_ALL_AT_ONCE = "by mail: all in one"
    MAIL_STOP = "by mail: stop in the middle"
    MAIL_EMERGENCY = "by mail: emergency"
    MAIL_DECLINES = "by mail: declines"
    MAIL_INVITED = "by mail: invited, open now"
    MAIL_REMINDED = "by mail: reminder falls due"
    MAIL_REMINDED_AND_STOP = "by mail: reminder falls due, stop in the same moment"
    MAIL_MACHINE = "by mail: a machine answers every mail as well"
    TO_MAIL = "begins by text, goes on by mail"
    TO_TEXT = "begins by mail, goes on by text"
    MIXED_BURST = "texts and mails in a second"
    STOP_BY_MAIL = "by text, stop by mail as a reminder falls due"
    NO_MAILBOX = "no such mailbox: goes on by text"
    BOUNCED = "the mail comes back: goes on by text"


@dataclass(frozen=True, slots=True)
class Says:
    """One message; ``answered`` says whether a text or a mail must come back."""

    body: str
    when: When = When.ANSWERED
    answered: bool = True
    by: Channel = Channel.SMS


@dataclass(frozen=True, slots=True)
class End:
    """How the product's own rows must look afterwards; None: no conversation at all."""

    step: str
    suggestion: str | None = None
    stopped: bool = False
    paused: bool = False


_WORDS = {
    "en": ("hi", "yes", "4 years", "1 3", "7 8", "no"),
    "es": ("hola", "sí", "4 años", "1 3", "7 8", "no"),
}
_AT_ONCE = {"en": "my son is 4, he falls a lot", "es": "mi hijo tiene 4 años y se cae mucho"}
_EMERGENCY = {"en": "she is not breathing", "es": "no respira"}
_BOTH = End("suggested", "BOTH")
_SAME_BY_MAIL = {
    Kind.MAIL_STEP_BY_STEP: Kind.STEP_BY_STEP,
    Kind.MAIL_ALL_AT_ONCE: Kind.ALL_AT_ONCE,
    Kind.MAIL_STOP: Kind.STOP,
    Kind.MAIL_EMERGENCY: Kind.EMERGENCY,
    Kind.MAIL_DECLINES: Kind.DECLINES,
    Kind.MAIL_INVITED: Kind.INVITED,
    Kind.MAIL_REMINDED: Kind.REMINDED,
    Kind.MAIL_REMINDED_AND_STOP: Kind.REMINDED_AND_STOP,
    Kind.MAIL_MACHINE: Kind.STEP_BY_STEP,
}
_TURNS_AT = 3
"""The message with which a family takes the other channel."""


def script(kind: Kind, language: str, chance: random.Random) -> tuple[tuple[Says, ...], End]:
    """All that a family says, and how the product's own rows must look afterwards."""
    same = _SAME_BY_MAIL.get(kind)
    if same is not None:
        says, end = _by_text(same, language, chance)
        return by_mail(says), end
    says, end = _by_text(Kind.STEP_BY_STEP, language, chance)
    match kind:
        case Kind.TO_MAIL:
            return (*says[:_TURNS_AT], *by_mail(says[_TURNS_AT:])), end
        case Kind.TO_TEXT:
            return (*by_mail(says[:_TURNS_AT]), *says[_TURNS_AT:]), end
        case Kind.MIXED_BURST:
            rest = tuple(replace(each, when=When.AT_ONCE) for each in says[1:])
            mixed = (by_mail((each,))[0] if n % 2 else each for n, each in enumerate(rest))
            return (says[0], *mixed), end
        case Kind.STOP_BY_MAIL:
            says, end = _by_text(Kind.REMINDED_AND_STOP, language, chance)
            return (*says[:-1], *by_mail(says[-1:])), end
        case Kind.NO_MAILBOX | Kind.BOUNCED:
            return (*by_mail(says[:1]), *says[1:]), end
        case _:
            return _by_text(kind, language, chance)


def by_mail(says: tuple[Says, ...]) -> tuple[Says, ...]:
    """The same words, by mail."""
    return tuple(replace(each, by=Channel.EMAIL) for each in says)


def _by_text(kind: Kind, language: str, chance: random.Random) -> tuple[tuple[Says, ...], End]:
    words = _WORDS[language]
    path = tuple(map(Says, words))
    match kind:
        case Kind.STEP_BY_STEP | Kind.REMINDED | Kind.REMINDED_AT_NIGHT:
            return path, _BOTH
        case Kind.ALL_AT_ONCE:
            return (Says(_AT_ONCE[language]), path[1]), End("suggested", "PT")
        case Kind.STOP:
            said = chance.randrange(1, len(path))
            steps = ("consent", "age", "checklist_1", "checklist_2", "free")
            return (*path[:said], Says("STOP")), End(steps[said - 1], stopped=True)
        case Kind.STOP_AND_START:
            return (*path[:2], Says("STOP"), Says("START"), *path[2:]), _BOTH
        case Kind.EMERGENCY:
            last = Says(_EMERGENCY[language])
            return (*path[:2], last), End("age", paused=True)
        case Kind.DECLINES:
            return (path[0], Says("no")), End("closed")
        case Kind.BURST:
            return (path[0], *(Says(word, When.AT_ONCE) for word in words[1:])), _BOTH
        case Kind.INVITED:
            return path[1:], _BOTH
        case Kind.INVITED_AT_NIGHT:
            return (), End("consent")
        case Kind.REMINDED_AND_STOP:
            return (*path, Says("STOP", When.TOLD)), End("suggested", "BOTH", stopped=True)
        case Kind.BLOCKED:
            return (path[0], Says(words[1], answered=False)), End("age", stopped=True)
        case _:
            raise ValueError(kind)
