"""What a settled comparison means: which changes it proves, for every combination of lists."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, KnownRow, Scope, StagedRow
from kith.people.describing import events, gone_people, leavers
from kith.people.resolving import Resolution
from kith.people.unclear import Unclear
from tests.people import rows
from tests.people.rows import WHOLE, dated

BITS = (0, FOLLOWING, FOLLOWER, BOTH)
GHOST = "__deleted__1a"


def known(bits: int, username: str = "ada", **fields: Any) -> KnownRow:
    return rows.known(username, 1, bits, **fields)


def staged(bits: int, username: str = "ada", **fields: Any) -> StagedRow:
    return rows.staged(username, bits, **fields)


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
    """Of a list without a baseline nothing is reported, but it may have shown that somebody is gone."""
    left = bits & complete
    expected = {
        0: [],
        FOLLOWING: ["unfollowed"],
        FOLLOWER: ["lost_follower"],
        BOTH: ["gone"],
    }[left if left == BOTH and baseline else left & baseline]
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


# Somebody who left one list while the other was not known whole.


@pytest.mark.parametrize(("first", "second"), [(FOLLOWER, FOLLOWING), (FOLLOWING, FOLLOWER)])
def test_who_leaves_one_list_may_be_gone_while_nobody_knows_the_other(
    first: int, second: int
) -> None:
    left = Resolution([], [known(BOTH)], [])
    assert list(gone_people(left, WHOLE)) == [1]
    unseen = Resolution([], [known(second, is_gone=True)], [])
    assert kinds(unseen, Scope(second, 0)) == ["gone"]


def test_who_was_seen_on_the_other_list_has_only_left_one() -> None:
    seen = Resolution([(known(BOTH), staged(FOLLOWING))], [], [])
    assert list(gone_people(seen, WHOLE)) == []
    assert kinds(Resolution([], [known(FOLLOWING)], [])) == ["unfollowed"]


def test_who_may_have_been_gone_is_not_said_to_return_when_seen_again() -> None:
    assert kinds(match(known(FOLLOWING, is_gone=True), staged(FOLLOWING))) == []
    back = match(known(FOLLOWING, is_gone=True), staged(BOTH))
    assert kinds(back) == ["new_follower"]


# Deleted accounts, which exports keep under names of their own.


@pytest.mark.parametrize("bits", BITS[1:])
def test_a_known_person_under_a_deleted_name_is_gone_and_not_renamed(bits: int) -> None:
    [event] = events(match(known(bits), staged(bits, GHOST)), WHOLE, BOTH)
    assert (event.kind, event.username) == ("gone", "ada")
    assert list(gone_people(match(known(bits), staged(bits, GHOST)), WHOLE)) == [1]
    assert list(leavers(match(known(BOTH), staged(bits, GHOST)), WHOLE)) == []


@pytest.mark.parametrize("bits", BITS[1:])
def test_a_deleted_account_neither_comes_nor_leaves(bits: int) -> None:
    assert kinds(Resolution([], [], [staged(bits, GHOST)])) == []
    ghost = known(bits, GHOST, is_gone=True)
    assert kinds(Resolution([], [ghost], [])) == []
    assert kinds(match(ghost, staged(bits, "__deleted__2b"))) == []
    assert list(leavers(Resolution([], [ghost], []), WHOLE)) == []


@pytest.mark.parametrize("bits", [0, FOLLOWER, BOTH])
def test_a_deleted_account_that_is_back_has_returned(bits: int) -> None:
    assert kinds(match(known(bits, GHOST, is_gone=True), staged(FOLLOWER))) == ["returned"]
    assert kinds(match(known(bits, GHOST), staged(FOLLOWER))) == ["returned"]


# Follow times.


def test_who_comes_back_with_the_follow_time_of_before_was_only_away() -> None:
    before = known(0, **dated(100))
    assert kinds(match(before, staged(FOLLOWER, **dated(100)))) == ["returned"]
    assert kinds(match(before, staged(FOLLOWER, **dated(900)))) == ["new_follower"]
    assert kinds(match(before, staged(FOLLOWER, **dated(100, exact=False)))) == ["new_follower"]


def test_who_was_away_is_back_on_both_lists_though_only_one_had_told_the_time() -> None:
    before = known(0, **dated(100, FOLLOWING))
    now = staged(BOTH, following_since=100, follower_since=200, exact_bits=BOTH)
    [event] = events(match(before, now), WHOLE, BOTH)
    assert (event.kind, event.bits) == ("returned", BOTH)


def test_a_follow_that_only_moved_is_neither_lost_nor_new() -> None:
    before, now = known(FOLLOWER, **dated(100)), staged(FOLLOWER, "bea", **dated(100))
    moved = Resolution([], [before], [now], unclear=Unclear({1: FOLLOWER}, {"bea": FOLLOWER}))
    assert kinds(moved) == []
    assert list(leavers(moved, WHOLE)) == []


@pytest.mark.parametrize("bits", BITS[1:])
def test_who_may_be_there_still_on_one_list_is_not_said_to_have_left_the_other(bits: int) -> None:
    """They may have vanished from both, and somebody else have what looks like their follow."""
    vanished = Resolution([], [known(BOTH)], [], unclear=Unclear({1: bits}))
    assert kinds(vanished) == []
    assert list(gone_people(vanished, WHOLE)) == []
    elsewhere = Scope(BOTH & ~bits, bits)
    expected = {FOLLOWING: ["lost_follower"], FOLLOWER: ["unfollowed"], BOTH: []}[bits]
    assert kinds(vanished, elsewhere) == expected


# Names that somebody else has taken.


def test_a_name_that_is_not_known_is_not_said() -> None:
    assert kinds(match(known(FOLLOWER), staged(FOLLOWER, "ada~17"))) == []
    [event] = events(match(known(FOLLOWER, "ada~1"), staged(FOLLOWER, "ada.l")), WHOLE, BOTH)
    assert (event.kind, event.known and event.known.last_name) == ("renamed", "ada")
    [event] = events(Resolution([], [known(FOLLOWER, "ada~1")], []), WHOLE, BOTH)
    assert event.username == "ada"
