"""The questions of the conversation: asking them, and taking their answers.

consent -> age -> checklist part 1 -> part 2 -> anything else? -> suggestion. A parent who says
everything at once skips what is already answered; what cannot be read is asked once more in
other words, and then goes to a person.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from service.domain.checklist import Shown
from service.domain.conversation.answers import (
    suggestion_alerts,
    suggestion_texts,
    wants_booking,
)
from service.domain.conversation.state import (
    AlertKind,
    ConsentChange,
    ConsentEvent,
    Conversation,
    Policy,
    Text,
    Turn,
)
from service.domain.reading.types import Picks, Reading
from service.domain.reminders import Planned, follow_up
from service.domain.triage import suggest
from service.domain.vocabulary import Intent, Step, Suggestion

_AGAIN = {
    Step.CONSENT: "consent_again",
    Step.AGE: "age_again",
    Step.CHECKLIST_1: "numbers_again",
    Step.CHECKLIST_2: "numbers_again",
}


def take_answer(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn:
    """Read a reply as the answer to the question that is open."""
    if c.clarifying:
        return _suggestion(c, policy, now)  # whatever they say, it is not asked a third time
    match c.step:
        case Step.CONSENT:
            return _consent(c, r, policy, now)
        case Step.AGE:
            return _after(c, policy, now) if c.age else ask_again(c)
        case Step.CHECKLIST_1 | Step.CHECKLIST_2:
            return _list_answer(c, r, policy, now)
        case Step.FREE:
            return _free(c, r, policy, now)
        case Step.SUGGESTED | Step.CLOSED:
            return _afterwards(c, r, policy, now)


def ask(c: Conversation, policy: Policy) -> Turn:
    """Ask the question of the present step."""
    if c.clarifying:
        return Turn(c, (Text("unclear_ask"),))
    match c.step:
        case Step.CONSENT:
            return Turn(replace(c, asked_consent=True), (Text("consent"),))
        case Step.AGE:
            return Turn(c, (Text("age_ask"),))
        case Step.CHECKLIST_1 | Step.CHECKLIST_2:
            return Turn(c, (_list_text(c, policy),))
        case Step.FREE:
            return Turn(c, (Text("free_ask"),))
        case Step.SUGGESTED | Step.CLOSED:
            return Turn(c)


def ask_again(c: Conversation) -> Turn:
    """Ask once more in other words; the second time a person is called."""
    if c.tries == 0:
        again = replace(c, tries=1)
        return Turn(again, (Text(_AGAIN[c.step]),))
    return Turn(
        replace(c, tries=c.tries + 1),
        (Text("unread"),) if c.tries == 1 else (),
        alerts=(AlertKind.UNREAD,),
    )


def answer_unseen(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """A reply that came before the open question had gone out cannot be its answer: it goes on with
    what was said before. None where it is read like any other."""
    if c.clarifying:
        return None
    if c.step is Step.CHECKLIST_1 and r.numbers is None and _can_suggest(c):
        # "he is 4" - "he falls a lot": as if it had stood in one text.
        return _after(replace(c, step=Step.AGE), policy, now)
    return ask(c, policy) if _belongs_to_the_list_before(c, r) else None


def _belongs_to_the_list_before(c: Conversation, r: Reading) -> bool:
    """Parents send their numbers one by one, and what they have not seen they cannot answer."""
    if c.step not in (Step.CHECKLIST_2, Step.FREE):
        return False
    if r.numbers is not None and r.numbers.picks is Picks.SOME:
        ahead = {shown.number for shown in c.latest} if c.step is Step.CHECKLIST_2 else set()
        return not ahead & set(r.numbers.items)
    return c.step is Step.CHECKLIST_2 and not (
        r.present or r.milestones or r.topics or r.hints or r.all_fine
    )


def consent_given(c: Conversation, policy: Policy, now: datetime) -> Turn:
    """Go on after consent, asking only what is missing."""
    return _after(replace(c, consented=True), policy, now)


def _consent(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn:
    if not c.asked_consent:
        return ask(c, policy)
    if r.intent is Intent.NO and not r.says_something:
        return Turn(
            replace(c, step=Step.CLOSED),
            (Text("declined"),),
            plan=(),
            plan_reason="declined",
            consent=ConsentChange(ConsentEvent.DECLINED, "reply_no"),
        )
    if r.intent is Intent.YES or r.says_something:
        # Answering the question behind the consent text, knowing what it said, is a yes.
        method = "reply_yes" if r.intent is Intent.YES else "reply_answer"
        turn = consent_given(c, policy, now)
        return replace(turn, consent=ConsentChange(ConsentEvent.GRANTED, method))
    return ask_again(c)


def _after(c: Conversation, policy: Policy, now: datetime) -> Turn:
    """The next question that still needs an answer, or the suggestion."""
    if c.age is None:
        return ask(replace(c, step=Step.AGE, tries=0), policy)
    if c.step in (Step.CONSENT, Step.AGE):
        if _can_suggest(c):
            return _suggestion(c, policy, now)
        first = replace(c, step=Step.CHECKLIST_1, list_age=c.age_months(now), shown=(), tries=0)
        return _ask_list(first, policy)
    if c.step is Step.CHECKLIST_1 and len(_lists(c, policy)) > 1:
        return _ask_list(replace(c, step=Step.CHECKLIST_2, tries=0), policy)
    return ask(replace(c, step=Step.FREE, tries=0), policy)


def _can_suggest(c: Conversation) -> bool:
    """Whether free words already say enough to skip the checklist."""
    said = c.said
    return bool(said.concerns or said.milestones or said.hints or said.flags)


def _lists(c: Conversation, policy: Policy) -> tuple[tuple[Shown, ...], ...]:
    return policy.packs.checklist.lists_for(c.list_age or 0)


def _ask_list(c: Conversation, policy: Policy) -> Turn:
    """Show the list of the present step; its numbers run on from the list before."""
    latest = _lists(c, policy)[0 if c.step is Step.CHECKLIST_1 else 1]
    return ask(replace(c, latest=latest, shown=(*c.shown, *latest)), policy)


def _list_text(c: Conversation, policy: Policy) -> Text:
    checklist, age = policy.packs.checklist, c.list_age or 0
    lines = tuple(
        f"{item.number} {checklist.item_text(item.key, c.language, age)}" for item in c.latest
    )
    return Text(f"{c.step.value}_header", lines=lines)


def _list_answer(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn:
    understood = (r.numbers and r.numbers.picks is not Picks.UNCLEAR) or (
        r.present or r.milestones or r.topics or r.all_fine or r.hints
    )
    return _after(c, policy, now) if understood else ask_again(c)


def _free(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn:
    turn = _suggestion(c, policy, now)
    if r.intent in (Intent.NO, Intent.THANKS, Intent.YES) or r.says_something:
        return turn
    # Words we could not read are no reason to keep the answer back; a person reads them.
    return turn.also(alerts=(AlertKind.UNREAD,))


def _suggestion(c: Conversation, policy: Policy, now: datetime) -> Turn:
    outcome = suggest(c.said, c.age_months(now), policy.packs.triage, policy.packs.version)
    given = replace(c, step=Step.SUGGESTED, tries=0, clarifying=False, outcome=outcome, reminded=())
    texts = suggestion_texts(given, outcome, policy, now)
    alerts = suggestion_alerts(outcome)
    if outcome.suggestion is Suggestion.UNCLEAR and not texts:
        if not c.clarifying:
            asking = replace(given, step=Step.FREE, clarifying=True)
            return Turn(asking, (Text("unclear_ask"),), outcome=outcome)
        texts, alerts = (Text("unclear_person"),), (AlertKind.UNCLEAR,)
    elif outcome.suggestion is Suggestion.UNCLEAR:
        alerts = (*alerts, AlertKind.UNCLEAR)
    plan: tuple[Planned, ...] = ()
    if wants_booking(outcome, policy):
        plan = follow_up(policy.packs.cadence, policy.place, now)
    return Turn(given, texts, plan, "suggested", alerts, outcome=outcome)


def _afterwards(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn:
    """A reply after the suggestion: a new concern may change it, other words go to a person."""
    if c.outcome and not c.booked and (r.present or r.milestones or r.hints or r.numbers):
        outcome = suggest(c.said, c.age_months(now), policy.packs.triage, policy.packs.version)
        if outcome.suggestion is not c.outcome.suggestion or outcome.flags != c.outcome.flags:
            return _suggestion(c, policy, now)
        known = replace(c, outcome=outcome)
        return Turn(known, (Text("human"),), alerts=(AlertKind.NEW_WORDS,))
    if r.flags:  # SOON after the suggestion
        return Turn(c, suggestion_soon(), alerts=(AlertKind.SOON,))
    if r.intent in (Intent.YES, Intent.NO):
        return Turn(c, (Text("help"),)) if c.reminder_last else Turn(c, (Text("thanks"),))
    return Turn(c, (Text("unread"),), alerts=(AlertKind.UNREAD,))


def suggestion_soon() -> tuple[Text, ...]:
    """The words for a medical sign on its own: the child's doctor, today."""
    return (Text("soon"),)
