"""What makes a complete list doubtful, to the very number."""

from __future__ import annotations

from typing import Any

import pytest

from kith.people.doubts import ListEvidence, doubts_about, pages_in_circle


def evidence(**fields: Any) -> ListEvidence:
    told: dict[str, Any] = {
        "name": "followers",
        "known": 100,
        "found": 100,
        "lost": 0,
        "has_baseline": True,
    }
    return ListEvidence(**(told | fields))


def codes(**fields: Any) -> list[str]:
    return [doubt.code for doubt in doubts_about(evidence(**fields))]


def test_a_list_as_long_as_before_is_believed() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("known", "found", "has_baseline", "expected"),
    [
        (1, 0, True, ["list-empty"]),
        (100, 0, True, ["list-empty"]),
        (0, 0, True, []),
        (100, 0, False, []),
        (100, 1, True, []),
    ],
)
def test_a_list_that_is_suddenly_empty_is_doubtful(
    known: int, found: int, has_baseline: bool, expected: list[str]
) -> None:
    assert codes(known=known, found=found, has_baseline=has_baseline) == expected


@pytest.mark.parametrize(
    ("known", "lost", "expected"),
    [
        (49, 48, []),
        (50, 16, []),
        (50, 17, ["mass-loss"]),
        (51, 17, []),
        (51, 18, ["mass-loss"]),
        (300, 100, []),
        (300, 101, ["mass-loss"]),
    ],
)
def test_more_than_a_third_of_fifty_or_more_is_too_many_at_once(
    known: int, lost: int, expected: list[str]
) -> None:
    assert codes(known=known, lost=lost, found=known - lost) == expected


def test_without_a_baseline_nobody_can_be_missing() -> None:
    assert codes(has_baseline=False, lost=90, oldest=1, lost_older=90, found=10) == []


@pytest.mark.parametrize(
    ("lost", "lost_older", "expected"),
    [
        (1, 1, []),
        (2, 2, ["cut-list"]),
        (10, 1, []),
        (10, 2, ["cut-list"]),
        (5, 0, []),
    ],
)
def test_when_the_oldest_are_the_ones_missing_the_list_was_cut(
    lost: int, lost_older: int, expected: list[str]
) -> None:
    found = codes(lost=lost, found=100 - lost, oldest=1_750_000_000, lost_older=lost_older)
    assert found == expected


@pytest.mark.parametrize(
    ("lost", "lost_newer", "expected"),
    [(1, 1, []), (2, 2, ["older-list"]), (10, 1, []), (10, 2, ["older-list"])],
)
def test_when_the_newest_are_the_ones_missing_the_list_is_an_older_one(
    lost: int, lost_newer: int, expected: list[str]
) -> None:
    found = codes(lost=lost, found=100 - lost, newest=1_750_000_000, lost_newer=lost_newer)
    assert found == expected


@pytest.mark.parametrize(
    ("found", "repeated", "told", "expected"),
    [
        (80, 20, None, []),
        (79, 21, None, ["repeated-pages"]),
        (1960, 40, None, []),
        (1959, 41, None, ["repeated-pages"]),
        # Where the profile tells how many there are, that decides.
        (350, 100, 350, []),
        (350, 100, 450, ["count-mismatch"]),
    ],
)
@pytest.mark.parametrize("has_baseline", [True, False])
def test_entries_that_come_twice_may_hide_others(
    found: int, repeated: int, told: int | None, expected: list[str], has_baseline: bool
) -> None:
    assert codes(found=found, repeated=repeated, told=told, has_baseline=has_baseline) == expected


def test_a_circle_tells_how_far_the_reading_came() -> None:
    doubt = pages_in_circle("followers", 12, 1_100, 4_500)
    assert doubt.code == "pages-in-circle"
    for number in ("12", "1,100", "4,500"):
        assert number in doubt.message
    assert "profile" not in pages_in_circle("followers", 12, 1_100, None).message


def test_without_follow_times_nothing_looks_cut() -> None:
    assert codes(lost=5, found=95, oldest=None) == []


@pytest.mark.parametrize(
    ("told", "found", "expected"),
    [
        (None, 100, []),
        (110, 100, []),
        (111, 100, ["count-mismatch"]),
        (90, 100, []),
        (89, 100, ["count-mismatch"]),
        (0, 0, []),
        (1000, 950, []),
        (1000, 949, ["count-mismatch"]),
        (1000, 1050, []),
        (1000, 1051, ["count-mismatch"]),
    ],
)
@pytest.mark.parametrize("has_baseline", [True, False])
def test_a_profile_that_counts_otherwise_is_a_doubt_even_at_first(
    told: int | None, found: int, expected: list[str], has_baseline: bool
) -> None:
    assert codes(told=told, found=found, known=found, has_baseline=has_baseline) == expected


def test_several_doubts_are_all_told_with_their_numbers() -> None:
    doubts = doubts_about(
        evidence(known=1200, found=700, lost=500, oldest=1_750_000_000, lost_older=490, told=1210)
    )
    assert [doubt.code for doubt in doubts] == ["mass-loss", "cut-list", "count-mismatch"]
    messages = " ".join(doubt.message for doubt in doubts)
    for number in ("500 of 1,200", "490 people", "2025-06-15", "1,210", "700"):
        assert number in messages
    assert {doubt.list for doubt in doubts} == {"followers"}
    assert all(set(doubt.as_dict()) == {"code", "list", "message"} for doubt in doubts)
