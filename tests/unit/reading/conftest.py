"""What the reading tests share: the real packs, loaded once, and a fixed day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from config.packs import load_packs
from service.domain.reading import Context, Lexicon, Reading, read
from service.domain.vocabulary import Asked, Channel, Language

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
FIRST_LIST = tuple(range(1, 7))
SECOND_LIST = tuple(range(7, 13))
SHOWN = {
    Asked.CHECKLIST_1: FIRST_LIST,
    Asked.CHECKLIST_2: SECOND_LIST,
    Asked.FREE: FIRST_LIST + SECOND_LIST,
    Asked.AFTER_SUGGESTION: FIRST_LIST + SECOND_LIST,
}
Reads = Callable[..., Reading]


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return load_packs().packs.lexicon


@pytest.fixture(scope="session")
def reads(lexicon: Lexicon) -> Reads:
    def reads(
        text: str,
        asked: str = "free",
        lang: str = "en",
        channel: str = "sms",
        shown: tuple[int, ...] | None = None,
        age_months: int | None = None,
    ) -> Reading:
        step = Asked(asked)
        context = Context(
            language=Language(lang),
            asked=step,
            now=NOW,
            channel=Channel(channel),
            shown=SHOWN.get(step, ()) if shown is None else shown,
            age_months=age_months,
        )
        return read(text, context, lexicon)

    return reads
