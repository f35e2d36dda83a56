"""What is kept of the compiled words is what compiling would give, or it is not used."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import kept_lexicon
from config.kept_lexicon import lexicon_of
from config.pack_files import PackError
from service.domain.reading.lexicon import Lexicon
from service.domain.reading.matching import look_up

FLAG = """\
flags:
  - id: safety.lost_skill
    level: soon
    source: test
    en: [{phrase}]
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("lexicon", "safety", "intents"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text("hints: []\n")
    write(tmp_path, "stopped walking")
    return tmp_path


@pytest.fixture
def kept_at(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "lexicon.pickle"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were compiled."""
    roots: list[Path] = []
    load_lexicon = kept_lexicon.load_lexicon

    def counting(root: Path) -> Lexicon:
        roots.append(root)
        return load_lexicon(root)

    monkeypatch.setattr(kept_lexicon, "load_lexicon", counting)
    return roots


def write(root: Path, phrase: str) -> None:
    (root / "safety" / "a.yaml").write_text(FLAG.format(phrase=phrase))


def found(lexicon: Lexicon, text: str) -> list[str]:
    matches = look_up(text, lexicon).matches
    return [match.rule.id for of_one in matches.values() for match in of_one]


def test_the_second_time_it_is_only_read(root: Path, kept_at: Path, compiled: list[Path]) -> None:
    first, second = lexicon_of(root, kept_at), lexicon_of(root, kept_at)
    assert compiled == [root]
    assert second is not first
    for lexicon in (first, second):
        assert found(lexicon, "she stoped walking") == ["safety.lost_skill"]
        assert found(lexicon, "she walks") == []
    # Rules are told apart by identity: the one named apart is the one in the tree.
    (match,) = [m for of in look_up("stopped walking", second).matches.values() for m in of]
    assert match.rule is second.lost_skill


def test_changed_words_are_compiled_anew(root: Path, kept_at: Path, compiled: list[Path]) -> None:
    lexicon_of(root, kept_at)
    write(root, "quit walking")
    assert found(lexicon_of(root, kept_at), "he quit walking") == ["safety.lost_skill"]
    assert len(compiled) == 2


def test_broken_words_are_refused_whatever_is_kept(root: Path, kept_at: Path) -> None:
    lexicon_of(root, kept_at)
    write(root, "<no_such_class>")
    with pytest.raises(PackError, match=r"safety/a\.yaml:2: en: '<no_such_class>'"):
        lexicon_of(root, kept_at)


def test_changed_code_compiles_anew(
    root: Path, kept_at: Path, compiled: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lexicon_of(root, kept_at)
    code = tmp_path / "config"
    code.mkdir()
    (code / "new.py").write_text("")
    monkeypatch.setattr(kept_lexicon, "_OWN", code)
    monkeypatch.setattr(kept_lexicon, "_CODE", (code,))
    lexicon_of(root, kept_at)
    (code / "new.py").write_text("'other'")
    lexicon_of(root, kept_at)
    assert len(compiled) == 3


@pytest.mark.parametrize("torn", [b"", b"x" * 20, b"x" * 64, b"x" * 200])
def test_what_is_torn_is_compiled_anew_and_mended(
    root: Path, kept_at: Path, compiled: list[Path], torn: bytes
) -> None:
    lexicon_of(root, kept_at)
    whole = kept_at.read_bytes()
    kept_at.write_bytes(torn)
    lexicon_of(root, kept_at)
    kept_at.write_bytes(whole[:-1])
    lexicon_of(root, kept_at)
    lexicon_of(root, kept_at)
    assert len(compiled) == 3


def test_where_nothing_can_be_kept_it_is_compiled_each_time(
    root: Path, kept_at: Path, compiled: list[Path]
) -> None:
    kept_at.parent.write_text("not a folder")
    for _ in range(2):
        assert found(lexicon_of(root, kept_at), "he stopped walking") == ["safety.lost_skill"]
    assert len(compiled) == 2


def test_nothing_half_written_stays_behind(
    root: Path, kept_at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    lexicon_of(root, kept_at)
    assert list(kept_at.parent.iterdir()) == []


def test_a_copy_that_is_tried_out_is_not_kept(root: Path, compiled: list[Path]) -> None:
    for _ in range(2):
        lexicon_of(root)
    assert len(compiled) == 2
