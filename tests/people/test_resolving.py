"""Identities are settled: every case, without a database."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, KnownRow, Scope, StagedRow
from kith.people.resolving import Lookups, Resolution, resolve
from kith.people.unclear import Baseline, Told
from tests.people.rows import PART, WHOLE, dated, found, known, staged


def settled(
    before: Iterable[KnownRow],
    now: Iterable[StagedRow],
    scope: Scope = WHOLE,
    former: Iterable[KnownRow] = (),
    baseline: int = BOTH,
) -> Resolution:
    """What `now` means after `before`, in a ledger that also remembers `former` people."""
    current, remembered = list(before), list(former)
    lookups = Lookups(
        by_id=lambda ids: [row for row in current + remembered if row.instagram_user_id in ids],
        former_by_name=lambda names: [row for row in remembered if row.username in names],
        former_by_since=lambda bit, times: [
            row for row in remembered if row.exact_since(bit) in times
        ],
    )
    told = Told(scope, Baseline(baseline, baseline, baseline), BOTH)
    return resolve(found(current, now, scope), told, lookups)


def names(resolution: Resolution) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """Who was matched with whom, who vanished, who is new."""
    return (
        sorted((k.username, s.username) for k, s in resolution.matched),
        sorted(row.username for row in resolution.vanished),
        sorted(row.username for row in resolution.new),
    )


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


def test_a_partial_list_tells_a_rename_once_everybody_on_it_was_known() -> None:
    """Who follows since before the last whole list was on it, under one name or another."""
    before, now = [known("ada", 1, **dated(100))], [staged("bea", **dated(100))]
    assert names(settled(before, now, PART)) == ([("ada", "bea")], [], [])
    assert names(settled(before, now, PART, baseline=FOLLOWING)) == ([], [], ["bea"])
    assert names(settled(before, now, Scope(FOLLOWING, 0))) == ([], [], ["bea"])


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


@pytest.mark.parametrize(("time", "is_one"), [(300, True), (100, False)])
def test_an_older_time_on_the_other_list_speaks_against_a_rename(time: int, is_one: bool) -> None:
    """A newer one does not: they may have followed anew."""
    before = known("ada", 1, BOTH, following_since=100, follower_since=200, exact_bits=BOTH)
    now = staged("bea", BOTH, following_since=100, follower_since=time, exact_bits=BOTH)
    expected = ([("ada", "bea")], [], []) if is_one else ([], ["ada"], ["bea"])
    assert names(settled([before], [now])) == expected


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


# One name, two people.


@pytest.mark.parametrize("size", [2, 3])
def test_names_that_went_round_with_their_follow_times_are_renames(size: int) -> None:
    ring = ["ada", "bea", "cleo"][:size]
    before = [known(name, number, **dated(100 + number)) for number, name in enumerate(ring)]
    moved = [staged(name, **dated(100 + (n + 1) % size)) for n, name in enumerate(ring)]
    pairs = sorted((ring[(n + 1) % size], name) for n, name in enumerate(ring))
    assert names(settled(before, moved)) == (pairs, [], [])


def test_who_has_a_name_whose_holder_stands_under_another_is_somebody_new() -> None:
    before = [known("ada", 1, **dated(100))]
    now = [staged("ada.l", **dated(100)), staged("ada", **dated(900))]
    assert names(settled(before, now)) == ([("ada", "ada.l")], [], ["ada"])


def test_who_has_a_freed_name_on_the_other_list_is_somebody_new() -> None:
    before = [known("ada", 1, FOLLOWER, **dated(100))]
    now = [staged("ada.l", **dated(100)), staged("ada", FOLLOWING, **dated(900, FOLLOWING))]
    assert names(settled(before, now)) == ([("ada", "ada.l")], [], ["ada"])


def test_a_newer_follow_time_under_one_name_is_a_new_follow_of_the_same_person() -> None:
    before, now = [known("ada", 1, **dated(100))], [staged("ada", **dated(900))]
    assert names(settled(before, now)) == ([("ada", "ada")], [], [])
    elsewhere = [staged("ada", FOLLOWING, **dated(900, FOLLOWING))]
    assert names(settled(before, elsewhere)) == ([("ada", "ada")], [], [])


@pytest.mark.parametrize("scope", [WHOLE, PART])
def test_an_older_follow_time_under_one_name_is_somebody_else(scope: Scope) -> None:
    before, now = [known("ada", 1, **dated(900))], [staged("ada", **dated(100))]
    resolution = settled(before, now, scope)
    assert names(resolution) == ([], ["ada"] if scope is WHOLE else [], ["ada"])
    assert resolution.unmatched == before


def test_an_older_time_to_the_minute_proves_nothing() -> None:
    before = [known("ada", 1, **dated(900))]
    now = [staged("ada", **dated(120, exact=False))]
    assert names(settled(before, now)) == ([("ada", "ada")], [], [])


def test_the_same_time_on_one_list_outweighs_another_on_the_other() -> None:
    before = known("ada", 1, BOTH, following_since=100, follower_since=900, exact_bits=BOTH)
    now = staged("ada", BOTH, following_since=100, follower_since=200, exact_bits=BOTH)
    assert names(settled([before], [now])) == ([("ada", "ada")], [], [])


def test_the_same_id_outweighs_every_time() -> None:
    before = known("ada", 1, instagram_user_id="9", **dated(900))
    now = staged("ada", instagram_user_id="9", **dated(100))
    assert names(settled([before], [now])) == ([("ada", "ada")], [], [])


# People who left, and who comes back.


def test_a_former_person_is_known_again_by_the_follow_time() -> None:
    former = [known("ada", 1, 0, **dated(100)), known("bea", 2, 0, **dated(200))]
    back = [staged("ada.back", **dated(100))]
    assert names(settled([], back, former=former)) == ([("ada", "ada.back")], [], [])
    shared = [*former, known("cleo", 3, 0, **dated(100))]
    assert names(settled([], back, former=shared)) == ([], [], ["ada.back"])


def test_a_former_name_with_an_older_follow_time_is_somebody_else() -> None:
    former = [known("ada", 1, 0, **dated(900))]
    assert names(settled([], [staged("ada", **dated(100))], former=former)) == ([], [], ["ada"])


def test_a_name_alone_does_not_bring_an_id_back() -> None:
    former = [known("ada", 1, 0, instagram_user_id="9", **dated(100))]
    for staged_row, expected in (
        (staged("ada"), None),
        (staged("ada", **dated(900)), None),
        (staged("ada", **dated(100)), "9"),
    ):
        [(person, _)] = settled([], [staged_row], former=former).matched
        assert person.instagram_user_id == expected


# Two rows for one person.


def test_an_id_told_for_a_name_finds_the_row_that_has_it() -> None:
    """Known by the API as ada, then met as bea in an export, which tells no ids."""
    by_api = known("ada", 1, 0, instagram_user_id="9", is_gone=True)
    by_export = known("bea", 2, FOLLOWER, **dated(100))
    now = [staged("bea", instagram_user_id="9")]
    resolution = settled([by_export], now, former=[by_api])
    assert names(resolution) == ([("ada", "bea")], [], [])
    [(person, _)] = resolution.matched
    assert (person.id, person.bits, person.is_gone) == (1, FOLLOWER, False)
    assert person.follower_since == 100
    assert resolution.doubled == [(by_api, by_export)]


def test_of_two_who_are_there_at_once_either_may_have_the_name() -> None:
    """Ada may have been bea all along, or have taken the name of somebody who has another one now."""
    ada = known("ada", 1, FOLLOWER, instagram_user_id="9")
    bea = known("bea", 2, FOLLOWER, **dated(100))
    now = [staged("bea", instagram_user_id="9")]
    resolution = settled([ada, bea], now, Scope(BOTH, 0, tells_ids=True))
    assert names(resolution) == ([("ada", "bea")], ["bea"], [])
    assert resolution.doubled == []
    assert resolution.unclear.known[2] == FOLLOWER


def test_two_rows_with_one_follow_become_one() -> None:
    """Ada was renamed before an export told her follow times; the API knew the new name without them."""
    ada = known("ada", 1, FOLLOWING, **dated(100, FOLLOWING))
    bea = known("bea", 2, FOLLOWER, **dated(200))
    now = [staged("bea", BOTH, following_since=100, follower_since=200, exact_bits=BOTH)]
    resolution = settled([ada, bea], now)
    assert names(resolution) == ([("ada", "bea")], [], [])
    [(person, _)] = resolution.matched
    assert (person.id, person.bits, person.following_since, person.follower_since) == (
        1,
        BOTH,
        100,
        200,
    )
    assert resolution.doubled == [(ada, bea)]


def test_of_two_rows_with_one_follow_the_one_that_has_an_id_stays() -> None:
    """Cleo was gone and is back as bea, by her id, with the follow that was known of ada."""
    ada = known("ada", 1, FOLLOWING, **dated(100, FOLLOWING))
    cleo = known("cleo", 2, 0, instagram_user_id="9")
    now = [staged("bea", BOTH, instagram_user_id="9", **dated(100, FOLLOWING))]
    resolution = settled([ada], now, former=[cleo])
    assert resolution.doubled == [(cleo, ada)]
    assert names(resolution) == ([("cleo", "bea")], [], [])


def test_a_follow_that_ended_long_ago_tells_who_somebody_is() -> None:
    """Ada left one list, changed her name, and is back on it."""
    ada = known("ada", 1, FOLLOWING, follower_since=100, exact_bits=FOLLOWER)
    assert names(settled([ada], [staged("ada.l", **dated(100))])) == ([("ada", "ada.l")], [], [])
