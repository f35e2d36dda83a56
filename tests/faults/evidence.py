"""What the product's database remembers after a run, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.conversation import ConsentEvent
from service.domain.vocabulary import Channel
from service.flows.services import Services
from service.store import contacts
from service.store.mail_json import load_mail
from service.store.models import AlertRow, Contact, ConversationRow, Reply, TextRow


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A message of a parent as it was taken in."""

    id: int
    sid: str
    """The carrier's id, or a mail's Message-ID."""
    who: str
    processed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A row of the outbox."""

    id: int
    who: str
    kind: str
    lane: int
    state: str
    send_after: datetime
    reply_id: int | None = None
    dedupe_key: str | None = None
    claimed_at: datetime | None = None
    cancel_reason: str | None = None
    channel: Channel = Channel.SMS
    handed_at: datetime | None = None
    """When its mail was about to be completed."""
    rides_with: int | None = None
    """The text in whose mail it travels."""
    copy_of: int | None = None
    settled_at: datetime | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class StoredEnd:
    """Where a family's newest conversation stands."""

    step: str
    suggestion: str | None
    stopped: bool
    paused: bool


@dataclass(frozen=True)
class Evidence:
    """Everything the account looks at on the product's side, read at ``at``."""

    at: datetime
    replies: tuple[StoredReply, ...] = ()
    texts: tuple[StoredText, ...] = ()
    ends: dict[str, StoredEnd] | None = None
    """By number, or by address where there is none."""
    alerts: tuple[tuple[str, str], ...] = ()
    """Whose, and of what kind: every alert."""
    open_alerts: frozenset[tuple[str, str]] = frozenset()
    """Those that are still open."""


def read_evidence(services: Services, now: datetime) -> Evidence:
    """Read it all in one transaction."""
    with services.database.transaction() as session:
        who = {
            contact_id: number or email or ""
            for contact_id, number, email in session.execute(
                select(Contact.id, Contact.number, Contact.email)
            )
        }
        alerts = session.execute(
            select(ConversationRow.contact_id, AlertRow.kind, AlertRow.closed_at).join(
                ConversationRow, ConversationRow.id == AlertRow.conversation_id
            )
        ).all()
        return Evidence(
            now,
            _replies(session, who),
            _texts(session, who),
            _ends(session, who),
            tuple((who[contact_id], kind) for contact_id, kind, _ in alerts),
            frozenset((who[contact_id], kind) for contact_id, kind, end in alerts if end is None),
        )


def _replies(session: Session, who: dict[int, str]) -> tuple[StoredReply, ...]:
    rows = session.execute(
        select(
            Reply.id,
            Reply.provider_id,
            Reply.mail,
            Reply.contact_id,
            Reply.from_address,
            Reply.processed_at,
        ).order_by(Reply.id)
    )
    return tuple(
        StoredReply(
            id=row.id,
            # Out of the mail itself: how the product tells mails apart is what is tried.
            sid=(load_mail(row.mail).message_id or "?") if row.mail else row.provider_id,
            who=who.get(row.contact_id, row.from_address),
            processed_at=row.processed_at,
        )
        for row in rows
    )


def _texts(session: Session, who: dict[int, str]) -> tuple[StoredText, ...]:
    rows = session.execute(
        select(
            TextRow.id,
            TextRow.contact_id,
            *(getattr(TextRow, name) for name in _AS_THEY_ARE),
            TextRow.channel,
        ).order_by(TextRow.id)
    )
    return tuple(
        StoredText(
            id=row.id,
            who=who[row.contact_id],
            channel=Channel(row.channel),
            **{name: getattr(row, name) for name in _AS_THEY_ARE},
        )
        for row in rows
    )


_AS_THEY_ARE = (
    "kind",
    "lane",
    "state",
    "send_after",
    "reply_id",
    "dedupe_key",
    "claimed_at",
    "cancel_reason",
    "handed_at",
    "rides_with",
    "copy_of",
    "settled_at",
    "body",
)


def _ends(session: Session, who: dict[int, str]) -> dict[str, StoredEnd]:
    rows = session.execute(
        select(
            ConversationRow.contact_id,
            ConversationRow.step,
            ConversationRow.suggestion,
            ConversationRow.paused,
        ).order_by(ConversationRow.id)
    ).all()
    events = contacts.consent_of(session, list({row.contact_id for row in rows}))
    return {
        who[row.contact_id]: StoredEnd(
            row.step,
            row.suggestion,
            events.get(row.contact_id) is ConsentEvent.REVOKED,
            row.paused,
        )
        for row in rows
    }
