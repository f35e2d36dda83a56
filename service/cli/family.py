"""Commands about families: ``invite``, ``show``, ``stop`` and ``tick``."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from service.cli.context import Refused, services_here, settings_here

_LONGEST_HOW = 200


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--clinic", "clinic_name", default=None, help="Needed where there are several.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write the rows that are not invited here, with a 'reason' column.",
)
def invite(file: Path, clinic_name: str | None, report: Path | None) -> None:
    """Invite the families of a CSV FILE, each once, in their sending hours.

    Columns: number, email, language, child_age_months, consent_source, consent_date,
    time_zone, name. Only a number or an email address and the two consent columns are required;
    where both are there, the email address is for texts that do not arrive.
    """
    from service.flows.clinics import UnknownClinic, clinic_called
    from service.flows.outreach import invite as send_invitations
    from service.flows.outreach_list import ListError, Outcome
    from service.flows.services import Nudge
    from tasks.nudges import announce

    with services_here() as services:
        try:
            clinic_id = clinic_called(services, clinic_name)
        except UnknownClinic as error:
            raise Refused(str(error)) from None
        if report is not None:
            _try_writing(report)  # before anybody is invited

        def progress(done: int) -> None:
            click.echo(f"\r{done} rows read", nl=False, err=True)

        try:
            with file.open("rb") as stream:
                result = send_invitations(
                    services, clinic_id, stream, name=file.name, progress=progress
                )
        except ListError as error:
            raise Refused(f"{file.name}: {error}") from None
        click.echo(err=True)
        if not services.settings.redis_url.startswith("memory"):
            announce(services.settings.redis_url, Nudge.TEXTS)
    for row in result.rows:
        click.echo(f"line {row.line}: {row.outcome.value}: {row.reason}")
    counts = ", ".join(f"{result.count(outcome)} {outcome.value}" for outcome in Outcome)
    click.echo(f"{counts}; invitations go out in each family's sending hours")
    if report is not None:
        _write_report(report, result.header, result.rows)


def _try_writing(path: Path) -> None:
    try:
        path.open("a").close()
    except OSError as error:
        raise Refused(f"--report: cannot write {path}: {error.strerror}") from None


def _write_report(path: Path, header: tuple[str, ...], rows: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([*header, "reason"])
        for row in rows:
            fields = [*row.row[: len(header)], *[""] * (len(header) - len(row.row))]
            writer.writerow([*fields, f"{row.outcome.value}: {row.reason}"])


@click.command()
@click.argument("address", metavar="NUMBER|ADDRESS")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(address: str, as_json: bool) -> None:
    """Show a contact's current conversation."""
    from service.flows.families import NoSuchFamily
    from service.flows.families import show as conversation_of

    with services_here() as services:
        try:
            found = conversation_of(services, address)
        except NoSuchFamily as error:
            raise Refused(str(error)) from None
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    marks = [name for name in ("stopped", "paused", "booked") if found[name]]
    click.echo(f"step {found['step']}   suggestion {found['suggestion'] or '-'}   "
               f"{' '.join([*found['flags'], *marks])}")  # fmt: skip
    for message in found["messages"]:
        arrow = "<-" if message["direction"] == "in" else "->"
        click.echo(f"{message['at']} {arrow} [{message['state']}] {message['text']}")
    for reminder in found["reminders"]:
        click.echo(f"reminder {reminder['kind']} {reminder['due_at']} {reminder['state']}")
    for alert in found["alerts"]:
        click.echo(f"alert {alert['kind']} {'open' if alert['open'] else 'closed'}")


@click.command()
@click.argument("address", metavar="NUMBER|ADDRESS")
@click.option("--how", required=True, help="How they said it, e.g. 'on the phone'. It is kept.")
@click.option("--clinic", "clinic_name", default=None, help="Needed where there are several.")
def stop(address: str, how: str, clinic_name: str | None) -> None:
    """Record that somebody asked for no more texts, however they said it.

    Nothing is sent to that number or email address any more, also where it was not known before:
    what waits is cancelled, and lists uploaded later leave it out. Twice changes nothing.
    """
    from service.flows.clinics import UnknownClinic, clinic_called
    from service.flows.told_stops import BadAddress, record_told_stop

    said = " ".join(how.split())
    if not said or len(said) > _LONGEST_HOW:
        raise Refused(f"--how: say in 1 to {_LONGEST_HOW} characters how they told you")
    with services_here() as services:
        try:
            clinic_id = clinic_called(services, clinic_name)
            done = record_told_stop(services, clinic_id, address, said)
        except UnknownClinic as error:
            raise Refused(str(error)) from None
        except BadAddress as error:
            raise Refused(f"NUMBER|ADDRESS: {error}") from None
    if done.already:
        click.echo(f"{done.address} was stopped already; nothing was changed")
    else:
        click.echo(f"nothing is sent to {done.address} any more")


@click.command("tick")
@click.option("--as-of", metavar="TIME", help="Act as at this time, ISO 8601 (local runs only).")
def tick_command(as_of: str | None) -> None:
    """Do now what beat would do: answer, remind, settle and send what is due."""
    from service.flows.tick import tick

    moment = _moment(as_of) if as_of else None
    if moment is not None and not settings_here().local:
        raise Refused("--as-of works in local runs only: it would text real families early")
    with services_here() as services:
        done = tick(services, moment)
    click.echo(
        f"{done.replies} replies answered, {done.reminders} reminders due, "
        f"{done.settled} settled, {done.texts} texts sent, {done.pulled} pulled"
    )


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise Refused("--as-of: must look like 2026-12-01T16:00:00Z") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
