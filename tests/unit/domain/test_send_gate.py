"""The send gate: what still may go out at the moment of sending, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.packs import load_packs
from service.domain.conversation import Lane
from service.domain.reminders import Place
from service.domain.send_gate import Cancel, Facts, Rules, Send, Wait, judge
from service.domain.start_limits import StartLimits

CHICAGO = "America/Chicago"
LIMITS = StartLimits(a_day=1, a_week=3, hold_off=timedelta(minutes=10))
RULES = Rules(Place(load_packs().packs.hours, (CHICAGO,), CHICAGO), LIMITS, ZoneInfo(CHICAGO))
NOON = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ANSWER = Facts("age_ask", Lane.ANSWER, revoked=False, paused=False, booked=False, written_at=NIGHT)
NEXT_MORNING = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
REMINDER = replace(ANSWER, kind="booking_1", lane=Lane.REMINDER)


@pytest.mark.parametrize(
    ("facts", "moment", "verdict"),
    [
        (ANSWER, NOON, Send()),
        (ANSWER, NIGHT, Send()),
        (REMINDER, NOON, Send()),
        (REMINDER, NIGHT, Wait(datetime(2026, 3, 3, 15, 0, tzinfo=UTC))),
        (replace(REMINDER, booked=True), NOON, Cancel("booked")),
        (replace(REMINDER, kind="before_visit_1d", booked=True), NOON, Send()),
        (replace(REMINDER, revoked=True), NOON, Cancel("stopped")),
        (replace(ANSWER, revoked=True), NOON, Cancel("stopped")),
        (replace(ANSWER, kind="stop_confirmed", revoked=True), NIGHT, Send()),
        (replace(ANSWER, kind="urgent", lane=Lane.SAFETY, paused=True), NIGHT, Send()),
        (replace(ANSWER, kind="urgent", lane=Lane.SAFETY, revoked=True), NIGHT, Send()),
        (replace(ANSWER, paused=True), NOON, Cancel("paused")),
        (replace(ANSWER, lane=Lane.STAFF, paused=True), NOON, Send()),
        (replace(ANSWER, lane=Lane.CAMPAIGN), NIGHT,
         Wait(datetime(2026, 3, 3, 15, 0, tzinfo=UTC))),
        # Caps: one a day, three a week; an answer knows none.
        (replace(REMINDER, started=(NOON - HOUR,)), NOON, Wait(NEXT_MORNING)),
        (replace(ANSWER, started=(NOON - HOUR,) * 3), NOON, Send()),
        (replace(REMINDER, started=tuple(NOON - timedelta(days=d) for d in (1, 2, 3))), NOON,
         Wait(datetime(2026, 3, 7, 15, 0, tzinfo=UTC))),
        (replace(REMINDER, started=(NOON - timedelta(days=7),) * 3), NOON, Send()),
        # The parent is in the middle of answering.
        (replace(REMINDER, last_reply_at=NOON - timedelta(minutes=4)), NOON,
         Wait(NOON + timedelta(minutes=6))),
        (replace(REMINDER, last_reply_at=NOON - timedelta(minutes=11)), NOON, Send()),
        # What comes too late is not sent at all.
        (replace(ANSWER, late=25 * HOUR), NOON, Cancel("too_old")),
        (replace(ANSWER, kind="stop_confirmed", revoked=True, late=2 * HOUR), NOON,
         Cancel("too_old")),
        (replace(REMINDER, late=48 * HOUR), NOON, Send()),
        # The parent wrote since: what asks for just that has lost its reason.
        (replace(REMINDER, kind="nudge_1", last_reply_at=NIGHT + HOUR), NOON, Cancel("answered")),
        (replace(REMINDER, lane=Lane.CAMPAIGN, last_reply_at=NIGHT + HOUR), NOON,
         Cancel("answered")),
        (replace(REMINDER, kind="nudge_1", last_reply_at=NIGHT - HOUR), NOON, Send()),
        (replace(REMINDER, kind="before_visit_1d", visit=date(2026, 3, 3)), NOON,
         Cancel("too_late")),
        (replace(REMINDER, kind="before_visit_1d", visit=date(2026, 3, 4)), NOON, Send()),
        (replace(REMINDER, kind="before_visit_1d", visit=date(2026, 3, 4),
                 started=(NOON - HOUR,)), NOON, Cancel("too_late")),
        # The repetition of a text that did not arrive.
        (replace(ANSWER, repeats=True), NOON, Send()),
        (replace(ANSWER, repeats=True), NIGHT, Wait(datetime(2026, 3, 3, 15, 0, tzinfo=UTC))),
        (replace(ANSWER, repeats=True, outdated=True), NOON, Cancel("outdated")),
    ],
)  # fmt: skip
def test_the_gate(facts: Facts, moment: datetime, verdict: Send | Cancel | Wait) -> None:
    assert judge(facts, RULES, moment) == verdict
