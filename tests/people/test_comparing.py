"""Two sorted sides are compared and identities are settled: every case, without a database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from kith.people.comparing import (
    BOTH,
    FOLLOWER,
    FOLLOWING,
    Differences,
    KnownRow,
    Resolution,
    Scope,
    StagedRow,
    better_since,
    differs,
    find_differences,
    resolve,
)

WHOLE = Scope(complete=BOTH, partial=0)
PART = Scope(complete=0, partial=BOTH)


def known(username: str, pk: int, bits: int = FOLLOWER, **fields: Any) -> KnownRow:
    told: dict[str, Any] = {
        "instagram_user_id": None,
        "following_since": None,
        "follower_since": None,
        "exact_bits": 0,
        "fingerprint": 0,
        "is_gone": False,
    }
    return KnownRow(username=username, id=pk, bits=bits, **(told | fields))


def staged(username: str, bits: int = FOLLOWER, **fields: Any) -> StagedRow:
    told: dict[str, Any] = {
        "first_id": 1,
        "last_id": 1,
        "instagram_user_id": None,
        "following_since": None,
        "follower_since": None,
        "exact_bits": 0,
        "fingerprint": 0,
    }
    return StagedRow(username=username, bits=bits, **(told | fields))


def dated(since: int, bits: int = FOLLOWER, *, exact: bool = True) -> dict[str, int | None]:
    """The fields of a follow time that is the same on every list of `bits`."""
    return {
        "following_since": since if bits & FOLLOWING else None,
        "follower_since": since if bits & FOLLOWER else None,
        "exact_bits": bits if exact else 0,
    }


def settled(
    before: Iterable[KnownRow],
    now: Iterable[StagedRow],
    scope: Scope = WHOLE,
    former: Iterable[KnownRow] = (),
) -> Resolution:
    """What `now` means after `before`, in a ledger that also remembers `former` people."""
    current, remembered = list(before), list(former)
    return resolve(
        found(current, now, scope),
        scope,
        people_by_id=lambda ids: [
            row for row in current + remembered if row.instagram_user_id in ids
        ],
        former_by_name=lambda names: [row for row in remembered if row.username in names],
    )


def found(before: Iterable[KnownRow], now: Iterable[StagedRow], scope: Scope) -> Differences:
    return find_differences(sorted(before), sorted(now), scope)


def names(resolution: Resolution) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    return (
        sorted((k.username, s.username) for k, s in resolution.matched),
        sorted(row.username for row in resolution.vanished),
        sorted(row.username for row in resolution.new),
    )


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


def test_an_absent_list_says_nothing_about_its_people() -> None:
    followers_only = Scope(complete=FOLLOWER, partial=0)
    row = known("ada", 1, BOTH)
    assert found([row], [staged("ada", FOLLOWER)], followers_only) == Differences()
    assert names(settled([known("bea", 2, FOLLOWING)], [], followers_only)) == ([], [], [])


@pytest.mark.parametrize("scope", [PART, Scope(0, 0)])
def test_nobody_vanishes_from_a_list_that_is_not_complete(scope: Scope) -> None:
    assert names(settled([known("ada", 1, BOTH)], [], scope)) == ([], [], [])


def test_the_same_id_under_another_name_is_the_same_person() -> None:
    before = [known("ada", 1, instagram_user_id="9")]
    now = [staged("ada.l", instagram_user_id="9")]
    assert names(settled(before, now)) == ([("ada", "ada.l")], [], [])
    assert names(settled(before, now, PART)) == ([("ada", "ada.l")], [], [])


def test_two_people_with_ids_who_swap_names_are_both_renamed() -> None:
    before = [known("ada", 1, instagram_user_id="9"), known("bea", 2, instagram_user_id="8")]
    now = [staged("ada", instagram_user_id="8"), staged("bea", instagram_user_id="9")]
    assert names(settled(before, now)) == ([("ada", "bea"), ("bea", "ada")], [], [])


def test_who_takes_over_a_freed_name_is_somebody_else() -> None:
    before = [known("ada", 1, instagram_user_id="9")]
    takeover = [staged("ada", instagram_user_id="8")]
    assert names(settled(before, takeover)) == ([], ["ada"], ["ada"])
    moved_on = [*takeover, staged("ada.l", instagram_user_id="9")]
    assert names(settled(before, moved_on)) == ([("ada", "ada.l")], [], ["ada"])


def test_somebody_who_left_is_known_again_by_id_or_by_name() -> None:
    former = [known("ada", 1, 0, instagram_user_id="9"), known("bea", 2, 0)]
    by_id = [staged("ada.back", instagram_user_id="9")]
    assert names(settled([], by_id, former=former)) == ([("ada", "ada.back")], [], [])
    by_name = [staged("bea", instagram_user_id="8")]
    assert names(settled([], by_name, former=former)) == ([("bea", "bea")], [], [])


def test_a_former_name_with_another_id_is_somebody_else() -> None:
    former = [known("ada", 1, 0, instagram_user_id="9")]
    assert names(settled([], [staged("ada", instagram_user_id="8")], former=former)) == (
        [],
        [],
        ["ada"],
    )


def test_of_two_who_left_under_one_name_the_later_is_known_again() -> None:
    former = [known("ada", 1, 0), known("ada", 2, 0)]
    [(person, _)] = settled([], [staged("ada")], former=former).matched
    assert person.id == 2


@pytest.mark.parametrize("bits", [FOLLOWING, FOLLOWER, BOTH])
def test_an_exact_follow_time_tells_a_rename(bits: int) -> None:
    before, now = known("ada", 1, bits, **dated(100, bits)), staged("bea", bits, **dated(100, bits))
    assert names(settled([before], [now])) == ([("ada", "bea")], [], [])


@pytest.mark.parametrize(
    ("known_is_exact", "staged_is_exact"), [(True, False), (False, True), (False, False)]
)
def test_a_follow_time_to_the_minute_never_tells_a_rename(
    known_is_exact: bool, staged_is_exact: bool
) -> None:
    before = known("ada", 1, **dated(120, exact=known_is_exact))
    now = staged("bea", **dated(120, exact=staged_is_exact))
    assert names(settled([before], [now])) == ([], ["ada"], ["bea"])


def test_a_follow_time_tells_no_rename_in_a_list_that_is_not_complete() -> None:
    before, now = known("ada", 1, **dated(100)), staged("bea", **dated(100))
    assert names(settled([before], [now], PART)) == ([], [], ["bea"])


@pytest.mark.parametrize("shared_by", ["known", "staged", "both"])
def test_people_who_share_a_second_are_not_told_apart(shared_by: str) -> None:
    before = [known("ada", 1, **dated(100))]
    now = [staged("bea", **dated(100))]
    if shared_by in {"known", "both"}:
        before.append(known("cleo", 2, **dated(100)))
    if shared_by in {"staged", "both"}:
        now.append(staged("dora", **dated(100)))
    assert settled(before, now).matched == []


def test_the_same_time_on_another_list_tells_nothing() -> None:
    before = known("ada", 1, FOLLOWING, **dated(100, FOLLOWING))
    now = staged("bea", FOLLOWER, **dated(100, FOLLOWER))
    assert names(settled([before], [now])) == ([], ["ada"], ["bea"])


def test_another_time_on_the_other_list_speaks_against_a_rename() -> None:
    before = known("ada", 1, BOTH, following_since=100, follower_since=200, exact_bits=BOTH)
    now = staged("bea", BOTH, following_since=100, follower_since=300, exact_bits=BOTH)
    assert names(settled([before], [now])) == ([], ["ada"], ["bea"])


def test_two_ids_speak_against_a_rename_by_time() -> None:
    before = known("ada", 1, instagram_user_id="9", **dated(100))
    now = staged("bea", instagram_user_id="8", **dated(100))
    assert names(settled([before], [now])) == ([], ["ada"], ["bea"])


def test_somebody_with_an_id_is_found_by_time_where_a_source_has_no_ids() -> None:
    before, now = known("ada", 1, instagram_user_id="9", **dated(100)), staged("bea", **dated(100))
    assert names(settled([before], [now])) == ([("ada", "bea")], [], [])


def test_one_person_is_not_two() -> None:
    before = known("ada", 1, BOTH, following_since=100, follower_since=200, exact_bits=BOTH)
    now = [
        staged("bea", FOLLOWING, **dated(100, FOLLOWING)),
        staged("cleo", FOLLOWER, **dated(200, FOLLOWER)),
    ]
    assert names(settled([before], now)) == ([], ["ada"], ["bea", "cleo"])


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
