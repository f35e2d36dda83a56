"""Which texts may be claimed next: by lane, one a contact, with everything locked that decides.

Nothing here waits for a lock that another claim or an answering worker holds: what is held is left
for the next round. So a stop that is being stored right now is never overtaken, and any number
of workers claim side by side.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from service.domain.conversation import Lane
from service.domain.delivery import TextState
from service.domain.vocabulary import Channel
from service.store.contacts import lines_of
from service.store.models import Contact, ConversationRow, Reply, Sender, TextRow
from service.store.replies import intake_lock
from service.store.texts import IS_QUEUED, LIVE, as_written

MOST_IN_A_MAIL = 12
_PROMPT = (Lane.SAFETY, Lane.ANSWER, Lane.STAFF)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A text that may be sent, with the contact and conversation it is for (all locked)."""

    text: TextRow
    contact: Contact
    conversation: ConversationRow
    from_address: str


def lock_prompt(
    session: Session, channel: Channel, now: datetime, limit: int, answerable: Collection[int]
) -> list[Waiting]:
    """Safety words, answers and what staff write by this channel, most urgent first, at most one a
    contact.

    A contact's texts go out in the order they were written; safety words wait for nothing. An
    answer waits while a reply of the parent is unread: it may be out of date. (A reply that
    cannot be read is given to a person after a few tries, and then keeps nothing back.) A sender
    on hold for one of the codes ``answerable`` goes on answering.
    """
    return _lock(
        session,
        _due(now)
        .where(
            TextRow.channel == channel.value,
            TextRow.lane < as_written(Lane.REMINDER),
            or_(
                TextRow.lane == as_written(Lane.SAFETY),
                and_(
                    or_(Sender.held_until.is_(None), Sender.held_code.in_(answerable)),
                    ~_earlier(now, among=_PROMPT),
                    ~_unread(),
                ),
            ),
        )
        .order_by(TextRow.lane, TextRow.id)
        .limit(limit),
    )


def lock_paced(
    session: Session, sender_id: int, lane: Lane, now: datetime, limit: int
) -> list[Waiting]:
    """Reminders or invitations of one sender that are due, first due first, one a contact.

    While a reply of the parent is unread nothing is started: it may change everything.
    """
    return _lock(
        session,
        _due(now)
        .where(
            TextRow.sender_id == sender_id,
            TextRow.lane == as_written(lane),
            ~_earlier(now),
            ~_unread(),
        )
        .order_by(TextRow.send_after, TextRow.id)
        .limit(limit),
    )


def lock_probe(session: Session, sender_id: int, now: datetime) -> list[Waiting]:
    """The most urgent text of a sender on hold: one to find out whether it may send again."""
    return _lock(
        session,
        _due(now)
        .where(TextRow.sender_id == sender_id, ~_earlier(now), ~_unread())
        .order_by(TextRow.lane, TextRow.id)
        .limit(1),
    )


def lock_companions(session: Session, lead: Waiting, now: datetime) -> list[Waiting]:
    """What else the same turn says by email: it travels in the same mail as ``lead``."""
    if lead.text.reply_id is None or lead.text.lane >= int(Lane.REMINDER):
        return []
    return _lock(
        session,
        _due(now)
        .where(
            TextRow.conversation_id == lead.text.conversation_id,
            TextRow.reply_id == lead.text.reply_id,
            TextRow.channel == Channel.EMAIL.value,
            TextRow.sender_id == lead.text.sender_id,
            TextRow.lane < as_written(Lane.REMINDER),
            TextRow.id != lead.text.id,
        )
        .order_by(TextRow.id)
        .limit(MOST_IN_A_MAIL),
    )


def still_unread(session: Session, contacts: Sequence[Contact]) -> set[int]:
    """The ids of those contacts from whom a reply is waiting, or coming in this very moment.

    Asked after the rows are locked, with a lock that taking a reply in shares (``intake_lock``):
    whoever passes here commits before any later reply does. So once a stop is committed, nothing
    is claimed for its parent any more.
    """
    # Under either of their hashes: a number may have been added since a mail came in.
    by_hash = {(c.clinic_id, line): c for c in contacts for line in lines_of(c)}
    if not by_hash:
        return set()
    keys = [(c.id, *intake_lock(*who)) for who, c in by_hash.items()]
    ids, high, low = zip(*keys, strict=True)
    tried = session.execute(
        text(
            "SELECT id, pg_try_advisory_xact_lock(high, low) FROM unnest("
            "CAST(:ids AS bigint[]), CAST(:high AS int[]), CAST(:low AS int[])) AS k(id, high, low)"
        ),
        {"ids": list(ids), "high": list(high), "low": list(low)},
    )
    coming_in = {contact_id for contact_id, got in tried if not got}
    waiting = session.execute(
        select(Reply.clinic_id, Reply.from_hash).where(
            tuple_(Reply.clinic_id, Reply.from_hash).in_(list(by_hash)),
            Reply.processed_at.is_(None),
        )
    )
    return coming_in | {by_hash[clinic_id, from_hash].id for clinic_id, from_hash in waiting}


def last_replies(session: Session, conversation_ids: Collection[int]) -> dict[int, datetime]:
    """When the parent of each of these conversations was heard from last."""
    rows = session.execute(
        select(Reply.conversation_id, Reply.received_at)
        .where(Reply.conversation_id.in_(conversation_ids), Reply.automatic.is_(False))
        .ext(distinct_on(Reply.conversation_id))
        .order_by(Reply.conversation_id, Reply.id.desc())
    )
    return {conversation_id: at for conversation_id, at in rows if conversation_id is not None}


def started_lately(
    session: Session, contact_ids: Collection[int], since: datetime, *, waiting: bool = False
) -> dict[int, list[datetime]]:
    """When each of these contacts got reminders and invitations since then (or may have); with
    ``waiting`` also when those that wait will come.

    A text counts from when it was due, where that is later than its claim: a local run that acts
    for another time claims before that time has come.
    """
    found: dict[int, list[datetime]] = {contact_id: [] for contact_id in contact_ids}
    lately = or_(TextRow.claimed_at > since, TextRow.send_after > since)
    started = and_(TextRow.claimed_at.is_not(None), lately, TextRow.state.in_(LIVE))
    rows = session.execute(
        select(TextRow.contact_id, TextRow.claimed_at, TextRow.send_after).where(
            TextRow.contact_id.in_(contact_ids),
            TextRow.lane >= as_written(Lane.REMINDER),
            or_(started, IS_QUEUED) if waiting else started,
        )
    )
    for contact_id, claimed_at, send_after in rows:
        found[contact_id].append(max(claimed_at or send_after, send_after))
    return found


def has_newer_answer(session: Session, row: TextRow, kinds: Collection[str]) -> bool:
    """Whether a later turn of the conversation gave one of these, and the parent has it or will."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    TextRow.conversation_id == row.conversation_id,
                    TextRow.id > row.id,
                    TextRow.reply_id.is_distinct_from(row.reply_id),
                    TextRow.copy_of.is_(None),
                    TextRow.kind.in_(kinds),
                    TextRow.state.in_([*LIVE, TextState.QUEUED.value]),
                )
            )
        )
    )


def went_on_since(session: Session, row: TextRow) -> bool:
    """Whether the conversation went on since the text that this one repeats: the parent wrote, or
    a later reminder went out."""
    original = session.get(TextRow, row.copy_of) if row.copy_of else None
    since = original.created_at if original else row.created_at
    wrote = exists().where(
        Reply.conversation_id == row.conversation_id,
        Reply.received_at > since,
        Reply.automatic.is_(False),
    )
    reminded = exists().where(
        TextRow.conversation_id == row.conversation_id,
        TextRow.id > (row.copy_of or row.id),
        TextRow.lane >= as_written(Lane.REMINDER),
        TextRow.copies == 0,
        TextRow.state.in_(LIVE),
    )
    return bool(session.scalar(select(or_(wrote, reminded))))


def due_ids(session: Session, now: datetime, limit: int) -> list[int]:
    """The ids of the next texts that are due, without opening anything that is sealed."""
    return list(
        session.scalars(
            select(TextRow.id)
            .where(IS_QUEUED, TextRow.send_after <= now)
            .order_by(TextRow.lane, TextRow.id)
            .limit(limit)
        )
    )


def opens(session: Session, text_id: int) -> bool:
    """Whether a text, its contact and its conversation can be opened; raises where they cannot."""
    rows = session.execute(
        select(TextRow, Contact, ConversationRow)
        .join(Contact, Contact.id == TextRow.contact_id)
        .join(ConversationRow, ConversationRow.id == TextRow.conversation_id)
        .where(TextRow.id == text_id)
    ).all()
    return bool(rows)


def put_off(session: Session, text_ids: Collection[int], until: datetime) -> None:
    """Let these texts wait, if they still do."""
    session.execute(
        update(TextRow).where(TextRow.id.in_(text_ids), IS_QUEUED).values(send_after=until)
    )


def _due(now: datetime) -> Select[TextRow, Contact, ConversationRow, str]:
    return (
        select(TextRow, Contact, ConversationRow, Sender.address)
        .join(Contact, Contact.id == TextRow.contact_id)
        .join(ConversationRow, ConversationRow.id == TextRow.conversation_id)
        .join(Sender, Sender.id == TextRow.sender_id)
        .where(IS_QUEUED, TextRow.send_after <= now)
    )


def _earlier(now: datetime, among: Collection[Lane] = tuple(Lane)) -> ColumnElement[bool]:
    """Whether the contact has a text of these lanes, written before this one, that must be read
    before it. (An answer does not stand behind a reminder that waits for its hour.)"""
    earlier = aliased(TextRow)
    return exists().where(
        earlier.contact_id == TextRow.contact_id,
        earlier.id < TextRow.id,
        or_(
            earlier.state == TextState.SENDING.value,
            # Also one that the carrier put off: what was written first is read first.
            and_(
                earlier.state == TextState.QUEUED.value,
                or_(earlier.send_after <= now, earlier.attempts > 0),
                earlier.lane.in_([as_written(lane) for lane in among]),
            ),
        ),
    )


def _unread() -> ColumnElement[bool]:
    return exists().where(
        Reply.clinic_id == Contact.clinic_id,
        Reply.from_hash.in_([Contact.number_hash, Contact.email_hash]),
        Reply.processed_at.is_(None),
    )


def _lock(session: Session, due: Select[TextRow, Contact, ConversationRow, str]) -> list[Waiting]:
    rows = session.execute(
        due.with_for_update(
            of=[TextRow, Contact, ConversationRow], skip_locked=True, key_share=True
        )
    )
    return [Waiting(*row) for row in rows]
