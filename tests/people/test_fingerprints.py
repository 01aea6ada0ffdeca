"""A fingerprint stands for what a source tells of a person and seldom changes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kith.core.records import PersonRecord
from kith.people.fingerprints import NOTHING_TOLD, fingerprint


def of(**fields: Any) -> int:
    return fingerprint(PersonRecord(username="ada", **fields))


def test_a_source_that_tells_only_names_and_times_tells_nothing_to_compare() -> None:
    assert of() == of(since=100) == of(instagram_user_id="9") == NOTHING_TOLD


@pytest.mark.parametrize(
    "told",
    [
        {"name": ""},
        {"name": "Ada"},
        {"biography": "Bread"},
        {"verified": False},
        {"followers_count": 0},
        {"follows_count": 0},
        {"picture_url": "https://pictures.example/1"},
    ],
)
def test_whatever_is_told_is_not_nothing(told: dict[str, Any]) -> None:
    assert of(**told) != NOTHING_TOLD


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Ada"}, {"name": "Bea"}),
        ({"name": "Ada"}, {"biography": "Ada"}),
        ({"verified": True}, {"verified": False}),
        ({"verified": False}, {"name": "Ada"}),
        ({"followers_count": 100}, {"followers_count": 150}),
        ({"followers_count": 7}, {"follows_count": 7}),
        ({"follows_count": 0}, {"follows_count": 1}),
        ({"name": "Ada"}, {"name": "Ada", "verified": False}),
    ],
)
def test_different_facts_have_different_fingerprints(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert of(**one) != of(**other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"picture_url": "https://pictures.example/1"}, {"picture_url": "https://p.example/2"}),
        ({"followers_count": 10_000}, {"followers_count": 10_001}),
        ({"name": "Ada", "since": 1}, {"name": "Ada", "since": 2}),
    ],
)
def test_what_always_churns_does_not_change_a_fingerprint(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert of(**one) == of(**other)


def test_two_people_with_the_same_facts_have_the_same_fingerprint() -> None:
    assert fingerprint(PersonRecord("ada", name="Twin")) == fingerprint(
        PersonRecord("bea", name="Twin")
    )


@given(
    name=st.none() | st.text(),
    biography=st.none() | st.text(),
    followers_count=st.none() | st.integers(0, 2**40),
)
def test_a_fingerprint_fits_a_signed_column_whatever_the_text(
    name: str | None, biography: str | None, followers_count: int | None
) -> None:
    made = of(name=name, biography=biography, followers_count=followers_count)
    assert 0 <= made < 2**63
    assert made == of(name=name, biography=biography, followers_count=followers_count)
