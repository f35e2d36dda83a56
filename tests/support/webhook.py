"""Acting as the carrier: signed webhooks against a Flask test client or a running server."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from service.local.home import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from tests.support.installation import CLINIC_NUMBER, PARENT

SMS = "/webhooks/twilio/sms"


def inbound(body: str, number: str = PARENT, **changes: str) -> dict[str, str]:
    """The fields of an inbound text; ``changes`` add or replace some."""
    sid = f"SM{uuid.uuid4().hex}"
    fields = {
        "MessageSid": sid,
        "SmsSid": sid,
        "AccountSid": DEMO_ACCOUNT_SID,
        "From": number,
        "To": CLINIC_NUMBER,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "FromCity": "CHICAGO",
        "ApiVersion": "2010-04-01",
    }
    return {**fields, **changes}


def post_signed(
    client: FlaskClient,
    base_url: str,
    path: str,
    fields: Mapping[str, str],
    *,
    token: str = DEMO_AUTH_TOKEN,
) -> TestResponse:
    """Post as the carrier does."""
    signature = RequestValidator(token).compute_signature(base_url + path, dict(fields))
    return client.post(path, data=fields, headers={"X-Twilio-Signature": signature})
