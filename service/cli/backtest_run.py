"""Running a backtest from the command line: where the replies come from, where the changes go."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click

from service.cli.backtest_report import Report, as_json, summary
from service.cli.context import Refused, services_here
from service.cli.pack_folder import packs_of
from service.cli.reply_lines import reply_lines
from service.domain.backtest import Change, Tally, compare_reply
from service.domain.conversation import Packs

_EVERY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Scope:
    """Which conversations: one clinic's or all, since when (aware), and how many at most."""

    clinic_name: str | None
    since: datetime | None
    most: int | None


def run(
    folder: Path, file: Iterable[str] | None, scope: Scope, *, show: int, for_machines: bool
) -> None:
    """Read everything under both contents and print what changes; see ``tandem backtest``."""
    installed, candidate = packs_of(None), packs_of(folder)
    tally, report, progress = Tally(), Report(show), _Progress()
    if file is None:
        found = _stored(candidate, tally, progress, scope)
    else:
        found = _in_file(file, installed, candidate, tally, progress, scope.most)
    for change in found:
        if for_machines:
            click.echo(json.dumps(as_json(change), ensure_ascii=False))
        else:
            report.take(change)
    progress.end(tally)
    if for_machines:
        told = summary(tally, installed.version, candidate.version)
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for line in report.lines(tally, installed.version, f"{candidate.version} ({folder})"):
            click.echo(line)


def _stored(candidate: Packs, tally: Tally, progress: _Progress, scope: Scope) -> Iterator[Change]:
    from service.flows.backtest import NothingReadable
    from service.flows.backtest import backtest as changes
    from service.flows.clinics import UnknownClinic, clinic_called

    with services_here() as services:
        try:
            name = scope.clinic_name
            clinic_id = clinic_called(services, name) if name else None
            yield from changes(
                services,
                candidate,
                tally,
                clinic_id=clinic_id,
                since=scope.since,
                most=scope.most,
                progress=progress.take,
            )
        except UnknownClinic as error:
            raise Refused(str(error)) from None
        except NothingReadable:
            raise Refused(
                "what is stored cannot be read; do ENCRYPTION_KEYS hold the keys it was sealed by?"
            ) from None


def _in_file(
    file: Iterable[str],
    installed: Packs,
    candidate: Packs,
    tally: Tally,
    progress: _Progress,
    most: int | None,
) -> Iterator[Change]:
    now = datetime.now(UTC)
    for line in islice(reply_lines(file), most):
        old, new = line.evaluated(installed, now), line.evaluated(candidate, now)
        tally.replies += 1
        tally.suggestions[old.suggestion, new.suggestion] += 1
        change = compare_reply(old, new, reply=str(line.id))
        if change is not None:
            tally.add(change)
            yield change
        progress.take(tally)


class _Progress:
    """How far it has come, on stderr, once it takes longer than a moment."""

    def __init__(self) -> None:
        self._next = time.monotonic() + _EVERY_SECONDS
        self._shown = False

    def take(self, tally: Tally) -> None:
        if time.monotonic() >= self._next:
            self._show(tally)
            self._next = time.monotonic() + _EVERY_SECONDS

    def end(self, tally: Tally) -> None:
        if self._shown:
            self._show(tally)
            click.echo(err=True)

    def _show(self, tally: Tally) -> None:
        self._shown = True
        of = f" of {tally.conversations} conversations" if tally.conversations else ""
        click.echo(f"\r{tally.replies} replies{of} read", nl=False, err=True)
