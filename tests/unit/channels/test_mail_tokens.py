"""Tokens in addresses, links and message ids: signed, short, and good for one thing each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from service.channels.emails import same_mailbox
from service.channels.mail_tokens import MailTokens, Purpose

TOKENS = MailTokens("a secret for tests only")
IDS = st.integers(min_value=0, max_value=2**63 - 1)


@given(IDS, st.sampled_from(Purpose))
def test_a_token_is_read_back_in_any_case_and_fits_into_an_address(
    row_id: int, purpose: Purpose
) -> None:
    token = TOKENS.make(purpose, row_id)
    assert TOKENS.read(purpose, token) == row_id
    assert TOKENS.read(purpose, token.upper()) == row_id
    assert len(f"{purpose.value}+{token}") <= 64
    assert token == token.lower()


@given(IDS, st.sampled_from(Purpose), st.sampled_from(Purpose))
def test_a_token_is_good_for_one_purpose_and_one_installation(
    row_id: int, one: Purpose, other: Purpose
) -> None:
    token = TOKENS.make(one, row_id)
    assert (TOKENS.read(other, token) == row_id) is (one is other)
    assert MailTokens("another secret for tests").read(one, token) is None


@given(st.text())
def test_made_up_tokens_are_none(written: str) -> None:
    assert TOKENS.read(Purpose.REPLY, written) is None
    assert TOKENS.text_of(written) is None


@given(IDS, st.integers(min_value=0, max_value=17), st.sampled_from("abcdefghij234567"))
def test_a_token_with_one_letter_changed_is_none(row_id: int, place: int, letter: str) -> None:
    token = TOKENS.make(Purpose.REPLY, row_id)
    changed = token[:place] + letter + token[place + 1 :]
    # The last letter of base32 may hold bits that count for nothing.
    assert TOKENS.read(Purpose.REPLY, changed) in ({row_id} if changed == token else {None, row_id})
    if place < len(token) - 1 and changed != token:
        assert TOKENS.read(Purpose.REPLY, changed) is None


@given(IDS)
def test_a_message_id_tells_its_text(text_id: int) -> None:
    message_id = TOKENS.message_id(text_id, "mail.example")
    assert TOKENS.text_of(message_id) == text_id
    assert TOKENS.text_of(message_id.upper()) == text_id
    assert TOKENS.text_of("<CAJx+abc@mail.gmail.com>") is None


def test_one_mailbox_has_more_than_one_spelling() -> None:
    assert same_mailbox("ana@example.com", "ana+kids@example.com")
    assert same_mailbox("ana.lopez@gmail.com", "analopez@googlemail.com")
    assert not same_mailbox("ana.lopez@example.com", "analopez@example.com")
    assert not same_mailbox("ana@example.com", "ana@example.org")
    assert not same_mailbox("", "ana@example.com")
