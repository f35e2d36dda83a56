"""The rows of the source articles, each with sentences of parents and what must be read of them.

``tests/data/articles`` holds every row of the articles (knowledge a): what OT and PT look at, when
both, conditions, worked examples, questions and words, and how disagreements are settled. The tests
read each sentence; ``make coverage-page`` prints ``docs/coverage.md``, which a test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from config.packs import load_packs
from service.domain.conversation import Packs
from service.domain.evaluation import Evaluated, evaluate
from service.domain.vocabulary import Asked, Domain, Language, Suggestion

ARTICLES = Path(__file__).resolve().parents[1] / "tests" / "data" / "articles"
PAGE = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"
TITLES = {
    "ot_focuses": "What OT looks at",
    "pt_focuses": "What PT looks at",
    "both_situations": "When both may help",
    "conditions": "Conditions a parent may name",
    "worked_examples": "Worked examples",
    "questions": "Questions and words",
    "conflicts": "Where the articles disagree, and how it is settled",
}
NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
_HEAD = """# What the articles say, and what Tandem reads

Made from `tests/data/articles` by `make coverage-page`; a test reads every sentence and compares
this page. Ids are those of the knowledge the product was built from (O: what OT looks at, P: PT,
B: both, E: examples, a8: conflicts). Each row has a sentence as a parent would text it, in English
and in Spanish, and what comes out. Not reviewed by a clinician yet.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its id, what it says, a parent's sentence for each language, and the result."""

    part: str
    id: str
    says: str
    sentences: dict[Language, str]
    age_months: int | None
    suggestion: Suggestion | None
    domains: frozenset[Domain]
    question: str | None


def rows() -> Iterator[Row]:
    """Every row, in the articles' order."""
    for part in TITLES:
        for entry in yaml.safe_load((ARTICLES / f"{part}.yaml").read_text("utf-8")):
            yield _row(part, entry)


def _row(part: str, entry: dict[str, Any]) -> Row:
    suggestion = entry.get("suggestion")
    return Row(
        part,
        str(entry["row"]),
        entry.get("settled") or entry.get("says", ""),
        {language: entry[language.value] for language in Language},
        entry.get("age"),
        Suggestion(suggestion) if suggestion else None,
        frozenset(Domain(name) for name in entry.get("domains", ())),
        entry.get("question"),
    )


def read(row: Row, language: Language, packs: Packs) -> Evaluated:
    """Read a row's sentence as an answer to "anything else?"; a question after the suggestion."""
    return evaluate(
        row.sentences[language],
        language=language,
        asked=Asked.AFTER_SUGGESTION if row.question else Asked.FREE,
        packs=packs,
        now=NOW,
        age_months=row.age_months,
    )


def page(packs: Packs) -> str:
    """The page, with the reasons that staff would see."""
    lines = [_HEAD]
    for part, title in TITLES.items():
        lines.append(f"\n## {title}\n")
        lines.append("| row | what it says | a parent's sentence | read as | by |")
        lines.append("|---|---|---|---|---|")
        for row in rows():
            if row.part == part:
                lines += [_line(row, language, packs) for language in Language]
    return "\n".join(lines) + "\n"


def _line(row: Row, language: Language, packs: Packs) -> str:
    found = read(row, language, packs)
    if row.question:
        told = f"question: {found.reading.question}"
        rules = [found.reading.intent_evidence.rule] if found.reading.intent_evidence else []
    else:
        areas = ", ".join(domain.value.replace("_", " ") for domain in found.domains)
        told = f"{found.suggestion}{f' ({areas})' if areas else ''}"
        rules = list(dict.fromkeys(r.rule for r in found.outcome.reasons))
    first = language is Language.EN
    cells = (
        row.id if first else "",
        row.says if first else "",
        row.sentences[language],
        told,
        " ".join(f"`{rule}`" for rule in rules),
    )
    return "| " + " | ".join(cells) + " |"


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(load_packs().packs), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
