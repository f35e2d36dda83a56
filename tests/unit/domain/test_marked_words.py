"""What was read from a reply, marked in the parent's own words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.domain.explanation.facts import Span, Tone, facts_of, pieces, pieces_of
from service.domain.reading.types import Age, Concern, Evidence, Numbers, Picks, Reading, Status
from service.domain.vocabulary import Domain

spans = st.lists(
    st.builds(
        Span, st.integers(-3, 40), st.integers(-3, 40), st.sampled_from(Tone), st.text(max_size=5)
    ),
    max_size=8,
)


@given(st.text(max_size=30), spans)
def test_marking_never_changes_a_parents_words(text: str, marked: list[Span]) -> None:
    assert "".join(piece.text for piece in pieces(text, marked)) == text


@given(st.text(max_size=30), spans)
def test_a_letter_is_marked_exactly_where_something_was_read(text: str, marked: list[Span]) -> None:
    covered = [any(s.start <= place < s.end for s in marked) for place in range(len(text))]
    shown = [piece.tone is not None for piece in pieces(text, marked) for _ in piece.text]
    assert shown == covered


def evidence(text: str, words: str) -> Evidence:
    start = text.index(words)
    return Evidence("rule.id", "source", words, start, start + len(words))


def test_a_worry_outshines_a_number_and_what_is_fine_does_not_count() -> None:
    text = "3. she falls, eats fine"
    reading = Reading(
        text,
        numbers=Numbers(Picks.SOME, (3,), evidence(text, "3")),
        age=Age(None, evidence(text, "3")),
        concerns=(
            Concern(Domain.FEEDING, Status.DENIED, evidence(text, "eats")),
            Concern(Domain.BALANCE, Status.PRESENT, evidence(text, "falls")),
        ),
    )
    assert [fact.what for fact in facts_of(reading)] == [
        "balance (PT)",
        "feeding (OT): said to be fine",
        "picked 3",
        "age is not clear",
    ]
    marked = {piece.text: piece.tone for piece in pieces_of(reading) if piece.tone}
    assert marked == {"3": Tone.ANSWER, "falls": Tone.CONCERN, "eats": Tone.NOT_COUNTED}
