"""The carrier's webhook: what is stored, what is refused, and that nothing acts twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from config.settings import load_settings
from service.compose import build_services
from service.flows.deliver import drain_texts
from service.flows.reply import drain_replies
from service.store.migrate import upgrade
from service.store.models import AlertRow, Reply, TextRow
from service.web.app import create_app
from tests.support.installation import PARENT, Installation, environment_for, installed
from tests.support.postgres import PrivatePostgres
from tests.support.webhook import SMS, inbound, post_signed


@pytest.fixture
def client(place: Installation) -> FlaskClient:
    return create_app(place.services).test_client()


def count(place: Installation, table: type) -> int:
    with place.services.database.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_signed_text_is_stored_and_answered_with_empty_twiml(
    place: Installation, client: FlaskClient
) -> None:
    answer = post_signed(client, place.base_url, SMS, inbound("hi"))
    assert answer.status_code == 200
    assert answer.text.endswith("<Response/>")
    with place.services.database.transaction() as session:
        reply = session.scalars(select(Reply)).one()
        assert (reply.body, reply.from_address) == ("hi", PARENT)


def test_body_and_number_are_not_readable_in_the_database(
    place: Installation, client: FlaskClient
) -> None:
    post_signed(client, place.base_url, SMS, inbound("a very private worry"))
    with place.services.database.engine.connect() as connection:
        raw = str(connection.exec_driver_sql("SELECT * FROM replies").mappings().one())
    assert "private" not in raw
    assert PARENT not in raw


@pytest.mark.parametrize("signature", [None, "", "d3Jvbmc=", "not base64 \N{SNOWMAN}"])
def test_a_missing_or_wrong_signature_is_refused_and_nothing_is_stored(
    place: Installation, client: FlaskClient, signature: str | None
) -> None:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    answer = client.post(SMS, data=inbound("hi"), headers=headers)
    assert answer.status_code == 403
    assert count(place, Reply) == 0


def test_an_altered_field_breaks_the_signature(place: Installation, client: FlaskClient) -> None:
    fields = inbound("hi")
    signed = post_signed(client, place.base_url, SMS, fields).request
    altered = {**fields, "Body": "something else"}
    answer = client.post(
        SMS, data=altered, headers={"X-Twilio-Signature": signed.headers["X-Twilio-Signature"]}
    )
    assert answer.status_code == 403


def test_fields_nobody_knows_yet_are_signed_over_and_accepted(
    place: Installation, client: FlaskClient
) -> None:
    fields = inbound("hi", FutureField="x", AnotherOne="\N{SNOWMAN}")
    assert post_signed(client, place.base_url, SMS, fields).status_code == 200


def test_an_older_token_is_still_accepted_while_tokens_rotate(database_url: str) -> None:
    with installed(database_url) as place:
        environment = {**place.environment, "TWILIO_AUTH_TOKENS": "brand-new-token,demo-auth-token"}
        services = build_services(load_settings(environment))
        client = create_app(services).test_client()
        answer = post_signed(client, place.base_url, SMS, inbound("hi"))
        services.database.close()
    assert answer.status_code == 200


@pytest.mark.parametrize("missing", ["MessageSid", "From", "To", "Body"])
def test_a_missing_field_gets_one_line_that_names_it(
    place: Installation, client: FlaskClient, missing: str
) -> None:
    fields = inbound("hi")
    del fields[missing]
    answer = post_signed(client, place.base_url, SMS, fields)
    assert answer.status_code == 400
    assert answer.text.count("\n") == 1
    assert missing in answer.text
    assert count(place, Reply) == 0


@pytest.mark.parametrize("sender", ["garbage", "+1", "+1312555012x", "12"])
def test_a_sender_that_is_no_number_is_refused(
    place: Installation, client: FlaskClient, sender: str
) -> None:
    answer = post_signed(client, place.base_url, SMS, inbound("hi", sender))
    assert (answer.status_code, count(place, Reply)) == (400, 0)


def test_a_number_no_clinic_owns_is_not_found(place: Installation, client: FlaskClient) -> None:
    answer = post_signed(client, place.base_url, SMS, inbound("hi", To="+15005550001"))
    assert answer.status_code == 404


def test_the_same_message_delivered_five_times_at_once_acts_once(
    place: Installation, client: FlaskClient
) -> None:
    fields = inbound("hi")
    app = client.application
    with ThreadPoolExecutor(5) as pool:
        answers = list(
            pool.map(
                lambda _: post_signed(app.test_client(), place.base_url, SMS, fields), range(5)
            )
        )
    assert [answer.status_code for answer in answers] == [200] * 5
    with ThreadPoolExecutor(5) as pool:
        answered = sum(pool.map(lambda _: drain_replies(place.services), range(5)))
    assert answered == 1
    assert (count(place, Reply), count(place, TextRow)) == (1, 1)


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        ("\N{PILE OF POO}" * 1600, {}),
        ("", {}),
        ("   \n ", {}),
        ("", {"NumMedia": "1", "MediaUrl0": "https://media.example/1"}),
        ("\0\ufffd\u202e", {}),
        ("a" * 1600, {}),
    ],
    ids=["1600 emoji", "empty", "blank", "picture without words", "odd characters", "1600 letters"],
)
def test_odd_texts_get_a_kind_answer_or_a_person_never_a_fault(
    place: Installation, client: FlaskClient, body: str, changes: dict[str, str]
) -> None:
    for text in ("hi", "yes", body):
        extra = changes if text == body else {}
        answer = post_signed(client, place.base_url, SMS, inbound(text, **extra))
        assert answer.status_code == 200
        before = count(place, TextRow) + count(place, AlertRow)
        assert drain_replies(place.services) == 1
        drain_texts(place.services)
    assert count(place, TextRow) + count(place, AlertRow) > before


def test_with_postgresql_stopped_the_carrier_is_told_to_come_back(
    private_postgres: PrivatePostgres,
) -> None:
    upgrade(private_postgres.url)
    with installed(private_postgres.url) as place:
        client = create_app(place.services).test_client()
        assert post_signed(client, place.base_url, SMS, inbound("hi")).status_code == 200
        private_postgres.stop()
        away = post_signed(client, place.base_url, SMS, inbound("still there?"))
        health = client.get("/healthz"), client.get("/readyz")
        private_postgres.start()
        back = post_signed(client, place.base_url, SMS, inbound("still there?"))
        assert (away.status_code, back.status_code) == (503, 200)
        assert [answer.status_code for answer in health] == [200, 503]
        assert count(place, Reply) == 2


def test_without_any_start_of_postgresql_the_answer_is_503_as_well() -> None:
    environment = environment_for("postgresql://nobody@127.0.0.1:1/none", "memory://", "")
    services = build_services(load_settings(environment))
    client = create_app(services).test_client()
    answer = post_signed(client, environment["PUBLIC_BASE_URL"], SMS, inbound("hi"))
    assert answer.status_code == 503


def test_in_production_there_is_no_simulator(client: FlaskClient) -> None:
    assert client.get("/simulator").status_code == 404


def test_counters_tell_outcomes_and_nothing_personal(
    place: Installation, client: FlaskClient
) -> None:
    post_signed(client, place.base_url, SMS, inbound("a private worry"))
    client.post(SMS, data=inbound("hi"))
    metrics = client.get("/metrics").text
    assert 'tandem_inbound_texts_total{outcome="new"}' in metrics
    assert 'tandem_inbound_texts_total{outcome="unsigned"}' in metrics
    assert "private" not in metrics
    assert PARENT not in metrics
