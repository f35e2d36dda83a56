"""The send gate: what still may go out at the moment of sending, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from config.packs import load_packs
from service.domain.conversation import Lane
from service.domain.reminders import Place
from service.domain.send_gate import Cancel, Facts, Send, Wait, judge

PLACE = Place(load_packs().packs.hours, ("America/Chicago",), "America/Chicago")
NOON = datetime(2026, 3, 3, 18, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
ANSWER = Facts("age_ask", Lane.ANSWER, revoked=False, paused=False, booked=False)
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
    ],
)  # fmt: skip
def test_the_gate(facts: Facts, moment: datetime, verdict: Send | Cancel | Wait) -> None:
    assert judge(facts, PLACE, moment) == verdict
