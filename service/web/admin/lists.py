"""The inbox: who needs a person, and everybody else by their last message."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.flows import inbox as reading
from service.flows.inbox import BadPage, View
from service.flows.services import Services
from service.web.admin.forms import SearchForm
from service.web.admin.sign_in import me


def add_to(page: Blueprint, services: Services) -> None:
    """Add the inbox, its search and its news."""

    @page.get("/")
    def inbox() -> str:
        return _inbox(SearchForm(), nobody=False)

    @page.post("/search")
    def search() -> BaseResponse | tuple[str, int]:
        form = SearchForm()
        if form.validate_on_submit():
            found = reading.find(services, me().clinic_id, form.address.data)
            if found is not None:
                return redirect(url_for("admin.conversation", conversation_id=found), code=303)
        return _inbox(form, nobody=True), 404

    @page.get("/news")
    def inbox_news() -> Response:
        mark = reading.mark_of(services, me().clinic_id)
        return jsonify(new=mark != request.args.get("seen"))

    def _inbox(form: SearchForm, *, nobody: bool) -> str:
        clinic_id = me().clinic_id
        try:
            view = View(request.args.get("show", View.ALL.value))
            after = request.args.get("after")
            # The mark first: what comes in between is then announced, not missed.
            mark = reading.mark_of(services, clinic_id)
            listed = reading.page(services, clinic_id, view, after)
        except (ValueError, BadPage):
            abort(404)
        return render_template(
            "admin/inbox.html",
            view=view,
            views=View,
            listed=listed,
            first=after is None,
            form=form,
            nobody=nobody,
            mark=mark,
            now=datetime.now(UTC),
        )
