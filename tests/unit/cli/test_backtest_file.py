"""``tandem backtest --from``: replies of a file under changed content, and how it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from config.packs import PROJECT, load_packs
from service.cli import backtest_run, tandem

pytestmark = pytest.mark.usefixtures("lexicons_once")

REPLIES: list[dict[str, Any]] = [
    {"id": "choking", "text": "she is choking"},
    {"id": "stop", "text": "stop calling me at 312-555-0142"},
    {"id": "blibber", "text": "she cant work the blibber, mail ana@example.com"},
    {"id": "falls", "text": "falls a lot"},
    {"id": 5, "asked": "checklist_1", "text": "1 3", "age_months": 48, "lang": "es"},
]
WORDS = """
concerns:
  - id: self_care.blibber
    kind: skill
    domains: [self_care]
    source: a therapist
    en: [work the blibber]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    shutil.copytree(PROJECT / "config", folder)
    return folder


@pytest.fixture
def replies(tmp_path: Path) -> Path:
    file = tmp_path / "replies.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in REPLIES))
    return file


def run(*arguments: object, stdin: str | None = None) -> Result:
    # Without a database in reach: a file needs none.
    environment = {"DATABASE_URL": "", "TANDEM_HOME": "/nowhere"}
    return CliRunner().invoke(
        tandem, ["backtest", *map(str, arguments)], input=stdin, env=environment
    )


def change(config: Path, name: str, old: str, new: str) -> None:
    path = config / name
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")


def harm(config: Path) -> None:
    """Take out the words for choking and for asking to be left alone; add those for a blibber,
    and one more sign of danger."""
    change(config, "safety/urgent_choking.yaml", "choking !", "spins the blibber, choking !")
    change(config, "safety/urgent_choking.yaml", "choking", "zzzz")
    change(config, "intents/stop.yaml", "intent: stop\n", "intent: help\n")
    (config / "lexicon" / "mine.yaml").write_text(WORDS)


def test_the_same_content_changes_nothing_and_has_the_same_version(
    config: Path, replies: Path
) -> None:
    answer = run("--pack", config, "--from", replies)
    assert answer.exit_code == 0, answer.output
    version = load_packs().packs.version
    assert f"5 replies; content {version} -> {version}" in answer.output
    assert "nothing would change" in answer.output
    assert "SAFETY" not in answer.output


def test_lost_flags_and_opt_outs_come_first_and_are_marked(config: Path, replies: Path) -> None:
    harm(config)
    answer = run("--pack", config, "--from", replies)
    assert answer.exit_code == 0, answer.output
    lines = answer.output.splitlines()
    at = {name: next(i for i, line in enumerate(lines) if f"reply {name}:" in line)
          for name in ("choking", "stop", "blibber")}  # fmt: skip
    table = next(i for i, line in enumerate(lines) if line.startswith("kind of change"))
    assert at["choking"] < at["stop"] < table < at["blibber"]
    assert lines[at["choking"]].startswith("!! ")
    assert "flag lost" in lines[at["choking"]]
    assert "opt-out lost; intent stop -> help" in lines[at["stop"]]
    assert not lines[at["blibber"]].startswith("!!")
    assert 'fires now: self_care.blibber "cant work the blibber"' in answer.output
    assert "URGENT -> UNCLEAR" in answer.output
    assert "reply falls" not in answer.output
    assert "templates/messages) are not compared" in answer.output


def test_of_the_parents_words_only_those_that_fired_a_rule_are_shown(
    config: Path, replies: Path
) -> None:
    harm(config)
    for more in ((), ("--json",)):
        output = run("--pack", config, "--from", replies, *more).output
        for private in ("312", "0142", "ana@", "falls a lot"):
            assert private not in output


def test_machines_get_one_object_a_change_and_then_the_counts(config: Path, replies: Path) -> None:
    harm(config)
    answer = run("--pack", config, "--from", "-", "--json", stdin=replies.read_text())
    *changes, summary = map(json.loads, answer.stdout.splitlines())
    assert [row["reply"] for row in changes] == ["choking", "stop", "blibber"]
    assert [row["safety"] for row in changes] == [["flag lost"], ["opt-out lost"], []]
    assert changes[2]["fields"]["domains"] == {"old": "-", "new": "self_care"}
    assert summary["kind"] == "summary"
    assert (summary["replies"], summary["changed_replies"], summary["safety"]) == (5, 3, 2)
    assert {"old": "PT", "new": "PT", "times": 2} in summary["suggestions"]
    assert summary["of_replies"]["flag lost"] == 1


def test_what_is_gained_is_told_and_is_no_safety_change(config: Path) -> None:
    harm(config)
    answer = run("--pack", config, "--from", "-", stdin='{"id": 1, "text": "spins the blibber"}\n')
    assert "flags - -> URGENT" in answer.output
    assert "flag gained" in answer.output
    assert "!!" not in answer.output


def test_a_long_list_is_cut_and_says_so_but_safety_never_is(config: Path) -> None:
    harm(config)
    rows = [{"id": n, "text": "cant work the blibber"} for n in range(30)]
    rows += [{"id": f"s{n}", "text": "is choking"} for n in range(30)]
    file = "".join(json.dumps(row) + "\n" for row in rows)
    answer = run("--pack", config, "--from", "-", "--show", "4", stdin=file)
    assert answer.output.count("!! reply s") == 30
    assert answer.output.count("\nreply ") == 4
    assert "... and 26 more" in answer.output
    assert run("--pack", config, "--from", "-", "--limit", "7", stdin=file).output.startswith("7 ")


def test_long_work_tells_on_stderr_how_far_it_is(
    config: Path, replies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = run("--pack", config, "--from", replies)
    assert "replies read" not in quick.stderr
    monkeypatch.setattr(backtest_run, "_EVERY_SECONDS", 0)
    slow = run("--pack", config, "--from", replies)
    assert "\r3 replies read" in slow.stderr
    assert slow.stderr.endswith("\r5 replies read\n")
    assert slow.stdout == quick.stdout


def test_a_folder_that_holds_config_is_taken_as_well(tmp_path: Path, replies: Path) -> None:
    shutil.copytree(PROJECT / "config", tmp_path / "trial" / "config")
    answer = run("--pack", tmp_path / "trial", "--from", replies)
    assert "nothing would change" in answer.output


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("safety/urgent_choking.yaml", "level: urgent", "level: urgen", "urgent_choking.yaml:"),
        ("triage/age_rules.yaml", "from_months: 4\n", "from_months: four\n", "age_rules.yaml:"),
        ("checklist/moving.yaml", "items:", "items: [", "moving.yaml:"),
    ],
)
def test_broken_content_is_refused_in_one_line_with_file_line_and_reason(
    config: Path, replies: Path, name: str, old: str, new: str, told: str
) -> None:
    change(config, name, old, new)
    answer = run("--pack", config, "--from", replies)
    assert answer.exit_code == 2
    (line,) = answer.output.strip().splitlines()
    assert f"{config}/{name}:" in line
    assert told in line
    assert "tandem-pack-" not in line


@pytest.mark.parametrize("content", [b"a: \x01\n", b"a: \xe9t\xe9\n"])
def test_a_file_of_other_letters_is_named(config: Path, replies: Path, content: bytes) -> None:
    for folder in ("lexicon", "safety", "intents"):
        # A file or two beside it will do: looking for the bad one takes as long as there are more.
        for other in sorted((config / folder).glob("*.yaml"))[1:]:
            other.unlink()
    (config / "lexicon" / "mine.yaml").write_bytes(content)
    answer = run("--pack", config, "--from", replies)
    assert answer.exit_code == 2
    assert "mine/lexicon/mine.yaml" in answer.output
    assert len(answer.output.strip().splitlines()) == 1


def test_a_folder_without_content_is_told_the_layout(tmp_path: Path, replies: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = run("--pack", tmp_path / "empty", "--from", replies)
    assert answer.exit_code == 2
    assert "checklist/, intents/, lexicon/, safety/, triage/" in answer.output


def test_help_tells_the_layout_and_what_is_left_out() -> None:
    answer = run("--help")
    assert answer.exit_code == 0
    told = " ".join(answer.output.split())
    assert "a changed copy of config/ (it holds checklist/" in told
    assert "Changed texts (templates/messages) are not compared" in told


def test_a_bad_line_and_bad_options_are_refused(config: Path, replies: Path) -> None:
    answer = run("--pack", config, "--from", "-", stdin='{"text": "hi"}\nnot json\n')
    assert answer.exit_code == 2
    assert "line 2" in answer.output
    assert run("--pack", config, "--from", replies, "--since", "2026-11-30").exit_code == 2
    assert run("--pack", config, "--since", "yesterday").exit_code == 2
    assert run("--from", replies).exit_code == 2
    assert run("--pack", config, "--limit", "0").exit_code == 2
