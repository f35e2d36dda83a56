"""Reading the inbox: lists of conversations, the one a number belongs to, and a whole thread.

Everything is read in one transaction and handed over as plain values, for one clinic only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from service.channels.emails import NotAnEmail, to_email
from service.channels.numbers import NotANumber, as_people_read, to_e164
from service.domain.conversation import AlertKind
from service.domain.vocabulary import FlagLevel, Language, Side, Step, Suggestion
from service.flows.services import Services
from service.store import contacts, inbox, thread
from service.store.inbox import Listed, Position
from service.store.models import Contact

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

PAGE = 40
"""Conversations on one page of a list."""

MOST_SERIOUS_FIRST = (
    AlertKind.URGENT,
    AlertKind.CRISIS,
    AlertKind.SOON,
    AlertKind.STUCK,
    AlertKind.PERSON_WANTED,
    AlertKind.TEEN,
    AlertKind.UNREAD,
    AlertKind.OTHER_SENDER,
    AlertKind.WHILE_PAUSED,
    AlertKind.AFTER_STOP,
    AlertKind.UNCLEAR,
    AlertKind.NEW_WORDS,
    AlertKind.MORE_CHILDREN,
    AlertKind.UNDELIVERED,
    AlertKind.UNSETTLED,
    AlertKind.WRONG_NUMBER,
    AlertKind.NOT_BOOKED,
    AlertKind.SILENT,
)
"""The order in which a person is needed: danger, then faults of ours, then waiting parents."""


class View(StrEnum):
    """Which conversations a list shows."""

    ALL = "all"
    NEEDS_PERSON = "needs-person"
    BOOKED = "booked"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Entry:
    """One conversation in a list."""

    id: int
    parent: str
    """The parent's name, else their number or address."""
    address: str
    """Number or address as people read it."""
    language: Language
    step: Step
    suggestion: Suggestion | None
    lead: Side | None
    flags: tuple[FlagLevel, ...]
    alerts: tuple[AlertKind, ...]
    """Open ones, most serious first."""
    last_reply: str | None
    last_message_at: datetime
    booked: bool
    stopped: bool
    paused: bool
    ended: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: the conversations that need a person, and the others below.

    ``needing_total`` counts all that need a person, shown here or not; None where nobody asked.
    """

    needing: tuple[Entry, ...]
    needing_total: int | None
    others: tuple[Entry, ...]
    next: str | None
    """What to ask the next page with."""


class BadPage(ValueError):
    """The address of a page is not one that we gave out."""


def page(services: Services, clinic_id: int, view: View, after: str | None = None) -> Page:
    """One page of a list. Raises ``BadPage`` for an ``after`` that is not from here."""
    position = _position(after) if after else None
    with services.database.transaction() as session:
        needing: list[Listed] = []
        others: list[Listed] = []
        if view is View.NEEDS_PERSON or (view is View.ALL and position is None):
            kinds = [kind.value for kind in MOST_SERIOUS_FIRST]
            needing = inbox.needing_a_person(session, clinic_id, kinds, position, PAGE + 1)
        if view is not View.NEEDS_PERSON:
            others = inbox.by_last_message(
                session,
                clinic_id,
                position,
                PAGE + 1,
                without_alerts=view is View.ALL,
                booked=view is View.BOOKED,
                stopped=view is View.STOPPED,
            )
        paged = needing if view is View.NEEDS_PERSON else others
        return Page(
            needing=tuple(_entry(line) for line in needing[:PAGE]),
            needing_total=(needing[0].total if needing else 0) if position is None else None,
            others=tuple(_entry(line) for line in others[:PAGE]),
            next=_after(paged[PAGE - 1]) if len(paged) > PAGE else None,
        )


def mark_of(services: Services, clinic_id: int) -> str:
    """A short text that changes whenever a list of this clinic may look different."""
    with services.database.transaction() as session:
        newest, waiting = inbox.newest_change(session, clinic_id)
    return f"{_microseconds(newest) if newest else 0}.{waiting}"


def find(services: Services, clinic_id: int, written: str) -> int | None:
    """The newest conversation of the parent at this exact number or email address, or None."""
    try:
        address = to_email(written) if "@" in written else to_e164(written)
    except (NotANumber, NotAnEmail):
        return None
    with services.database.transaction() as session:
        contact = contacts.find(session, clinic_id, address)
        if contact is None:
            return None
        rows = thread.of_contact(session, clinic_id, contact.id)
        return rows[0].id if rows else None


def readable_address(contact: Contact) -> str:
    """A contact's number as people read it, or their email address."""
    return as_people_read(contact.number) if contact.number else contact.email or ""


def by_seriousness(kinds: tuple[AlertKind, ...]) -> tuple[AlertKind, ...]:
    """The same alerts, most serious first."""
    return tuple(sorted(kinds, key=MOST_SERIOUS_FIRST.index))


def _entry(line: Listed) -> Entry:
    row, contact = line.conversation, line.contact
    address = readable_address(contact)
    return Entry(
        id=row.id,
        parent=contact.name or address,
        address=address,
        language=Language(row.language),
        step=Step(row.step),
        suggestion=Suggestion(row.suggestion) if row.suggestion else None,
        lead=Side(row.lead) if row.lead else None,
        flags=tuple(FlagLevel[flag] for flag in row.flags),
        alerts=by_seriousness(tuple(AlertKind(kind) for kind in line.alerts)),
        last_reply=line.last_reply,
        last_message_at=row.last_message_at,
        booked=row.booked,
        stopped=line.revoked,
        paused=row.paused,
        ended=row.ended_at is not None,
    )


def _after(line: Listed) -> str:
    moment = _microseconds(line.conversation.last_message_at)
    return f"{line.rank}.{moment}.{line.conversation.id}"


def _position(after: str) -> Position:
    parts = after.split(".")
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() and len(p) < 18 for p in parts):
        raise BadPage(after[:40])
    rank, moment, row_id = map(int, parts)
    try:
        return Position(rank, EPOCH + timedelta(microseconds=moment), row_id)
    except OverflowError:
        raise BadPage(after[:40]) from None


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
