"""Replies from a file, one JSON object a line: what ``evaluate`` and ``backtest`` read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.cli.context import Refused
from service.domain.conversation import Packs
from service.domain.evaluation import Evaluated
from service.domain.evaluation import evaluate as evaluate_one
from service.domain.vocabulary import Asked, Channel, Language


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One reply of a file, and what it was an answer to. ``id`` is whatever the file calls it."""

    id: object
    text: str
    language: Language
    asked: Asked
    channel: Channel
    age_months: int | None

    def evaluated(self, packs: Packs, now: datetime) -> Evaluated:
        """What the reply comes to by itself. ``now`` is aware."""
        return evaluate_one(
            self.text,
            language=self.language,
            asked=self.asked,
            channel=self.channel,
            age_months=self.age_months,
            packs=packs,
            now=now,
        )


def reply_lines(stream: Iterable[str]) -> Iterator[ReplyLine]:
    """The replies of a file in its order; a bad line is refused by its number."""
    for number, line in enumerate(stream, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            age = row.get("age_months")
            yield ReplyLine(
                id=row.get("id"),
                text=str(row["text"]),
                language=Language(row.get("lang", "en")),
                asked=Asked(row.get("asked", "free")),
                channel=Channel(row.get("channel", "sms")),
                age_months=None if age is None else int(age),
            )
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            raise Refused(
                f"line {number}: must be a JSON object with 'text' (and 'lang' en or es, 'channel' "
                f"sms or email, 'asked' one of {' '.join(Asked)}, 'age_months' a number or null)"
            ) from None
