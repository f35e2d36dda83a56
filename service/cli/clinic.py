"""``tandem clinic add``, ``tandem clinic email`` and ``tandem staff add``."""

from __future__ import annotations

import zoneinfo

import click

from service.cli.context import Refused, services_here


@click.group("clinic")
def clinic_group() -> None:
    """Clinics of this installation."""


@clinic_group.command("add")
@click.option("--name", required=True, help="As parents know it, up to 36 characters.")
@click.option("--number", required=True, help="The number texts come from, e.g. +13125550100.")
@click.option("--phone", required=True, help="The office's phone, as parents should read it.")
@click.option("--time-zone", required=True, help="For example America/Chicago.")
@click.option("--booking-link", default="", help="Where a first visit is booked (60 characters).")
@click.option("--offers", default="OT,PT", show_default=True, help="OT, PT or both.")
@click.option(
    "--messaging-service", default=None, help="The carrier's service sid (MG...), if any."
)
@click.option(
    "--segments-per-second",
    type=float,
    default=None,
    help="What the carrier lets the number send. Default: 1, toll-free 3.",
)
def add_clinic(
    name: str,
    number: str,
    phone: str,
    time_zone: str,
    booking_link: str,
    offers: str,
    messaging_service: str | None,
    segments_per_second: float | None,
) -> None:
    """Add a clinic and the number it texts from."""
    from service.flows.onboarding import BadClinic, open_clinic

    if time_zone not in zoneinfo.available_timezones():
        raise Refused(f"--time-zone: unknown zone '{time_zone}'; use a name like America/Chicago")
    with services_here() as services:
        try:
            clinic_id = open_clinic(
                services,
                name=name,
                number=number,
                phone=phone,
                time_zone=time_zone,
                booking_link=booking_link,
                offers=offers.split(","),
                messaging_service_sid=messaging_service,
                segments_per_second=segments_per_second,
            )
        except BadClinic as error:
            raise Refused(str(error)) from None
    click.echo(f"clinic {clinic_id}: {name}")


@clinic_group.command("email")
@click.option("--clinic", "clinic_name", default=None, help="Needed where there are several.")
@click.option("--address", default=None, help="What stands before the @. Default: from its name.")
def add_email(clinic_name: str | None, address: str | None) -> None:
    """Let a clinic write and be written to by email, and print its address.

    One that was added with SMTP_URL set has one already.
    """
    from service.flows.onboarding import BadClinic, open_email

    with services_here() as services:
        try:
            click.echo(open_email(services, clinic_name, address))
        except BadClinic as error:
            raise Refused(str(error)) from None


@click.group("staff")
def staff_group() -> None:
    """People who work the inbox."""


@staff_group.command("add")
@click.option("--clinic", "clinic_name", required=True, help="The clinic's name.")
@click.option("--email", required=True)
@click.option("--password", default=None, help="Left out: one is made and printed.")
def add_staff_member(clinic_name: str, email: str, password: str | None) -> None:
    """Add somebody who may sign in."""
    from service.flows.onboarding import BadClinic, open_account

    with services_here() as services:
        try:
            made = open_account(services, clinic_name, email, password)
        except BadClinic as error:
            raise Refused(str(error)) from None
    click.echo(f"{email} may sign in" + (f"; password {made}" if password is None else ""))
