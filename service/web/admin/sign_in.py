"""Signing in and out, and who is signed in.

A session names the member of staff and a stamp of their password: a new password, or closing the
account, ends every session at its next click. A session lasts a working day at most.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time

from flask import (
    Blueprint,
    Flask,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from service.flows.services import Services
from service.flows.staff import StaffMember, authenticate, staff_by_id
from service.web.admin.forms import LoginForm

LONGEST_SESSION_SECONDS = 12 * 3600
_SINCE = "signed_in_at"

_OURS = re.compile(r"/admin([/?#][!-\[\]-~]*)?")
"""A page of the admin: a path from the root, in plain letters, without a backslash."""

TRIES_FOR_ONE_ACCOUNT = "10 per minute"
TRIES_FROM_ONE_ADDRESS = "60 per minute"


class SignedIn(UserMixin):
    """A member of staff as Flask-Login knows them."""

    def __init__(self, member: StaffMember) -> None:
        self.member = member

    def get_id(self) -> str:
        """What the session cookie carries."""
        return f"{self.member.id}.{self.member.stamp}"


def me() -> StaffMember:
    """Who is signed in. Only for pages that need it."""
    member: StaffMember = current_user.member
    return member


def init_login(app: Flask, services: Services) -> None:
    """Teach the app who is signed in."""
    manager = LoginManager(app)
    manager.session_protection = "basic"

    @manager.user_loader
    def load(session_id: str) -> SignedIn | None:
        staff_id, _, stamp = session_id.partition(".")
        if not staff_id.isascii() or not staff_id.isdigit():
            return None
        if time.time() - session.get(_SINCE, 0) > LONGEST_SESSION_SECONDS:
            return None
        member = staff_by_id(services, int(staff_id))
        if member is None or not hmac.compare_digest(member.stamp.encode(), stamp.encode()):
            return None
        return SignedIn(member)


def add_to(page: Blueprint, services: Services, limiter: Limiter) -> None:
    """Add the sign-in and sign-out routes."""

    @page.route("/login", methods=["GET", "POST"])
    @limiter.limit(TRIES_FROM_ONE_ADDRESS, methods=["POST"])
    @limiter.limit(TRIES_FOR_ONE_ACCOUNT, key_func=_one_account, methods=["POST"])
    def login() -> BaseResponse | str | tuple[str, int]:
        target = local_path(request.args.get("next", "")) or url_for("admin.inbox")
        if current_user.is_authenticated:
            return redirect(target)
        form = LoginForm()
        if not form.validate_on_submit():
            status = 422 if form.is_submitted() else 200
            return render_template("admin/login.html", form=form, wrong=False), status
        member = authenticate(services, form.email.data, form.password.data)
        if member is None:
            return render_template("admin/login.html", form=form, wrong=True), 401
        session.clear()  # nothing of the stranger's session lives on
        session.permanent = True
        session[_SINCE] = int(time.time())
        login_user(SignedIn(member))
        return redirect(target, code=303)

    @page.post("/logout")
    def logout() -> BaseResponse:
        logout_user()
        session.clear()
        return redirect(url_for("admin.login"), code=303)


def local_path(written: str) -> str | None:
    """The address to go on to after signing in, if it is a page of the admin here, else None."""
    return written if _OURS.fullmatch(written) else None


def _one_account() -> str:
    """One visitor trying one account; the address typed is not kept anywhere in the clear."""
    typed = request.form.get("email", "").strip().lower()
    key = str(current_app.secret_key).encode()
    named = hmac.new(key, typed.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{get_remote_address()}:{named}"
