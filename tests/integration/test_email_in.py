"""``tandem email-in``: what a mail server sees of it, and what ``--dry-run`` prints."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from service.cli import tandem
from service.flows.families import show
from tests.support.installation import ANA, Installation, installed
from tests.support.smtp_server import SmtpServer, smtp_server

MAIL = (
    "From: Ana López <Ana@Example.com>\r\n"
    "To: Sunny Days <reply+mfrggzdfmztwq2lk@mail.tandem.example>\r\n"
    "Subject: Re: A message\r\nMessage-ID: <1@example.com>\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    "Hola,\r\nse cae mucho ñandú\r\n\r\nEl lun, 30 nov 2026 a las 16:10, Sunny Days\r\n"
    "(<sunny-days@mail.tandem.example>) escribió:\r\n\r\n> ¿Le preocupa algo?\r\n"
).encode()


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def place(database_url: str, server: SmtpServer) -> Iterator[Installation]:
    with installed(database_url, smtp_url=server.url) as place:
        yield place


def run(raw: bytes, *options: str, environment: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(tandem, ["email-in", *options], input=raw, env=environment)


def test_a_dry_run_needs_nothing_and_prints_what_was_read() -> None:
    answer = run(MAIL, "--dry-run", environment={"DATABASE_URL": ""})
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output) == {
        "text": "Hola,\nse cae mucho ñandú",
        "automatic": False,
        "from": ANA,
        "token": "mfrggzdfmztwq2lk",
        "attachments": [],
        "inline_answers": False,
    }


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe rubbish"])
def test_what_is_no_mail_is_refused_for_good_in_one_line(place: Installation, raw: bytes) -> None:
    for options in ([], ["--dry-run"]):
        answer = run(raw, *options, environment=place.environment)
        assert answer.exit_code == 2
        assert len(answer.output.strip().splitlines()) == 1


def test_a_mail_is_stored_and_in_a_local_run_answered_at_once(
    place: Installation, server: SmtpServer
) -> None:
    answer = run(MAIL, environment=place.environment)
    assert (answer.exit_code, answer.output) == (0, "new\n")
    assert run(MAIL, environment=place.environment).output == "repeated\n"
    assert [to for _, to, _ in server.taken] == [ANA]
    assert show(place.services, ANA)["messages"][0]["channel"] == "email"


@pytest.mark.parametrize(
    "broken",
    [
        {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"},
        {"SMTP_URL": "nonsense"},
        {"SMTP_URL": ""},
        {"ENCRYPTION_KEYS": ""},
    ],
)
def test_a_mail_server_keeps_what_only_our_side_is_not_ready_for(
    place: Installation, broken: dict[str, str]
) -> None:
    answer = run(MAIL, environment={**place.environment, **broken})
    assert answer.exit_code == 75
    assert len(answer.output.strip().splitlines()) == 1
