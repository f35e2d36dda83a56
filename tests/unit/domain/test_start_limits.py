"""How often we start a text: one a day, three in seven days, by the recipient's own days."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.packs import load_packs
from service.domain.start_limits import StartLimits
from tests.support.moments import MOMENTS

LIMITS = load_packs().packs.limits
NEW_YORK, PHOENIX = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix")
ZONES = st.sampled_from(
    # In some of them clocks change at midnight: Cairo and Beirut skip it, Havana shows it twice.
    ["America/New_York", "America/Phoenix", "America/Puerto_Rico", "Pacific/Honolulu",
     "America/Havana", "Africa/Cairo", "Asia/Beirut", "Atlantic/Azores", "Australia/Lord_Howe",
     "America/Scoresbysund", "Pacific/Kiritimati"]
).map(ZoneInfo)  # fmt: skip
SOME = st.builds(
    lambda a_day, more: StartLimits(a_day, a_day + more, timedelta(0)),
    st.integers(1, 3),
    st.integers(0, 4),
)


def at(local: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)


def allowed_after(moment: str, *started: str, limits: StartLimits = LIMITS) -> datetime:
    return limits.next_allowed([at(earlier) for earlier in started], NEW_YORK, at(moment))


def test_as_shipped_it_is_one_a_day_three_a_week_and_ten_minutes_of_peace() -> None:
    assert StartLimits(a_day=1, a_week=3, hold_off=timedelta(minutes=10)) == LIMITS


def test_the_first_text_may_start_at_once() -> None:
    assert allowed_after("2026-03-03T10:00") == at("2026-03-03T10:00")


def test_a_second_text_waits_for_the_next_day() -> None:
    assert allowed_after("2026-03-03T18:00", "2026-03-03T09:00") == at("2026-03-04T00:00")


def test_a_day_is_the_recipient_s_and_not_24_hours() -> None:
    assert allowed_after("2026-03-04T09:00", "2026-03-03T19:00") == at("2026-03-04T09:00")


def test_a_day_is_the_recipient_s_and_not_the_server_s() -> None:
    earlier = at("2026-03-03T19:30", PHOENIX)  # already 4 March in UTC
    assert LIMITS.next_allowed([earlier], PHOENIX, at("2026-03-04T09:00", PHOENIX)) == at(
        "2026-03-04T09:00", PHOENIX
    )


def test_a_fourth_text_waits_until_the_first_is_a_week_old() -> None:
    three = ("2026-03-02T09:00", "2026-03-04T18:00", "2026-03-06T09:00")
    assert allowed_after("2026-03-07T09:00", *three) == at("2026-03-09T00:00")
    assert allowed_after("2026-03-09T09:00", *three) == at("2026-03-09T09:00")


def test_several_a_day_are_possible_where_the_content_says_so() -> None:
    two = StartLimits(a_day=2, a_week=3, hold_off=timedelta(0))
    assert allowed_after("2026-03-03T18:00", "2026-03-03T09:00", limits=two) == at(
        "2026-03-03T18:00"
    )


@pytest.mark.parametrize("day", ["2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07"])
def test_the_day_on_which_clocks_change_counts_as_one_day(day: str) -> None:
    tomorrow = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    assert allowed_after(f"{day}T23:59", f"{day}T00:00") == at(f"{tomorrow}T00:00")
    assert allowed_after(f"{tomorrow}T00:00", f"{day}T00:00") == at(f"{tomorrow}T00:00")


@pytest.mark.parametrize(("a_day", "a_week"), [(0, 3), (1, 0), (-1, 3)])
def test_limits_under_which_nothing_could_ever_start_are_refused(a_day: int, a_week: int) -> None:
    with pytest.raises(ValueError, match="at least one"):
        StartLimits(a_day, a_week, timedelta(0))


def breaks(limits: StartLimits, started: list[datetime], zone: ZoneInfo, moment: datetime) -> bool:
    """Whether one more text at ``moment`` is one too many for its day or the seven up to it."""
    days = [earlier.astimezone(zone).date() for earlier in started]
    day = moment.astimezone(zone).date()
    in_week = [earlier for earlier in days if timedelta(0) <= day - earlier < timedelta(days=7)]
    return days.count(day) >= limits.a_day or len(in_week) >= limits.a_week


@given(
    limits=SOME,
    zone=ZONES,
    first=MOMENTS,
    pauses=st.lists(st.timedeltas(timedelta(0), timedelta(days=5)), max_size=20),
)
def test_however_much_is_due_no_day_and_no_seven_days_get_more(
    limits: StartLimits, zone: ZoneInfo, first: datetime, pauses: list[timedelta]
) -> None:
    started: list[datetime] = []
    moment = first
    for pause in pauses:
        moment += pause
        allowed = limits.next_allowed(started, zone, moment)
        assert allowed >= moment
        moment = allowed
        started.append(moment)
    days = Counter(text.astimezone(zone).date() for text in started)
    assert all(count <= limits.a_day for count in days.values())
    for last in days:
        assert sum(days[last - timedelta(days=back)] for back in range(7)) <= limits.a_week


@example(
    LIMITS, ZoneInfo("America/Havana"), at("2026-10-31T12:00", ZoneInfo("America/Havana")), [0]
)
@example(LIMITS, ZoneInfo("Africa/Cairo"), at("2026-04-23T12:00", ZoneInfo("Africa/Cairo")), [0])
@given(
    limits=SOME,
    zone=ZONES,
    moment=MOMENTS,
    hours_ago=st.lists(st.integers(0, 24 * 9), max_size=12),
)
def test_no_text_waits_longer_than_it_must(
    limits: StartLimits, zone: ZoneInfo, moment: datetime, hours_ago: list[int]
) -> None:
    started = [moment - timedelta(hours=hours) for hours in hours_ago]
    allowed = limits.next_allowed(started, zone, moment)
    assert not breaks(limits, started, zone, allowed)
    if allowed == moment:
        return
    while moment < allowed:
        assert breaks(limits, started, zone, moment)
        moment += timedelta(minutes=30)
    before = allowed - timedelta(microseconds=1)
    assert breaks(limits, started, zone, before)
    # It is where one local day ends and the next begins.
    assert before.astimezone(zone).date() < allowed.astimezone(zone).date()
