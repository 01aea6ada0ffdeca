"""Two sorted sides are compared: every case, without a database."""

from __future__ import annotations

from typing import Any

import pytest

from kith.people.comparing import (
    BOTH,
    FOLLOWER,
    FOLLOWING,
    Differences,
    Scope,
    better_since,
    differs,
)
from tests.people.rows import WHOLE, dated, found, known, staged


@pytest.mark.parametrize("on_staged", [0, FOLLOWING, FOLLOWER, BOTH])
@pytest.mark.parametrize("on_known", [FOLLOWING, FOLLOWER, BOTH])
@pytest.mark.parametrize("complete", [0, FOLLOWING, FOLLOWER, BOTH])
def test_only_a_complete_list_takes_anybody_off_it(
    complete: int, on_known: int, on_staged: int
) -> None:
    after = Scope(complete, BOTH & ~complete).bits_after(on_known, on_staged)
    for bit in (FOLLOWING, FOLLOWER):
        stays = bool(on_staged & bit) or (bool(on_known & bit) and not complete & bit)
        assert bool(after & bit) is stays


def test_whoever_is_the_same_on_both_sides_is_no_difference() -> None:
    row = known("ada", 1, BOTH, instagram_user_id="9", fingerprint=7, **dated(100, BOTH))
    same = staged("ada", BOTH, instagram_user_id="9", fingerprint=7, **dated(100, BOTH))
    assert found([row], [same], WHOLE) == Differences()


@pytest.mark.parametrize(
    "silent",
    [
        {"instagram_user_id": None},
        {"fingerprint": 0},
        {"following_since": None, "follower_since": None, "exact_bits": 0},
    ],
)
def test_what_a_source_does_not_tell_is_no_difference(silent: dict[str, Any]) -> None:
    told = {"instagram_user_id": "9", "fingerprint": 7, **dated(100, BOTH)}
    row = known("ada", 1, BOTH, **told)
    assert found([row], [staged("ada", BOTH, **(told | silent))], WHOLE) == Differences()


@pytest.mark.parametrize(
    "new",
    [
        {"bits": FOLLOWING},
        {"fingerprint": 8},
        {"instagram_user_id": "9"},
        {"follower_since": 200, "exact_bits": FOLLOWER},
    ],
)
def test_whatever_a_source_tells_anew_is_a_difference(new: dict[str, Any]) -> None:
    row, now = known("ada", 1, BOTH, fingerprint=7), staged("ada", **({"bits": BOTH} | new))
    assert differs(row, now, WHOLE)
    assert found([row], [now], WHOLE).same_name == [(row, now)]


@pytest.mark.parametrize(
    ("before", "now", "only_known", "only_staged"),
    [
        ("", "", "", ""),
        ("", "abc", "", "abc"),
        ("abc", "", "abc", ""),
        ("abc", "abc", "", ""),
        ("abd", "bc", "ad", "c"),
        ("bd", "ace", "bd", "ace"),
    ],
)
def test_one_walk_finds_who_stands_on_one_side_only(
    before: str, now: str, only_known: str, only_staged: str
) -> None:
    differences = found(
        [known(name, number) for number, name in enumerate(before)],
        [staged(name) for name in now],
        WHOLE,
    )
    assert "".join(row.username for row in differences.only_known) == only_known
    assert "".join(row.username for row in differences.only_staged) == only_staged
    assert differences.same_name == []


@pytest.mark.parametrize(
    ("old", "old_is_exact", "new", "new_is_exact", "kept"),
    [
        (None, False, None, False, (None, 0)),
        (100, True, None, False, (100, FOLLOWER)),
        (None, False, 120, False, (120, 0)),
        (120, False, 137, True, (137, FOLLOWER)),
        (137, True, 120, False, (137, FOLLOWER)),
        (137, True, 180, False, (180, 0)),
        (100, True, 900, True, (900, FOLLOWER)),
    ],
    ids=["unknown", "untold", "first", "sharper", "rounded", "refollow-html", "refollow"],
)
def test_the_better_follow_time_is_kept(
    old: int | None,
    old_is_exact: bool,
    new: int | None,
    new_is_exact: bool,
    kept: tuple[int | None, int],
) -> None:
    row = known("ada", 1, follower_since=old, exact_bits=FOLLOWER if old_is_exact else 0)
    now = staged("ada", follower_since=new, exact_bits=FOLLOWER if new_is_exact else 0)
    assert better_since(row, now, FOLLOWER) == kept


def test_a_follow_time_that_becomes_exact_without_moving_is_a_difference() -> None:
    row, now = known("ada", 1, **dated(120, exact=False)), staged("ada", **dated(120))
    assert found([row], [now], WHOLE).same_name == [(row, now)]


def test_an_absent_list_says_nothing_about_its_people() -> None:
    followers_only = Scope(complete=FOLLOWER, partial=0)
    row = known("ada", 1, BOTH)
    assert found([row], [staged("ada", FOLLOWER)], followers_only) == Differences()


def test_somebody_seen_again_who_may_have_been_gone_is_a_difference() -> None:
    """They left the other list while nobody could say whether they were on this one still."""
    row, now = known("ada", 1, FOLLOWING, is_gone=True), staged("ada", FOLLOWING)
    assert found([row], [now], WHOLE).same_name == [(row, now)]


def test_an_account_that_stays_deleted_is_no_difference() -> None:
    row = known("__deleted__1a", 1, FOLLOWING, is_gone=True)
    assert found([row], [staged("__deleted__1a", FOLLOWING)], WHOLE) == Differences()


def test_records_of_one_name_are_one_person_with_the_newest_follow_times() -> None:
    records = [
        staged("bea", FOLLOWER, first_id=7, last_id=7, **dated(200)),
        staged("bea", FOLLOWING, first_id=2, last_id=2, **dated(300, FOLLOWING, exact=False)),
        staged("bea", FOLLOWER, first_id=5, last_id=5, instagram_user_id="9", **dated(100)),
        staged("cleo", FOLLOWING),
    ]
    differences = found([], records, WHOLE)
    times = {"following_since": 300, "follower_since": 200, "exact_bits": FOLLOWER}
    bea = staged("bea", BOTH, first_id=2, last_id=7, instagram_user_id="9", **times)
    assert differences.only_staged == [bea, records[3]]
    assert (differences.staged_on(FOLLOWING), differences.staged_on(FOLLOWER)) == (2, 1)
    assert differences.disputed == []


def test_a_name_with_two_ids_is_disputed() -> None:
    records = [
        staged("bea", FOLLOWING, instagram_user_id="8"),
        staged("bea", FOLLOWER, instagram_user_id="9"),
    ]
    assert found([], records, WHOLE).disputed == ["bea"]
