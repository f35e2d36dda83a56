"""One conversation: the words, what was read from them, the suggestion and what follows."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, jsonify, render_template, request

from service.flows import thread as reading
from service.flows.services import Services
from service.web.admin.forms import AddressForm, BackForm, BookedForm, DoneForm, StopForm
from service.web.admin.sign_in import me


def add_to(page: Blueprint, services: Services) -> None:
    """Add the page of a conversation and its news."""

    @page.get("/conversations/<id:conversation_id>")
    def conversation(conversation_id: int) -> str:
        return show(services, conversation_id)

    @page.get("/conversations/<id:conversation_id>/news")
    def conversation_news(conversation_id: int) -> Response:
        mark = reading.mark_of(services, me().clinic_id, conversation_id)
        if mark is None:
            abort(404)
        return jsonify(new=mark != request.args.get("seen"))


def show(
    services: Services,
    conversation_id: int,
    *,
    booked: BookedForm | None = None,
    back: BackForm | None = None,
    email: AddressForm | None = None,
    refused: str = "",
) -> str:
    """The page, with forms as they were filled in and why they were refused."""
    now = datetime.now(UTC)
    thread = reading.thread(services, me().clinic_id, conversation_id, now)
    if thread is None:
        abort(404)
    return render_template(
        "admin/conversation.html",
        thread=thread,
        booked_form=booked or BookedForm(formdata=None),
        stop_form=StopForm(formdata=None),
        back_form=back or BackForm(formdata=None),
        email_form=email or AddressForm(formdata=None),
        can_email=services.settings.has_email,
        done_form=DoneForm(formdata=None),
        refused=refused,
        now=now,
        today=now.astimezone(ZoneInfo(me().time_zone)).date(),
    )
