"""Sending hours: the recipient's own day, in every zone, over both clock changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.packs import load_packs
from service.domain.reminders import Place
from service.domain.sending_hours import NoCommonHours, SendingHours

HOURS: SendingHours = load_packs().packs.hours
CHICAGO, PHOENIX, NEW_YORK, HONOLULU = (
    "America/Chicago", "America/Phoenix", "America/New_York", "Pacific/Honolulu",
)  # fmt: skip
PUERTO_RICO, GUAM, LONDON = "America/Puerto_Rico", "Pacific/Guam", "Europe/London"


def at(local: str, zone: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("local", "zone", "open_"),
    [
        ("2026-03-03T08:59", CHICAGO, False),
        ("2026-03-03T09:00", CHICAGO, True),
        ("2026-03-03T19:59", CHICAGO, True),
        ("2026-03-03T20:00", CHICAGO, False),
        ("2026-03-03T03:00", PHOENIX, False),
        ("2026-03-08T12:00", CHICAGO, False),
        ("2026-03-07T12:00", CHICAGO, True),
    ],
    ids=["a minute early", "opening", "last minute", "closing", "3 am in Arizona", "Sunday",
         "Saturday"],
)  # fmt: skip
def test_the_window_is_9_to_20_monday_to_saturday(local: str, zone: str, open_: bool) -> None:
    assert HOURS.is_open(at(local, zone), [zone]) is open_


@pytest.mark.parametrize(
    ("from_local", "zones", "expected_local", "zone"),
    [
        ("2026-03-03T03:00", [CHICAGO], "2026-03-03T09:00", CHICAGO),
        ("2026-03-03T21:00", [CHICAGO], "2026-03-04T09:00", CHICAGO),
        ("2026-03-07T20:30", [CHICAGO], "2026-03-09T09:00", CHICAGO),
        # Clocks go forward on Sunday 8 March 2026 and back on Sunday 1 November 2026.
        ("2026-03-07T22:00", [NEW_YORK], "2026-03-09T09:00", NEW_YORK),
        ("2026-10-31T22:00", [NEW_YORK], "2026-11-02T09:00", NEW_YORK),
        # Arizona keeps its clocks: an hour from Denver in summer, none in winter.
        ("2026-07-01T08:00", [PHOENIX, "America/Denver"], "2026-07-01T09:00", PHOENIX),
        ("2026-01-07T08:00", [PHOENIX, "America/Denver"], "2026-01-07T09:00", PHOENIX),
        ("2026-01-07T03:00", [PUERTO_RICO], "2026-01-07T09:00", PUERTO_RICO),
        # A number whose area spans two zones waits for both.
        ("2026-01-07T09:30", [NEW_YORK, CHICAGO], "2026-01-07T10:00", NEW_YORK),
        ("2026-01-07T09:00", [NEW_YORK, HONOLULU], "2026-01-07T14:00", NEW_YORK),
    ],
)
def test_a_text_waits_for_the_first_moment_open_in_every_zone(
    from_local: str, zones: list[str], expected_local: str, zone: str
) -> None:
    assert HOURS.next_open(at(from_local, zone), zones) == at(expected_local, zone)


@given(
    moment=st.datetimes(
        min_value=datetime(2026, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
        max_value=datetime(2027, 12, 31),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    zone=st.sampled_from(sorted(z for z in available_timezones() if "/" in z)),
)
def test_the_next_opening_is_open_and_never_in_the_past(moment: datetime, zone: str) -> None:
    opening = HOURS.next_open(moment, [zone])
    assert opening >= moment
    assert HOURS.is_open(opening, [zone])
    assert opening - moment <= timedelta(days=2)


def test_zones_whose_days_never_meet_fall_back_to_the_clinic_s() -> None:
    zones = (GUAM, NEW_YORK, LONDON)
    with pytest.raises(NoCommonHours):
        HOURS.next_open(at("2026-07-01T12:00", NEW_YORK), zones)
    place = Place(HOURS, zones, NEW_YORK)
    assert place.is_open(at("2026-07-01T12:00", NEW_YORK))


def test_daytime_hours_pass_in_daytime_only() -> None:
    place = Place(HOURS, (CHICAGO,), CHICAGO)
    evening = at("2026-03-03T19:00", CHICAGO)
    assert place.after_open_hours(evening, timedelta(hours=4)) == at("2026-03-04T12:00", CHICAGO)
