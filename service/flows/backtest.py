"""Trying other content on the conversations that are stored, before a clinic switches to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from cryptography.fernet import InvalidToken

from service.domain.backtest import (
    Change,
    Tally,
    compare_conversation,
    compare_reply,
    verdict_of,
)
from service.domain.conversation import Packs
from service.domain.replay import Played, Story, replay
from service.flows.services import Services
from service.flows.stories import stories_of
from service.store import stories

PAGE = 50
"""Conversations read at a time."""


class NothingReadable(Exception):
    """Not one of the newest conversations can be opened: these are other keys than theirs."""


def backtest(
    services: Services,
    candidate: Packs,
    tally: Tally,
    *,
    clinic_id: int | None = None,
    since: datetime | None = None,
    most: int | None = None,
    progress: Callable[[Tally], None] | None = None,
) -> Iterator[Change]:
    """Everything that would come out otherwise under ``candidate``, the newest conversation first.

    Both the installed content and ``candidate`` read every reply again, so nothing else differs.
    Words are opened in memory only and no more than a page of conversations is held. ``tally`` is
    counted up meanwhile; with ``since`` (aware) only conversations with a message from then on.
    Raises ``NothingReadable``.
    """
    before: int | None = None
    left = most
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        with services.database.transaction() as session:
            ids = stories.newest(
                session, before=before, since=since, clinic_id=clinic_id, most=size
            )
        for conversation, story in _page(services, ids):
            if story is None:
                tally.unreadable += 1
            else:
                yield from _changes(conversation, story, services.packs, candidate, tally)
            if progress is not None:
                progress(tally)
        if ids and tally.conversations == 0:
            raise NothingReadable
        if len(ids) < size:
            return
        before = ids[-1]
        left = None if left is None else left - len(ids)


def _page(services: Services, ids: Sequence[int]) -> list[tuple[int, Story | None]]:
    """A page of stories; one that cannot be opened costs the others nothing."""
    try:
        with services.database.transaction() as session:
            return list(stories_of(session, ids))
    except InvalidToken:
        if len(ids) == 1:
            return [(ids[0], None)]
    return [story for each in ids for story in _page(services, [each])]


def _changes(
    conversation: int, story: Story, installed: Packs, candidate: Packs, tally: Tally
) -> Iterator[Change]:
    tally.conversations += 1
    old, new = list(replay(story, installed)), list(replay(story, candidate))
    for before, after in zip(old, new, strict=True):
        tally.replies += 1
        change = compare_reply(
            before.alone,
            after.alone,
            reply=str(before.heard.id),
            conversation=conversation,
        )
        if change is not None:
            tally.add(change)
            yield change
    for one, other in zip(_rounds(old), _rounds(new), strict=True):
        was, now = verdict_of(one), verdict_of(other)
        tally.suggestions[was.outcome.suggestion.value, now.outcome.suggestion.value] += 1
        change = compare_conversation(was, now, conversation)
        if change is not None:
            tally.add(change)
            yield change
    given = story.last.outcome
    # What was told after a booking adds to what was said, and no more to what was suggested.
    if given and given.suggestion not in {played.so_far.suggestion for played in old}:
        tally.drifted += 1


def _rounds(played: list[Played]) -> list[list[Played]]:
    return [list(group) for _, group in groupby(played, attrgetter("round"))]
