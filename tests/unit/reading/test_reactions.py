"""A tapped reaction is the picture alone: the words in it are ours, STOP among them."""

from __future__ import annotations

from typing import Any

import pytest

from service.domain.vocabulary import Intent

OURS = "OK to text you? Reply YES or STOP."


@pytest.mark.parametrize(
    ("text", "asked", "intent"),
    [
        (f"Liked “{OURS}”", "consent", Intent.YES),
        (f"Loved “{OURS}”", "consent", Intent.YES),
        (f'Liked "{OURS}"', "after_suggestion", Intent.THANKS),
        (f"Le gustó “{OURS}”", "consent", Intent.YES),
        (f"👍 to “{OURS}”", "consent", Intent.YES),
        (f"Reacted 👍 to “{OURS}”", "consent", Intent.YES),
        (f"Disliked “{OURS}”", "consent", Intent.NO),
        (f"Laughed at “{OURS}”", "consent", None),
        (f"Removed a like from “{OURS}”", "reminder", None),
    ],
)
def test_a_tapped_reaction_says_what_its_picture_says(
    reads: Any, text: str, asked: str, intent: Intent | None
) -> None:
    assert reads(text, asked=asked).intent is intent


@pytest.mark.parametrize(
    "text",
    ['he said "stop texting me"', "Liked it. STOP", '"stop"', "“stop” please stop texting me"],
)
def test_what_only_looks_like_a_reaction_keeps_its_words(reads: Any, text: str) -> None:
    assert reads(text, asked="reminder").text == text
