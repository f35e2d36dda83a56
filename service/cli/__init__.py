"""The command line: ``tandem ...``. Errors are one line on stderr; bad input exits with 2."""

from __future__ import annotations

import sys

import click

from service.cli.backtest_command import backtest
from service.cli.clinic import clinic_group, staff_group
from service.cli.content import content_group, evaluate, explain
from service.cli.family import invite, show, stop, tick_command
from service.cli.mail import email_in
from service.cli.serve import beat, key, migrate, up, web, worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option("0.1.0", package_name="tandem", prog_name="tandem")
def tandem() -> None:
    """From a parent's few words to the right first visit."""


for command in (
    up, web, worker, beat, migrate, key, clinic_group, staff_group, content_group, explain,
    evaluate, backtest, invite, show, stop, tick_command, email_in,
):  # fmt: skip
    tandem.add_command(command)


def main() -> None:
    """Entry point of the ``tandem`` script."""
    try:
        tandem.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(2)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "tandem"
        click.echo(f"{where}: {error.format_message()} (see {where} --help)", err=True)
        sys.exit(2)
    except click.ClickException as error:
        click.echo(f"tandem: {error.format_message()}", err=True)
        sys.exit(error.exit_code)
