"""Outreach: uploading a list of families, and watching the invitations go out."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO, cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.flows import campaigns as progress
from service.flows import outreach as flow
from service.flows.campaigns import CampaignProgress
from service.flows.outreach_list import COLUMNS, ListError
from service.flows.services import Services
from service.web.admin.forms import ListForm
from service.web.admin.sign_in import me

_ABOUT = {
    "number": ("Mobile number. This or an email address is needed.", "(312) 555-0142"),
    "email": (
        "Email address. Written to where there is no number, or where texts do not arrive.",
        "ana@example.com",
    ),
    "language": ("en or es. English where it is empty.", "es"),
    "child_age_months": ("The child's age in whole months, if you know it.", "50"),
    "consent_source": ("Where the family agreed to messages. Needed.", "intake form"),
    "consent_date": ("When they agreed: year-month-day. Needed.", "2026-11-02"),
    "time_zone": ("Only for families who live in another time zone.", "America/Denver"),
    "name": ("The parent's name, for staff only; it is never texted.", "Ana Lopez"),
}

_EXAMPLE = {column: example for column, (_, example) in _ABOUT.items() if column != "time_zone"}


def add_to(page: Blueprint, services: Services) -> None:
    """Add the outreach pages."""

    @page.route("/outreach", methods=["GET", "POST"])
    def outreach() -> BaseResponse | str | tuple[str, int]:
        form, problem = ListForm(), ""
        if form.validate_on_submit():
            try:
                report = flow.invite(
                    services,
                    me().clinic_id,
                    cast(BinaryIO, form.file.data.stream),
                    name=form.name.data.strip(),
                    staff_id=me().id,
                )
            except ListError as error:
                problem = str(error)
            else:
                flash(f"{report.good} invited, {len(report.rows)} left out.", "good")
                return redirect(url_for("admin.campaign", campaign_id=report.campaign_id), code=303)
        shown = render_template(
            "admin/outreach.html",
            form=form,
            problem=problem,
            columns=[(name, *_ABOUT[name]) for name in COLUMNS],
            campaigns=progress.campaigns(services, me().clinic_id),
        )
        return (shown, 422) if form.is_submitted() else shown

    @page.get("/outreach/example.csv")
    def outreach_example() -> Response:
        return _csv("example.csv", [list(_EXAMPLE), list(_EXAMPLE.values())])

    @page.get("/outreach/<id:campaign_id>")
    def campaign(campaign_id: int) -> str:
        return render_template("admin/campaign.html", campaign=_campaign(campaign_id))

    @page.get("/outreach/<id:campaign_id>/progress")
    def campaign_progress(campaign_id: int) -> str:
        """The part of the page that moves, for refreshing it alone."""
        return render_template("admin/_progress.html", campaign=_campaign(campaign_id))

    @page.get("/outreach/<id:campaign_id>/left-out.csv")
    def left_out(campaign_id: int) -> Response:
        rows = [
            [str(row.line), _harmless(row.given), row.outcome.value, row.reason]
            for row in _campaign(campaign_id).rows
        ]
        return _csv("left-out.csv", [["line", "address", "outcome", "reason"], *rows])

    def _campaign(campaign_id: int) -> CampaignProgress:
        found = progress.campaign(services, me().clinic_id, campaign_id)
        if found is None:
            abort(404)
        return found


def _csv(name: str, rows: list[list[str]]) -> Response:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    response = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; plain numbers stay as they are."""
    is_number = cell.startswith("+") and cell[1:].replace(" ", "").isdigit()
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") and not is_number else cell
