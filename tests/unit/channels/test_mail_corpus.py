"""Replies as mail programs send them: what the parent wrote comes out, and nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from service.channels.mail_in import read_mail
from service.domain.reading.email_text import mail_words

MAILS = Path(__file__).parents[2] / "data" / "mails"
WANTED: dict[str, dict[str, Any]] = json.loads((MAILS / "mails.json").read_text("utf-8"))
FEWEST_MAILS = 90
FEWEST_AUTOMATIC = 25
LEAST_EXACT = 0.95


def raw(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes()


def seen(name: str) -> dict[str, Any]:
    mail = read_mail(raw(name))
    words = mail_words(mail.text)
    return {
        "text": words.text,
        "automatic": mail.automatic,
        "inline_answers": words.inline_answers,
        "attachments": list(mail.attachments),
    }


def test_every_mail_has_its_row_and_every_row_its_mail() -> None:
    assert {path.stem for path in MAILS.glob("*.eml")} == set(WANTED)
    assert len(WANTED) >= FEWEST_MAILS
    assert sum(row["automatic"] for row in WANTED.values()) >= FEWEST_AUTOMATIC


def test_what_the_parent_wrote_comes_out_exactly_and_no_mail_is_lost() -> None:
    missed, lost = [], []
    for name, wanted in WANTED.items():
        got = seen(name)
        if got != wanted:
            missed.append(name)
            print(f"{name}\n  wanted {wanted}\n  got    {got}")
        if wanted["text"] and not got["text"].strip():
            lost.append(name)
    assert not lost
    assert 1 - len(missed) / len(WANTED) >= LEAST_EXACT, missed


def test_no_persons_mail_is_taken_for_automatic_and_no_automatic_one_for_a_persons() -> None:
    assert [
        name for name, row in WANTED.items() if seen(name)["automatic"] != row["automatic"]
    ] == []
