"""Sending hours: the recipient's own day, in every zone and state, over both clock changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.packs import load_packs
from service.domain.reminders import Place
from service.domain.sending_hours import NoCommonHours, SendingHours, Window
from tests.support.moments import MOMENTS

HOURS: SendingHours = load_packs().packs.hours
EVERY_DAY = replace(HOURS, days=(Window(time(9), time(20)),) * 7)
"""As somebody might set them who sends on Sundays as well: clocks change on Sundays."""
CHICAGO, PHOENIX, NEW_YORK, HONOLULU = (
    "America/Chicago", "America/Phoenix", "America/New_York", "Pacific/Honolulu",
)  # fmt: skip
PUERTO_RICO, GUAM, LONDON = "America/Puerto_Rico", "Pacific/Guam", "Europe/London"
TEXAS, RHODE_ISLAND, KENTUCKY, ILLINOIS, TOLL_FREE = (
    "+15125550142", "+14015550142", "+15025550142", "+13125550142", "+18005550142",
)  # fmt: skip

ZONES = st.sampled_from(sorted(z for z in available_timezones() if "/" in z))
WINDOWS = st.lists(
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    min_size=2, max_size=2, unique=True,
).map(lambda times: Window(min(times), max(times)))  # fmt: skip
WEEKS = st.tuples(*[st.none() | WINDOWS] * 7)


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


@pytest.mark.parametrize("zone", [CHICAGO, PHOENIX, PUERTO_RICO, HONOLULU])
def test_a_reminder_due_at_3_in_the_morning_waits_for_9_at_the_recipient_s_place(zone: str) -> None:
    place = Place(HOURS, (zone,), NEW_YORK)
    assert not place.is_open(at("2026-03-03T03:00", zone))
    assert place.allowed(at("2026-03-03T03:00", zone)) == at("2026-03-03T09:00", zone)


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07"])
@pytest.mark.parametrize(
    ("zone", "opens", "closes"),
    [(PHOENIX, "T16:00+00:00", "T03:00+00:00"), (PUERTO_RICO, "T13:00+00:00", "T00:00+00:00")],
    ids=["Arizona", "Puerto Rico"],
)
def test_places_without_summer_time_keep_their_hours_while_other_clocks_change(
    day: str, zone: str, opens: str, closes: str
) -> None:
    tomorrow = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    opening, closing = (
        datetime.fromisoformat(day + opens),
        datetime.fromisoformat(tomorrow + closes),
    )
    assert EVERY_DAY.next_open(at(f"{day}T03:00", zone), [zone]) == opening
    assert EVERY_DAY.closes_after(opening, [zone]) == closing
    assert EVERY_DAY.is_open(closing - timedelta(seconds=1), [zone])
    assert not EVERY_DAY.is_open(closing, [zone])
    # As we send: not on a Sunday, and on Monday from 9 on.
    assert HOURS.next_open(opening, [zone]) == opening + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "opens", "closes"),
    [
        ("2026-03-08", "2026-03-08T13:00+00:00", "2026-03-09T00:00+00:00"),
        ("2026-11-01", "2026-11-01T14:00+00:00", "2026-11-02T01:00+00:00"),
        ("2027-03-14", "2027-03-14T13:00+00:00", "2027-03-15T00:00+00:00"),
        ("2027-11-07", "2027-11-07T14:00+00:00", "2027-11-08T01:00+00:00"),
    ],
)
def test_on_the_day_clocks_change_new_york_opens_at_9_by_the_new_time(
    day: str, opens: str, closes: str
) -> None:
    opening = EVERY_DAY.next_open(at(f"{day}T00:30", NEW_YORK), [NEW_YORK])
    assert opening == datetime.fromisoformat(opens)
    assert EVERY_DAY.closes_after(opening, [NEW_YORK]) == datetime.fromisoformat(closes)


def test_a_number_whose_area_spans_two_zones_is_inside_the_hours_of_both() -> None:
    zones = [NEW_YORK, CHICAGO]
    assert not HOURS.is_open(at("2026-03-03T09:30", NEW_YORK), zones)
    assert not HOURS.is_open(at("2026-03-03T19:30", CHICAGO), zones)
    assert HOURS.is_open(at("2026-03-03T10:00", NEW_YORK), zones)
    assert HOURS.closes_after(at("2026-03-03T10:00", NEW_YORK), zones) == at(
        "2026-03-03T20:00", NEW_YORK
    )


@pytest.mark.parametrize(
    ("number", "local", "open_"),
    [
        (TEXAS, "2026-03-08T11:59", False),
        (TEXAS, "2026-03-08T12:00", True),
        (TEXAS, "2026-03-08T19:59", True),
        (TEXAS, "2026-03-08T20:00", False),
        (TEXAS, "2026-03-07T09:00", True),
        (RHODE_ISLAND, "2026-03-03T17:59", True),
        (RHODE_ISLAND, "2026-03-03T18:30", False),
        (RHODE_ISLAND, "2026-03-07T09:30", False),
        (RHODE_ISLAND, "2026-03-07T10:00", True),
        (RHODE_ISLAND, "2026-03-07T17:00", False),
        (KENTUCKY, "2026-03-03T09:30", False),
        (KENTUCKY, "2026-03-03T10:00", True),
        (KENTUCKY, "2026-03-03T20:30", False),
        (ILLINOIS, "2026-03-03T09:00", True),
    ],
    ids=["Texas, Sunday morning", "Texas, Sunday noon", "Texas, Sunday evening",
         "Texas, closed by our own hours", "Texas, Saturday", "Rhode Island before 18 h",
         "Rhode Island at 18:30", "Rhode Island, Saturday 9:30", "Rhode Island, Saturday 10",
         "Rhode Island, Saturday 17", "Kentucky at 9:30", "Kentucky at 10",
         "Kentucky, closed by our own hours", "Illinois has none of its own"],
)  # fmt: skip
def test_a_text_keeps_our_hours_and_those_of_the_state(
    number: str, local: str, open_: bool
) -> None:
    hours = EVERY_DAY.for_numbers(number)
    assert hours.is_open(at(local, CHICAGO), [CHICAGO]) is open_


def test_on_sunday_texas_stays_closed_as_long_as_our_own_hours_are() -> None:
    assert HOURS.for_numbers(TEXAS).next_open(at("2026-03-08T12:30", CHICAGO), [CHICAGO]) == at(
        "2026-03-09T09:00", CHICAGO
    )


def test_the_next_opening_goes_by_the_weekday() -> None:
    hours = EVERY_DAY.for_numbers(RHODE_ISLAND)
    friday_evening, saturday_evening = "2026-03-06T18:30", "2026-03-07T17:30"
    sunday_evening = "2026-03-08T17:30"
    for evening, morning in [
        (friday_evening, "2026-03-07T10:00"),
        (saturday_evening, "2026-03-08T10:00"),
        (sunday_evening, "2026-03-09T09:00"),
    ]:
        assert hours.next_open(at(evening, NEW_YORK), [NEW_YORK]) == at(morning, NEW_YORK)


@pytest.mark.parametrize("number", ["+15555550142", TOLL_FREE, "+442079460123", "88022", ""])
def test_an_unknown_area_narrows_nothing(number: str) -> None:
    assert HOURS.for_numbers(number) == HOURS
    assert HOURS.for_numbers(number, KENTUCKY) == HOURS.for_numbers(KENTUCKY)


def test_a_family_that_moved_keeps_the_hours_of_its_number_and_of_the_clinic_s() -> None:
    hours = HOURS.for_numbers(KENTUCKY, RHODE_ISLAND)
    assert hours == HOURS.for_numbers(RHODE_ISLAND, KENTUCKY)
    tuesday, saturday, sunday = hours.days[1], hours.days[5], hours.days[6]
    assert tuesday == Window(time(10), time(18))
    assert saturday == Window(time(10), time(17))
    assert sunday is None


def test_a_day_on_which_hours_have_nothing_in_common_is_closed() -> None:
    mornings = replace(HOURS, days=(Window(time(9), time(10)),) * 7)
    assert mornings.for_numbers(KENTUCKY).days == (None,) * 7
    with pytest.raises(NoCommonHours):
        mornings.for_numbers(KENTUCKY).next_open(at("2026-03-03T12:00", NEW_YORK), [NEW_YORK])


@given(moment=MOMENTS, zone=ZONES)
def test_the_next_opening_is_open_and_never_in_the_past(moment: datetime, zone: str) -> None:
    opening = HOURS.next_open(moment, [zone])
    assert opening >= moment
    assert HOURS.is_open(opening, [zone])
    assert opening - moment <= timedelta(days=2)


# The clock skips 2 to 3 h, and shows 1 to 2 h twice.
@example(at("2026-03-08T00:00", NEW_YORK), NEW_YORK, (Window(time(2, 30), time(4)),) * 7)
@example(at("2026-03-08T00:00", NEW_YORK), NEW_YORK, (Window(time(1), time(2, 30)),) * 7)
@example(at("2026-11-01T00:00", NEW_YORK), NEW_YORK, (Window(time(1, 30), time(4)),) * 7)
@example(at("2026-11-01T00:00", NEW_YORK), NEW_YORK, (Window(time(0), time(1, 30)),) * 7)
@given(moment=MOMENTS, zone=ZONES, days=WEEKS)
def test_whatever_the_hours_are_the_clock_on_the_wall_is_inside_them(
    moment: datetime, zone: str, days: tuple[Window | None, ...]
) -> None:
    hours, place = SendingHours(days), ZoneInfo(zone)
    if not any(days):
        with pytest.raises(NoCommonHours):
            hours.next_open(moment, [zone])
        return
    opening = hours.next_open(moment, [zone])
    closing = hours.closes_after(opening, [zone])
    assert moment <= opening < closing
    assert not hours.is_open(closing, [zone])
    for inside in (opening, opening + (closing - opening) / 2, closing - timedelta(microseconds=1)):
        local = inside.astimezone(place)
        window = days[local.weekday()]
        assert window is not None
        assert window.opens <= local.time() < window.closes
        assert hours.is_open(inside, [zone])


@given(moment=MOMENTS, zone=ZONES, days=WEEKS.filter(any))
def test_nothing_is_open_before_the_next_opening(
    moment: datetime, zone: str, days: tuple[Window | None, ...]
) -> None:
    hours = SendingHours(days)
    opening = hours.next_open(moment, [zone])
    while moment < opening:
        assert not hours.is_open(moment, [zone])
        moment += timedelta(hours=1)
    assert opening == moment or not hours.is_open(opening - timedelta(microseconds=1), [zone])


def test_outside_the_hours_there_is_no_closing() -> None:
    with pytest.raises(ValueError, match="outside the sending hours"):
        HOURS.closes_after(at("2026-03-03T09:30", NEW_YORK), [NEW_YORK, CHICAGO])
    with pytest.raises(ValueError, match="outside the sending hours"):
        Place(HOURS, (NEW_YORK, CHICAGO), NEW_YORK).closes_after(at("2026-03-03T09:30", NEW_YORK))


def test_zones_whose_days_never_meet_fall_back_to_the_clinic_s() -> None:
    zones = (GUAM, NEW_YORK, LONDON)
    noon = at("2026-07-01T12:00", NEW_YORK)
    with pytest.raises(NoCommonHours):
        HOURS.next_open(noon, zones)
    place = Place(HOURS, zones, NEW_YORK)
    assert place.is_open(noon)
    assert place.closes_after(noon) == at("2026-07-01T20:00", NEW_YORK)


def test_daytime_hours_pass_in_daytime_only() -> None:
    place = Place(HOURS, (CHICAGO,), CHICAGO)
    evening = at("2026-03-03T19:00", CHICAGO)
    assert place.after_open_hours(evening, timedelta(hours=4)) == at("2026-03-04T12:00", CHICAGO)
