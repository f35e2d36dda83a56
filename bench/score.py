"""``make score``: how well replies are understood, over the labelled replies of this product.

The replies lie in ``tests/data/replies``: those in ``work`` to learn from, and those in
``held_out``, which are looked at for their score alone, so their misses are printed only where
``--misses held_out`` asks for them. Each reply carries what must be read of it (``want``), by the
contract of ``tandem evaluate``. Birthdays are counted from one fixed day.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.packs import load_packs
from service.domain.conversation import Packs
from service.domain.evaluation import evaluate
from service.domain.vocabulary import Asked, Channel, Language

REPLIES = Path(__file__).resolve().parents[1] / "tests" / "data" / "replies"
AS_OF = datetime(2026, 11, 24, 18, tzinfo=UTC)
PARTS = ("work", "held_out")
KEYS = ("numbers", "age_months", "intent", "suggestion", "domains")
TARGETS = {
    "numbers": 0.98,
    "age_months": 0.97,
    "intent": 0.97,
    "suggestion": 0.92,
    "domains": 0.90,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One reply, what was wanted of it and what was read."""

    reply: dict[str, Any]
    got: dict[str, Any]

    @property
    def wrong(self) -> tuple[str, ...]:
        """The wanted keys that were read otherwise."""
        return tuple(key for key in KEYS if key in self.reply["want"] and self.points(key) < 1)

    def points(self, key: str) -> float:
        """1 for right, 0 for wrong; for domains the share of the wanted ones that was found."""
        wanted, got = self.reply["want"][key], self.got[key]
        if key != "domains":
            return float(wanted == got)
        return len(set(wanted) & set(got)) / len(wanted) if wanted else float(not got)


@dataclass(slots=True)
class Tally:
    """Points and counts by key."""

    points: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    replies: int = 0
    right: int = 0

    def add(self, judged: Judged) -> None:
        self.replies += 1
        self.right += not judged.wrong
        for key in KEYS:
            if key in judged.reply["want"]:
                # A reply with no domains to find says nothing about finding them.
                if key == "domains" and not judged.reply["want"][key]:
                    continue
                self.asked[key] += 1
                self.points[key] += judged.points(key)

    def share(self, key: str) -> float | None:
        """The share of right answers, or None where nothing was asked."""
        return self.points[key] / self.asked[key] if self.asked[key] else None


def replies(parts: Iterable[str] = PARTS) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every labelled reply with the part it belongs to."""
    for part in parts:
        for path in sorted((REPLIES / part).glob("*.jsonl")):
            for line in path.read_text("utf-8").splitlines():
                yield part, json.loads(line)


def judge(reply: dict[str, Any], packs: Packs) -> Judged:
    """Read one reply as ``tandem evaluate`` would on the fixed day."""
    found = evaluate(
        reply["text"],
        language=Language(reply["lang"]),
        asked=Asked(reply["asked"]),
        packs=packs,
        now=AS_OF,
        channel=Channel(reply["channel"]),
        age_months=reply["age_months"],
    )
    intent = found.reading.intent
    return Judged(
        reply,
        {
            "numbers": found.numbers,
            "age_months": found.age_months,
            "intent": intent.value if intent else None,
            "suggestion": found.suggestion,
            "domains": [domain.value for domain in found.domains],
        },
    )


@dataclass(frozen=True, slots=True)
class Alarms:
    """Opt-outs and emergencies: what must be found, and what must not be invented."""

    missed: tuple[Judged, ...]
    invented: tuple[Judged, ...]
    wanted: int
    others: int

    def __str__(self) -> str:
        false = len(self.invented)
        found = self.wanted - len(self.missed)
        return f"{found} of {self.wanted} found, {false} invented in {self.others} others"


def alarms(judged: Iterable[Judged], key: str, alarm: str) -> Alarms:
    """How well one alarm (``intent`` stop, ``suggestion`` URGENT) is told from all the rest."""
    wanted, others, missed, invented = 0, 0, [], []
    for one in judged:
        if one.reply["want"].get(key) == alarm:
            wanted += 1
            if one.got[key] != alarm:
                missed.append(one)
        else:
            others += 1
            if one.got[key] == alarm:
                invented.append(one)
    return Alarms(tuple(missed), tuple(invented), wanted, others)


def _table(title: str, groups: dict[str, Tally]) -> None:
    print(f"\n{title:<28}{'replies':>8}{'right':>8}", *(f"{key:>12}" for key in KEYS), sep="")
    for name, tally in groups.items():
        shares = [tally.share(key) for key in KEYS]
        cells = ["" if s is None else f"{s:.1%}" for s in shares]
        right = f"{tally.right / tally.replies:.1%}"
        print(f"{name:<28}{tally.replies:>8}{right:>8}", *(f"{c:>12}" for c in cells), sep="")


def _report(part: str, judged: list[Judged]) -> None:
    print(f"\n== {part}: {len(judged)} replies ==")
    for field_name in ("kind", "lang", "channel"):
        groups: dict[str, Tally] = defaultdict(Tally)
        for one in judged:
            groups[one.reply[field_name]].add(one)
        groups["all"] = whole = Tally()
        for one in judged:
            whole.add(one)
        _table(f"by {field_name}", groups)
    print(f"{'target':<44}", *(f"{TARGETS[key]:>12.0%}" for key in KEYS), sep="")
    print(f"\nopt-outs     {alarms(judged, 'intent', 'stop')}")
    print(f"emergencies  {alarms(judged, 'suggestion', 'URGENT')}")


def _misses(judged: list[Judged]) -> None:
    for one in judged:
        for key in one.wrong:
            reply = one.reply
            print(
                f"\n{reply['id']} {reply['kind']} {reply['lang']} {reply['asked']} "
                f"age={reply['age_months']}\n  {reply['text']!r}\n"
                f"  {key}: wanted {reply['want'][key]}, read {one.got[key]}"
            )


def main() -> int:
    """Print the tables and the misses."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--misses", choices=(*PARTS, "none"), default="work")
    options = parser.parse_args()
    packs = load_packs().packs
    judged: dict[str, list[Judged]] = {part: [] for part in PARTS}
    for part, reply in replies():
        judged[part].append(judge(reply, packs))
    if options.misses != "none":
        _misses(judged[options.misses])
    for part in PARTS:
        _report(part, judged[part])
    return 0


if __name__ == "__main__":
    sys.exit(main())
