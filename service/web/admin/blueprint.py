"""The admin blueprint: its pages, who may see them, and what its templates can say."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, redirect, render_template, request, url_for
from flask_limiter import Limiter
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from service.domain.explanation import facts_of, pieces_of
from service.domain.vocabulary import Language
from service.flows.desk import NotHere
from service.flows.services import Services
from service.web.admin import (
    actions,
    holds,
    lists,
    outreach,
    sign_in,
    stops,
    threads,
    times,
    why,
    words,
)

TEMPLATES = Path(__file__).resolve().parents[3] / "templates"

_OPEN = frozenset({"admin.login"})
"""What can be seen without signing in."""

_SAY = {
    400: ("That did not work", "The page did not send what we expected. Please try again."),
    404: ("Not here", "There is nothing at this address, or it is not your clinic's."),
    405: ("Not here", "This address only works from a button on its page."),
    413: ("That file is too large", "Please cut the list into parts and upload them one by one."),
    429: ("One moment, please", "Too many tries in a row. Please wait a minute and try again."),
}


def create_admin(services: Services, limiter: Limiter) -> Blueprint:
    """The blueprint to mount at the app's root; its pages live below ``/admin``."""
    page = Blueprint("admin", __name__, url_prefix="/admin", template_folder=str(TEMPLATES))

    @page.before_request
    def staff_only() -> BaseResponse | None:
        if request.endpoint in _OPEN or current_user.is_authenticated:
            return None
        if request.headers.get("Accept") == "application/json":
            return BaseResponse(status=401)
        came_for = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("admin.login", next=came_for))

    @page.app_template_filter("item_words")
    def item_words(key: str) -> str:
        """A checklist item in English; one that is no longer in the pack by its key."""
        try:
            return services.packs.checklist.reason(key, Language.EN)
        except KeyError:
            return words.plain(key)

    page.add_app_template_filter(times.ago, "ago")
    page.add_app_template_filter(times.moment, "moment")
    page.add_app_template_filter(times.clock, "clock")
    page.add_app_template_filter(times.on_day, "on_day")
    page.add_app_template_filter(times.day, "day")
    page.add_app_template_filter(words.age, "age")
    page.add_app_template_filter(words.plain, "plain")
    page.add_app_template_filter(facts_of, "facts")
    page.add_app_template_filter(pieces_of, "pieces")

    @page.context_processor
    def vocabulary() -> dict[str, object]:
        signed_in = current_user.member if current_user.is_authenticated else None
        return {"words": words, "me": signed_in}

    @page.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> tuple[str, int]:
        return _problem(
            400,
            "This page was open for too long",
            "Nothing was changed. Please go back, reload the page and try again.",
        )

    @page.errorhandler(NotHere)
    def nothing_there(error: NotHere) -> tuple[str, int]:
        return _problem(404, *_SAY[404])

    @page.errorhandler(HTTPException)
    def in_words(error: HTTPException) -> tuple[str, int] | HTTPException:
        code = error.code or 500
        if code not in _SAY:
            return error
        return _problem(code, *_SAY[code])

    sign_in.add_to(page, services, limiter)
    holds.add_to(page, services)
    lists.add_to(page, services)
    threads.add_to(page, services)
    why.add_to(page, services)
    actions.add_to(page, services)
    stops.add_to(page, services)
    outreach.add_to(page, services)
    return page


def _problem(code: int, title: str, advice: str) -> tuple[str, int]:
    return render_template("admin/problem.html", title=title, advice=advice), code
