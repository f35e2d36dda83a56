"""The small words of the admin page: every name has one, times and ages read well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.packs import load_packs
from service.channels.errors import Misconfigured
from service.channels.twilio_codes import error_class
from service.domain.conversation import AlertKind, ConsentEvent
from service.domain.delivery import TextState
from service.domain.vocabulary import FlagLevel, Intent, Language, Side, Step, Suggestion
from service.flows.inbox import MOST_SERIOUS_FIRST
from service.flows.staff import SHORTEST_PASSWORD, make_password
from service.web.admin import words
from service.web.admin.sign_in import local_path
from service.web.admin.times import ago, moment

NOW = datetime(2026, 12, 8, 21, 5, tzinfo=UTC)


def test_everything_staff_can_meet_has_a_plain_name() -> None:
    assert set(words.ALERTS) == set(words.ADVICE) == set(MOST_SERIOUS_FIRST) == set(AlertKind)
    assert set(words.STEPS) == set(Step)
    assert set(words.SUGGESTIONS) == set(Suggestion)
    assert set(words.FLAGS) == set(FlagLevel)
    assert set(words.INTENTS) == set(Intent)
    assert set(words.LANGUAGES) == set(Language)
    assert set(words.SIDES) == set(Side)
    stops_a_sender = {
        code
        for code in range(10_000, 100_000)
        if issubclass(error_class(code) or Exception, Misconfigured)
    }
    assert set(words.HOLDS) == stops_a_sender
    assert set(words.CONSENTS) == {event.value for event in ConsentEvent}
    assert set(words.TEXT_STATES) == {state.value for state in TextState}
    cadence = load_packs().packs.cadence
    kinds = (*cadence.after_suggestion, *cadence.before_visit, *cadence.silence)
    assert {reminder.kind for reminder in kinds} == set(words.REMINDERS)


@pytest.mark.parametrize(
    ("passed", "read"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=24), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=7), "1 week ago"),
        (timedelta(days=70), "10 weeks ago"),
    ],
)
def test_how_long_ago_reads_as_people_say_it(passed: timedelta, read: str) -> None:
    assert ago(NOW - passed, NOW) == read


def test_a_moment_is_shown_in_the_clinics_own_time() -> None:
    assert moment(NOW, "America/Chicago") == "Tue Dec 8, 2026, 3:05 PM"
    assert moment(NOW, "Pacific/Auckland") == "Wed Dec 9, 2026, 10:05 AM"


@pytest.mark.parametrize(
    ("months", "read"),
    [(0, "0 months"), (1, "1 month"), (12, "1 year"), (38, "3 years 2 months"), (61, "5 years")],
)
def test_ages_are_in_months_for_the_small_and_in_years_for_the_big(months: int, read: str) -> None:
    assert words.age(months) == read


@given(st.text(max_size=40))
def test_no_address_leads_out_of_the_admin_page(written: str) -> None:
    for target in (written, f"/admin/{written}", f"//{written}/admin/", f"https:{written}/admin/"):
        found = local_path(target)
        assert (
            found is None
            or found.startswith(("/admin/", "/admin?", "/admin#"))
            or found == "/admin"
        )


@pytest.mark.parametrize("target", ["/admin/", "/admin/?show=booked", "/admin/conversations/7"])
def test_pages_of_ours_are_kept(target: str) -> None:
    assert local_path(target) == target


def test_passwords_we_make_are_long_enough_readable_and_never_the_same() -> None:
    made = {make_password() for _ in range(50)}
    assert len(made) == 50
    assert all(len(password) == 19 >= SHORTEST_PASSWORD for password in made)
    assert not set("".join(made)) & set("01loiIO")
