"""Keys: sealed values differ, look-up hashes do not, and keys rotate."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet, InvalidToken

from service.store.vault import Vault

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_equal_values_are_sealed_differently_and_open_again() -> None:
    vault = Vault([NEW], "secret")
    first, second = vault.seal("+13125550123"), vault.seal("+13125550123")
    assert first != second
    assert b"3125550123" not in first
    assert vault.open(first) == vault.open(second) == "+13125550123"


def test_a_new_key_reads_what_the_old_one_wrote_as_long_as_both_are_given() -> None:
    sealed = Vault([OLD], "secret").seal("words")
    assert Vault([NEW, OLD], "secret").open(sealed) == "words"
    with pytest.raises(InvalidToken):
        Vault([NEW], "secret").open(sealed)


def test_look_up_hashes_outlive_the_encryption_keys_and_differ_by_kind_and_secret() -> None:
    one = Vault([OLD], "secret").fingerprint("number", "+1")
    assert one == Vault([NEW], "secret").fingerprint("number", "+1")
    assert one != Vault([OLD], "secret").fingerprint("email", "+1")
    assert one != Vault([OLD], "other").fingerprint("number", "+1")
    assert len(one) == 32
