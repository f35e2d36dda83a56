"""The families' scripts lead where the account expects, when nothing breaks at all."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from service.domain.conversation import Clinic, Conversation, Policy, advance, open_by_clinic
from service.domain.reading import read
from service.domain.reminders import Place
from service.domain.vocabulary import Language, Side
from tests.faults.families import CLINIC_ZONE, Family, make_families
from tests.faults.hours import packs_of_a_run
from tests.faults.scripts import Kind
from tests.faults.zones import zones_at

NOW = datetime(2026, 3, 1, 15, 7, tzinfo=UTC)  # a Sunday
ZONES = zones_at(NOW, timedelta(minutes=2))
FAMILIES = make_families(200, random.Random(7), ZONES)


def test_there_is_a_family_of_every_kind_and_no_number_twice() -> None:
    assert {family.kind for family in FAMILIES} == set(Kind)
    assert len({family.who for family in FAMILIES}) == len(FAMILIES) == 200


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.BLOCKED])
def test_a_script_ends_where_the_account_expects_it(kind: Kind) -> None:
    for family in (family for family in FAMILIES if family.kind is kind):
        end = _play(family)
        outcome = end.outcome.suggestion.value if end.outcome else None
        found = (end.step.value, outcome, end.stopped, end.paused)
        must = family.end
        assert found == (must.step, must.suggestion, must.stopped, must.paused), family


def test_in_the_zones_of_a_run_it_is_open_closed_and_about_to_close_on_a_sunday_too() -> None:
    hours = packs_of_a_run(ZONES.closes).hours
    assert hours.is_open(NOW, [ZONES.open])
    assert not hours.is_open(NOW, [ZONES.closed])
    assert hours.is_open(NOW + timedelta(minutes=1), [ZONES.closing])
    assert not hours.is_open(NOW + timedelta(minutes=4), [ZONES.closing])


def _play(family: Family) -> Conversation:
    """The conversation as the pure function takes it, message by message."""
    packs = packs_of_a_run(ZONES.closes)
    clinic = Clinic("Clinic", "(312) 555-0142", "https://c.example", CLINIC_ZONE, frozenset(Side))
    policy = Policy(clinic, packs, Place(packs.hours, family.zones, CLINIC_ZONE))
    state = Conversation(language=Language(family.language))
    if family.is_invited:
        state = open_by_clinic(state, policy, NOW).conversation
    for says in family.says:
        context = state.context(NOW, says.by, packs.checklist)
        state = advance(state, read(says.body, context, packs.lexicon), policy, NOW).conversation
    return state
