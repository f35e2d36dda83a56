"""A slip in a content file stops the start with one line that says where it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from config.load_checklist import load_checklist
from config.load_messages import load_avoid_words, load_messages
from config.pack_files import PackError
from service.domain.vocabulary import Channel, Language

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the content that a test may spoil."""
    shutil.copytree(ROOT / "templates" / "messages", tmp_path / "templates" / "messages")
    for name in ("checklist", "wording"):
        shutil.copytree(ROOT / "config" / name, tmp_path / "config" / name)
    return tmp_path


def spoil(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def test_a_missing_text_is_named(root: Path) -> None:
    (root / "templates/messages/es/thanks.txt").unlink()

    with pytest.raises(PackError, match=r"es/thanks\.txt:1: thanks: the text is missing"):
        load_messages(root)


def test_an_empty_text_is_named(root: Path) -> None:
    (root / "templates/messages/en/urgent.txt").write_text("\n")

    with pytest.raises(PackError, match=r"en/urgent\.txt:1: urgent: the text is empty"):
        load_messages(root)


def test_a_text_nobody_sends_is_named(root: Path) -> None:
    (root / "templates/messages/en/thank.txt").write_text("Thanks.\n")

    with pytest.raises(PackError, match=r"en/thank\.txt:1: thank: no such text is ever sent"):
        load_messages(root)


def test_a_text_may_have_words_of_its_own_for_mails(root: Path) -> None:
    for language in ("en", "es"):
        (root / f"templates/messages/{language}/thanks.email.txt").write_text("Ok.\n\nBye.\n")

    messages = load_messages(root)

    assert messages.text(Language.ES, "thanks", Channel.EMAIL) == "Ok.\n\nBye."
    assert messages.text(Language.ES, "thanks") == "De nada. Si nos necesita, puede escribirnos."


@pytest.mark.parametrize("name", ["thank.email", "thanks.mail", "mail_subject.email", ".email"])
def test_words_for_mails_that_belong_to_no_text_are_named(root: Path, name: str) -> None:
    (root / f"templates/messages/en/{name}.txt").write_text("Thanks.\n")

    with pytest.raises(PackError, match="no such text is ever sent"):
        load_messages(root)


def test_missing_words_around_a_mail_are_named(root: Path) -> None:
    (root / "templates/messages/es/mail_stop.txt").unlink()

    with pytest.raises(PackError, match=r"es/mail_stop\.txt:1: mail_stop: the text is missing"):
        load_messages(root)


def test_a_text_that_is_not_utf_8_is_named(root: Path) -> None:
    (root / "templates/messages/es/thanks.txt").write_bytes(b"ma\xf1ana")

    with pytest.raises(PackError, match=r"es/thanks\.txt:1: thanks: cannot be read"):
        load_messages(root)


SLIPS = [
    ("checklist/moving.yaml", "side: PT", "side: XX", "side: must be one of OT, PT"),
    ("checklist/moving.yaml", "[balance]", "[balanse]", "domains: unknown domain 'balanse'"),
    ("checklist/moving.yaml", "[balance]", "[feeding]", "domains: feeding belongs to OT"),
    ("checklist/moving.yaml", "[balance]", "[]", "domains: must name at least one"),
    ("checklist/moving.yaml", "id: C02", "id: C01", "key: C01 running_stairs stands twice"),
    ("checklist/moving.yaml", "2026-11-1", "2026-11-2", "the same version"),
    ("checklist/moving.yaml", "part: 1", "part: 3", "list 1 must come before list 2"),
    ("checklist/moving.yaml", "from: 12", "from: 11", "wordings: two wordings for 11 months"),
    ("checklist/moving.yaml", "to: 11", "to: 216", "ages must run upwards"),
    ("checklist/moving.yaml", "running and stairs", "x" * 27, "is 27 characters long; 26 fit"),
    ("checklist/daily_life.yaml", "soft: true", "soft: often", "soft: must be true or false"),
    ("checklist/daily_life.yaml", "soft: true", "gentle: true", "gentle: unknown key"),
    ("checklist/daily_life.yaml", "Drawing, scissors", "D" * 36, "characters long; 35 fit"),
    ("wording/domains.yaml", "  balance:", "  #", "balance: is missing"),
    ("wording/domains.yaml", "  balance:", "  ballance:", "ballance: unknown key"),
]


@pytest.mark.parametrize(("file", "before", "after", "reason"), SLIPS)
def test_a_slip_in_the_checklist_is_named(
    root: Path, file: str, before: str, after: str, reason: str
) -> None:
    spoil(root / "config" / file, before, after)

    one_line_error(lambda: load_checklist(root), file, reason)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("id: en-normal", "id: en-delay", "id: en-delay stands twice"),
        ("language: en", "language: fr", "language: fr is not one of en, es"),
        ("[faq_adls]", "[faq_adl]", "allowed_in: there is no text faq_adl"),
        ("say:", "said:", "said: unknown key"),
    ],
)
def test_a_slip_in_the_avoid_words_is_named(
    root: Path, before: str, after: str, reason: str
) -> None:
    spoil(root / "config" / "wording" / "avoid.yaml", before, after)

    one_line_error(lambda: load_avoid_words(root), "wording/avoid.yaml", reason)


def one_line_error(load: Callable[[], object], file: str, reason: str) -> None:
    with pytest.raises(PackError) as error:
        load()
    message = str(error.value)
    assert file in message
    assert reason in message
    assert "\n" not in message
