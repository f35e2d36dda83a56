"""Where a contact may be: the hours and zones of their own number and of the clinic's."""

from __future__ import annotations

from datetime import time
from typing import Any, cast

import pytest

from config.packs import load_packs
from service.domain.conversation import Clinic
from service.domain.reminders import Place
from service.domain.sending_hours import Window
from service.flows.services import Services, place_of
from service.store.models import Contact

NEW_YORK, CHICAGO = "America/New_York", "America/Chicago"


class _Known:
    """As much of the services as is asked here."""

    packs = load_packs().packs


def place(number: str | None, phone: str, time_zone: str | None = None) -> Place:
    clinic = Clinic("Sunny", phone, "https://example.org", CHICAGO, frozenset())
    contact = Contact(number=number, time_zone=time_zone)
    return place_of(cast(Services, cast(Any, _Known())), contact, clinic)


def test_a_zone_that_is_known_is_the_only_one() -> None:
    assert place("+18505550142", "(312) 555-0142", NEW_YORK).zones == (NEW_YORK,)


def test_an_unknown_zone_is_any_of_the_number_s_and_the_clinic_s() -> None:
    assert set(place("+12125550142", "(312) 555-0142").zones) == {NEW_YORK, CHICAGO}


@pytest.mark.parametrize(
    ("number", "phone", "tuesday"),
    [
        ("+14015550142", "(312) 555-0142", Window(time(9), time(18))),
        ("+13125550142", "(401) 555-0142", Window(time(9), time(18))),
        (None, "401.555.0142", Window(time(9), time(18))),
        ("+15025550142", "(401) 555-0142", Window(time(10), time(18))),
        ("+13125550142", "ask at the desk", Window(time(9), time(20))),
        ("+13125550142", "", Window(time(9), time(20))),
    ],
    ids=["the family's state", "the clinic's state", "a number that was erased", "both states",
         "a phone nobody can read", "no phone"],
)  # fmt: skip
def test_the_hours_keep_the_state_of_either_number(
    number: str | None, phone: str, tuesday: Window
) -> None:
    assert place(number, phone).hours.days[1] == tuesday
    assert place(number, phone, NEW_YORK).hours.days[1] == tuesday
