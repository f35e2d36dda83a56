"""Stored conversations as stories that any content can be tried on (``domain.replay``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from service.domain.conversation import Conversation
from service.domain.conversation.state import KnownAge
from service.domain.replay import Heard, Story, Told
from service.domain.vocabulary import Channel, Language
from service.store import clinics, stories
from service.store.models.message import MAIL
from service.store.state_json import Unreadable, load_conversation
from service.store.stories import StoredConversation, StoredReply, StoredText

_Row = TypeVar("_Row", StoredReply, StoredText)
_A_DAY = timedelta(days=1)


def stories_of(
    session: Session, ids: Sequence[int], clinic_id: int | None = None
) -> Iterator[tuple[int, Story | None]]:
    """The story of each of these conversations, the newest first, None where its state cannot be
    read any more. With ``clinic_id`` another clinic's are passed over.

    Raises ``InvalidToken`` where something was sealed with a key that is not here.
    """
    rows = stories.conversations(session, ids, clinic_id)
    found = [row.id for row in rows]
    replies = _by_conversation(stories.replies_of(session, found))
    texts = _by_conversation(stories.texts_of(session, found))
    zones = {row.clinic_id: "" for row in rows}
    for clinic in zones:
        zones[clinic] = clinics.facts(session, clinic).time_zone
    for row in rows:
        try:
            last = load_conversation(row.state)
        except Unreadable:
            yield row.id, None
            continue
        zone = ZoneInfo(row.time_zone or zones[row.clinic_id])
        yield (
            row.id,
            Story(
                events=tuple(_in_order(replies.get(row.id, []), texts.get(row.id, []), zone)),
                last=last,
                age_before=_age_before(row, last),
            ),
        )


def _by_conversation(rows: list[_Row]) -> dict[int, list[_Row]]:
    return {of: list(group) for of, group in groupby(rows, attrgetter("conversation_id"))}


def _in_order(
    replies: list[StoredReply], texts: list[StoredText], zone: ZoneInfo
) -> Iterator[Told | Heard]:
    """A text that answers a reply comes right after it; one that we started, by its time."""
    waiting = list(reversed(texts))
    for reply in replies:
        while waiting and _came_before(waiting[-1], reply):
            yield _told(waiting.pop())
        at = reply.processed_at.astimezone(zone)
        channel = Channel.EMAIL if reply.provider == MAIL else Channel.SMS
        yield Heard(reply.id, at, reply.body, reply.carrier_keyword, channel)
    while waiting:
        yield _told(waiting.pop())


def _came_before(text: StoredText, reply: StoredReply) -> bool:
    if text.reply_id is not None:
        return text.reply_id < reply.id
    return text.created_at <= reply.processed_at


def _told(text: StoredText) -> Told:
    return Told(text.kind, Language(text.language))


def _age_before(row: StoredConversation, last: Conversation) -> KnownAge | None:
    """The age that came with an invitation: known on the day the conversation was opened."""
    if row.opened_by == "parent" or last.age is None:
        return None
    opened = row.created_at.date()
    return last.age if abs(last.age.on - opened) <= _A_DAY else None
