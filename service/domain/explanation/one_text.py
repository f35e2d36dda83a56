"""One text on its own, explained as if a family of an example clinic had sent it just now."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from service.domain.conversation import Clinic, Conversation, Packs, Policy, advance
from service.domain.conversation.gathering import gather
from service.domain.conversation.state import KnownAge
from service.domain.evaluation import Evaluated, Lists, evaluate
from service.domain.explanation.passed_over import passed_over
from service.domain.explanation.path import (
    Explanation,
    Verdict,
    as_sent,
    describe,
    outranked_by,
    outranked_in,
)
from service.domain.reminders import Place
from service.domain.triage import Said, suggest
from service.domain.vocabulary import Asked, Channel, Language, Side, Step

EXAMPLE_CLINIC = Clinic(
    name="Your Clinic",
    phone="(312) 555-0142",
    booking_link="https://clinic.example/book",
    time_zone="America/Chicago",
    offers=frozenset(Side),
)

PRESCHOOL_MONTHS = 40
"""Where the age is not given: the age at which all twelve items are shown."""

_LISTED = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2, Asked.FREE})
_ASKS_NEXT = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2})
_STEPS = {
    Asked.CONSENT: Step.CONSENT,
    Asked.AGE: Step.AGE,
    Asked.CHECKLIST_1: Step.CHECKLIST_1,
    Asked.CHECKLIST_2: Step.CHECKLIST_2,
    Asked.FREE: Step.FREE,
}


def explain(
    text: str,
    *,
    age_months: int | None,
    language: Language,
    asked: Asked,
    packs: Packs,
    now: datetime,
) -> Explanation:
    """What is read in a text, what fires, and what a clinic that offers both would send.

    ``now`` is aware; ``age_months`` is what is known of the child's age. The suggestion is what
    this one text comes to by itself.
    """
    here = now.astimezone(ZoneInfo(EXAMPLE_CLINIC.time_zone))
    state = _family(age_months, language, asked, packs, here)
    found = evaluate(
        text,
        language=language,
        asked=asked,
        packs=packs,
        now=here,
        age_months=age_months,
        lists=Lists(state.shown, state.latest),
    )
    context = state.context(here, Channel.SMS, packs.checklist)
    place = Place(packs.hours, (EXAMPLE_CLINIC.time_zone,), EXAMPLE_CLINIC.time_zone)
    turn = advance(state, found.reading, Policy(EXAMPLE_CLINIC, packs, place), here)
    spoken = turn.conversation.language
    said = gather(replace(state, said=Said()), found.reading, packs.checklist, here).said
    return describe(
        found.reading,
        asked=asked,
        verdict=Verdict(
            found.outcome.suggestion,
            found.outcome.lead,
            found.outcome.flags,
            packs.version,
            alone=True,
        ),
        reasons=found.outcome.reasons,
        outranked=chain(
            outranked_in(found.reading, found.outcome),
            outranked_by(said, found.outcome, _age(found, age_months), packs.triage),
            passed_over(found.reading, context, packs.lexicon),
        ),
        sent=(
            as_sent(each.key, each.render(packs.messages, spoken, EXAMPLE_CLINIC))
            for each in turn.texts
        ),
        alerts=turn.alerts,
        reminders=turn.plan or (),
    )


def _age(found: Evaluated, known: int | None) -> int | None:
    age = found.reading.age
    return age.months if age is not None and age.months is not None else known


def _family(
    age_months: int | None, language: Language, asked: Asked, packs: Packs, here: datetime
) -> Conversation:
    """A family that has been asked this, with the lists it has before it."""
    listed_at = PRESCHOOL_MONTHS if age_months is None else age_months
    lists = _lists_sent(asked, listed_at, packs)
    # At a list the age is always known; where a suggestion may follow, only what was given counts.
    months = listed_at if asked in _ASKS_NEXT else age_months
    step = _STEPS.get(asked, Step.SUGGESTED)
    given = step is Step.SUGGESTED
    return Conversation(
        language=language,
        step=step,
        asked_consent=True,
        consented=asked is not Asked.CONSENT,
        age=KnownAge(months, here.date()) if months is not None else None,
        shown=lists.shown,
        latest=lists.latest,
        list_age=listed_at if lists.shown else None,
        reminder_last=asked is Asked.REMINDER,
        outcome=suggest(Said(), months, packs.triage, packs.version) if given else None,
    )


def _lists_sent(asked: Asked, months: int, packs: Packs) -> Lists:
    """The lists a family with a child of this age has before it at this step."""
    if asked not in _LISTED:
        return Lists()
    parts = packs.checklist.lists_for(months)
    if asked is Asked.CHECKLIST_1:
        return Lists(parts[0], parts[0])
    return Lists(tuple(item for part in parts for item in part), parts[-1])
