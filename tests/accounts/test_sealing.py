"""Sealed texts open with their key, in their row, untouched; and not otherwise."""

from __future__ import annotations

import base64
import os

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from kith.accounts.sealing import CannotUnseal, is_sealed_with_first_key, seal, unseal

FIRST, SECOND = os.urandom(32), os.urandom(32)
TEXT = "an-invented-token"


@pytest.fixture(autouse=True)
def first_key(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = [FIRST]


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text())
def test_whatever_is_sealed_opens_again(text: str) -> None:
    assert unseal(seal(text, "connection:1"), "connection:1") == text


def test_the_sealed_text_shows_nothing_and_is_never_the_same() -> None:
    one, other = seal(TEXT, "connection:1"), seal(TEXT, "connection:1")
    assert one != other
    for sealed in (one, other):
        assert TEXT not in sealed
        assert TEXT.encode() not in base64.b64decode(sealed.split(".")[2])


def test_a_text_copied_into_another_row_does_not_open() -> None:
    with pytest.raises(CannotUnseal):
        unseal(seal(TEXT, "connection:1"), "connection:2")


def test_a_changed_byte_anywhere_is_noticed() -> None:
    sealed = seal(TEXT, "connection:1")
    head, key_id, encoded = sealed.split(".")
    raw = base64.b64decode(encoded)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        tampered = f"{head}.{key_id}.{base64.b64encode(changed).decode()}"
        with pytest.raises(CannotUnseal):
            unseal(tampered, "connection:1")


@pytest.mark.parametrize(
    "text", ["", "plain", "k1.00000000", "k1.00000000.!!!", "k2.a.AAAA", "..."]
)
def test_what_kith_never_wrote_does_not_open(text: str) -> None:
    with pytest.raises(CannotUnseal):
        unseal(text, "connection:1")


def test_a_cut_text_does_not_open() -> None:
    sealed = seal(TEXT, "connection:1")
    for end in range(len(sealed)):
        with pytest.raises(CannotUnseal):
            unseal(sealed[:end], "connection:1")


def test_a_new_first_key_seals_and_the_old_one_still_opens(settings: Settings) -> None:
    old = seal(TEXT, "connection:1")
    settings.ENCRYPTION_KEYS = [SECOND, FIRST]
    new = seal(TEXT, "connection:1")
    assert unseal(old, "connection:1") == unseal(new, "connection:1") == TEXT
    assert is_sealed_with_first_key(new)
    assert not is_sealed_with_first_key(old)


def test_without_its_key_a_text_does_not_open_and_the_error_does_not_show_it(
    settings: Settings,
) -> None:
    old = seal(TEXT, "connection:1")
    settings.ENCRYPTION_KEYS = [SECOND]
    with pytest.raises(CannotUnseal) as failure:
        unseal(old, "connection:1")
    assert "ENCRYPTION_KEY" in str(failure.value)
    assert old not in str(failure.value)
