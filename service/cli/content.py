"""Commands about content and understanding: no server, no database."""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from service.cli.context import Refused
from service.cli.pack_folder import pack_option, packs_of
from service.domain.vocabulary import Asked, Language


@click.group("content")
def content_group() -> None:
    """The words and rules the product speaks from."""


@content_group.command("check")
def check_content() -> None:
    """Check every text parents read: size, alphabet, reading grade, words to avoid, duties."""
    from config.load_messages import load_avoid_words
    from config.pack_files import PackError
    from config.packs import PROJECT, load_packs
    from service.domain.content_check import check, check_checklist
    from service.flows.reading_grade import hard_texts

    try:
        loaded = load_packs()
        avoid = load_avoid_words(PROJECT)
    except PackError as error:
        raise Refused(str(error)) from None
    packs = loaded.packs
    problems = (
        *check(packs.messages, avoid),
        *check_checklist(packs.checklist, packs.messages, avoid),
        *hard_texts(packs.messages),
    )
    for problem in problems:
        click.echo(f"{problem.language.value}/{problem.key}: {problem.reason}", err=True)
    if problems:
        raise Refused(f"{len(problems)} problems in the texts")
    click.echo(f"all texts pass; pack {loaded.packs.version}")


@click.command()
def evaluate() -> None:
    """Read replies as JSON lines on stdin; write what was understood as JSON lines."""
    from service.cli.reply_lines import reply_lines

    packs = packs_of(None)
    now = datetime.now(UTC)
    for line in reply_lines(sys.stdin):
        found = line.evaluated(packs, now)
        answer: dict[str, Any] = {
            "id": line.id,
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
@pack_option
def explain(text: str, age: str | None, lang: str, asked: str, folder: Path | None) -> None:
    """Show the whole path of one TEXT.

    What is read in which words, which rules fire with their sources, what was outranked and why,
    the suggestion, and the texts that would be sent with their size. In colour on a terminal;
    NO_COLOR turns it off.
    """
    from service.cli.explanation import console_here, print_explanation
    from service.domain.explanation import explain as path_of

    found = path_of(
        text,
        age_months=_age(age) if age else None,
        language=Language(lang),
        asked=Asked(asked),
        packs=packs_of(folder),
        now=datetime.now(UTC),
    )
    print_explanation(found, console_here())


def _age(written: str) -> int:
    match = re.fullmatch(r"(\d{1,3})\s*(y|m)[a-z]*", written.strip().lower())
    if match is None:
        raise Refused("--age: must look like 4y or 18m")
    return int(match[1]) * (12 if match[2] == "y" else 1)
