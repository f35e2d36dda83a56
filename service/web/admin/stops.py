"""A stop told on the phone, by mail or in person, for a family with or without a conversation."""

from __future__ import annotations

from flask import Blueprint, render_template

from service.flows.services import Services
from service.flows.told_stops import BadAddress, Recorded, record_told_stop
from service.web.admin.forms import ToldStopForm
from service.web.admin.sign_in import me


def add_to(page: Blueprint, services: Services) -> None:
    """Add the page. It answers a post by itself: no address and no cookie ever holds a number."""

    @page.get("/stops")
    def stops() -> str:
        return _shown(ToldStopForm())

    @page.post("/stops")
    def tell_stop() -> str | tuple[str, int]:
        form = ToldStopForm()
        if not form.validate_on_submit():
            return _shown(form), 422
        try:
            done = record_told_stop(
                services, me().clinic_id, form.address.data, form.how.data, me().id
            )
        except BadAddress as why:
            form.address.errors = [
                f"Not recorded: {why}. Please type all of it, like (312) 555-0142."
            ]
            return _shown(form), 422
        return _shown(ToldStopForm(formdata=None), done)

    def _shown(form: ToldStopForm, done: Recorded | None = None) -> str:
        return render_template("admin/stops.html", form=form, done=done)
