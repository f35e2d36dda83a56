"""Acting as the front desk: a signed-in browser without a browser, and parents to look after."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from service.flows.deliver import drain_texts
from service.flows.inbox import find
from service.flows.intake import Intake
from service.flows.onboarding import open_clinic
from service.flows.reply import drain_replies
from service.flows.staff import add_staff
from service.store.models import AlertRow
from service.web.app import create_app
from tests.support.installation import PARENT, Installation
from tests.support.webhook import inbound

EMAIL, PASSWORD = "desk@example.com", "a long password"
OTHER_NUMBER = "+15005550009"
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Desk:
    """One member of staff at their screen."""

    client: FlaskClient
    staff_id: int

    def get(self, path: str) -> str:
        """A page that must be there."""
        response = self.client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        return response.text

    def post(self, path: str, follow: bool = False, **fields: str) -> TestResponse:
        """Press a button of the inbox or a conversation."""
        data = {"csrf_token": token_of(self.client), **fields}
        return self.client.post(path, data=data, follow_redirects=follow)


def token_of(client: FlaskClient, path: str = "/admin/") -> str:
    """The token that a page gives its forms."""
    found = _TOKEN.search(client.get(path).text)
    assert found, "the page has no form"
    return found[1]


def sign_in(client: FlaskClient, email: str, password: str, next_page: str = "") -> TestResponse:
    """Fill in the sign-in page."""
    path = "/admin/login" + (f"?next={next_page}" if next_page else "")
    data = {"csrf_token": token_of(client, path), "email": email, "password": password}
    return client.post(path, data=data)


def desk_at(place: Installation, app: Flask | None = None, email: str = EMAIL) -> Desk:
    """A new member of staff of the installation's clinic, signed in."""
    staff_id = add_staff(place.services, place.clinic_id, email, PASSWORD)
    client = (app or create_app(place.services)).test_client()
    assert sign_in(client, email, PASSWORD).status_code == 303
    return Desk(client, staff_id)


def say(place: Installation, *bodies: str, number: str = PARENT, **changes: str) -> int:
    """A parent texts, and is answered; their conversation's id."""
    intake = Intake(place.services)
    for body in bodies:
        intake.take_sms(inbound(body, number, **changes))
        drain_replies(place.services)
        drain_texts(place.services)
    found = None
    for clinic_id in (place.clinic_id, place.clinic_id + 1):
        found = found or find(place.services, clinic_id, number)
    assert found is not None
    return found


def second_clinic(place: Installation) -> int:
    """Another clinic on the same installation; its id."""
    return open_clinic(
        place.services,
        name="Other Clinic",
        number=OTHER_NUMBER,
        phone="(312) 555-0143",
        time_zone="America/New_York",
        booking_link="https://other.example/book",
        offers=("OT", "PT"),
        messaging_service_sid=None,
    )


def open_alerts(place: Installation, conversation_id: int) -> dict[str, int]:
    """A conversation's open alerts: kind and id."""
    with place.services.database.transaction() as session:
        rows = session.execute(
            select(AlertRow.kind, AlertRow.id).where(
                AlertRow.conversation_id == conversation_id, AlertRow.closed_at.is_(None)
            )
        )
        return {kind: alert_id for kind, alert_id in rows}
