"""The buttons of a conversation. Each posts, does one thing, and goes back to the page."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from service.flows import desk
from service.flows.desk import Refused
from service.flows.services import Services
from service.web.admin.forms import AddressForm, BackForm, BookedForm, DoneForm, StopForm
from service.web.admin.sign_in import me
from service.web.admin.threads import show

Answer = BaseResponse | tuple[str, int]


def add_to(page: Blueprint, services: Services) -> None:
    """Add the actions."""

    @page.post("/conversations/<id:conversation_id>/booked")
    def mark_booked(conversation_id: int) -> Answer:
        form = BookedForm()
        why = "please write the day as year-month-day"
        if form.validate_on_submit():
            try:
                planned = desk.mark_booked(
                    services, me().clinic_id, conversation_id, form.visit.data, me().id
                )
            except Refused as refusal:
                why = str(refusal)
            else:
                flash(_booked(planned), "good")
                return _back_to(conversation_id)
        return show(services, conversation_id, booked=form, refused=f"Not saved: {why}."), 422

    @page.post("/conversations/<id:conversation_id>/not-booked")
    def mark_not_booked(conversation_id: int) -> Answer:
        _signed()
        try:
            planned = desk.mark_not_booked(services, me().clinic_id, conversation_id)
        except Refused as refusal:
            return _refused(services, conversation_id, refusal)
        again = " The booking reminders start again." if planned else ""
        flash(f"Marked as not booked.{again}", "good")
        return _back_to(conversation_id)

    @page.post("/conversations/<id:conversation_id>/clear")
    def clear_pause(conversation_id: int) -> Answer:
        try:
            desk.clear_pause(services, me().clinic_id, conversation_id, _signed())
        except Refused as refusal:
            return _refused(services, conversation_id, refusal)
        flash("Texting is on again. The next text from this parent will be answered.", "good")
        return _back_to(conversation_id)

    @page.post("/conversations/<id:conversation_id>/email")
    def give_email(conversation_id: int) -> Answer:
        form = AddressForm()
        why = "please type the whole address, like ana@example.com"
        if form.validate_on_submit():
            try:
                moved = desk.give_email(
                    services, me().clinic_id, conversation_id, form.email.data, me().id
                )
            except Refused as refusal:
                why = str(refusal)
            else:
                now = " We go on by email now." if moved else " It is for texts that do not arrive."
                flash(f"The address is saved.{now}", "good")
                return _back_to(conversation_id)
        return show(services, conversation_id, email=form, refused=f"Not saved: {why}."), 422

    @page.post("/conversations/<id:conversation_id>/stop")
    def record_stop(conversation_id: int) -> Answer:
        form = StopForm()
        if not form.validate_on_submit():
            abort(400)
        desk.record_stop(services, me().clinic_id, conversation_id, form.how.data, me().id)
        flash("The stop is on record. This parent gets no more texts from us.", "good")
        return _back_to(conversation_id)

    @page.post("/conversations/<id:conversation_id>/back")
    def bring_back(conversation_id: int) -> Answer:
        form = BackForm()
        if not form.validate_on_submit():
            why = "Not saved: please write down how the parent agreed."
            return show(services, conversation_id, back=form, refused=why), 422
        try:
            planned = desk.bring_back(
                services, me().clinic_id, conversation_id, form.note.data, me().id
            )
        except Refused as refusal:
            return _refused(services, conversation_id, refusal)
        again = " Their reminders start again." if planned else ""
        flash(f"This parent can be texted again.{again}", "good")
        return _back_to(conversation_id)

    @page.post("/conversations/<id:conversation_id>/alerts/<id:alert_id>/done")
    def close_alert(conversation_id: int, alert_id: int) -> Answer:
        desk.close_alert(services, me().clinic_id, conversation_id, alert_id, _signed())
        flash("Done. It is off the list.", "good")
        return _back_to(conversation_id)


def _signed() -> int:
    """Who pressed a button that has no fields, once its token has been checked."""
    if not DoneForm().validate_on_submit():
        abort(400)
    return me().id


def _refused(services: Services, conversation_id: int, refusal: Refused) -> Answer:
    return show(services, conversation_id, refused=f"Not saved: {refusal}."), 422


def _back_to(conversation_id: int) -> BaseResponse:
    return redirect(url_for("admin.conversation", conversation_id=conversation_id), code=303)


def _booked(planned: int) -> str:
    if planned == 0:
        return "Marked booked. The booking reminders have stopped."
    texts = "One reminder goes" if planned == 1 else f"{planned} reminders go"
    return f"Marked booked. {texts} out before the visit."
