"""``python -m tests.faults``: breaks a whole installation and accounts for every message."""

from __future__ import annotations

import random
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from tests.faults.experiments import ALL, Experiment, Size
from tests.faults.rig import rigged_alone
from tests.faults.table import Report, render, render_findings

_NAMES = [experiment.name for experiment in ALL]


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(["all", *_NAMES]))
@click.option("--families", type=click.IntRange(1, 50_000), help="How many, instead of the usual.")
@click.option("--minutes", type=click.FloatRange(0.1), help="How long things break.")
@click.option("--seed", default="1", help="A number, or 'random'.")
@click.option("--keep", type=click.Path(path_type=Path), help="Put the processes' logs here.")
def main(
    names: Sequence[str], families: int | None, minutes: float | None, seed: str, keep: Path | None
) -> None:
    """Break things and account for every message. Exits with 1 where one is lost or doubled.

    Without NAMES every experiment runs at its usual size; with --families or --minutes it is the
    mixture, as long as you like.
    """
    if seed != "random" and not seed.isdecimal():
        raise click.BadParameter("a number, or 'random'", param_hint="--seed")
    number = random.SystemRandom().randrange(10**6) if seed == "random" else int(seed)
    click.echo(f"seed {number}")
    wanted = set(names) or ({"mixture"} if families or minutes else {"all"})
    began = time.monotonic()
    clean = True
    for experiment in ALL:
        if "all" in wanted or experiment.name in wanted:
            clean &= _show(_once(_sized(experiment, families, minutes), number, keep))
    click.echo(f"\nall of it took {time.monotonic() - began:.0f} s")
    sys.exit(0 if clean else 1)


def _sized(experiment: Experiment, families: int | None, minutes: float | None) -> Experiment:
    size = experiment.size
    seconds = minutes * 60 if minutes is not None else size.seconds
    return replace(experiment, size=Size(families or size.families, seconds))


def _once(experiment: Experiment, seed: int, keep: Path | None) -> Report:
    """Run one experiment on servers of its own; all of them end with it."""
    with rigged_alone(seed=seed, retries=experiment.retries) as rig:
        report = experiment.run(rig, experiment.size)
        if keep is not None:
            shutil.copytree(rig.folder / "logs", keep / experiment.name, dirs_exist_ok=True)
        return report


def _show(report: Report) -> bool:
    click.echo(f"\n{render(report)}")
    if not report.is_clean:
        click.echo(render_findings(report), err=True)
    return report.is_clean


if __name__ == "__main__":
    main()
