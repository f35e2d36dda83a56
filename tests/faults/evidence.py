"""What the product's database remembers after a run, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.conversation import ConsentEvent
from service.flows.services import Services
from service.store import contacts
from service.store.models import AlertRow, Contact, ConversationRow, Reply, TextRow


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A message of a parent as it was taken in."""

    id: int
    sid: str
    number: str
    processed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredText:
    """A row of the outbox."""

    id: int
    number: str
    kind: str
    lane: int
    state: str
    send_after: datetime
    reply_id: int | None = None
    dedupe_key: str | None = None
    claimed_at: datetime | None = None
    cancel_reason: str | None = None


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
    """By number."""
    alerts: tuple[tuple[str, str], ...] = ()
    """Number and kind of every alert."""


def read_evidence(services: Services, now: datetime) -> Evidence:
    """Read it all in one transaction."""
    with services.database.transaction() as session:
        number_of = {
            contact_id: number or ""
            for contact_id, number in session.execute(select(Contact.id, Contact.number))
        }
        return Evidence(
            now,
            _replies(session),
            _texts(session, number_of),
            _ends(session, number_of),
            tuple(
                (number_of[contact_id], kind)
                for contact_id, kind in session.execute(
                    select(ConversationRow.contact_id, AlertRow.kind).join(
                        ConversationRow, ConversationRow.id == AlertRow.conversation_id
                    )
                )
            ),
        )


def _replies(session: Session) -> tuple[StoredReply, ...]:
    rows = session.execute(
        select(Reply.id, Reply.provider_id, Reply.from_address, Reply.processed_at).order_by(
            Reply.id
        )
    )
    return tuple(StoredReply(*row) for row in rows)


def _texts(session: Session, number_of: dict[int, str]) -> tuple[StoredText, ...]:
    rows = session.execute(
        select(
            TextRow.id,
            TextRow.contact_id,
            TextRow.kind,
            TextRow.lane,
            TextRow.state,
            TextRow.send_after,
            TextRow.reply_id,
            TextRow.dedupe_key,
            TextRow.claimed_at,
            TextRow.cancel_reason,
        ).order_by(TextRow.id)
    )
    return tuple(
        StoredText(
            id=row.id,
            number=number_of[row.contact_id],
            kind=row.kind,
            lane=row.lane,
            state=row.state,
            send_after=row.send_after,
            reply_id=row.reply_id,
            dedupe_key=row.dedupe_key,
            claimed_at=row.claimed_at,
            cancel_reason=row.cancel_reason,
        )
        for row in rows
    )


def _ends(session: Session, number_of: dict[int, str]) -> dict[str, StoredEnd]:
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
        number_of[row.contact_id]: StoredEnd(
            row.step,
            row.suggestion,
            events.get(row.contact_id) is ConsentEvent.REVOKED,
            row.paused,
        )
        for row in rows
    }
