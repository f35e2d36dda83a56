"""Reading one conversation whole: what was said, what was read from it, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.conversation import AlertKind, Conversation
from service.domain.reading.types import Reading
from service.domain.triage import Reason
from service.domain.vocabulary import Channel, FlagLevel, Language, Side, Step, Suggestion
from service.flows.inbox import readable_address
from service.flows.services import Services
from service.store import contacts
from service.store import thread as stored
from service.store.mail_json import MailFacts, load_mail
from service.store.models import Contact, ConversationRow, Reply, SuggestionRow, TextRow
from service.store.state_json import load_conversation, load_reading, load_reasons


@dataclass(frozen=True, slots=True)
class Heard:
    """A parent's reply; ``reading`` is None until it was processed, or where it had no words."""

    id: int
    at: datetime
    channel: Channel
    body: str
    pictures: int
    waiting: bool
    reading: Reading | None
    automatic: bool
    """A machine of theirs wrote it."""
    mail: MailFacts | None
    """What else a mail told; None for a text."""
    stranger: str | None
    """The address a mail came from, where it is not the family's."""


@dataclass(frozen=True, slots=True)
class Told:
    """A text of ours. ``cancel_reason`` is why it did not go out, where it did not."""

    id: int
    at: datetime
    channel: Channel
    body: str
    kind: str
    state: str
    segments: int
    cancel_reason: str | None
    error_code: int | None
    send_after: datetime


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggestion as it was given, with everything that explains it."""

    id: int
    at: datetime
    suggestion: Suggestion
    lead: Side | None
    flags: tuple[FlagLevel, ...]
    age_months: int | None
    reasons: tuple[Reason, ...]
    pack_version: str


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder; ``state`` is due, sent or cancelled."""

    kind: str
    due_at: datetime
    state: str
    cancel_reason: str | None


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger of consent."""

    event: str
    channel: Channel | None
    """What it is about, where it is one channel alone."""
    method: str
    source: str | None
    disclosure: str | None
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """Why a person is needed, since when."""

    id: int
    kind: AlertKind
    opened_at: datetime
    reply_id: int | None


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another conversation with the same parent."""

    id: int
    created_at: datetime
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with all of it. ``messages`` run from the oldest on."""

    id: int
    parent: str
    address: str
    email: str | None
    """Their email address, where they have a number as well."""
    language: Language
    channel: Channel
    """By which the conversation goes on."""
    opened_by: str
    created_at: datetime
    ended_at: datetime | None
    step: Step
    state: Conversation
    age_months: int | None
    stopped: bool
    messages: tuple[Heard | Told, ...]
    shortened: bool
    """Whether older messages were left out."""
    suggestions: tuple[Suggested, ...]
    """Newest first."""
    reminders: tuple[Due, ...]
    consents: tuple[LedgerLine, ...]
    alerts: tuple[OpenAlert, ...]
    others: tuple[Sibling, ...]
    mark: str
    """Changes when a message comes in or goes out."""


def thread(
    services: Services, clinic_id: int, conversation_id: int, now: datetime
) -> Thread | None:
    """One conversation of this clinic, or None where it has no such conversation."""
    with services.database.transaction() as session:
        row = stored.find(session, clinic_id, conversation_id)
        if row is None:
            return None
        return _thread(session, row, now)


def mark_of(services: Services, clinic_id: int, conversation_id: int) -> str | None:
    """The ``mark`` a thread would have now, or None where there is no such conversation."""
    with services.database.transaction() as session:
        row = stored.find(session, clinic_id, conversation_id)
        return _mark(*stored.last_ids(session, row)) if row else None


def _thread(session: Session, row: ConversationRow, now: datetime) -> Thread:
    contact = session.get_one(Contact, row.contact_id)
    replies, texts = stored.replies(session, row), stored.texts(session, row)
    state = load_conversation(row.state)
    address = readable_address(contact)
    both = contact.number and contact.email
    return Thread(
        id=row.id,
        parent=contact.name or address,
        address=address,
        email=contact.email if both else None,
        language=Language(row.language),
        channel=Channel(row.channel),
        opened_by=row.opened_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
        step=Step(row.step),
        state=state,
        age_months=state.age_months(now),
        stopped=contacts.is_revoked(session, contact.id),
        messages=_in_order(replies, texts),
        shortened=stored.MOST_MESSAGES in (len(replies), len(texts)),
        suggestions=tuple(_suggested(s) for s in stored.suggestions(session, row)),
        reminders=tuple(
            Due(r.kind, r.due_at, r.state, r.cancel_reason) for r in stored.reminders(session, row)
        ),
        consents=tuple(
            LedgerLine(
                c.event,
                Channel(c.channel) if c.channel else None,
                c.method,
                c.source,
                c.disclosure,
                c.occurred_at,
            )
            for c in stored.consents(session, row)
        ),
        alerts=tuple(
            OpenAlert(a.id, AlertKind(a.kind), a.opened_at, a.reply_id)
            for a in stored.open_alerts(session, row)
        ),
        others=tuple(
            Sibling(o.id, o.created_at, Suggestion(o.suggestion) if o.suggestion else None)
            for o in stored.of_contact(session, row.clinic_id, contact.id)
            if o.id != row.id
        ),
        mark=_mark(replies[0].id if replies else 0, texts[0].id if texts else 0),
    )


def _in_order(replies: list[Reply], texts: list[TextRow]) -> tuple[Heard | Told, ...]:
    """Replies and texts as they came and went; at the same moment the reply was first."""
    heard = [_heard(reply) for reply in replies]
    told = [
        Told(
            id=text.id,
            # A text stands where the parent saw it; one that never went out, where it was written.
            at=text.sent_at or text.created_at,
            channel=Channel(text.channel),
            body=text.body,
            kind=text.kind,
            state=text.state,
            segments=text.segments,
            cancel_reason=text.cancel_reason,
            error_code=text.error_code,
            send_after=text.send_after,
        )
        for text in texts
    ]
    return tuple(sorted([*heard, *told], key=lambda m: (m.at, isinstance(m, Told), m.id)))


def _heard(reply: Reply) -> Heard:
    mail = load_mail(reply.mail) if reply.mail else None
    return Heard(
        id=reply.id,
        at=reply.written_at,
        channel=reply.channel,
        body=reply.body,
        pictures=reply.media_count,
        waiting=reply.processed_at is None,
        reading=load_reading(reply.reading) if reply.reading else None,
        automatic=reply.automatic,
        mail=mail,
        stranger=(reply.from_address or "nobody") if mail and mail.from_stranger else None,
    )


def _suggested(row: SuggestionRow) -> Suggested:
    reasons = load_reasons(row.reasons)
    return Suggested(
        id=row.id,
        at=row.created_at,
        suggestion=Suggestion(row.suggestion),
        lead=Side(row.lead) if row.lead else None,
        flags=tuple(FlagLevel[flag] for flag in row.flags),
        age_months=row.age_months,
        reasons=reasons,
        pack_version=row.pack_version,
    )


def _mark(last_reply: int, last_text: int) -> str:
    return f"{last_reply}.{last_text}"
