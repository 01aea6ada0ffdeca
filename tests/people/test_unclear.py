"""Of whom nothing can be said."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, KnownRow, Scope, StagedRow
from kith.people.unclear import Baseline, Pair, Told, unclear_people, without_hearsay
from tests.people.rows import WHOLE, dated, known, staged

Found = tuple[dict[int, int], dict[str, int]]


def unclear(
    unmatched: Iterable[KnownRow] = (),
    new: Iterable[StagedRow] = (),
    matched: Iterable[Pair] = (),
    *,
    scope: Scope = WHOLE,
    ids: int = 0,
    times: int = BOTH,
) -> Found:
    """By row id and by name, the lists of which nothing is said."""
    told = Told(scope, Baseline(BOTH, ids, times), BOTH)
    found = unclear_people(list(matched), list(unmatched), list(new), told)
    return (
        {row_id: bits for row_id, bits in found.known.items() if bits},
        {name: bits for name, bits in found.staged.items() if bits},
    )


CLEAR: Found = ({}, {})

# Follows that moved.


def test_those_who_share_a_second_and_change_their_names_neither_left_nor_came() -> None:
    before = [known("ada", 1, **dated(100)), known("bea", 2, **dated(100))]
    now = [staged("ada.l", **dated(100)), staged("bea.b", **dated(100))]
    assert unclear(before, now) == (
        {1: FOLLOWER, 2: FOLLOWER},
        {"ada.l": FOLLOWER, "bea.b": FOLLOWER},
    )
    assert unclear(before, now[:1]) == ({1: FOLLOWER, 2: FOLLOWER}, {"ada.l": FOLLOWER})
    assert unclear(before[:1], now) == ({1: FOLLOWER}, {"ada.l": FOLLOWER, "bea.b": FOLLOWER})
    assert unclear(before) == CLEAR


def test_somebody_under_two_names_at_once_neither_left_nor_came() -> None:
    """An export made during a rename: the old name in one file, the new one in the other."""
    before = known("ada", 1, BOTH, following_since=100, follower_since=200, exact_bits=BOTH)
    old = staged("ada", FOLLOWING, **dated(100, FOLLOWING))
    new = staged("ada.l", FOLLOWER, **dated(200))
    assert unclear([], [new], [(before, old)]) == ({1: FOLLOWER}, {"ada.l": FOLLOWER})


def test_a_time_that_is_told_of_somebody_known_moves_as_well() -> None:
    """Ada was known by her follow time alone, and bea by the API alone: they are one, in two rows."""
    ada, bea = known("ada", 1, **dated(100)), known("bea", 2, instagram_user_id="9")
    now = staged("bea", **dated(100))
    assert unclear([ada], [], [(bea, now)]) == ({1: FOLLOWER}, {"bea": FOLLOWER})


def test_whoever_stays_moves_nothing() -> None:
    ada, bea = known("ada", 1, **dated(100)), known("bea", 2, **dated(100))
    assert unclear([ada], [], [(bea, staged("bea", **dated(100)))]) == CLEAR


def test_ids_tell_apart_who_shares_a_second() -> None:
    before = [known("ada", 1, instagram_user_id="9", **dated(100))]
    assert unclear(before, [staged("bea", instagram_user_id="8", **dated(100))]) == CLEAR
    assert unclear(before, [staged("bea", **dated(100))]) != CLEAR


# Names that somebody else has now.


BY_API = Scope(complete=BOTH, partial=0, tells_ids=True)


@pytest.mark.parametrize("confirmed", [0, FOLLOWING, FOLLOWER, BOTH])
def test_who_was_last_seen_by_a_name_alone_may_have_been_the_next_holder(confirmed: int) -> None:
    """Ada was on both lists; now the name has another id. Where no id was told last, it may have had it then."""
    ada = known("ada", 1, BOTH, instagram_user_id="9")
    heir = staged("ada", BOTH, instagram_user_id="8")
    bits = BOTH & ~confirmed
    expected = ({1: bits}, {"ada": bits}) if bits else CLEAR
    assert unclear([ada], [heir], scope=BY_API, ids=confirmed) == expected
    nobody_knows = known("ada", 1, BOTH)
    assert unclear([nobody_knows], [heir], scope=BY_API, ids=confirmed) == (
        {1: BOTH},
        {"ada": BOTH},
    )


@pytest.mark.parametrize("confirmed", [0, FOLLOWING, FOLLOWER, BOTH])
def test_so_may_who_was_last_seen_without_a_follow_time(confirmed: int) -> None:
    ada = known("ada", 1, BOTH, **dated(900, BOTH))
    heir = staged("ada", BOTH, **dated(100, BOTH))
    bits = BOTH & ~confirmed
    expected = ({1: bits}, {"ada": bits}) if bits else CLEAR
    assert unclear([ada], [heir], times=confirmed) == expected
    rounded = known("ada", 1, BOTH, following_since=900, follower_since=840, exact_bits=FOLLOWING)
    assert unclear([rounded], [heir]) == ({1: FOLLOWER}, {"ada": FOLLOWER})


def test_the_heir_of_a_name_is_new_on_a_list_that_its_holder_was_not_on() -> None:
    ada = known("ada", 1, FOLLOWER, instagram_user_id="9")
    heir = staged("ada", BOTH, instagram_user_id="8")
    assert unclear([ada], [heir], scope=BY_API) == ({1: FOLLOWER}, {"ada": FOLLOWER})


def test_who_lost_the_name_and_is_not_seen_is_not_missed_where_names_are_all_there_is() -> None:
    ada = known("ada~1", 1, BOTH, instagram_user_id="9")
    assert unclear([ada], scope=BY_API, ids=BOTH) == CLEAR
    assert unclear([ada]) == ({1: BOTH}, {})
    heir = staged("ada", FOLLOWER)
    assert unclear([ada], [], [(known("ada", 2, FOLLOWING), heir)]) == ({1: BOTH}, {"ada": BOTH})


def test_of_who_was_renamed_nothing_is_said_where_only_the_name_was_seen_last() -> None:
    ada = known("ada", 1, BOTH, instagram_user_id="9")
    renamed = (ada, staged("ada.l", BOTH, instagram_user_id="9"))
    assert unclear([], [], [renamed], scope=BY_API, ids=BOTH) == CLEAR
    assert unclear([], [], [renamed], scope=BY_API, ids=FOLLOWER) == ({1: FOLLOWING}, {})


# What was only told of a name.


def test_times_told_of_a_name_do_not_prove_whom_an_id_leads_to() -> None:
    """They are kept, for people to see."""
    ada = known("ada", 1, BOTH, instagram_user_id="9", **dated(100, BOTH))
    kept = without_hearsay(ada, staged("ada.l", BOTH, instagram_user_id="9"))
    assert (kept.instagram_user_id, kept.follower_since, kept.exact_bits) == ("9", 100, 0)
    assert without_hearsay(ada, staged("ada", BOTH, instagram_user_id="9")) == ada


def test_an_id_told_of_a_name_does_not_go_along_with_a_follow_time() -> None:
    ada = known("ada", 1, BOTH, instagram_user_id="9", **dated(100, BOTH))
    kept = without_hearsay(ada, staged("ada.l", BOTH, **dated(100, BOTH)))
    assert (kept.instagram_user_id, kept.exact_bits) == (None, BOTH)
