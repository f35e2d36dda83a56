"""``/unsubscribe/<token>``: the link of every mail. GET only shows a button (mail scanners follow
links); POST does it at once, without login, cookie or redirect (RFC 8058)."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from service.domain.vocabulary import Language
from service.flows.services import Services
from service.flows.unsubscribe import Choice, LinkPage, NoSuchLink, choose, look, unknown_words


def create_unsubscribe(services: Services) -> Blueprint:
    """The page, for whoever holds a mail of ours."""
    page = Blueprint("unsubscribe", __name__)

    @page.get("/unsubscribe/<token>")
    def ask(token: str) -> Response:
        try:
            return _shown(look(services, token), token)
        except NoSuchLink:
            return _nobody_knows(token)

    @page.post("/unsubscribe/<token>")
    def do(token: str) -> Response:
        wanted = request.form.get("choice", "")
        # A mail program's one-click post holds no choice of ours: it means all.
        choice = Choice(wanted) if wanted in tuple(Choice) else Choice.ALL
        try:
            return _shown(choose(services, token, choice), token)
        except NoSuchLink:
            return _nobody_knows(token)

    def _nobody_knows(token: str) -> Response:
        wanted = request.accept_languages.best_match([language.value for language in Language])
        page = unknown_words(services, Language(wanted or Language.EN.value))
        response = _shown(page, token)
        response.status_code = 404
        return response

    return page


def _shown(page: LinkPage, token: str) -> Response:
    return Response(
        render_template(
            "public/unsubscribe.html",
            language=page.language.value,
            clinic=page.clinic,
            words=page.words,
            state=page.standing.value,
            can_text=page.can_text,
            token=token,
        )
    )
