"""A sender's pace: counted in segments, exact over workers, and never in the way of an answer."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from service.channels.sms import Accepted, TwilioSms
from service.flows.deliver import drain_texts
from service.flows.outreach import invite
from service.flows.reply import drain_replies
from service.flows.services import Nudge
from service.store.models import Sender, TextRow
from tests.support.installation import PARENT, Installation, installed
from tests.support.talk import in_open_hours, take, texts_of

NOON = in_open_hours()


PACE = 5
"""Segments a second: far below what the slowest machine sends."""


class Announced:
    """Remembers what was announced, and for when."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def __call__(self, kind: Nudge, /, in_seconds: float = 0.0) -> None:
        if kind is Nudge.TEXTS and in_seconds:
            self.waits.append(in_seconds)


@pytest.fixture
def announced() -> Announced:
    return Announced()


@pytest.fixture
def place(database_url: str, announced: Announced) -> Iterator[Installation]:
    with installed(database_url, nudge=announced, segments_per_second=PACE) as place:
        yield place


def invite_many(place: Installation, count: int) -> int:
    """So many families on a list; how many segments their invitations have in all."""
    rows = "".join(f"+1312{2000000 + n},form,2026-03-31\n" for n in range(count))
    file = io.BytesIO(f"number,consent_source,consent_date\n{rows}".encode())
    assert invite(place.services, place.clinic_id, file, name="l").good == count
    with place.services.database.transaction() as session:
        session.execute(update(TextRow).values(send_after=NOON))
    return sum(text.segments for text in texts_of(place))


def test_two_workers_together_send_segments_at_the_sender_s_pace(place: Installation) -> None:
    segments = invite_many(place, 60)
    began = time.monotonic()

    def work() -> None:
        while time.monotonic() < began + 2.0:
            drain_texts(place.services, as_of=NOON)
            time.sleep(0.02)

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(work) for _ in range(2)]:
            job.result()
    took = time.monotonic() - began
    sent = sum(text.segments for text in texts_of(place) if text.sent_at)
    assert sent < segments
    # The burst of half a second and the text that fills it up come on top.
    assert 0.6 * PACE * took <= sent <= PACE * (took + 0.5) + 2


def test_whoever_finds_no_room_comes_back_when_there_is_some(
    place: Installation, announced: Announced
) -> None:
    invite_many(place, 40)
    drain_texts(place.services, as_of=NOON)
    sent = sum(text.sent_at is not None for text in texts_of(place))
    assert 0 < sent < 40
    assert announced.waits
    assert 0.1 <= announced.waits[-1] <= 1.0


def test_an_answer_goes_out_at_once_before_a_whole_campaign(place: Installation) -> None:
    invite_many(place, 300)
    drain_texts(place.services, as_of=NOON)
    take(place, "hi")
    drain_replies(place.services)
    drain_texts(place.services)
    assert len(place.texts_to(PARENT)) == 1


def test_answers_make_the_campaign_wait(place: Installation) -> None:
    for n in range(30):
        take(place, "hi", number=f"+1312555{n:04d}")
    drain_replies(place.services)
    drain_texts(place.services)
    with place.services.database.transaction() as session:
        free_at = session.scalars(select(Sender.free_at)).one()
    assert free_at is not None
    assert free_at > datetime.now(UTC) + timedelta(seconds=1)


def test_a_slow_carrier_never_has_every_thread_of_a_worker(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite_many(place, 40)
    real = TwilioSms.send

    def slow(self: TwilioSms, *, body: str, **fields: object) -> Accepted:
        if "Reply STOP" in body and fields["valid_seconds"]:
            time.sleep(1.5)
        return real(self, body=body, **fields)

    monkeypatch.setattr(TwilioSms, "send", slow)
    with ThreadPoolExecutor(4) as pool:
        busy = [pool.submit(drain_texts, place.services, NOON) for _ in range(3)]
        time.sleep(0.3)
        take(place, "hi")
        drain_replies(place.services)
        began = time.monotonic()
        drain_texts(place.services)
        waited = time.monotonic() - began
        assert len(place.texts_to(PARENT)) == 1
        for job in busy:
            job.result()
    assert waited < 1.0


def test_an_invitation_is_valid_at_the_carrier_no_longer_than_the_day(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    real = TwilioSms.send

    def watch(self: TwilioSms, **fields: object) -> Accepted:
        seen.append(fields["valid_seconds"])
        return real(self, **fields)

    monkeypatch.setattr(TwilioSms, "send", watch)
    invite_many(place, 1)
    drain_texts(place.services, as_of=NOON)
    take(place, "hi")
    drain_replies(place.services)
    drain_texts(place.services)
    # Noon in Chicago is 12 or 13 h local: seven or eight hours until 20 h, answers without end.
    assert isinstance(seen[0], int)
    assert 6 * 3600 <= seen[0] <= 8 * 3600
    assert seen[1:] == [None]
