"""The words the product uses, as types. Everything else in ``domain`` speaks in these."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Language(StrEnum):
    """A language parents can be answered in."""

    EN = "en"
    ES = "es"


class Channel(StrEnum):
    """How a message travels."""

    SMS = "sms"
    EMAIL = "email"


class Step(StrEnum):
    """Where a conversation stands: the question that was asked last."""

    CONSENT = "consent"
    AGE = "age"
    CHECKLIST_1 = "checklist_1"
    CHECKLIST_2 = "checklist_2"
    FREE = "free"
    SUGGESTED = "suggested"
    CLOSED = "closed"


class Asked(StrEnum):
    """What the parent was answering, as far as reading the answer depends on it."""

    CONSENT = "consent"
    AGE = "age"
    CHECKLIST_1 = "checklist_1"
    CHECKLIST_2 = "checklist_2"
    FREE = "free"
    AFTER_SUGGESTION = "after_suggestion"
    REMINDER = "reminder"


class Intent(StrEnum):
    """What a whole message asks the service to do, apart from answering its question."""

    STOP = "stop"
    HELP = "help"
    START = "start"
    YES = "yes"
    NO = "no"
    BOOKED = "booked"
    LATER = "later"
    HUMAN = "human"
    WRONG_NUMBER = "wrong_number"
    SPANISH = "spanish"
    ENGLISH = "english"
    THANKS = "thanks"
    FAQ = "faq"


class Side(StrEnum):
    """One of the two services a clinic may offer."""

    OT = "OT"
    PT = "PT"


class Domain(StrEnum):
    """An area of a child's life that a concern belongs to."""

    FINE_MOTOR = "fine_motor"
    VISUAL_MOTOR = "visual_motor"
    SENSORY = "sensory"
    SELF_CARE = "self_care"
    FEEDING = "feeding"
    EMOTIONAL_REGULATION = "emotional_regulation"
    ATTENTION = "attention"
    SOCIAL_PLAY = "social_play"
    GROSS_MOTOR = "gross_motor"
    BALANCE = "balance"
    STRENGTH = "strength"
    POSTURE_GAIT = "posture_gait"
    MOBILITY = "mobility"
    DELAY = "delay"

    @property
    def side(self) -> Side:
        """The service that looks after this domain (knowledge a1, a2; conflicts settled in a8)."""
        return Side.PT if self in _PT_DOMAINS else Side.OT


_PT_DOMAINS = frozenset(
    {
        Domain.GROSS_MOTOR,
        Domain.BALANCE,
        Domain.STRENGTH,
        Domain.POSTURE_GAIT,
        Domain.MOBILITY,
        Domain.DELAY,
    }
)


class Suggestion(StrEnum):
    """Which evaluation may help. A suggestion, never a diagnosis."""

    OT = "OT"
    PT = "PT"
    BOTH = "BOTH"
    NONE = "NONE"
    UNCLEAR = "UNCLEAR"


class FlagLevel(IntEnum):
    """How fast a sign needs somebody. A higher level outranks a lower one (knowledge c2)."""

    SOON = 1
    """Call the child's doctor; rides along with the suggestion."""
    CRISIS = 2
    """Harm to self or to a child: 988 and a person; the automation pauses."""
    URGENT = 3
    """An emergency now: 911; the automation pauses."""
