"""The outbox: texts queued with the turn that made them, claimed before the provider is called."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from service.domain.conversation import Lane
from service.domain.delivery import FINAL, TextState, may_become
from service.domain.segments import count
from service.domain.send_gate import LAST_WORDS, TOO_OLD
from service.domain.vocabulary import Channel
from service.store.models import Contact, ConversationRow, TextRow

IS_QUEUED = TextRow.state == literal_column("'queued'")
"""Waiting to be claimed. Written out, not bound: only so does the planner know that the partial
indexes of waiting texts hold what is asked for."""


LIVE = (
    TextState.SENDING.value,
    TextState.UNKNOWN.value,
    TextState.SENT.value,
    TextState.DELIVERED.value,
)
"""States of a text that the parent has, or may have."""


def as_written(lane: Lane) -> ColumnElement[int]:
    """A lane as a constant of the statement, for the same reason."""
    return literal_column(str(int(lane)), Integer())


@dataclass(frozen=True, slots=True)
class NewText:
    """A text to be queued."""

    kind: str
    body: str
    lane: Lane
    language: str
    send_after: datetime
    due_at: datetime | None = None
    """When it was meant to go out, where that is earlier than ``send_after``."""
    dedupe_key: str | None = None
    copy_of: int | None = None
    copies: int = 0


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
            segments=_size(text.body, Channel(conversation.channel)),
            dedupe_key=text.dedupe_key,
            send_after=text.send_after,
            due_at=text.due_at or text.send_after,
            copy_of=text.copy_of,
            copies=text.copies,
        )
        for text in texts
    ]
    session.add_all(rows)
    session.flush()
    return rows


_LOOK_BACK = 20


def queued_in(session: Session, conversation: ConversationRow) -> list[TextRow]:
    """What waits to be sent in a conversation."""
    return list(
        session.scalars(
            select(TextRow).where(TextRow.conversation_id == conversation.id, IS_QUEUED)
        )
    )


def last_failed(session: Session, conversation: ConversationRow) -> list[TextRow]:
    """What the last turn of a conversation said and did not arrive, in its order; what was
    cancelled with one that was refused belongs to it."""
    newest = list(
        session.scalars(
            select(TextRow)
            .where(TextRow.conversation_id == conversation.id)
            .order_by(TextRow.id.desc())
            .limit(_LOOK_BACK)
        )
    )
    gone = (TextState.UNDELIVERED.value, TextState.FAILED.value)
    return [
        row
        for row in reversed(newest)
        if row.reply_id == newest[0].reply_id
        and (row.state in gone or row.cancel_reason == "refused")
    ]


def has_copy(session: Session, text: TextRow) -> bool:
    """Whether this very text was repeated on the other channel."""
    key = f"other:{text.id}"
    return bool(
        session.scalar(
            select(exists().where(TextRow.clinic_id == text.clinic_id, TextRow.dedupe_key == key))
        )
    )


def _size(body: str, channel: Channel) -> int:
    """What a text costs of its sender's pace: its segments; a mail, however long, is one."""
    return count(body).segments if channel is Channel.SMS else 1


def cancel_waiting(
    session: Session,
    clinic_id: int,
    contact_id: int,
    reason: str,
    *,
    lane: Lane | None = None,
    kinds: Collection[str] | None = None,
) -> int:
    """Cancel what waits for a contact: all of it, one lane, or some kinds; the number cancelled.

    Safety words and the words that belong to a stop itself are left: they must go out whatever
    the parent writes next.
    """
    cancelled = session.execute(
        update(TextRow)
        .where(
            TextRow.clinic_id == clinic_id,
            TextRow.contact_id == contact_id,
            TextRow.state == TextState.QUEUED.value,
            TextRow.lane == int(lane) if lane is not None else TextRow.lane != int(Lane.SAFETY),
            TextRow.kind.not_in(LAST_WORDS),
            *([TextRow.kind.in_(kinds)] if kinds is not None else []),
        )
        .values(state=TextState.CANCELLED.value, cancel_reason=reason, settled_at=func.now())
        .returning(TextRow.id)
    )
    return len(cancelled.all())


def send_by(text: TextRow, channel: Channel, sender_id: int) -> None:
    """A text that waits goes out by this channel and sender."""
    text.channel, text.sender_id = channel.value, sender_id
    text.segments = _size(text.body, channel)


class WaitingAnswer(NamedTuple):
    """An answer that has not left yet."""

    kind: str
    send_after: datetime


def waiting_answers(session: Session, contact_id: int) -> list[WaitingAnswer]:
    """The answers that wait for a contact, without repetitions of what did not arrive."""
    rows = session.execute(
        select(TextRow.kind, TextRow.send_after).where(
            TextRow.contact_id == contact_id,
            IS_QUEUED,
            TextRow.lane == as_written(Lane.ANSWER),
            TextRow.copies == 0,
        )
    )
    return [WaitingAnswer(*row) for row in rows]


def bring_forward_answers(
    session: Session, contact_id: int, now: datetime, later_than: datetime
) -> None:
    """Answers that wait for the morning, ``later_than`` a moment, go now: the parent writes again,
    so they are awake."""
    session.execute(
        update(TextRow)
        .where(
            TextRow.contact_id == contact_id,
            IS_QUEUED,
            TextRow.lane == as_written(Lane.ANSWER),
            TextRow.attempts == 0,
            TextRow.copies == 0,
            TextRow.send_after > later_than,
        )
        .values(send_after=now, due_at=now)
    )


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
            TextRow.state.in_(LIVE),
        )
        .order_by(TextRow.id.desc())
        .limit(1)
    )


def cancel_copies(session: Session, text: TextRow) -> None:
    """Nothing repeats this text any more: it arrived after all."""
    session.execute(
        update(TextRow)
        .where(TextRow.copy_of == (text.copy_of or text.id), IS_QUEUED)
        .values(state=TextState.CANCELLED.value, cancel_reason="outdated", settled_at=func.now())
    )


def is_one_missing(session: Session, conversation_id: int) -> bool:
    """Whether a text of this conversation did not arrive, nor any copy of it: what a person was
    called for."""
    copy = aliased(TextRow)
    arrived = exists().where(copy.copy_of == TextRow.id, copy.state == TextState.DELIVERED.value)
    gone = TextRow.state.in_([TextState.UNDELIVERED.value, TextState.FAILED.value])
    put_off = and_(TextRow.state == TextState.QUEUED.value, TextRow.error_code.is_not(None))
    too_old = TextRow.cancel_reason == TOO_OLD
    missing = exists().where(
        TextRow.conversation_id == conversation_id,
        TextRow.copies == 0,
        or_(gone, put_off, too_old),
        ~arrived,
    )
    session.flush()
    return bool(session.scalar(select(missing)))


def lock_text(session: Session, text_id: int) -> TextRow | None:
    """One text by id, locked, or None where there is no such text."""
    return session.get(TextRow, text_id, with_for_update=True)


def known_provider_ids(session: Session, provider_ids: Sequence[str]) -> set[str]:
    """Which of these provider ids already belong to a text of ours."""
    found = session.scalars(
        select(TextRow.provider_id).where(TextRow.provider_id.in_(provider_ids))
    )
    return {provider_id for provider_id in found if provider_id is not None}


def move_on(text: TextRow, state: TextState, now: datetime) -> bool:
    """Take a text forward to ``state``; False where that would be a step back."""
    if not may_become(TextState(text.state), state):
        return False
    if state is TextState.SENT and text.sent_at is None:
        text.sent_at = now
    if state in FINAL:
        if state is not TextState.CANCELLED:
            text.sent_at = text.sent_at or now
        text.settled_at = text.settled_at or now
    text.state = state.value
    return True
