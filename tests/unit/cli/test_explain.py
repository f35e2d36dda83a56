"""``tandem explain`` as it is printed: marks, colour, and nothing that could steer a terminal."""

from __future__ import annotations

import re
import shutil
import textwrap
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from config.packs import PROJECT, load_packs
from service.cli import tandem
from service.cli.explanation import print_explanation
from service.domain.explanation import explain
from service.domain.vocabulary import Asked, Language

pytestmark = pytest.mark.usefixtures("lexicons_once")
ESCAPE = "\x1b"


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(tandem, ["explain", *arguments], env=environment)


def printed(text: str, *, colour: bool) -> str:
    out = StringIO()
    console = Console(
        file=out,
        highlight=False,
        width=300,
        force_terminal=colour,
        color_system="standard" if colour else None,
    )
    found = explain(
        text,
        age_months=48,
        language=Language.EN,
        asked=Asked.FREE,
        packs=load_packs().packs,
        now=datetime(2026, 11, 24, 17, tzinfo=UTC),
    )
    print_explanation(found, console)
    return out.getvalue()


def test_the_whole_path_is_printed_from_the_words_to_the_texts() -> None:
    answer = run("walks fine but cant hold a crayon, no seizures", "--age", "4y")
    assert answer.exit_code == 0
    order = [
        "what was read", "concern: fine motor (OT)", '"cant hold a crayon"', "fine_motor.",
        "what was outranked, and why", "said to be fine", "denied just before",
        "which rules fired", "T-ot -> decides",
        "suggestion", "OT", f"pack {load_packs().packs.version}",
        "what would be sent", "suggestion_ot, 2 segments GSM-7", "OT helps kids do daily tasks",
        "reminder booking_1",
    ]  # fmt: skip
    at = 0
    for piece in order:
        at = answer.output.find(piece, at)
        assert at >= 0, f"{piece!r} is missing or out of order in:\n{answer.output}"


def test_without_colour_a_line_of_marks_stands_below_the_very_words() -> None:
    words, marks = printed("walks fine but falls a lot, is choking", colour=False).splitlines()[:2]
    marked = {
        mark: "".join(w for w, m in zip(words, marks.ljust(len(words)), strict=True) if m == mark)
        for mark in "=x!"
    }
    assert marked == {"=": "falls", "x": "walks", "!": "is choking"}


def test_marks_keep_their_place_beside_wide_letters_and_on_every_line() -> None:
    lines = printed("😀😀 falls a lot\n日本 cant hold a crayon", colour=False).splitlines()
    for words, marks, told in ((lines[0], lines[1], "falls"), (lines[2], lines[3], "cant hold")):
        begins = cell_len(words[: words.index(told)])
        assert marks.index("=") == begins


@pytest.mark.parametrize("environment", [{}, {"NO_COLOR": "1", "FORCE_COLOR": "1"}])
def test_piped_or_with_no_color_there_is_not_one_escape(environment: dict[str, str]) -> None:
    answer = run("falls a lot, no seizures", **environment)
    assert answer.exit_code == 0
    assert ESCAPE not in answer.output


def test_a_terminal_gets_colour_and_needs_no_marks() -> None:
    answer = run("falls a lot", FORCE_COLOR="1", NO_COLOR="", TERM="xterm-256color")
    assert f"{ESCAPE}[" in answer.output
    assert "does not count   -" not in answer.output


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60), st.booleans())
def test_no_text_steers_the_terminal(text: str, colour: bool) -> None:
    ours = printed("", colour=colour)
    steering = {c for c in printed(text, colour=colour) if ord(c) < 32 or 127 <= ord(c) < 160}
    assert steering <= {"\n", *(c for c in ours if ord(c) < 32), *({ESCAPE} if colour else ())}


def test_the_word_the_content_guide_teaches_works_as_it_says(tmp_path: Path) -> None:
    guide = (PROJECT / "docs" / "content.md").read_text("utf-8")
    told = re.search(r'`tandem explain "([^"]+)"` says UNCLEAR', guide)
    entry = re.search(r"^    - id: self_care\.\w+\n(?:      .+\n)+", guide, re.MULTILINE)
    file = re.search(r"`config/(lexicon/[a-z_]+\.yaml)`, under `concerns:`, add", guide)
    assert told
    assert entry
    assert file
    assert "UNCLEAR" in run(told[1]).output
    config = Path(shutil.copytree(PROJECT / "config", tmp_path / "trial"))
    path = config / file[1]
    begin, heading, rest = path.read_text("utf-8").partition("concerns:\n")
    assert heading
    path.write_text(f"{begin}{heading}{dedent(entry[0], rest)}{rest}", "utf-8")
    answer = run(told[1], "--pack", str(config))
    assert "self care (OT)" in answer.output, answer.output
    assert "your name, your license, the date" in answer.output
    for harmless in ("she makes her bed fine", "her brother cant make the bed"):
        assert "T-ot" not in run(harmless, "--pack", str(config)).output


def dedent(entry: str, beside: str) -> str:
    """The entry moved in or out to stand like those beside it."""
    found = re.search(r"^( *)- id:", beside, re.MULTILINE)
    assert found
    return textwrap.indent(textwrap.dedent(entry), found[1])


def test_changed_content_can_be_tried_on_one_text(tmp_path: Path) -> None:
    config = tmp_path / "mine"
    shutil.copytree(PROJECT / "config", config)
    text = "she cant work the blibber"
    assert "self_care.blibber" not in run(text).output
    (config / "lexicon" / "mine.yaml").write_text(
        "concerns:\n  - id: self_care.blibber\n    kind: skill\n    domains: [self_care]\n"
        "    source: a therapist\n    en: [work the blibber]\n"
    )
    answer = run(text, "--pack", str(config))
    assert "self_care.blibber -> self care (OT)" in answer.output
    assert "a therapist" in answer.output
