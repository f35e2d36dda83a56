"""The faulty mail server and the mailboxes: each fault is what it says, and the truth is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from config.smtp_url import read_smtp_url
from service.channels import smtp
from service.channels.errors import AddressRefused, OutcomeUnknown, SendError, TryLater
from service.channels.mail_tokens import MailTokens
from service.channels.smtp import SmtpMail
from tests.faults.launch import watch_last_dot
from tests.faults.mail_server import FaultyMailServer
from tests.faults.points import ControlFolder, Points
from tests.faults.rates import NONE, Dice, Handover, Rates
from tests.faults.truth import Notebook

_A_COMMIT = 0.05
TOKENS = MailTokens("a secret for tests only")


class World:
    """A server, what it remembers, and a client of the product's own."""

    def __init__(self) -> None:
        self.dice = Dice(1)
        self.notebook = Notebook()
        self.server = FaultyMailServer(self.dice, self.notebook, TOKENS)
        self.client = SmtpMail(read_smtp_url(self.server.url), "mail.example")
        self.got: list[str] = []
        self.server.on_mail = lambda address, raw: self.got.append(address)

    def send(self, text_id: int, fault: Handover | None = None, to: str = "a@x.example") -> None:
        self.dice.rates = Rates(handover={fault: 1.0}) if fault else NONE
        mail = f"Message-ID: {TOKENS.message_id(text_id, 'mail.example')}\r\n\r\nwords\r\n"
        self.client.send(
            envelope_from="b@mail.example",
            to=to,
            mail=mail.encode(),
            before_last_dot=lambda: time.sleep(_A_COMMIT),
        )

    def close(self) -> None:
        self.client.close()
        self.server.close()


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


def test_what_is_taken_is_remembered_by_the_text_it_carries(world: World) -> None:
    world.send(7)
    (took,) = world.notebook.all().took
    assert (took.text_id, took.who, took.body.strip()) == (7, "a@x.example", "words")
    assert world.got == ["a@x.example"]


@pytest.mark.parametrize(
    ("fault", "error", "dots", "taken"),
    [
        (Handover.RECIPIENT_FOR_NOW, TryLater, 0, 0),
        (Handover.CLOSED_BEFORE_DOT, TryLater, 0, 0),
        (Handover.WORDS_FOR_NOW, TryLater, 1, 0),
        (Handover.CLOSED_TAKEN, OutcomeUnknown, 1, 1),
        (Handover.CLOSED_NOT_TAKEN, OutcomeUnknown, 1, 0),
        (Handover.SILENT_TAKEN, OutcomeUnknown, 1, 1),
        (Handover.SILENT_NOT_TAKEN, OutcomeUnknown, 1, 0),
    ],
)
def test_each_fault_is_what_it_says(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    fault: Handover,
    error: type[SendError],
    dots: int,
    taken: int,
) -> None:
    monkeypatch.setattr(smtp, "TAKING_SECONDS", 0.3)
    with pytest.raises(error):
        world.send(7, fault)
    truth = world.notebook.all()
    assert (len(truth.dots), len(truth.took)) == (dots, taken)
    assert world.got == ["a@x.example"] * taken


def test_a_mailbox_that_does_not_exist_is_refused_for_good(world: World) -> None:
    world.server.has_no("a@x.example")
    with pytest.raises(AddressRefused):
        world.send(7)


def test_a_mail_that_comes_back_lies_in_nobodys_mailbox(world: World) -> None:
    back: list[Any] = []
    world.server.on_bounce = lambda sender, address, raw: back.append((sender, address))
    world.server.sends_back("a@x.example")
    world.send(7)
    assert back == [("b@mail.example", "a@x.example")]
    assert world.got == []
    assert world.notebook.all().bounced == {7}


def test_who_hangs_up_right_after_the_last_dot_has_sent_it(world: World) -> None:
    class Died(BaseException):
        pass

    def die(connection: Any) -> None:
        connection.send(b".\r\n")
        raise Died

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(smtp, "_finish", die)
        with pytest.raises(Died):
            world.send(7)
    world.send(8)
    assert [took.text_id for took in world.notebook.all().took] == [7, 8]


def test_the_last_dot_has_a_point_before_it_and_one_after_it(
    world: World, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    control = ControlFolder(tmp_path)
    monkeypatch.setattr(smtp, "_finish", smtp._finish)  # put back afterwards
    watch_last_dot(smtp, Points(tmp_path))
    world.send(7)
    world.send(8)
    assert control.seen() == ["mail.last dot: after", "mail.last dot: before"]
    assert len(world.notebook.all().took) == 2
