"""A number on hold, on top of every page: while it lasts, families hear nothing from the clinic."""

from __future__ import annotations

from flask import Blueprint, render_template

from service.flows.holds import Hold, holds_of
from service.flows.services import Services
from service.web.admin.sign_in import me


def add_to(page: Blueprint, services: Services) -> None:
    """Add what the base page asks, and the part of it that an open page fetches again."""

    def holds() -> tuple[Hold, ...]:
        return holds_of(services, me().clinic_id)

    @page.context_processor
    def on_hold() -> dict[str, object]:
        # Asked by the template: a part of a page that does not show holds costs no query.
        return {"holds": holds}

    @page.get("/holds")
    def holds_now() -> str:
        return render_template("admin/_holds.html")
