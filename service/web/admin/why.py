"""Why a reply was answered as it was: one page, the same path as ``tandem explain`` shows."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from service.flows import why as reading
from service.flows.services import Services
from service.web.admin.sign_in import me


def add_to(page: Blueprint, services: Services) -> None:
    """Add the page."""

    @page.get("/conversations/<id:conversation_id>/replies/<id:reply_id>/why")
    def why(conversation_id: int, reply_id: int) -> str:
        found = reading.why(services, me().clinic_id, conversation_id, reply_id)
        if found is None:
            abort(404)
        return render_template("admin/why.html", why=found)
