"""Content packs: a version for exactly this content, and a clear complaint about a broken one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.pack_files import PackError
from config.packs import PROJECT, load_packs

pytestmark = pytest.mark.usefixtures("lexicons_once")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(
        PROJECT / "config",
        tmp_path / "config",
        ignore=shutil.ignore_patterns("*.py", "__pycache__"),
    )
    shutil.copytree(PROJECT / "templates" / "messages", tmp_path / "templates" / "messages")
    return tmp_path


def test_the_version_changes_with_any_word(project: Path) -> None:
    before = load_packs.__wrapped__(project)
    file = project / "templates" / "messages" / "en" / "thanks.txt"
    file.write_text(file.read_text() + " Bye.")
    after = load_packs.__wrapped__(project)
    assert before.packs.version == load_packs().packs.version
    assert after.packs.version != before.packs.version
    assert " Bye." in after.files


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("config/triage/age_rules.yaml", "domain: delay", "domain: delays", "unknown domain"),
        ("config/triage/age_rules.yaml", "from_months: 4", "from_months: soon", "whole number"),
        ("config/triage/age_rules.yaml", "id: M01", "name: M01", "name: unknown key"),
        ("config/triage/rules.yaml", "id: T-pt", "id: T-gone", "T-pt is missing"),
        ("config/triage/conditions.yaml", "default: BOTH", "default: BOT", "OT, PT or BOTH"),
        ("config/reminders.yaml", "text: booking_1", "text: booking_9", "no message"),
        ("config/sending_hours.yaml", '"09:00"', "nine", "must be a time"),
        ("config/sending_hours.yaml", "monday", "moonday", "unknown day"),
        ("config/reminders.yaml", "after_suggestion:", "after_suggestion: [", "expected"),
        (
            "config/intents/stop_with_slips.yaml",
            "leave me|us|my-family alone",
            "stop",
            "too short to hear",
        ),
        (
            "config/intents/stop_with_slips.yaml",
            "leave me|us|my-family alone",
            "a .. b",
            "no parts and no",
        ),
        ("config/safety/urgent_colour.yaml", "shirt|one|with", "(shirt|one|with)", "be missing"),
    ],
)
def test_a_broken_pack_is_refused_with_file_line_and_reason(
    project: Path, file: str, old: str, new: str, complaint: str
) -> None:
    path = project / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(PackError, match=rf"{Path(file).name}:\d+: .*{complaint}") as caught:
        load_packs.__wrapped__(project)
    assert "\n" not in str(caught.value)


def test_a_text_missing_in_one_language_is_named(project: Path) -> None:
    (project / "templates" / "messages" / "es" / "help.txt").unlink()
    with pytest.raises(PackError, match="help"):
        load_packs.__wrapped__(project)
