"""Loading ``config/sending_hours.yaml``: when we may start a text, and how often."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

from config.pack_files import Entry, read_pack_file
from service.domain.sending_hours import SendingHours, Week, Window, in_common
from service.domain.start_limits import StartLimits

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_AREA = re.compile(r"[2-9]\d\d", re.ASCII)
_STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ"
    " NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY AS GU MP PR VI".split()
)
"""The states, the District of Columbia and the territories with area codes of their own."""


@dataclass(frozen=True, slots=True)
class WhenWeStart:
    """What ``sending_hours.yaml`` says."""

    hours: SendingHours
    unknown_area_zones: tuple[str, ...]
    """The zones to respect for a number whose area tells nothing."""
    limits: StartLimits


def load_sending_hours(root: Path) -> WhenWeStart:
    """Read the sending hours below ``root``. Raises ``PackError``."""
    pack = read_pack_file(root / "sending_hours.yaml")
    pack.only("id", "source", "hours", "limits", "unknown_area_zones", "states")
    _named(pack)
    week = _week(pack)
    states, areas = _states(pack, week)
    zones = pack.texts("unknown_area_zones", required=True)
    for zone in zones:
        if zone not in zoneinfo.available_timezones():
            pack.fail("unknown_area_zones", f"unknown time zone '{zone}'")
    if not zones:
        pack.fail("unknown_area_zones", "needs at least one zone")
    return WhenWeStart(SendingHours(week, states, areas), zones, _limits(pack.entry("limits")))


def clock_time(entry: Entry, key: str) -> time:
    """A time of day, written "09:00". Raises ``PackError``."""
    written = entry.text(key)
    if not _CLOCK_TIME.fullmatch(written):
        entry.fail(key, 'must be a time such as "09:00", in quotes')
    return time.fromisoformat(written)


def _named(entry: Entry) -> None:
    """Who reads the file must be able to speak of an entry and to look its source up."""
    for key in ("id", "source"):
        entry.text(key)


def _week(entry: Entry) -> Week:
    week: dict[int, Window] = {}
    for part in entry.entries("hours"):
        part.only("days", "opens", "closes")
        window = Window(clock_time(part, "opens"), clock_time(part, "closes"))
        if window.opens >= window.closes:
            part.fail("opens", "must be before closes")
        for day in _days(part):
            if day in week:
                part.fail("days", f"{_WEEKDAYS[day]} stands twice")
            week[day] = window
    if not week:
        entry.fail("hours", "needs at least one entry")
    return tuple(week.get(day) for day in range(len(_WEEKDAYS)))


def _days(part: Entry) -> Iterator[int]:
    days = part.texts("days", required=True)
    if not days:
        part.fail("days", "needs at least one day")
    for day in days:
        if day not in _WEEKDAYS:
            part.fail("days", f"unknown day '{day}'; expected one of {', '.join(_WEEKDAYS)}")
        yield _WEEKDAYS.index(day)


def _states(pack: Entry, default: Week) -> tuple[dict[str, Week], dict[str, str]]:
    """The week of each state listed, and the state of each area code."""
    weeks: dict[str, Week] = {}
    areas: dict[str, str] = {}
    for entry in pack.entries("states"):
        entry.only("id", "state", "source", "hours", "areas")
        _named(entry)
        state = entry.text("state")
        if state not in _STATES:
            entry.fail("state", f"unknown state '{state}'; expected two letters such as RI")
        if state in weeks:
            entry.fail("state", f"{state} stands twice")
        weeks[state] = _week(entry)
        _must_meet(entry, state, weeks, default)
        for area in _areas(entry):
            if area in areas:
                where = state if areas[area] == state else f"{areas[area]} and {state}"
                entry.fail("areas", f"{area} stands twice, in {where}")
            areas[area] = state
    return weeks, areas


def _must_meet(entry: Entry, state: str, weeks: dict[str, Week], default: Week) -> None:
    """A family of one state at a clinic of another keeps the hours of both: some must be left."""
    for other in (state, *weeks):
        if not any(in_common(in_common(default, weeks[state]), weeks[other])):
            also = "" if other == state else f" and those of {other}"
            entry.fail("hours", f"nothing is left open together with the default hours{also}")


def _areas(entry: Entry) -> tuple[str, ...]:
    areas = entry.texts("areas", required=True)
    if not areas:
        entry.fail("areas", "needs at least one area code")
    for area in areas:
        if not _AREA.fullmatch(area):
            entry.fail("areas", f"'{area}' is no area code: three digits, the first 2 to 9")
    return areas


def _limits(entry: Entry) -> StartLimits:
    entry.only("id", "source", "most_a_day", "most_a_week", "hold_off_minutes")
    _named(entry)
    for key in ("most_a_day", "most_a_week"):
        if entry.number(key) < 1:
            entry.fail(key, "must be at least 1; with none, nothing could ever start")
    if entry.number("most_a_week") < entry.number("most_a_day"):
        entry.fail("most_a_week", "must not be below most_a_day")
    if entry.number("hold_off_minutes") < 0:
        entry.fail("hold_off_minutes", "must not be negative; 0 switches it off")
    return StartLimits(
        a_day=entry.number("most_a_day"),
        a_week=entry.number("most_a_week"),
        hold_off=timedelta(minutes=entry.number("hold_off_minutes")),
    )
