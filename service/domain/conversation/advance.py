"""The conversation as one pure function: a reply comes in, a ``Turn`` goes out.

``advance`` tries the rules below in their order; the first that has something to say decides
(knowledge c1: safety first, then opt-out, then people and language, then the step's own
question). Nothing here touches a database, a clock or the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from service.domain.conversation.answers import wants_booking
from service.domain.conversation.booking import FARTHEST_VISIT, booked
from service.domain.conversation.gathering import gather
from service.domain.conversation.questions import answer_unseen, ask, consent_given, take_answer
from service.domain.conversation.state import (
    AlertKind,
    ConsentChange,
    ConsentEvent,
    Conversation,
    Lane,
    Policy,
    Text,
    Turn,
)
from service.domain.reading.types import Reading
from service.domain.reading.who_writes import TEEN_SELF
from service.domain.reminders import Planned, after_silence, before_visit, follow_up, moved
from service.domain.vocabulary import FlagLevel, Intent, Language, Step
from service.domain.written_dates import written_day

Rule = Callable[[Conversation, Reading, Policy, datetime], Turn | None]

_ONLY_STAFF_KNOW = "office"
"""The question whose answer stands in no pack: where the clinic is, when it is open."""


def advance(
    conversation: Conversation,
    reading: Reading,
    policy: Policy,
    now: datetime,
    *,
    unseen: bool = False,
) -> Turn:
    """What one reply leads to. ``now`` is aware. Total: every reading gets a turn.

    ``unseen``: the question that is open has not even gone out, so this cannot be its answer.
    """
    known = gather(_in_their_language(conversation, reading), reading, policy.packs.checklist, now)
    for rule in _RULES:
        turn = rule(known, reading, policy, now)
        if turn is not None:
            break
    else:
        turn = (unseen and answer_unseen(known, reading, policy, now)) or take_answer(
            known, reading, policy, now
        )
    turn = replace(
        turn,
        conversation=replace(turn.conversation, reminder_last=False),
        settles=(*turn.settles, AlertKind.SILENT),
    )
    if reading.flags and AlertKind.SOON not in turn.alerts and reading.flag is FlagLevel.SOON:
        # The words for the parent ride along with the suggestion; staff see the sign at once.
        turn = turn.also(alerts=(AlertKind.SOON,))
    if _first_told_of_two(conversation, reading, turn):
        turn = _one_child_at_a_time(turn)
    if turn.plan is None and turn.conversation.is_asking:
        nudges = after_silence(policy.packs.cadence, policy.place, now)
        return replace(turn, plan=nudges, plan_reason="answered")
    return turn


def open_by_clinic(conversation: Conversation, policy: Policy, now: datetime) -> Turn:
    """The first turn where the clinic starts: the invitation, in the recipient's sending hours."""
    asked = replace(conversation, asked_consent=True)
    begins = policy.place.allowed(now)
    nudges = after_silence(policy.packs.cadence, policy.place, begins, started=True)
    return Turn(asked, (Text("invitation", lane=Lane.CAMPAIGN),), plan=nudges)


def wordless(c: Conversation, pictures: bool, policy: Policy, now: datetime) -> Turn:
    """A message without words: kindly ask for words; a picture also goes to a person."""
    alerts = (AlertKind.UNREAD,) if pictures else ()
    if c.stopped or c.paused:
        return Turn(c, alerts=(AlertKind.AFTER_STOP if c.stopped else AlertKind.WHILE_PAUSED,))
    texts = (Text("picture" if pictures else "empty"),)
    if not c.asked_consent:
        return replace(ask(c, policy), alerts=alerts)
    return Turn(c, texts, alerts=alerts)


def _in_their_language(conversation: Conversation, reading: Reading) -> Conversation:
    wanted = _SWITCHES.get(reading.intent) if reading.intent else None
    return replace(conversation, language=wanted or reading.language or conversation.language)


_SWITCHES = {Intent.SPANISH: Language.ES, Intent.ENGLISH: Language.EN}


def _red_flag(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """URGENT and CRISIS: safety words at once, automation paused, staff alerted (knowledge d)."""
    level = r.flag
    if level is None or level is FlagLevel.SOON:
        return None
    key, alert = {
        FlagLevel.URGENT: ("urgent", AlertKind.URGENT),
        FlagLevel.CRISIS: ("crisis", AlertKind.CRISIS),
    }[level]
    turn = Turn(
        replace(c, paused=True),
        (Text(key, lane=Lane.SAFETY),),
        # Nudges go; booking reminders wait until staff clear the pause.
        plan=() if c.is_asking else None,
        plan_reason=level.name.lower(),
        alerts=(alert,),
    )
    if r.intent is Intent.STOP:
        # Both hold: the one safety line still goes out, then nothing any more (knowledge c1).
        turn = replace(
            turn,
            conversation=replace(turn.conversation, stopped=True),
            consent=ConsentChange(ConsentEvent.REVOKED, "reply"),
        )
    return turn


def _stop(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """Stop means stop, at once, with one confirmation (47 CFR 64.1200(a)(10)-(12))."""
    if r.intent is not Intent.STOP:
        return None
    if c.stopped:
        return Turn(c)
    return Turn(
        replace(c, stopped=True, clarifying=False),
        (Text("stop_confirmed"),),
        plan=(),
        plan_reason="stopped",
        consent=ConsentChange(ConsentEvent.REVOKED, "reply"),
    )


def _start(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """START brings a stopped contact back, says yes to the consent question, and begins anew
    once a suggestion was given."""
    if r.intent is not Intent.START or (not c.asked_consent and not c.stopped):
        return None  # somebody's very first word: they get the first text like everybody
    granted = None
    if c.stopped or not c.consented:
        granted = ConsentChange(ConsentEvent.GRANTED, "reply_start")
    back = replace(c, stopped=False, asked_consent=True, consented=True)
    if c.paused:
        return Turn(back, consent=granted, alerts=(AlertKind.WHILE_PAUSED,))
    settled = (AlertKind.AFTER_STOP,)
    if c.stopped and c.step is Step.SUGGESTED and c.outcome is not None:
        # Back to where they were: what they told us still stands, and so does the follow-up.
        cadence = policy.packs.cadence
        plan = follow_up(cadence, policy.place, now) if wants_booking(c.outcome, policy) else ()
        texts = (Text("start_again"),)
        return Turn(
            replace(back, reminded=()), texts, plan, "back", consent=granted, settles=settled
        )
    anew = c.step in (Step.SUGGESTED, Step.CLOSED)
    if anew:
        back = Conversation(language=c.language, asked_consent=True, consented=True)
    turn = consent_given(back, policy, now) if back.step is Step.CONSENT else ask(back, policy)
    greeting = (Text("start_again"),) if c.stopped or anew else ()
    return replace(turn, texts=(*greeting, *turn.texts), consent=granted, settles=settled)


def _stopped(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """After a stop nothing is sent; a person sees what came."""
    return Turn(c, alerts=(AlertKind.AFTER_STOP,)) if c.stopped else None


def _wrong_number(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    if r.intent is not Intent.WRONG_NUMBER:
        return None
    return Turn(
        replace(c, stopped=True, step=Step.CLOSED),
        (Text("wrong_number"),),
        plan=(),
        plan_reason="wrong_number",
        alerts=(AlertKind.WRONG_NUMBER,),
        consent=ConsentChange(ConsentEvent.REVOKED, "wrong_number"),
    )


def _paused(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """Until staff clear a red flag, replies go to a person and nothing is answered."""
    return Turn(c, alerts=(AlertKind.WHILE_PAUSED,)) if c.paused else None


def _person(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    if r.intent is not Intent.HUMAN:
        return None
    return Turn(
        c,
        (Text("human"),),
        plan=() if c.is_asking else None,
        plan_reason="person_wanted",
        alerts=(AlertKind.PERSON_WANTED,),
    )


def _teen(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """A child writing for themselves: a parent is asked for and a person looks (knowledge g10)."""
    if TEEN_SELF not in {topic.key for topic in r.topics}:
        return None
    return Turn(
        replace(c, paused=True),
        (Text("teen"),),
        plan=() if c.is_asking else None,
        plan_reason="teen",
        alerts=(AlertKind.TEEN,),
    )


def _first_told_of_two(before: Conversation, r: Reading, turn: Turn) -> bool:
    return (
        not before.more_children
        and any(topic.key == "two_children" for topic in r.topics)
        and turn.conversation.is_asking
        and turn.conversation.asked_consent
    )


def _one_child_at_a_time(turn: Turn) -> Turn:
    """Two children are never mixed into one answer: one now, a person for the other (g8)."""
    return replace(
        turn,
        conversation=replace(turn.conversation, more_children=True),
        texts=(Text("two_children"), *turn.texts),
        alerts=(*turn.alerts, AlertKind.MORE_CHILDREN),
    )


def _language(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    if r.intent not in _SWITCHES:
        return None
    switched = Text("language_switched")
    if not c.asked_consent or not c.is_asking:
        return None if not c.asked_consent else Turn(c, (switched,))
    asked = ask(c, policy)
    return replace(asked, texts=(switched, *asked.texts))


def _help(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    return Turn(c, (Text("help"),)) if r.intent is Intent.HELP else None


def _question(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """A question of theirs is answered; ours stays open and is asked again."""
    if r.intent is not Intent.FAQ or r.question is None or not c.asked_consent:
        return None
    answer = Text(f"faq_{r.question}")
    # What only the clinic knows is answered by whom to call, and a person sees it.
    alerts = (AlertKind.PERSON_WANTED,) if r.question == _ONLY_STAFF_KNOW else ()
    if not c.is_asking:
        return Turn(c, (answer,), alerts=alerts)
    if r.says_something:
        return None
    asked = ask(c, policy)
    return replace(asked, texts=(answer, *asked.texts), alerts=(*asked.alerts, *alerts))


def _booked(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """BOOKED ends the booking reminders; a date, now or in a text of its own, brings the two
    before the visit (knowledge e4)."""
    day_of_a_booked_visit = (
        c.booked and c.visit is None and r.date is not None and r.intent in (None, Intent.LATER)
    )
    if r.intent is not Intent.BOOKED and not day_of_a_booked_visit:
        return None
    plan: tuple[Planned, ...] = ()
    text, visit = Text("booked"), None
    if r.date is not None and now.date() <= r.date <= now.date() + FARTHEST_VISIT:
        visit = r.date
        plan = before_visit(policy.packs.cadence, policy.place, visit, now)
        # Too near for a reminder: the text must not promise one.
        if plan:
            text = Text("booked_date", {"when": written_day(visit, c.language)})
    return Turn(
        booked(c, visit),
        (text,),
        plan=plan,
        plan_reason="booked",
        settles=(AlertKind.NOT_BOOKED,),
    )


def _later(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    """LATER moves what is waiting: to the day named, else by a week."""
    if r.intent is not Intent.LATER or c.booked:
        return None
    text = Text("later")
    if r.date is not None:
        text = Text("later_date", {"when": written_day(r.date, c.language)})
    cadence, place = policy.packs.cadence, policy.place
    if c.step in (Step.SUGGESTED, Step.CLOSED) and not c.clarifying:
        if c.outcome is None or not wants_booking(c.outcome, policy):
            return None  # nothing waits that could be moved
        plan = moved(cadence, place, now, r.date, c.reminded)
        if plan:
            return Turn(c, (text,), plan, "later")
        return Turn(c, (Text("human"),), alerts=(AlertKind.PERSON_WANTED,))
    if not c.asked_consent:
        return None
    nudge = moved(replace(cadence, after_suggestion=cadence.silence[-1:]), place, now, r.date, ())
    return Turn(c, (text,), nudge, "later")


def _thanks(c: Conversation, r: Reading, policy: Policy, now: datetime) -> Turn | None:
    if r.intent is Intent.THANKS and not r.says_something and not c.is_asking:
        return Turn(c, (Text("thanks"),))
    return None


_RULES: tuple[Rule, ...] = (
    _red_flag,
    _stop,
    _start,
    _stopped,
    _wrong_number,
    _paused,
    _teen,
    _person,
    _language,
    _help,
    _question,
    _booked,
    _later,
    _thanks,
)
