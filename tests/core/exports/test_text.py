"""Broken letters of JSON exports are repaired, and what is right is left alone (I06)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.core.exports.text import folded, repair_mojibake


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("M\u00c3\u00bcller", "Müller"),
        ("\u00e2\u0098\u0095", "☕"),
        ("\u00f0\u009f\u0099\u008f", "🙏"),
        ("Nom d\u00e2\u0080\u0099utilisateur", "Nom d’utilisateur"),
        ("Telefonnummer best\u00c3\u00a4tigt", "Telefonnummer bestätigt"),
        ("\u00d0\u0098\u00d0\u00bc\u00d1\u008f", "Имя"),
        ("\u00c5\u00a0", "Š"),
    ],
)
def test_bytes_written_as_letters_are_repaired(written: str, meant: str) -> None:
    assert repair_mojibake(written) == meant


@pytest.mark.parametrize(
    "text", ["plain", "é", "Müller", "👍", "Имя", "Müller \u00c3\u00bc ☕", "\ud83d"]
)
def test_right_and_mixed_text_stays(text: str) -> None:
    assert repair_mojibake(text) == text


@given(st.text())
def test_whatever_was_broken_once_is_repaired(text: str) -> None:
    assert repair_mojibake(text.encode().decode("latin-1")) == text


def test_labels_are_the_same_in_any_case_apostrophe_and_coding_of_accents() -> None:
    assert folded(" Nom d’Utilisateur ") == folded("nom d'utilisateur")
    assert folded("Nome de usua\u0301rio") == folded("Nome de usuário")
