"""``tandem backtest``: what changed content would change, before a clinic switches to it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TextIO

import click

from service.cli.context import Refused
from service.cli.pack_folder import pack_option_required


@click.command()
@pack_option_required
@click.option(
    "--from",
    "file",
    metavar="FILE",
    type=click.File("r", encoding="utf-8"),
    help="Replies as 'tandem evaluate' reads them ('-': stdin), not the stored conversations.",
)
@click.option("--since", metavar="DATE", help="Only conversations with a message since, UTC.")
@click.option("--limit", type=click.IntRange(1), help="The newest N conversations, or N replies.")
@click.option("--clinic", "clinic_name", help="One clinic's conversations; else everybody's.")
@click.option(
    "--show",
    default=100,
    show_default=True,
    type=click.IntRange(0),
    help="How many changes to list besides those of safety.",
)
@click.option("--json", "for_machines", is_flag=True, help="One JSON object a change; a summary.")
def backtest(
    folder: Path,
    file: TextIO | None,
    since: str | None,
    limit: int | None,
    clinic_name: str | None,
    show: int,
    for_machines: bool,
) -> None:
    """List what would change if the content in DIR were installed.

    Every stored conversation is read again, once with the installed content and once with that
    in DIR; the questions stay the ones that were asked. Lost red flags and opt-outs come first.
    Of the parents' words only those that fired a rule are shown. Nothing is stored or sent.

    DIR is a changed copy of config/ (it holds checklist/, intents/, lexicon/, safety/, triage/
    and wording/), or a folder that holds such a config/. Changed texts (templates/messages) are
    not compared: this is about what is read and suggested, not about how it is worded.
    """
    if file is not None and (since or clinic_name):
        raise Refused(
            "--since and --clinic choose stored conversations; leave them out with --from"
        )
    from service.cli.backtest_run import Scope, run

    scope = Scope(clinic_name, _day(since) if since else None, limit)
    run(folder, file, scope, show=show, for_machines=for_machines)


def _day(written: str) -> datetime:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise Refused("--since: must look like 2026-11-30") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
