"""Why one reply was answered as it was: what was read then, and whether it would be today.

What was read then is shown as it was stored. What kept other words from counting was not stored;
it is worked out again, and shown only where today's content still tells the same story.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind
from service.domain.explanation.facts import Fact, facts_of
from service.domain.explanation.outranked import Outranked
from service.domain.explanation.passed_over import passed_over
from service.domain.explanation.path import (
    Explanation,
    Verdict,
    as_sent,
    describe,
    outranked_by,
    outranked_in,
)
from service.domain.reading.types import Reading
from service.domain.replay import Played, replay
from service.domain.triage import Outcome
from service.domain.vocabulary import FlagLevel, Language, Side, Suggestion
from service.flows.inbox import readable_address
from service.flows.services import Services
from service.flows.stories import stories_of
from service.store import why as stored
from service.store.models import Contact, ConversationRow, Reply, SuggestionRow
from service.store.state_json import load_reading, load_reasons


@dataclass(frozen=True, slots=True)
class Today:
    """The same reply under the content that is installed now."""

    pack_version: str
    lost: tuple[Fact, ...]
    """What was read then and would not be today."""
    gained: tuple[Fact, ...]
    suggestion: Verdict | None
    """What would be suggested today, where that is another suggestion than the one given."""

    @property
    def same(self) -> bool:
        """Whether nothing would be read or suggested otherwise."""
        return not (self.lost or self.gained or self.suggestion)


@dataclass(frozen=True, slots=True)
class Why:
    """One reply with its path. ``path`` is None where it was never read; ``today`` where it
    cannot be read again."""

    conversation_id: int
    reply_id: int
    parent: str
    language: Language
    at: datetime
    body: str
    waiting: bool
    path: Explanation | None
    pack_version: str | None
    """The content behind the suggestion this reply led to; None where none followed."""
    today: Today | None


def why(services: Services, clinic_id: int, conversation_id: int, reply_id: int) -> Why | None:
    """The path of one reply of this clinic, or None where it has no such reply."""
    with services.database.transaction() as session:
        reply = stored.find(session, clinic_id, conversation_id, reply_id)
        if reply is None:
            return None
        row = session.get_one(ConversationRow, conversation_id)
        contact = session.get_one(Contact, row.contact_id)
        then = load_reading(reply.reading) if reply.reading else None
        given = stored.suggestion_given(session, stored.texts_for(session, reply))
        after = given or stored.next_suggestion(session, reply)
        again = _read_again(services, session, clinic_id, reply) if then else None
        return Why(
            conversation_id=conversation_id,
            reply_id=reply.id,
            parent=contact.name or readable_address(contact),
            language=Language(row.language),
            at=reply.written_at,
            body=reply.body,
            waiting=reply.processed_at is None,
            path=_path(services, session, reply, then, given, again) if then else None,
            pack_version=after.pack_version if after else None,
            today=_today(services, then, given, again) if then and again else None,
        )


def _read_again(
    services: Services, session: Session, clinic_id: int, reply: Reply
) -> Played | None:
    conversation = reply.conversation_id
    if conversation is None:
        return None
    for _, story in stories_of(session, [conversation], clinic_id):
        if story is not None:
            for played in replay(story, services.packs):
                if played.heard.id == reply.id:
                    return played
    return None


def _path(
    services: Services,
    session: Session,
    reply: Reply,
    then: Reading,
    given: SuggestionRow | None,
    again: Played | None,
) -> Explanation:
    outcome = _outcome(given) if given else _flags_alone(then)
    return describe(
        then,
        asked=again.context.asked if again else None,
        verdict=_verdict(outcome) if given else None,
        reasons=outcome.reasons,
        outranked=_outranked(services, then, outcome if given else None, outcome, again),
        sent=(as_sent(t.kind, t.body, t.state) for t in stored.texts_for(session, reply)),
        alerts=(AlertKind(alert.kind) for alert in stored.alerts_for(session, reply)),
    )


def _outranked(
    services: Services,
    then: Reading,
    given: Outcome | None,
    outcome: Outcome,
    again: Played | None,
) -> Iterator[Outranked]:
    yield from outranked_in(then, outcome)
    if again is None:
        return
    packs = services.packs
    if given is not None and again.so_far.reasons == given.reasons:
        yield from outranked_by(again.said, again.so_far, again.age_months, packs.triage)
    if again.reading == then:
        yield from passed_over(then, again.context, packs.lexicon)


def _today(
    services: Services, then: Reading, given: SuggestionRow | None, again: Played | None
) -> Today | None:
    if again is None:
        return None
    before, now = facts_of(then), facts_of(again.reading)
    verdict = _verdict(again.so_far)
    other = given is not None and _told(verdict) != _told(_verdict(_outcome(given)))
    return Today(
        pack_version=services.packs.version,
        lost=_missing(before, now),
        gained=_missing(now, before),
        suggestion=verdict if other else None,
    )


def _missing(facts: tuple[Fact, ...], others: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The facts that are not among the others; where a rule's source is cited is no matter."""
    known = {_said(fact) for fact in others}
    return tuple(fact for fact in facts if _said(fact) not in known)


def _said(fact: Fact) -> tuple[str, str, str, str]:
    words, rule = (fact.evidence.words, fact.evidence.rule) if fact.evidence else ("", "")
    return fact.kind, fact.what, words, rule


def _told(verdict: Verdict) -> tuple[Suggestion, Side | None, tuple[FlagLevel, ...]]:
    return verdict.suggestion, verdict.lead, verdict.flags


def _verdict(outcome: Outcome) -> Verdict:
    return Verdict(
        outcome.suggestion, outcome.lead, outcome.flags, outcome.pack_version, alone=False
    )


def _outcome(row: SuggestionRow) -> Outcome:
    return Outcome(
        suggestion=Suggestion(row.suggestion),
        lead=Side(row.lead) if row.lead else None,
        flags=tuple(FlagLevel[flag] for flag in row.flags),
        reasons=load_reasons(row.reasons),
        soft=False,
        pack_version=row.pack_version,
    )


def _flags_alone(reading: Reading) -> Outcome:
    """What a reply without a suggestion is answered by: its red flags, if it has any."""
    flags = sorted({flag.level for flag in reading.flags}, reverse=True)
    return Outcome(Suggestion.UNCLEAR, None, tuple(flags), (), False, "")
