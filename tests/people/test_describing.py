"""What a settled comparison means: which changes it proves, for every combination of lists."""

from __future__ import annotations

from itertools import product

import pytest

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, KnownRow, Resolution, Scope, StagedRow
from kith.people.describing import events

BITS = (0, FOLLOWING, FOLLOWER, BOTH)
WHOLE = Scope(complete=BOTH, partial=0)


def known(bits: int, username: str = "ada", *, is_gone: bool = False) -> KnownRow:
    return KnownRow(username, 1, None, bits, None, None, 0, 0, is_gone)


def staged(bits: int, username: str = "ada") -> StagedRow:
    return StagedRow(username, 1, 1, None, bits, None, None, 0, 0)


def kinds(resolution: Resolution, scope: Scope = WHOLE, baseline: int = BOTH) -> list[str]:
    return sorted(event.kind for event in events(resolution, scope, baseline))


def match(before: KnownRow, now: StagedRow) -> Resolution:
    return Resolution(matched=[(before, now)], vanished=[], new=[])


@pytest.mark.parametrize(("bits", "baseline"), [*product(BITS[1:], BITS)])
def test_somebody_new_came_to_each_list_that_has_a_baseline(bits: int, baseline: int) -> None:
    expected = []
    if bits & baseline & FOLLOWING:
        expected.append("followed")
    if bits & baseline & FOLLOWER:
        expected.append("new_follower")
    assert kinds(Resolution([], [], [staged(bits)]), baseline=baseline) == expected


@pytest.mark.parametrize(("bits", "complete", "baseline"), [*product(BITS[1:], BITS, BITS)])
def test_somebody_missing_left_each_complete_list_and_is_gone_when_these_are_both(
    bits: int, complete: int, baseline: int
) -> None:
    left = bits & complete & baseline
    expected = {
        0: [],
        FOLLOWING: ["unfollowed"],
        FOLLOWER: ["lost_follower"],
        BOTH: ["gone"],
    }[left]
    scope = Scope(complete, BOTH & ~complete)
    assert kinds(Resolution([], [known(bits)], []), scope, baseline) == expected


@pytest.mark.parametrize(
    ("before", "now", "complete", "baseline"), [*product(BITS[1:], BITS[1:], BITS, BITS)]
)
def test_somebody_known_came_and_left_as_the_lists_differ(
    before: int, now: int, complete: int, baseline: int
) -> None:
    after = (before & ~complete) | now
    expected = []
    for bit, came, left in (
        (FOLLOWING, "followed", "unfollowed"),
        (FOLLOWER, "new_follower", "lost_follower"),
    ):
        if baseline & bit and after & bit and not before & bit:
            expected.append(came)
        if baseline & bit and before & bit and not after & bit:
            expected.append(left)
    scope = Scope(complete, BOTH & ~complete)
    assert kinds(match(known(before), staged(now)), scope, baseline) == sorted(expected)


@pytest.mark.parametrize("baseline", BITS)
@pytest.mark.parametrize("bits", BITS[1:])
def test_another_name_is_a_rename_and_nothing_else(bits: int, baseline: int) -> None:
    """Where a list has nothing to be compared with yet, not even that."""
    resolution = match(known(bits, "ada"), staged(bits, "ada.l"))
    found = [
        (event.kind, event.username, event.known.username if event.known else None)
        for event in events(resolution, WHOLE, baseline)
    ]
    assert found == ([("renamed", "ada.l", "ada")] if bits & baseline else [])


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (BOTH, ["returned"]),
        (FOLLOWING, ["lost_follower", "returned"]),
        (FOLLOWER, ["returned", "unfollowed"]),
    ],
)
def test_somebody_gone_returned_and_left_the_list_they_are_not_back_on(
    bits: int, expected: list[str]
) -> None:
    assert kinds(match(known(0, is_gone=True), staged(bits))) == expected


def test_a_return_on_one_list_says_nothing_about_a_list_that_is_not_complete() -> None:
    back = match(known(0, is_gone=True), staged(FOLLOWING))
    assert kinds(back, Scope(FOLLOWING, FOLLOWER)) == ["returned"]


def test_somebody_who_only_left_comes_back_as_a_follower() -> None:
    assert kinds(match(known(0), staged(FOLLOWER))) == ["new_follower"]


def test_names_of_those_who_vanished_are_their_last_known_ones() -> None:
    [event] = events(Resolution([], [known(FOLLOWER, "ada")], []), WHOLE, BOTH)
    assert (event.kind, event.username) == ("lost_follower", "ada")
