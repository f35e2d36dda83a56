"""The outbox: texts queued with the turn that made them, claimed before the provider is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from service.domain.conversation import Lane
from service.domain.segments import count
from service.domain.send_gate import LAST_WORDS
from service.store.models import Contact, ConversationRow, Sender, TextRow

RANK = {
    "queued": 0,
    "sending": 1,
    "unknown": 1,
    "sent": 2,
    "undelivered": 3,
    "failed": 3,
    "delivered": 3,
    "cancelled": 3,
}
"""How far a state is along; a text never goes back, whatever order callbacks arrive in."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that may be sent, with the contact and conversation it is for (all locked)."""

    text: TextRow
    contact: Contact
    conversation: ConversationRow
    from_address: str


@dataclass(frozen=True, slots=True)
class NewText:
    """A text to be queued."""

    kind: str
    body: str
    lane: Lane
    language: str
    send_after: datetime
    dedupe_key: str | None = None


def queue(
    session: Session,
    conversation: ConversationRow,
    texts: Sequence[NewText],
    reply_id: int | None = None,
) -> list[TextRow]:
    """Put texts in the outbox, in order, in the transaction that made them."""
    rows = [
        TextRow(
            clinic_id=conversation.clinic_id,
            contact_id=conversation.contact_id,
            conversation_id=conversation.id,
            sender_id=conversation.sender_id,
            reply_id=reply_id,
            channel=conversation.channel,
            kind=text.kind,
            language=text.language,
            lane=int(text.lane),
            body=text.body,
            segments=count(text.body).segments,
            dedupe_key=text.dedupe_key,
            send_after=text.send_after,
        )
        for text in texts
    ]
    session.add_all(rows)
    session.flush()
    return rows


def lock_waiting(session: Session, now: datetime, limit: int) -> list[Waiting]:
    """Texts whose time has come, most urgent lane first, at most one a contact.

    A contact's texts go out in the order they were written; safety words wait for nothing.
    Texts and contacts that another transaction holds are left to it: the same statement locks
    both without waiting, so a stop that is being stored right now is never overtaken.
    """
    earlier = aliased(TextRow)
    before = exists().where(
        earlier.contact_id == TextRow.contact_id,
        earlier.id < TextRow.id,
        or_(
            earlier.state == "sending",
            # Also one that the carrier put off: what was written first is read first.
            and_(
                earlier.state == "queued",
                or_(earlier.send_after <= now, earlier.attempts > 0),
            ),
        ),
    )
    rows = session.execute(
        select(TextRow, Contact, ConversationRow, Sender.address)
        .join(Contact, Contact.id == TextRow.contact_id)
        .join(ConversationRow, ConversationRow.id == TextRow.conversation_id)
        .join(Sender, Sender.id == TextRow.sender_id)
        .where(
            TextRow.state == "queued",
            TextRow.send_after <= now,
            or_(TextRow.lane == int(Lane.SAFETY), ~before),
        )
        .order_by(TextRow.lane, TextRow.id)
        .limit(limit)
        .with_for_update(of=[TextRow, Contact, ConversationRow], skip_locked=True, key_share=True)
    )
    return [Waiting(*row) for row in rows]


def cancel_waiting(
    session: Session, clinic_id: int, contact_id: int, reason: str, lane: Lane | None = None
) -> int:
    """Cancel what waits for a contact, in one lane or in all; the number cancelled.

    Safety words and the words that belong to a stop itself are left: they must go out whatever
    the parent writes next.
    """
    cancelled = session.execute(
        update(TextRow)
        .where(
            TextRow.clinic_id == clinic_id,
            TextRow.contact_id == contact_id,
            TextRow.state == "queued",
            TextRow.lane == int(lane) if lane is not None else TextRow.lane != int(Lane.SAFETY),
            TextRow.kind.not_in(LAST_WORDS),
        )
        .values(state="cancelled", cancel_reason=reason, settled_at=func.now())
        .returning(TextRow.id)
    )
    return len(cancelled.all())


DISCLOSURES = ("invitation", "consent", "consent_again", "stop_confirmed")
"""The texts that tell a parent what they agree to."""


def last_disclosure(session: Session, contact: Contact) -> str | None:
    """The words a contact was shown last about what they agree to, as they went out."""
    return session.scalar(
        select(TextRow.body)
        .where(
            TextRow.clinic_id == contact.clinic_id,
            TextRow.contact_id == contact.id,
            TextRow.kind.in_(DISCLOSURES),
            TextRow.state.in_(["sending", "unknown", "sent", "delivered"]),
        )
        .order_by(TextRow.id.desc())
        .limit(1)
    )


def lock_stale(session: Session, older_than: timedelta, limit: int) -> list[Waiting]:
    """Texts claimed so long ago that their sender must have died or lost its answer."""
    rows = session.execute(
        select(TextRow, Contact, ConversationRow, Sender.address)
        .join(Contact, Contact.id == TextRow.contact_id)
        .join(ConversationRow, ConversationRow.id == TextRow.conversation_id)
        .join(Sender, Sender.id == TextRow.sender_id)
        .where(
            TextRow.state.in_(["sending", "unknown"]),
            TextRow.claimed_at < func.now() - older_than,
        )
        .order_by(TextRow.id)
        .limit(limit)
        .with_for_update(of=TextRow, skip_locked=True)
    )
    return [Waiting(*row) for row in rows]


def mark_unknown(session: Session, text_ids: Sequence[int]) -> None:
    """The outcome of these texts is open: they are never simply sent again."""
    session.execute(
        update(TextRow)
        .where(TextRow.id.in_(text_ids), TextRow.state == "sending")
        .values(state="unknown")
    )


def lock_text(session: Session, text_id: int) -> TextRow | None:
    """One text by id, locked, or None where there is no such text."""
    return session.get(TextRow, text_id, with_for_update=True)


def known_provider_ids(session: Session, provider_ids: Sequence[str]) -> set[str]:
    """Which of these provider ids already belong to a text of ours."""
    found = session.scalars(
        select(TextRow.provider_id).where(TextRow.provider_id.in_(provider_ids))
    )
    return {provider_id for provider_id in found if provider_id is not None}


def move_on(text: TextRow, state: str, now: datetime) -> bool:
    """Take a text forward to ``state``; False where that would be a step back."""
    if RANK[state] < RANK[text.state] or (RANK[text.state] == 3 and text.state != state):
        return False
    if state == "sent" and text.sent_at is None:
        text.sent_at = now
    if RANK[state] == 3:
        text.sent_at = text.sent_at or (now if state != "cancelled" else None)
        text.settled_at = text.settled_at or now
    text.state = state
    return True
