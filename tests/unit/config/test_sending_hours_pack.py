"""The sending hours as content: what is broken is told, and the area codes are all there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.load_sending_hours import load_sending_hours
from config.pack_files import PackError
from config.packs import PROJECT

SHIPPED = load_sending_hours(PROJECT / "config")

STATES = {
    "AL": "Alabama", "CT": "Connecticut", "FL": "Florida", "KY": "Kentucky", "LA": "Louisiana",
    "MA": "Massachusetts", "MD": "Maryland", "MS": "Mississippi", "NJ": "New Jersey",
    "OK": "Oklahoma", "RI": "Rhode Island", "TX": "Texas", "WA": "Washington State",
}  # fmt: skip
NEWER_THAN_PHONENUMBERS = {"457": "LA", "471": "MS", "483": "AL", "621": "TX", "761": "KY"}
"""In service since 2025 or 2026 (761: from 2027), and unknown to phonenumbers 9.0.43."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(PROJECT / "config" / "sending_hours.yaml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("id: hours-default", "no_id: x", "no_id: unknown key"),
        ("id: hours-texas", "name: x", "name: unknown key"),
        ("id: hours-texas", "id:", "id: must be text"),
        ('source: "KRS 367.46955: 10 to 21 h"', "source:", "source: must be text"),
        ('opens: "09:00"', "opens: 9", "opens: must be text"),
        ('opens: "09:00"', 'opens: "9:00"', "opens: must be a time"),
        ('opens: "09:00"', 'opens: "24:00"', "opens: must be a time"),
        ('opens: "09:00"', 'opens: "09:00Z"', "opens: must be a time"),
        ('closes: "20:00"', 'closes: "09:00"', "opens: must be before closes"),
        ("[monday, tuesday,", "[moonday, tuesday,", "days: unknown day 'moonday'"),
        ("[monday, tuesday,", "[monday, monday,", "days: monday stands twice"),
        ("[saturday, sunday]", "[friday, sunday]", "days: friday stands twice"),
        ("[saturday, sunday]", "[]", "days: needs at least one day"),
        ("state: RI", "state: Rhode Island", "state: unknown state 'Rhode Island'"),
        ("state: RI", "state: XX", "state: unknown state 'XX'"),
        ("state: RI", "state: KY", "state: KY stands twice"),
        ('areas: ["401"]', 'areas: ["401", "401"]', "areas: 401 stands twice, in RI"),
        ('areas: ["401"]', 'areas: ["401", "502"]', "areas: 502 stands twice, in KY and RI"),
        ('areas: ["401"]', 'areas: ["4010"]', "areas: '4010' is no area code"),
        ('areas: ["401"]', 'areas: ["101"]', "areas: '101' is no area code"),
        ('areas: ["401"]', "areas: [401]", "areas: must be a list of texts"),
        ('areas: ["401"]', "areas: []", "areas: needs at least one"),
        ('closes: "18:00"', 'closes: "09:00"', "opens: must be before closes"),
        ('closes: "20:00"', 'closes: "10:00"', "hours: nothing is left open .* hours$"),
        (
            '{days: [sunday], opens: "12:00", closes: "21:00"}',
            '{days: [sunday], opens: "12:00", shuts: "21:00"}',
            "shuts: unknown key",
        ),
        ("most_a_day: 1", "most_a_day: 0", "most_a_day: must be at least 1"),
        ("most_a_day: 1", "most_a_day: -1", "most_a_day: must be at least 1"),
        ("most_a_week: 3", "most_a_week: 0", "most_a_week: must be at least 1"),
        ("most_a_day: 1", "most_a_day: 4", "most_a_week: must not be below most_a_day"),
        ("hold_off_minutes: 10", "hold_off_minutes: -1", "hold_off_minutes: must not be negative"),
        ("hold_off_minutes: 10", "hold_off_minutes: soon", "hold_off_minutes: must be a whole"),
        ("hold_off_minutes: 10", "", "hold_off_minutes: is missing"),
        ("America/Denver", "America/Dever", "unknown_area_zones: unknown time zone"),
        ("[America/New_York, America/Chicago, America/Denver, America/Los_Angeles]", "[]",
         "unknown_area_zones: needs at least one zone"),
    ],
)  # fmt: skip
def test_broken_sending_hours_are_refused_with_file_line_and_reason(
    folder: Path, old: str, new: str, complaint: str
) -> None:
    path = folder / "sending_hours.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(PackError, match=rf"sending_hours\.yaml:\d+: {complaint}") as caught:
        load_sending_hours(folder)
    assert "\n" not in str(caught.value)


def test_two_states_that_leave_nothing_open_together_are_refused(folder: Path) -> None:
    path = folder / "sending_hours.yaml"
    text = path.read_text()
    week = "[monday, tuesday, wednesday, thursday, friday, saturday, sunday]"
    kentucky = f'{{days: {week}, opens: "10:00", closes: "21:00"}}'
    assert kentucky in text
    path.write_text(text.replace(kentucky, kentucky.replace("10:00", "18:00"), 1))
    with pytest.raises(PackError, match=r"hours: nothing is left open .* and those of KY"):
        load_sending_hours(folder)


def test_every_area_code_of_these_states_is_in_the_table_and_no_other() -> None:
    # Only here: it takes seconds and a lot of memory.
    import phonenumbers
    from phonenumbers import geocoder

    placed = {}
    for area in map(str, range(200, 1000)):
        number = phonenumbers.parse(f"+1{area}5551234")
        where = geocoder.description_for_number(number, "en")
        for state, name in STATES.items():
            if where == name or where.endswith(f", {state}"):
                placed[area] = state
    assert set(placed.values()) == set(STATES) == set(SHIPPED.hours.states)
    assert not placed.keys() & NEWER_THAN_PHONENUMBERS.keys(), "phonenumbers knows them by now"
    assert SHIPPED.hours.areas == placed | NEWER_THAN_PHONENUMBERS
