"""What is remembered of one conversation, and what one turn of it produces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum

from service.domain.care_paths import CarePaths
from service.domain.checklist import Checklist, Shown
from service.domain.reading import Lexicon
from service.domain.reading.types import Context
from service.domain.reminders import Cadence, Place, Planned
from service.domain.segments import to_gsm
from service.domain.sending_hours import SendingHours
from service.domain.start_limits import StartLimits
from service.domain.triage import Outcome, Said, TriageRules
from service.domain.vocabulary import Asked, Channel, Language, Side, Step
from service.domain.wording import Messages


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic as far as an answer depends on it."""

    name: str
    phone: str
    """As parents should read it, e.g. (312) 555-0142."""
    booking_link: str
    time_zone: str
    offers: frozenset[Side]


@dataclass(frozen=True, slots=True)
class Packs:
    """All content the product speaks from; ``version`` is a hash over every file of it."""

    checklist: Checklist
    triage: TriageRules
    care_paths: CarePaths
    lexicon: Lexicon
    messages: Messages
    cadence: Cadence
    hours: SendingHours
    unknown_area_zones: tuple[str, ...]
    limits: StartLimits
    """How often we may start a text, and how long an answering parent is left in peace."""
    version: str


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything a turn depends on besides the conversation and the reply."""

    clinic: Clinic
    packs: Packs
    place: Place


@dataclass(frozen=True, slots=True)
class KnownAge:
    """The child's age in whole months on the day it was told."""

    months: int
    on: date

    def at(self, day: date) -> int:
        """The age in whole months on a later day (counting calendar months)."""
        passed = (day.year - self.on.year) * 12 + day.month - self.on.month
        if day.day < self.on.day:
            passed -= 1
        return self.months + max(passed, 0)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One family's way from the first text to a booked evaluation."""

    language: Language = Language.EN
    step: Step = Step.CONSENT
    asked_consent: bool = False
    """Whether the consent question has gone out."""
    consented: bool = False
    stopped: bool = False
    paused: bool = False
    """A red flag was seen: nothing automatic until staff clear it."""
    booked: bool = False
    step_before_booked: Step | None = None
    """Where it stood before, should the visit fall through."""
    visit: date | None = None
    """The day of the booked visit, where the parent or staff said it."""
    age: KnownAge | None = None
    shown: tuple[Shown, ...] = ()
    """The numbered items sent so far; a late reply is read against these."""
    latest: tuple[Shown, ...] = ()
    """The part of them that was sent last: what "all" and "the first two" mean."""
    list_age: int | None = None
    """The age in months the lists were made for: both parts keep to it, birthday or not."""
    said: Said = field(default_factory=Said)
    tries: int = 0
    """How often the present question was asked again."""
    clarifying: bool = False
    """The "moving or daily things?" question is open."""
    outcome: Outcome | None = None
    reminded: tuple[str, ...] = ()
    """The booking reminders that went out."""
    more_children: bool = False
    """A second child was spoken of, and the parent was asked to take one at a time."""
    reminder_last: bool = False
    """Our last text was a reminder, so a "yes" or "ok" answers that."""

    def age_months(self, now: datetime) -> int | None:
        """The child's age today, in whole months."""
        return self.age.at(now.date()) if self.age else None

    def context(
        self, now: datetime, channel: Channel, checklist: Checklist | None = None
    ) -> Context:
        """What the next reply is read against. ``now`` is in the parent's zone; with the
        ``checklist`` items may be named by their words."""
        shown = CLARIFYING if self.clarifying else tuple(item.number for item in self.shown)
        latest = () if self.clarifying else tuple(item.number for item in self.latest)
        return Context(
            language=self.language,
            asked=self._asked(),
            now=now,
            channel=channel,
            shown=shown,
            latest=latest,
            age_months=self.age_months(now),
            items=checklist.listed(self.shown) if checklist and not self.clarifying else (),
        )

    def _asked(self) -> Asked:
        if self.clarifying:
            return Asked.CHECKLIST_1
        if self.step in (Step.SUGGESTED, Step.CLOSED):
            return Asked.REMINDER if self.reminder_last else Asked.AFTER_SUGGESTION
        return Asked(self.step.value)

    @property
    def is_asking(self) -> bool:
        """Whether a question of ours is open."""
        return (self.step not in (Step.SUGGESTED, Step.CLOSED) or self.clarifying) and not (
            self.stopped or self.paused
        )


CLARIFYING = (1, 2, 3)
"""The answers to "moving, daily things, not sure?"."""


class Lane(IntEnum):
    """The order in which texts go out when many are waiting."""

    SAFETY = 0
    ANSWER = 1
    STAFF = 2
    REMINDER = 3
    CAMPAIGN = 4

    @property
    def we_start(self) -> bool:
        """Whether such a text keeps the recipient's sending hours (design P5)."""
        return self in (Lane.REMINDER, Lane.CAMPAIGN)


@dataclass(frozen=True, slots=True)
class Text:
    """A text to send: a message file, its values, and lines to add below (a checklist)."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    lane: Lane = Lane.ANSWER

    def render(
        self,
        messages: Messages,
        language: Language,
        clinic: Clinic,
        channel: Channel = Channel.SMS,
    ) -> str:
        """The words as the parent will read them."""
        values = {"clinic": clinic.name, "phone": clinic.phone, "link": clinic.booking_link}
        values |= self.values
        if channel is Channel.SMS:
            # One accent in a name or a weekday would more than double the price of the text.
            values = {name: to_gsm(value) for name, value in values.items()}
        return "\n".join([messages.render(language, self.key, values, channel), *self.lines])


class AlertKind(StrEnum):
    """Why a person is needed."""

    URGENT = "urgent"
    CRISIS = "crisis"
    SOON = "soon"
    PERSON_WANTED = "person_wanted"
    WRONG_NUMBER = "wrong_number"
    UNREAD = "unread"
    WHILE_PAUSED = "while_paused"
    AFTER_STOP = "after_stop"
    UNCLEAR = "unclear"
    NEW_WORDS = "new_words"
    MORE_CHILDREN = "more_children"
    TEEN = "teen"
    NOT_BOOKED = "not_booked"
    SILENT = "silent"
    UNDELIVERED = "undelivered"
    UNSETTLED = "unsettled"
    STUCK = "stuck"
    OTHER_SENDER = "other_sender"
    """A mail in this family's name from another address: kept, and nothing it says was done."""


class ConsentEvent(StrEnum):
    """What happened to a contact's consent; the ledger keeps every one."""

    GRANTED = "granted"
    DECLINED = "declined"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """A line for the consent ledger. ``method`` says how it was given, e.g. ``reply_yes``."""

    event: ConsentEvent
    method: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one reply led to. Flows store it and decide nothing.

    ``plan`` are the reminders that should exist from now on: None leaves them as they are, an
    empty tuple cancels all that wait, with ``plan_reason`` kept on the cancelled rows.
    """

    conversation: Conversation
    texts: tuple[Text, ...] = ()
    plan: tuple[Planned, ...] | None = None
    plan_reason: str = ""
    alerts: tuple[AlertKind, ...] = ()
    settles: tuple[AlertKind, ...] = ()
    """Alerts that this turn made pointless: they close by themselves."""
    consent: ConsentChange | None = None
    outcome: Outcome | None = None
    """Set where this turn gave a suggestion."""

    def also(self, *texts: Text, alerts: tuple[AlertKind, ...] = ()) -> Turn:
        """The same turn with more texts or alerts at its end."""
        return replace(self, texts=(*self.texts, *texts), alerts=(*self.alerts, *alerts))
