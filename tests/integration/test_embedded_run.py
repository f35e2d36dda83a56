"""``tandem up``: one command, one place, one at a time, and the data stays."""

from __future__ import annotations

import json
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.ports import free_port
from tests.support.processes import Processes, Running

PARENT = "+13125550142"
MAILBOX = "ana@example.com"


class Local:
    """An embedded run as its user sees it."""

    def __init__(self, processes: Processes, home: Path) -> None:
        self.processes = processes
        self.environment = {
            "TANDEM_HOME": str(home), "PORT": str(free_port()), "DATABASE_URL": "", "REDIS_URL": "",
        }  # fmt: skip
        self.address = f"http://127.0.0.1:{self.environment['PORT']}"

    def up(self) -> Running:
        running = self.processes.tandem("up", environment=self.environment)
        running.wait_for_output("Tandem is running", seconds=60)
        return running

    def run(self, *arguments: str) -> Running:
        process = self.processes.tandem(*arguments, environment=self.environment)
        process.wait_for_end(seconds=60)
        return process

    def show(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("show", PARENT, "--json").output)
        return found

    def text(self, *bodies: str) -> None:
        """Text as the parent does, each after the answer to the one before."""
        for body in bodies:
            before = len(self.texts())
            answer = requests.post(
                f"{self.address}/simulator/texts", json={"number": PARENT, "body": body}, timeout=30
            )
            assert answer.ok, answer.text
            deadline = time.monotonic() + 60
            while len(self.texts()) <= before:
                assert time.monotonic() < deadline, f"no answer to {body!r}"
                time.sleep(0.05)

    def mail(self, text: str) -> None:
        """Mail as the parent does, until the answer is there."""
        answer = requests.post(
            f"{self.address}/simulator/mails",
            json={
                "address": MAILBOX,
                "to": "sunny-days@mail.tandem.example",
                "subject": "A question",
                "text": text,
            },
            timeout=30,
        )
        assert answer.ok, answer.text
        deadline = time.monotonic() + 60
        while not self.mails():
            assert time.monotonic() < deadline, f"no answer to {text!r}"
            time.sleep(0.05)

    def mails(self) -> list[dict[str, Any]]:
        """The clinic's mails in the parent's mailbox."""
        found: list[dict[str, Any]] = requests.get(
            f"{self.address}/simulator/mails", params={"address": MAILBOX, "after": 0}, timeout=30
        ).json()["mails"]
        return [mail for mail in found if not mail["own"]]

    def texts(self) -> list[str]:
        messages = requests.get(
            f"{self.address}/simulator/messages", params={"number": PARENT, "after": 0}, timeout=30
        ).json()["messages"]
        return [m["body"] for m in messages if m["from"] == "clinic"]


@pytest.fixture
def local(home: Path, processes: Processes) -> Local:
    return Local(processes, home)


def test_up_prints_each_step_the_address_and_the_login_and_stays_one_of_its_kind(
    local: Local,
) -> None:
    began = time.monotonic()
    first = local.up()
    first_took = time.monotonic() - began
    assert local.address in first.output
    assert re.search(r"demo login +demo@example.com +password +\S{10,}", first.output)
    assert "database: starting" in first.output
    second = local.run("up")
    assert second.exit_code == 2
    assert second.output == f"tandem: Tandem is already running here: {local.address}\n"
    assert first.interrupt() == 0
    assert "stopped" in first.output

    began = time.monotonic()
    again = local.up()
    # Nothing is made anew: both starts are mostly the reading of the content, 5 s alone on a quiet
    # machine and some 20 s where other tests share a slow one, so one is measured by the other.
    assert time.monotonic() - began < 2 * first_took
    assert re.findall(r"password +(\S+)", again.output) == re.findall(
        r"password +(\S+)", first.output
    )
    again.interrupt()


def test_a_parent_reaches_a_suggestion_and_its_reminders_one_jump_each(local: Local) -> None:
    local.up()
    local.text("hi", "yes", "4 years", "1 3", "7 8", "no")
    found = local.show()
    assert (found["step"], found["suggestion"]) == ("suggested", "BOTH")
    due = [r for r in found["reminders"] if r["state"] == "due"]
    assert [r["kind"] for r in due] == ["booking_1", "booking_2", "booking_3"]
    deadline = time.monotonic() + 30
    while len(local.texts()) < 7 and time.monotonic() < deadline:
        time.sleep(0.05)
    before = len(local.texts())

    jumped = requests.post(
        f"{local.address}/simulator/jump", json={"number": PARENT}, timeout=60
    ).json()
    assert "booking" in json.dumps(jumped)
    assert len(local.texts()) == before + 1

    second = local.run("tick", "--as-of", due[1]["due_at"])
    assert second.exit_code == 0
    assert "1 reminders due" in second.output
    assert len(local.texts()) == before + 2

    local.text("BOOKED")
    month = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    assert "0 texts sent" in local.run("tick", "--as-of", month).output
    found = local.show()
    assert found["booked"] is True
    assert [r["state"] for r in found["reminders"]] == ["sent", "sent", "cancelled"]


def test_a_parent_mails_from_the_pane_and_is_answered_and_unsubscribes(local: Local) -> None:
    local.up()
    local.mail("My son is 4. He falls a lot.")
    answers = local.mails()
    assert answers[0]["from"] == "Sunny Days Pediatric Therapy"
    shown = local.run("show", MAILBOX, "--json")
    assert json.loads(shown.output)["messages"][0]["channel"] == "email"
    pressed = requests.post(
        f"{local.address}/simulator/mails/{answers[0]['id']}/unsubscribe",
        json={"address": MAILBOX},
        timeout=30,
    )
    assert pressed.ok, pressed.text
    assert json.loads(local.run("show", MAILBOX, "--json").output)["stopped"] is True


def test_killed_hard_it_starts_again_with_everything_it_knew(local: Local) -> None:
    first = local.up()
    local.text("hi", "yes")
    first.kill()
    local.up()
    assert local.show()["step"] == "age"
    local.text("4 years")
    assert local.show()["step"] == "checklist_1"


def test_a_list_is_invited_from_the_command_line_with_its_report(
    local: Local, tmp_path: Path
) -> None:
    local.up()
    file = tmp_path / "list.csv"
    file.write_text(
        "number,consent_source,consent_date\n"
        "+13125550177,form,2026-01-01\nnonsense,form,2026-01-01\n"
    )
    report = tmp_path / "bad.csv"
    done = local.run("invite", str(file), "--report", str(report))
    assert done.exit_code == 0
    assert "line 3: bad: number: not a phone number" in done.output
    assert "1 good, 1 bad" in done.output
    assert report.read_text().splitlines() == [
        "number,consent_source,consent_date,reason",
        "nonsense,form,2026-01-01,bad: number: not a phone number",
    ]


def test_a_taken_port_is_named_with_what_to_do(local: Local, processes: Processes) -> None:
    other = Local(processes, Path(local.environment["TANDEM_HOME"]))
    holder = processes.start(
        "holder",
        ["python3", "-m", "http.server", "--bind", "127.0.0.1", local.environment["PORT"]],
    )
    holder.wait_for_http(local.address)
    process = local.run("up")
    assert process.exit_code == 2
    assert f"port {local.environment['PORT']} is taken" in process.output.splitlines()[-1]
    assert other.run("show", PARENT).output.startswith("tandem: DATABASE_URL is not set")
