"""``tandem explain``: the way from a parent's words to an answer, in colour."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text as Coloured

from service.domain.conversation import Clinic, Conversation, Packs, Policy, Turn, advance
from service.domain.conversation.state import KnownAge
from service.domain.evaluation import Evaluated, Lists, evaluate
from service.domain.reading import read
from service.domain.reading.types import Evidence, Reading, Status
from service.domain.reminders import Place
from service.domain.segments import count
from service.domain.triage import Said, suggest
from service.domain.vocabulary import Asked, Channel, Language, Side, Step

EXAMPLE_CLINIC = Clinic(
    name="Your Clinic",
    phone="(312) 555-0142",
    booking_link="https://clinic.example/book",
    time_zone="America/Chicago",
    offers=frozenset(Side),
)


def print_explanation(
    text: str,
    *,
    age_months: int | None,
    language: Language,
    asked: Asked,
    packs: Packs,
    now: datetime,
) -> None:
    """Print what was read, what fired, and what a clinic that offers both would send."""
    console = Console(highlight=False)
    months = age_months
    if asked in _LISTED and months is None:
        months = _PRESCHOOL_MONTHS
    lists = _lists_sent(asked, months, packs)
    found = evaluate(
        text,
        language=language,
        asked=asked,
        packs=packs,
        now=now,
        age_months=age_months,
        lists=lists,
    )
    console.print(_words(found.reading))
    console.print(_readings(found))
    console.print(_reasons(found))
    lead = f", starting with {found.outcome.lead.value}" if found.outcome.lead else ""
    console.print(f"[bold]suggestion[/bold]  {found.suggestion}{lead}   pack {packs.version}")
    _print_answer(console, _turn(text, months, lists, language, asked, packs, now), packs)


def _words(reading: Reading) -> Coloured:
    """The parent's words, those that fired something underlined."""
    words = Coloured(reading.text)
    for evidence, style in _spans(reading):
        words.stylize(style, evidence.start, evidence.end)
    return words


def _spans(reading: Reading) -> list[tuple[Evidence, str]]:
    spans = [
        (c.evidence, "bold green" if c.status is Status.PRESENT else "dim strike")
        for c in reading.concerns
    ]
    spans += [(flag.evidence, "bold white on red") for flag in reading.flags]
    spans += [(milestone.evidence, "bold cyan") for milestone in reading.milestones]
    spans += [(hint.evidence, "bold cyan") for hint in reading.hints]
    spans += [(topic.evidence, "bold cyan") for topic in reading.topics]
    spans += [(item.evidence, "bold yellow") for item in (reading.numbers, reading.age) if item]
    return spans


def _readings(found: Evaluated) -> Table:
    reading = found.reading
    table = Table(title="what was read", title_justify="left", show_header=False)
    table.add_row("language", reading.language.value if reading.language else "not told")
    table.add_row("intent", reading.intent.value if reading.intent else "-")
    table.add_row("numbers", str(found.numbers) if found.numbers is not None else "-")
    table.add_row("age", str(found.age_months) if found.age_months is not None else "-")
    for concern in reading.concerns:
        table.add_row("concern", f"{concern.domain.value} ({concern.status.value})")
    for flag in reading.flags:
        table.add_row("flag", f"{flag.level.name}: {flag.evidence.words}")
    for hint in reading.hints:
        table.add_row("condition named", hint.condition)
    for milestone in reading.milestones:
        table.add_row("not doing yet", milestone.skill)
    for topic in reading.topics:
        table.add_row("topic", topic.key)
    return table


def _reasons(found: Evaluated) -> Table:
    table = Table("rule", "words", "stands for", "source", title="what fired", title_justify="left")
    for reason in found.outcome.reasons:
        side = f" -> {reason.side.value}" if reason.side else ""
        table.add_row(
            reason.rule,
            reason.words,
            f"{reason.domain.value if reason.domain else ''}{side}",
            reason.source,
        )
    return table


def _lists_sent(asked: Asked, months: int | None, packs: Packs) -> Lists:
    """The lists a family with a child of this age has before it at this step."""
    if asked not in _LISTED or months is None:
        return Lists()
    parts = packs.checklist.lists_for(months)
    if asked is Asked.CHECKLIST_1:
        return Lists(parts[0], parts[0])
    return Lists(tuple(item for part in parts for item in part), parts[-1])


_LISTED = frozenset({Asked.CHECKLIST_1, Asked.CHECKLIST_2, Asked.FREE})


def _turn(
    text: str,
    months: int | None,
    lists: Lists,
    language: Language,
    asked: Asked,
    packs: Packs,
    now: datetime,
) -> Turn:
    """The turn a conversation that stands at this question would take."""
    here = now.astimezone(ZoneInfo(EXAMPLE_CLINIC.time_zone))
    place = Place(packs.hours, (EXAMPLE_CLINIC.time_zone,), EXAMPLE_CLINIC.time_zone)
    policy = Policy(EXAMPLE_CLINIC, packs, place)
    step = _STEPS.get(asked, Step.SUGGESTED)
    state = Conversation(
        language=language,
        step=step,
        asked_consent=True,
        consented=asked is not Asked.CONSENT,
        age=KnownAge(months, here.date()) if months is not None else None,
        shown=lists.shown,
        latest=lists.latest,
        list_age=months,
        reminder_last=asked is Asked.REMINDER,
        outcome=suggest(Said(), months, packs.triage, packs.version)
        if step is Step.SUGGESTED
        else None,
    )
    reading = read(text, state.context(here, Channel.SMS), packs.lexicon)
    return advance(state, reading, policy, here)


_PRESCHOOL_MONTHS = 40
"""Where the age is not given: the age at which all twelve items are shown."""

_STEPS = {
    Asked.CONSENT: Step.CONSENT,
    Asked.AGE: Step.AGE,
    Asked.CHECKLIST_1: Step.CHECKLIST_1,
    Asked.CHECKLIST_2: Step.CHECKLIST_2,
    Asked.FREE: Step.FREE,
}


def _print_answer(console: Console, turn: Turn, packs: Packs) -> None:
    console.print("[bold]what would be sent[/bold]")
    for text in turn.texts:
        body = text.render(packs.messages, turn.conversation.language, EXAMPLE_CLINIC)
        size = count(body)
        console.print(f"  [dim]{text.key}, {size.segments} segments {size.encoding}[/dim]")
        console.print(Coloured(body), style="green")
    if not turn.texts:
        console.print("  nothing")
    for alert in turn.alerts:
        console.print(f"[bold red]a person is called:[/bold red] {alert.value}")
    for planned in turn.plan or ():
        console.print(f"reminder {planned.kind}: {planned.due_at:%Y-%m-%d %H:%M} UTC")
