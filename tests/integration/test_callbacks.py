"""Status callbacks from outside: any order, any field, any id; nothing crashes, no step back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from werkzeug.test import TestResponse

from service.flows.reply import drain_replies
from service.web.app import create_app
from tests.support.installation import Installation, installed
from tests.support.talk import take, texts_of
from tests.support.webhook import post_signed


@pytest.fixture
def place(database_url: str) -> Iterator[Installation]:
    with installed(database_url) as place:
        take(place, "hi")
        drain_replies(place.services)
        yield place


@pytest.fixture
def client(place: Installation) -> FlaskClient:
    return create_app(place.services).test_client()


def report(place: Installation, client: FlaskClient, text_id: int, **fields: str) -> TestResponse:
    given = {"MessageSid": "SM1", "MessageStatus": "sent", **fields}
    return post_signed(client, place.base_url, f"/webhooks/twilio/status/{text_id}", given)


def unknown_so_far() -> float:
    return REGISTRY.get_sample_value(
        "tandem_status_callbacks_total", {"outcome": "unknown"}
    ) or 0.0  # fmt: skip


def state(place: Installation) -> str:
    return texts_of(place)[0].state


ORDERS = list(itertools.permutations(["queued", "sent", "delivered"]))


@pytest.mark.parametrize("order", ORDERS, ids=["-".join(order) for order in ORDERS])
def test_in_any_order_and_twice_it_ends_delivered(
    place: Installation, client: FlaskClient, order: tuple[str, ...]
) -> None:
    (text,) = texts_of(place)
    for status in (*order, *order):
        assert report(place, client, text.id, MessageStatus=status).status_code == 204
    assert state(place) == "delivered"
    assert len(texts_of(place)) == 1


def test_unknown_ids_are_counted_and_accepted(place: Installation, client: FlaskClient) -> None:
    before = unknown_so_far()
    for text_id in (10**12, 2**63 - 1):
        assert report(place, client, text_id).status_code == 204
    (text,) = texts_of(place)
    report(place, client, text.id)
    assert report(place, client, text.id, MessageSid="SM-another").status_code == 204
    assert unknown_so_far() == before + 3
    assert state(place) == "sent"


def test_an_id_no_database_could_hold_is_not_found(
    place: Installation, client: FlaskClient
) -> None:
    before = unknown_so_far()
    assert report(place, client, 2**63).status_code == 404
    path = "/webhooks/twilio/status/none"
    fields = {"MessageSid": "SM1", "MessageStatus": "sent"}
    assert post_signed(client, place.base_url, path, fields).status_code == 404
    assert unknown_so_far() == before + 2


def test_unsigned_ones_change_nothing(place: Installation, client: FlaskClient) -> None:
    (text,) = texts_of(place)
    path = f"/webhooks/twilio/status/{text.id}"
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert client.post(path, data=fields).status_code == 403
    wrong = post_signed(client, place.base_url, path, fields, token="another")
    assert wrong.status_code == 403
    assert state(place) == "queued"


@pytest.mark.parametrize(
    ("fields", "status", "expected"),
    [
        ({"FutureField": "x", "RawDlrDoneDate": "2611301200"}, 204, "sent"),
        ({"MessageStatus": "teleported"}, 204, "queued"),
        ({"MessageStatus": ""}, 400, "queued"),
        ({"MessageSid": ""}, 400, "queued"),
        ({"MessageSid": "SM\0"}, 400, "queued"),
        ({"MessageSid": "S" * 65}, 400, "queued"),
        ({"MessageStatus": "undelivered", "ErrorCode": "9" * 40}, 204, "undelivered"),
        ({"MessageStatus": "undelivered", "ErrorCode": "-1"}, 204, "undelivered"),
        ({"MessageStatus": "undelivered", "ErrorCode": "\N{SUPERSCRIPT TWO}"}, 204, "undelivered"),
        ({"MessageStatus": "undelivered", "ErrorCode": "30099"}, 204, "undelivered"),
        ({"MessageStatus": "read"}, 204, "delivered"),
        ({"MessageStatus": "canceled"}, 204, "failed"),
    ],
)
def test_odd_fields_get_an_answer_and_never_a_fault(
    place: Installation,
    client: FlaskClient,
    fields: dict[str, str],
    status: int,
    expected: str,
) -> None:
    (text,) = texts_of(place)
    assert report(place, client, text.id, **fields).status_code == status
    assert state(place) == expected


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
def test_a_reply_with_characters_no_field_has_is_refused_in_one_line(
    place: Installation, client: FlaskClient, field: str
) -> None:
    from tests.support.webhook import SMS, inbound

    answer = post_signed(client, place.base_url, SMS, {**inbound("hi"), field: "SM\0 1"})
    assert answer.status_code == 400
    assert field in answer.text
