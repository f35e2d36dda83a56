"""Reading a stored conversation once more, under the content of any pack.

The parent answered the questions that were really asked, so these are taken from the texts that
went out and are the same under every pack; what is read in each reply, what it adds up to and
what it suggests is worked out anew. Two packs over the same story differ by the packs alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from service.domain.checklist import Checklist, Shown
from service.domain.conversation.gathering import gather
from service.domain.conversation.state import Conversation, KnownAge, Packs
from service.domain.evaluation import Evaluated
from service.domain.reading import read
from service.domain.reading.types import Context, Reading
from service.domain.triage import Outcome, Said, suggest
from service.domain.vocabulary import Channel, Intent, Language, Step


@dataclass(frozen=True, slots=True)
class Told:
    """A text of ours, as far as it changes what a reply answers. ``kind`` is its message file."""

    kind: str
    language: Language


@dataclass(frozen=True, slots=True)
class Heard:
    """A reply that was read. ``at`` is the moment it was read, in the parent's own zone.

    ``keyword`` is STOP, START or HELP where the carrier had acted on it already.
    """

    id: int
    at: datetime
    text: str
    keyword: str | None = None
    channel: Channel = Channel.SMS


@dataclass(frozen=True, slots=True)
class Story:
    """A stored conversation: what went to and fro, in order, and how it stands now."""

    events: tuple[Told | Heard, ...]
    last: Conversation
    age_before: KnownAge | None = None
    """The child's age where it was known before the parent wrote, as from a list."""


@dataclass(frozen=True, slots=True)
class Played:
    """A reply as one pack reads it, where it stood in its conversation."""

    heard: Heard
    round: int
    """0, and one more each time the parent began anew."""
    context: Context
    said: Said
    """Everything said in this round so far."""
    age_months: int | None
    alone: Evaluated
    """What the reply comes to by itself."""
    so_far: Outcome
    """What everything said in this round comes to."""

    @property
    def reading(self) -> Reading:
        """What was read in it."""
        return self.alone.reading


_ASKS = {
    "invitation": Step.CONSENT,
    "consent": Step.CONSENT,
    "consent_again": Step.CONSENT,
    "age_ask": Step.AGE,
    "age_again": Step.AGE,
    "checklist_1_header": Step.CHECKLIST_1,
    "checklist_2_header": Step.CHECKLIST_2,
    "free_ask": Step.FREE,
    "declined": Step.CLOSED,
    "wrong_number": Step.CLOSED,
    "booked": Step.CLOSED,
    "booked_date": Step.CLOSED,
}
_ENDS = ("suggestion_", "referral_", "topic_", "unclear_person", "service_missing_", "next_step")
_REMINDS = ("booking_", "before_visit_")
_FINISHED = frozenset({Step.SUGGESTED, Step.CLOSED})


@dataclass(slots=True)
class _Standing:
    """How a conversation stands between two replies, told by the texts that went out."""

    language: Language
    step: Step = Step.CONSENT
    clarifying: bool = False
    reminded: bool = False
    lists: int = 0
    round: int = 0

    def tell(self, text: Told) -> None:
        self.language = text.language
        if text.kind.startswith(_REMINDS):
            self.reminded = True
            return
        if text.kind in ("unclear_ask", "stop_confirmed"):
            self.clarifying = text.kind == "unclear_ask"
            return
        step = _ASKS.get(text.kind)
        if step is None and text.kind.startswith(_ENDS):
            step = Step.SUGGESTED
        if step is None:
            return
        if step is Step.AGE and self.step in _FINISHED:
            self.round, self.lists = self.round + 1, 0
        self.step, self.clarifying = step, False
        if step in (Step.CHECKLIST_1, Step.CHECKLIST_2):
            self.lists = 1 if step is Step.CHECKLIST_1 else 2


def replay(story: Story, packs: Packs) -> Iterator[Played]:
    """Every reply of a story under these packs, in order. Never raises on any text."""
    standing = _Standing(_first_language(story))
    lists = _lists_sent(story)
    state = Conversation(age=story.age_before)
    stopped = False
    for event in story.events:
        if isinstance(event, Told):
            before = standing.round
            standing.tell(event)
            if standing.round != before:
                state = Conversation()
            continue
        shown, latest = lists.get((standing.round, standing.lists)) or _lists_for(
            standing, packs.checklist, state.age_months(event.at)
        )
        state = replace(
            state,
            language=standing.language,
            step=standing.step,
            clarifying=standing.clarifying,
            reminder_last=standing.reminded,
            shown=shown,
            latest=latest,
        )
        context = state.context(event.at, event.channel, packs.checklist)
        reading = read(event.text, context, packs.lexicon)
        reading = as_carrier_acted(reading, event.keyword, stopped)
        stopped = _stopped_after(reading, stopped)
        state = replace(
            state,
            shown=_known(shown, packs.checklist),
            latest=_known(latest, packs.checklist),
        )
        alone = gather(replace(state, said=Said()), reading, packs.checklist, event.at)
        state = gather(state, reading, packs.checklist, event.at)
        standing.reminded = False
        standing.clarifying = standing.clarifying and event.keyword != "STOP"
        yield Played(
            heard=event,
            round=standing.round,
            context=context,
            said=state.said,
            age_months=state.age_months(event.at),
            alone=_evaluated(reading, alone, event.at, packs),
            so_far=_outcome(state, event.at, packs),
        )


def as_carrier_acted(reading: Reading, keyword: str | None, stopped: bool) -> Reading:
    """A reading with the intent the carrier acted on, where that outranks our own.

    A stop always does; HELP where we read nothing; START (its words hold YES) once stopped.
    """
    decides = (
        keyword == "STOP"
        or (keyword == "START" and stopped)
        or (keyword == "HELP" and reading.intent is None)
    )
    return replace(reading, intent=Intent(keyword.lower())) if decides and keyword else reading


def _stopped_after(reading: Reading, stopped: bool) -> bool:
    if reading.intent in (Intent.STOP, Intent.WRONG_NUMBER):
        return True
    return stopped and reading.intent is not Intent.START


def _first_language(story: Story) -> Language:
    """What the conversation began in: where the first reply tells no language, our first text
    kept to the one before."""
    told = (event.language for event in story.events if isinstance(event, Told))
    return next(told, story.last.language)


_Sent = tuple[tuple[Shown, ...], tuple[Shown, ...]]


def _lists_sent(story: Story) -> dict[tuple[int, int], _Sent]:
    """The lists of the last round as they were sent, by round and how many had gone out."""
    if not story.last.shown:
        return {}
    standing = _Standing(story.last.language)
    for event in story.events:
        if isinstance(event, Told):
            standing.tell(event)
    every, latest = story.last.shown, story.last.latest
    if standing.lists < 2:
        return {(standing.round, 1): (every, every)}
    first = tuple(item for item in every if item not in latest)
    return {(standing.round, 1): (first, first), (standing.round, 2): (every, latest)}


def _lists_for(standing: _Standing, checklist: Checklist, age_months: int | None) -> _Sent:
    """The lists a child of this age is shown, where those sent were not kept."""
    if not standing.lists or age_months is None:
        return (), ()
    parts = checklist.lists_for(age_months)[: standing.lists]
    return tuple(item for part in parts for item in part), parts[-1]


def _known(shown: tuple[Shown, ...], checklist: Checklist) -> tuple[Shown, ...]:
    """Without the items this checklist no longer has: picking them comes to nothing."""
    keys = {item.key for item in checklist.items}
    return tuple(item for item in shown if item.key in keys)


def _evaluated(reading: Reading, alone: Conversation, at: datetime, packs: Packs) -> Evaluated:
    outcome = _outcome(alone, at, packs)
    domains = dict.fromkeys(reason.domain for reason in outcome.reasons if reason.domain)
    return Evaluated(reading, outcome, tuple(domains))


def _outcome(state: Conversation, at: datetime, packs: Packs) -> Outcome:
    return suggest(state.said, state.age_months(at), packs.triage, packs.version)
