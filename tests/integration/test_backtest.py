"""Other content tried on stored conversations: the same questions, nothing sent, safety first."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.fernet import Fernet
from sqlalchemy import text, update

from config.packs import PROJECT, load_packs
from service.cli import tandem
from service.domain.backtest import Kind, Tally
from service.domain.reading.word_tree import Node
from service.flows import backtest as flow
from service.flows.outreach import invite
from service.store.models import ConversationRow
from tests.support.admin import OTHER_NUMBER, say, second_clinic
from tests.support.installation import Installation

pytestmark = pytest.mark.usefixtures("lexicons_once")


def number(n: int) -> str:
    return f"+1312555{n:04d}"


def copied(folder: Path) -> Path:
    """A copy of the content, to be changed."""
    return Path(shutil.copytree(PROJECT / "config", folder / "mine"))


def change(config: Path, name: str, old: str, new: str) -> None:
    path = config / name
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")


def run(place: Installation, *arguments: str) -> Result:
    return CliRunner().invoke(tandem, ["backtest", *arguments], env=place.environment)


def test_unchanged_content_would_change_nothing(place: Installation, tmp_path: Path) -> None:
    say(place, "hi", "yes", "4 years", "1 3", "7 and 9", "no", "booked", number=number(1))
    say(place, "hola", "si", "tiene 3 años y se cae mucho", number=number(2))
    say(place, "hi", "she is choking", number=number(3))
    answer = run(place, "--pack", str(copied(tmp_path)))
    assert answer.exit_code == 0, answer.output
    assert "nothing would change" in answer.output
    assert "12 replies of 3 conversations" in answer.output


def test_whole_conversations_and_replies_are_listed_safety_first_and_no_number_is_shown(
    place: Installation, tmp_path: Path
) -> None:
    falls = say(place, "hi", "yes", "he is 4 and falls a lot, call 312-555-0142", number=number(1))
    choking = say(place, "hi", "yes", "she is choking", number=number(2))
    stops = say(place, "hi", "yes", "stop texting me", number=number(3))
    same = say(place, "hi", "yes", "4", "1 3", "none", "no", number=number(4))
    config = copied(tmp_path)
    for path in (config / "intents").glob("stop*.yaml"):
        change(config, f"intents/{path.name}", "intent: stop\n", "intent: help\n")
    for path in (config / "safety").glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("choking", "zzzz"), "utf-8")
    for path in (config / "lexicon").glob("*.yaml"):
        content = path.read_text("utf-8")
        path.write_text(content.replace("domains: [balance]", "domains: [sensory]"), "utf-8")
    before = stored(place)

    answer = run(place, "--pack", str(config))
    assert answer.exit_code == 0, answer.output
    listed = [line for line in answer.output.splitlines() if "conversation " in line]
    safety = [line for line in listed if line.startswith("!! ")]
    assert safety == listed[: len(safety)]
    assert {int(line.split("conversation ")[1].split(",")[0].split(":")[0]) for line in safety} == {
        choking, stops,
    }  # fmt: skip
    assert any(f"conversation {choking}:" in line and "flag lost" in line for line in safety)
    assert any(f"conversation {stops}:" in line and "opt-out lost" in line for line in safety)
    others = "\n".join(line for line in listed if not line.startswith("!! "))
    assert f"conversation {falls}: suggestion PT -> OT" in others
    assert f"conversation {same}" not in answer.output
    assert "PT -> OT" in answer.output
    for private in ("312", "0142", "555"):
        assert private not in answer.output
    assert stored(place) == before


def stored(place: Installation) -> tuple[list[Any], ...]:
    """Everything that is stored, sealed as it lies there."""
    tables = ("conversations", "replies", "texts", "suggestions", "reminders", "alerts", "packs")
    with place.services.database.transaction() as session:
        return tuple(
            list(session.execute(text(f"SELECT * FROM {table} ORDER BY 1")))  # noqa: S608
            for table in tables
        )


def test_numbers_stay_those_of_the_list_that_was_sent(place: Installation, tmp_path: Path) -> None:
    conversation = say(place, "hi", "yes", "4 years", "1 3", "7", "no")
    first, _, third, *_ = load_packs().packs.checklist.lists_for(48)[0]
    config = copied(tmp_path)
    path = config / "checklist" / "moving.yaml"
    items = path.read_text("utf-8").split("  - id: ")
    kept = [item for item in items if f"key: {first.key}\n" not in item]
    assert len(kept) == len(items) - 1
    path.write_text("  - id: ".join(kept), "utf-8")

    answer = run(place, "--pack", str(config), "--json")
    assert answer.exit_code == 0, answer.output
    *changes, summary = map(json.loads, answer.stdout.splitlines())
    # What had been number 1 is gone; what had been number 3 still is what it was then.
    (reply,) = [row for row in changes if row["kind"] == "reply"]
    assert reply["conversation"] == conversation
    assert "numbers" not in reply["fields"]
    lost = {cause["rule"] for cause in reply["fires_no_longer"]}
    assert f"P-{first.key}" in lost
    assert f"P-{third.key}" not in lost
    assert summary["replies"] == 6


def test_a_conversation_begun_anew_counts_each_time(place: Installation, tmp_path: Path) -> None:
    say(place, "hi", "yes", "4", "1 3", "7", "no", "START", "6 years", "2", "none", "no")
    answer = run(place, "--pack", str(copied(tmp_path)), "--json")
    summary = json.loads(answer.stdout.splitlines()[-1])
    assert sum(pair["times"] for pair in summary["suggestions"]) == 2
    assert summary["drifted"] == 0


def test_one_clinic_a_date_and_a_number_choose_the_conversations(
    place: Installation, tmp_path: Path
) -> None:
    second_clinic(place)
    old = say(place, "hi", number=number(1))
    for n in (2, 3, 4):
        say(place, "hi", number=number(n))
    say(place, "hi", number=number(5), To=OTHER_NUMBER)
    with place.services.database.transaction() as session:
        session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == old)
            .values(last_message_at=datetime(2025, 1, 1, tzinfo=UTC))
        )
    config = str(copied(tmp_path))

    def conversations(*more: str) -> int:
        answer = run(place, "--pack", config, "--json", *more)
        assert answer.exit_code == 0, answer.output
        found: int = json.loads(answer.stdout.splitlines()[-1])["conversations"]
        return found

    assert conversations() == 5
    assert conversations("--clinic", "Other Clinic") == 1
    assert conversations("--since", "2026-01-01") == 4
    assert conversations("--limit", "3") == 3
    unknown = run(place, "--pack", config, "--clinic", "Nobody")
    assert unknown.exit_code == 2
    assert "there is no clinic 'Nobody'" in unknown.output


def test_conversations_are_read_page_by_page_and_each_of_them_once(
    place: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow, "PAGE", 2)
    for n in range(5):
        say(place, "hi", "yes", "falls a lot", number=number(n))
    packs = load_packs().packs
    seen: list[int] = []
    tally = Tally()

    def note(tally: Tally) -> None:
        seen.append(tally.conversations)

    assert list(flow.backtest(place.services, packs, tally, progress=note)) == []
    assert seen == [1, 2, 3, 4, 5]
    assert tally.replies == 15

    speechless = replace(packs, lexicon=replace(packs.lexicon, tree=Node()))
    tally = Tally()
    changes = flow.backtest(place.services, speechless, tally)
    first = next(changes)
    assert first.conversation is not None
    # Told as found: the other pages have not been looked at yet.
    assert tally.conversations == 1
    suggestions = [c for c in (first, *changes) if c.reply is None and Kind.SUGGESTION in c.kinds]
    assert len(suggestions) == 5


def test_families_that_never_answered_cost_nothing(place: Installation, tmp_path: Path) -> None:
    listed = "number,consent_source,consent_date\n" + "".join(
        f"{number(n)},form,2026-03-31\n" for n in range(20)
    )
    invite(place.services, place.clinic_id, io.BytesIO(listed.encode()), name="list")
    say(place, "yes", number=number(3))
    answer = run(place, "--pack", str(copied(tmp_path)))
    assert "1 replies of 1 conversations" in answer.output


def test_one_conversation_that_cannot_be_read_is_counted_and_left_out(
    place: Installation, tmp_path: Path
) -> None:
    spoilt = [say(place, "hi", number=number(n)) for n in (1, 2)]
    say(place, "hi", number=number(3))
    with place.services.database.transaction() as session:
        session.execute(
            update(ConversationRow)
            .where(ConversationRow.id == spoilt[0])
            .values(state='{"step": "no such step"}')
        )
        session.execute(
            text("UPDATE replies SET body = 'x' WHERE conversation_id = :id"), {"id": spoilt[1]}
        )
    answer = run(place, "--pack", str(copied(tmp_path)))
    assert answer.exit_code == 0, answer.output
    assert "1 replies of 1 conversations" in answer.output
    assert "2 conversations left out" in answer.output


def test_other_keys_a_broken_pack_and_no_database_are_refused_in_one_line(
    place: Installation, tmp_path: Path
) -> None:
    say(place, "hi")
    config = copied(tmp_path)
    others = {**place.environment, "ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    gone = {**place.environment, "DATABASE_URL": "postgresql+psycopg://127.0.0.1:1/none"}
    for environment, told in ((others, "ENCRYPTION_KEYS"), (gone, "DATABASE_URL")):
        answer = CliRunner().invoke(tandem, ["backtest", "--pack", str(config)], env=environment)
        assert answer.exit_code == 2
        assert told in answer.output
        assert len(answer.output.strip().splitlines()) == 1
    change(config, "triage/rules.yaml", "id: T-both", "id: T-none-of-these")
    answer = run(place, "--pack", str(config))
    assert answer.exit_code == 2
    assert f"{config}/triage/rules.yaml:" in answer.output
    assert "T-both" in answer.output
