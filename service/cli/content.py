"""Commands about content and understanding: no server, no database."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from typing import Any

import click

from service.cli.context import Refused
from service.domain.vocabulary import Asked, Channel, Language


@click.group("content")
def content_group() -> None:
    """The words and rules the product speaks from."""


@content_group.command("check")
def check_content() -> None:
    """Check every text parents read: size, alphabet, words to avoid, duties, completeness."""
    from config.load_messages import load_avoid_words
    from config.pack_files import PackError
    from config.packs import PROJECT, load_packs
    from service.domain.content_check import check, check_checklist

    try:
        loaded = load_packs()
        avoid = load_avoid_words(PROJECT)
    except PackError as error:
        raise Refused(str(error)) from None
    packs = loaded.packs
    problems = (
        *check(packs.messages, avoid),
        *check_checklist(packs.checklist, packs.messages, avoid),
    )
    for problem in problems:
        click.echo(f"{problem.language.value}/{problem.key}: {problem.reason}", err=True)
    if problems:
        raise Refused(f"{len(problems)} problems in the texts")
    click.echo(f"all texts pass; pack {loaded.packs.version}")


@click.command()
def evaluate() -> None:
    """Read replies as JSON lines on stdin; write what was understood as JSON lines."""
    from service.domain.evaluation import evaluate as evaluate_one

    packs = _packs()
    now = datetime.now(UTC)
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            found = evaluate_one(
                str(row["text"]),
                language=Language(row.get("lang", "en")),
                asked=Asked(row.get("asked", "free")),
                channel=Channel(row.get("channel", "sms")),
                age_months=row.get("age_months"),
                packs=packs,
                now=now,
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Refused(
                f"line {number}: must be a JSON object with 'text' (and 'lang' en or es, 'channel' "
                f"sms or email, 'asked' one of {' '.join(Asked)}, 'age_months' a number or null)"
            ) from None
        answer: dict[str, Any] = {
            "id": row.get("id"),
            "intent": found.reading.intent.value if found.reading.intent else None,
            "numbers": found.numbers,
            "age_months": found.age_months,
            "suggestion": found.suggestion,
            "domains": [domain.value for domain in found.domains],
            "reasons": [
                {"rule": reason.rule, "words": reason.words} for reason in found.outcome.reasons
            ],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))


@click.command()
@click.argument("text")
@click.option("--age", help="What is known of the child's age, e.g. 4y or 18m.")
@click.option("--lang", type=click.Choice([lang.value for lang in Language]), default="en")
@click.option("--asked", type=click.Choice([asked.value for asked in Asked]), default="free")
def explain(text: str, age: str | None, lang: str, asked: str) -> None:
    """Show what is read in TEXT, which rules fire with their sources, and what would be sent."""
    from service.cli.explanation import print_explanation

    print_explanation(
        text,
        age_months=_age(age) if age else None,
        language=Language(lang),
        asked=Asked(asked),
        packs=_packs(),
        now=datetime.now(UTC),
    )


def _age(written: str) -> int:
    match = re.fullmatch(r"(\d{1,3})\s*(y|m)[a-z]*", written.strip().lower())
    if match is None:
        raise Refused("--age: must look like 4y or 18m")
    return int(match[1]) * (12 if match[2] == "y" else 1)


def _packs() -> Any:
    from config.pack_files import PackError
    from config.packs import load_packs

    try:
        return load_packs().packs
    except PackError as error:
        raise Refused(str(error)) from None
