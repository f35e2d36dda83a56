"""What counts as a change between two contents, which of them are of safety, and what is hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.backtest import (
    Change,
    Kind,
    Tally,
    Verdict,
    compare_conversation,
    compare_reply,
    discreet,
)
from service.domain.evaluation import Evaluated
from service.domain.reading.types import Age, Evidence, Flag, Numbers, Picks, Reading
from service.domain.triage import Outcome, Reason
from service.domain.vocabulary import Domain, FlagLevel, Intent, Side, Suggestion

CALM = Outcome(Suggestion.UNCLEAR, None, (), (Reason("T-unclear", "c2", ""),), False, "v")
URGENT, CRISIS, SOON = FlagLevel.URGENT, FlagLevel.CRISIS, FlagLevel.SOON


def evidence(words: str, rule: str = "rule") -> Evidence:
    return Evidence(rule, "source", words, 0, len(words))


def found(reading: Reading = Reading("words"), **outcome: object) -> Evaluated:  # noqa: B008
    return Evaluated(reading, replace(CALM, **outcome), ())  # type: ignore[arg-type]


def compared(old: Evaluated, new: Evaluated) -> Change | None:
    return compare_reply(old, new, reply="1")


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ((), (), []),
        ((URGENT,), (URGENT,), []),
        ((URGENT,), (), [Kind.FLAG_LOST]),
        ((SOON,), (), [Kind.FLAG_LOST]),
        ((URGENT,), (SOON,), [Kind.FLAG_LOST, Kind.FLAG_GAINED]),
        ((SOON,), (URGENT,), [Kind.FLAG_GAINED]),
        ((URGENT, SOON), (URGENT,), []),
        ((CRISIS,), (URGENT,), [Kind.FLAG_LOST, Kind.FLAG_GAINED]),
        ((URGENT, CRISIS), (URGENT,), [Kind.FLAG_LOST]),
        ((), (SOON,), [Kind.FLAG_GAINED]),
    ],
)
def test_a_lost_red_flag_is_of_safety_and_a_medical_sign_gone_into_an_emergency_is_not(
    old: tuple[FlagLevel, ...], new: tuple[FlagLevel, ...], kinds: list[Kind]
) -> None:
    for change in (
        compared(found(flags=old), found(flags=new)),
        compare_conversation(
            Verdict(replace(CALM, flags=old), False), Verdict(replace(CALM, flags=new), False), 7
        ),
    ):
        safety = [k for k in change.kinds if k is not Kind.SUGGESTION] if change else []
        assert safety == kinds
        assert (change is not None and change.safety) == (Kind.FLAG_LOST in kinds)


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        (Intent.STOP, None, {Kind.OPT_OUT_LOST, Kind.INTENT}),
        (Intent.STOP, Intent.LATER, {Kind.OPT_OUT_LOST, Kind.INTENT}),
        (Intent.WRONG_NUMBER, None, {Kind.OPT_OUT_LOST, Kind.INTENT}),
        (Intent.STOP, Intent.WRONG_NUMBER, {Kind.INTENT}),
        (None, Intent.STOP, {Kind.OPT_OUT_GAINED, Kind.INTENT}),
        (Intent.YES, Intent.THANKS, {Kind.INTENT}),
    ],
)
def test_a_lost_opt_out_is_of_safety(
    old: Intent | None, new: Intent | None, kinds: set[Kind]
) -> None:
    change = compared(found(Reading("x", intent=old)), found(Reading("x", intent=new)))
    assert change is not None
    assert set(change.kinds) == kinds
    assert change.safety == (Kind.OPT_OUT_LOST in kinds)


def test_a_family_that_says_stop_twice_and_is_heard_once_has_still_opted_out() -> None:
    assert compare_conversation(Verdict(CALM, True), Verdict(CALM, True), 7) is None
    change = compare_conversation(Verdict(CALM, True), Verdict(CALM, False), 7)
    assert change is not None
    assert change.kinds == (Kind.OPT_OUT_LOST,)


@pytest.mark.parametrize(
    ("old", "new", "kind", "field"),
    [
        (Reading("x", numbers=Numbers(Picks.SOME, (1, 3), evidence("1 3"))),
         Reading("x", numbers=Numbers(Picks.SOME, (1,), evidence("1"))),
         Kind.NUMBERS, ("numbers", "1 3", "1")),
        (Reading("x", numbers=Numbers(Picks.NONE, (), evidence("no"))), Reading("x"),
         Kind.NUMBERS, ("numbers", "none", "-")),
        (Reading("x", age=Age(48, evidence("4"))), Reading("x", age=Age(None, evidence("4"))),
         Kind.AGE, ("age_months", "48", "unclear")),
        (Reading("x", intent=Intent.FAQ, question="cost"),
         Reading("x", intent=Intent.FAQ, question="coverage"),
         Kind.INTENT, ("intent", "faq: cost", "faq: coverage")),
    ],
)  # fmt: skip
def test_each_kind_of_change_is_told_as_evaluate_would_say_it(
    old: Reading, new: Reading, kind: Kind, field: tuple[str, str, str]
) -> None:
    change = compared(found(old), found(new))
    assert change is not None
    assert change.kinds == (kind,)
    assert [(f.name, f.old, f.new) for f in change.fields] == [field]


def test_the_order_of_domains_is_no_change_and_the_service_to_start_with_is() -> None:
    both = replace(CALM, suggestion=Suggestion.BOTH, lead=Side.OT)
    first = Evaluated(Reading("x"), both, (Domain.BALANCE, Domain.SENSORY))
    other = Evaluated(Reading("x"), both, (Domain.SENSORY, Domain.BALANCE))
    assert compared(first, other) is None
    turned = Evaluated(Reading("x"), replace(both, lead=Side.PT), first.domains)
    change = compared(first, turned)
    assert change is not None
    assert change.kinds == (Kind.LEAD,)


def test_a_change_names_what_fires_no_longer_and_what_fires_now() -> None:
    flag = Flag(URGENT, evidence("is choking", "urgent.choking"))
    change = compared(
        found(Reading("is choking", flags=(flag,)), flags=(URGENT,)),
        found(reasons=(Reason("T-ot", "c2", ""),), suggestion=Suggestion.OT),
    )
    assert change is not None
    assert [(c.rule, c.words) for c in change.lost] == [
        ("urgent.choking", "is choking"), ("T-unclear", ""),
    ]  # fmt: skip
    assert [(c.rule, c.words) for c in change.gained] == [("T-ot", "")]


@pytest.mark.parametrize(
    "private",
    ["312-555-0142", "(312) 555 0142", "+13125550142", "312.555.0142", "3 1 2 5 5 5 0 1 4 2",
     "555-0142", "ana.lopez@example.com", "a@b"],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "stop calling {} now", "1 3 {}"])
def test_numbers_and_addresses_are_never_shown(private: str, around: str) -> None:
    shown = discreet(around.format(private))
    assert "0142" not in shown.replace(" ", "").replace("-", "")
    assert "@" not in shown
    assert ("stop calling" in shown) == ("stop calling" in around)


@pytest.mark.parametrize("plain", ["1 3", "cant hold a crayon", "7, 8 and 12", "all but 5"])
def test_ordinary_words_are_shown_as_they_are(plain: str) -> None:
    assert discreet(plain) == plain


@given(st.text(st.sampled_from("0123456789 -.()+@ax"), max_size=80))
def test_no_run_of_seven_digits_is_left(words: str) -> None:
    run = most = 0
    for character in discreet(words):
        run = run + 1 if character.isdigit() else 0
        most = max(most, run)
    assert most < 7
    assert "a@x" not in discreet("a@x" + words)


def test_changes_are_counted_by_kind_for_replies_and_for_whole_conversations() -> None:
    tally = Tally()
    reply = compared(found(flags=(URGENT,)), found())
    whole = compare_conversation(
        Verdict(CALM, True), Verdict(replace(CALM, suggestion=Suggestion.OT), False), 7
    )
    assert reply
    assert whole
    for change in (reply, whole, whole):
        tally.add(change)
    assert (tally.changed_replies, tally.changed_conversations, tally.safety) == (1, 2, 3)
    assert tally.of_replies[Kind.FLAG_LOST] == 1
    assert tally.of_conversations == {Kind.OPT_OUT_LOST: 2, Kind.SUGGESTION: 2}
