"""Where a number may be: every zone of its area code, for numbers move within their area."""

from __future__ import annotations

import pytest

from service.channels.numbers import plausible_zones

UNKNOWN = ("America/New_York", "America/Los_Angeles")
CHICAGO, DENVER, NEW_YORK, LOS_ANGELES, PHOENIX = (
    "America/Chicago", "America/Denver", "America/New_York", "America/Los_Angeles",
    "America/Phoenix",
)  # fmt: skip


@pytest.mark.parametrize(
    ("number", "zones"),
    [
        ("+13125550142", {CHICAGO}),
        ("+18505550142", {CHICAGO, NEW_YORK}),
        ("+18125550142", {CHICAGO, NEW_YORK}),
        ("+12085550142", {DENVER, "America/Boise", LOS_ANGELES}),
        ("+19285550142", {PHOENIX, DENVER}),
        ("+14805550142", {PHOENIX}),
        ("+17875550142", {"America/Puerto_Rico"}),
        ("+19155550142", {DENVER}),
        ("+14325550142", {CHICAGO}),
    ],
    ids=["Chicago", "Florida's panhandle", "southern Indiana", "Idaho", "northern Arizona",
         "Phoenix", "Puerto Rico", "El Paso", "west Texas"],
)  # fmt: skip
def test_a_number_may_be_anywhere_in_its_area(number: str, zones: set[str]) -> None:
    assert set(plausible_zones(number, UNKNOWN)) == zones


@pytest.mark.parametrize("exchange", ["222", "312", "432", "769", "913"])
def test_it_does_not_matter_for_which_exchange_a_number_was_given_out(exchange: str) -> None:
    zones = {CHICAGO, NEW_YORK}
    assert set(plausible_zones(f"+1850{exchange}0142", UNKNOWN)) == zones


@pytest.mark.parametrize(
    ("younger", "older"),
    [("448", "850"), ("930", "812"), ("364", "270"), ("458", "541"), ("986", "208")],
)
def test_an_area_code_laid_over_an_older_one_is_where_that_is(younger: str, older: str) -> None:
    assert set(plausible_zones(f"+1{younger}2350142", UNKNOWN)) == set(
        plausible_zones(f"+1{older}2350142", UNKNOWN)
    )


def test_orlando_is_on_new_york_time_also_with_its_new_area_code() -> None:
    assert NEW_YORK in plausible_zones("+16892350142", UNKNOWN)


@pytest.mark.parametrize(
    "number",
    ["+18005550142", "+15005550142", "+15555550142", "+14572350142", "no number", "88022"],
    ids=["toll-free", "personal", "made up", "an area code newer than the tables", "words",
         "a short code"],
)  # fmt: skip
def test_an_area_that_tells_nothing_means_the_zones_given_for_that(number: str) -> None:
    assert plausible_zones(number, UNKNOWN) == UNKNOWN


def test_a_number_of_another_country_is_in_that_country() -> None:
    assert plausible_zones("+442079460123", UNKNOWN) == ("Europe/London",)
