"""Who is who after renames, swaps and takeovers: rule 4, on the database."""

from __future__ import annotations

from typing import Any

import pytest

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people.models import Change, Person
from tests.factories import (
    READING_TAKES,
    apply,
    changes_in,
    day,
    known_person,
    lists_of,
    people,
    person,
    told_by,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# Rule 4: renames.


def test_rule_4_the_same_id_under_another_name_is_renamed(connection: Connection) -> None:
    apply(connection, [person("ada", 1)], [person("ada", 1)])
    outcome = apply(connection, [person("ada.l", 1)], [person("ada.l", 1)])
    assert told_by(outcome) == {"renamed": 1}
    change = Change.objects.get()
    assert (change.username, change.previous_username) == ("ada.l", "ada")
    assert lists_of(connection) == ({"ada.l"}, {"ada.l"})
    assert Person.objects.count() == 1


def test_rule_4_without_ids_the_exact_follow_time_tells(connection: Connection) -> None:
    apply(connection, [], [person("ada", since=1000), person("bea", since=2000)])
    outcome = apply(connection, [], [person("ada.l", since=1000), person("bea", since=2000)])
    assert told_by(outcome) == {"renamed": 1}


def test_rule_4_a_time_to_the_minute_never_tells(connection: Connection) -> None:
    minutes: dict[str, Any] = {"since": 1200, "since_is_exact": False}
    apply(connection, [], [person("ada", **minutes), person("bea")])
    outcome = apply(connection, [], [person("ada.l", **minutes), person("bea")])
    assert told_by(outcome) == {"lost_follower": 1, "new_follower": 1}


def test_rule_4_two_people_who_share_a_second_are_not_told_apart(connection: Connection) -> None:
    """Both follows are still there: nobody left, nobody came, and who is who nobody can tell."""
    stays = people("cleo", "dora")
    apply(connection, [], [person("ada", since=1000), person("bea", since=1000), *stays])
    outcome = apply(connection, [], [person("ada.l", since=1000), person("b", since=1000), *stays])
    assert told_by(outcome) == {}
    assert lists_of(connection)[1] == {"ada.l", "b", "cleo", "dora"}


def test_rule_4_a_swap_of_names_is_two_renames(connection: Connection) -> None:
    apply(connection, [], [person("ada", 1), person("bea", 2)])
    outcome = apply(connection, [], [person("ada", 2), person("bea", 1)])
    assert told_by(outcome) == {"renamed": 2}
    assert known_person(connection, "ada").instagram_user_id == "17000000002"
    assert known_person(connection, "bea").instagram_user_id == "17000000001"


def test_rule_4_somebody_returns_under_a_name_that_another_one_gives_back(
    connection: Connection,
) -> None:
    stays = person("dora", 4)
    apply(connection, [], [person("ada", 1), person("bea", 2), stays])
    apply(connection, [], [person("ada", 2), stays])
    outcome = apply(connection, [], [person("ada", 1), person("cleo", 2), stays])
    assert told_by(outcome)["renamed"] == 1
    assert known_person(connection, "ada").instagram_user_id == "17000000001"
    assert known_person(connection, "cleo").instagram_user_id == "17000000002"


def test_rule_4_names_that_move_on_in_a_ring_are_renames(connection: Connection) -> None:
    ring = ["ada", "bea", "cleo"]
    apply(connection, [], [person(name, number) for number, name in enumerate(ring)])
    moved = [person(name, (number + 1) % 3) for number, name in enumerate(ring)]
    assert told_by(apply(connection, [], moved)) == {"renamed": 3}


def test_rule_4_who_takes_over_a_freed_name_is_somebody_new(connection: Connection) -> None:
    apply(connection, [], [person("ada", 1), person("bea", 2)])
    outcome = apply(connection, [], [person("ada", 3), person("bea", 2)])
    assert told_by(outcome) == {"lost_follower": 1, "new_follower": 1}
    both = Person.objects.filter(connection=connection, username="ada").order_by("id")
    assert [row.is_follower for row in both] == [False, True]


def test_rule_4_a_freed_name_is_taken_while_its_owner_stays(connection: Connection) -> None:
    apply(connection, [], [person("ada", 1), person("bea", 2)])
    outcome = apply(connection, [], [person("ada.l", 1), person("ada", 3), person("bea", 2)])
    assert told_by(outcome) == {"renamed": 1, "new_follower": 1}


def test_rule_4_a_name_taken_in_a_partial_list_leaves_its_owner_on_the_list(
    connection: Connection,
) -> None:
    apply(connection, [], [person("ada", 1), person("bea", 2)])
    apply(connection, None, [person("ada", 3)], partial=[ListName.FOLLOWERS])
    assert changes_in(connection) == [("new_follower", "ada")]
    assert Person.objects.filter(connection=connection, is_follower=True).count() == 3
    apply(connection, [], [person("ada", 3), person("ada.l", 1), person("bea", 2)])
    assert [kind for kind, _ in changes_in(connection)] == ["new_follower", "renamed"]
    assert known_person(connection, "ada.l").instagram_user_id == "17000000001"


def test_rule_4_one_id_under_two_names_has_the_later_name(connection: Connection) -> None:
    # Somebody was renamed between the reading of one list and of the other.
    apply(connection, [person("ada", 1)], [person("ada", 1)])
    outcome = apply(connection, [person("ada", 1)], [person("ada.l", 1)])
    assert told_by(outcome) == {"renamed": 1}
    assert lists_of(connection) == ({"ada.l"}, {"ada.l"})


def test_rule_4_a_new_follow_of_the_same_name_is_no_rename(connection: Connection) -> None:
    apply(connection, [], [person("ada", since=1000), person("bea", since=2000)])
    outcome = apply(connection, [], [person("ada", since=9000), person("bea", since=2000)])
    assert told_by(outcome) == {}
    assert known_person(connection, "ada").follower_since == 9000


def test_rule_4_people_of_an_export_get_their_ids_and_are_then_known_by_them(
    connection: Connection,
) -> None:
    exported = [person("ada", since=1000), person("bea", since=2000)]
    apply(connection, exported, exported, source="export")
    enriched = [person("ada", 1, name="Ada", verified=True), person("bea", 2)]
    assert told_by(apply(connection, enriched, enriched)) == {}
    ada = known_person(connection, "ada")
    assert (ada.instagram_user_id, ada.name, ada.verified) == ("17000000001", "Ada", True)
    assert ada.following_since == ada.follower_since == 1000
    renamed = [person("ada.l", 1), person("bea", 2)]
    assert told_by(apply(connection, renamed, renamed)) == {"renamed": 1}
    # The next export has no ids; the name and the follow time still lead to the same person.
    exported = [person("ada.l", since=1000), person("bea.b", since=2000)]
    assert told_by(apply(connection, exported, exported, source="export")) == {"renamed": 1}
    assert Person.objects.count() == 2


# Names that move from one person to another.


def test_rule_4_without_ids_a_swap_of_names_shows_in_the_follow_times(
    connection: Connection,
) -> None:
    apply(connection, [], [person("ada", since=1000), person("bea", since=2000)], source="export")
    ada, bea = known_person(connection, "ada"), known_person(connection, "bea")
    swapped = [person("ada", since=2000), person("bea", since=1000)]
    assert told_by(apply(connection, [], swapped, source="export")) == {"renamed": 2}
    assert known_person(connection, "ada").pk == bea.pk
    assert known_person(connection, "bea").pk == ada.pk


def test_rule_4_without_ids_who_takes_over_a_freed_name_is_somebody_new(
    connection: Connection,
) -> None:
    apply(connection, [], [person("ada", since=1000), person("bea", since=2000)], source="export")
    now = [person("ada.l", since=1000), person("ada", since=9000), person("bea", since=2000)]
    outcome = apply(connection, [], now, source="export")
    assert told_by(outcome) == {"renamed": 1, "new_follower": 1}
    assert Person.objects.count() == 3


def test_rule_4_a_follow_time_that_went_back_is_somebody_elses(connection: Connection) -> None:
    apply(connection, [], [person("ada", since=9000), person("bea", since=2000)], source="export")
    now = [person("ada", since=1000), person("bea", since=2000)]
    outcome = apply(connection, [], now, source="export")
    assert told_by(outcome) == {"lost_follower": 1, "new_follower": 1}
    both = Person.objects.filter(connection=connection, username="ada").order_by("id")
    assert [row.is_follower for row in both] == [False, True]


def test_rule_4_a_name_that_moves_on_while_the_lists_are_read(connection: Connection) -> None:
    """Ada gave her name up behind the reading of one list, and Zoe has it in the other."""
    apply(connection, [person("ada", 1)], [person("bea", 2), person("cleo", 3)])
    reading = [person("bea", 2), person("ada", 26), person("cleo", 3)]
    assert told_by(apply(connection, [person("ada", 1)], reading)) == {"new_follower": 1}
    assert known_person(connection, "ada").instagram_user_id == "17000000026"
    named = [person("bea", 2), person("ada", 26), person("cleo", 3)]
    outcome = apply(connection, [person("ada.l", 1)], named)
    assert told_by(outcome) == {"renamed": 1}
    change = Change.objects.get(kind="renamed")
    assert (change.username, change.previous_username) == ("ada.l", "ada")
    assert lists_of(connection) == ({"ada.l"}, {"ada", "bea", "cleo"})


def test_rule_4_a_swap_while_the_lists_are_read(connection: Connection) -> None:
    before = [person("ada", 1), person("bea", 2)]
    apply(connection, before, before)
    outcome = apply(connection, before, [person("ada", 2), person("bea", 1)])
    assert told_by(outcome) == {"renamed": 2}
    assert lists_of(connection) == ({"ada", "bea"}, {"ada", "bea"})


def test_rule_4_an_unchanged_follow_and_a_new_name_on_the_other_list_are_one_rename(
    connection: Connection,
) -> None:
    """On the list that was read first everybody stands as known; only the other list shows that ada is bea now."""
    apply(connection, [person("ada", 1)], [person("ada", 1), person("cleo", 3)])
    outcome = apply(connection, [person("ada", 1)], [person("bea", 1), person("cleo", 3)])
    assert told_by(outcome) == {"renamed": 1}
    assert lists_of(connection) == ({"bea"}, {"bea", "cleo"})


# Two rows for one person.


def test_rule_4_whoever_was_known_by_id_and_met_again_by_name_is_one(
    connection: Connection,
) -> None:
    """An export cannot tell that ada is bea now. The next sync can, and the story becomes one."""
    apply(connection, [], [person("ada", 1), person("cleo", 3)])
    exported = [person("bea", since=1000), person("cleo", since=3000)]
    outcome = apply(connection, [], exported, source="export")
    assert told_by(outcome) == {"lost_follower": 1, "new_follower": 1}
    outcome = apply(connection, [], [person("bea", 1), person("cleo", 3)])
    assert told_by(outcome) == {"renamed": 1}
    bea = known_person(connection, "bea")
    assert (bea.instagram_user_id, bea.follower_since) == ("17000000001", 1000)
    story = bea.changes.values_list("kind", flat=True)
    assert sorted(story) == ["lost_follower", "new_follower", "renamed"]
    assert lists_of(connection)[1] == {"bea", "cleo"}
    renamed = Change.objects.get(kind="renamed")
    assert renamed.after == day(1)
    exported = [person("bea", since=1000), person("cleo", since=3000)]
    assert told_by(apply(connection, [], exported, source="export")) == {}


@pytest.mark.parametrize("source", ["api", "export"])
def test_rule_4_two_rows_of_one_follow_become_one_with_the_id_of_either(
    connection: Connection, source: str
) -> None:
    """By the id a former person, by the follow time somebody whom an export told without one."""
    zoe = person("zoe", 9)
    apply(connection, [zoe], [])
    apply(connection, [zoe, person("bea", since=61)], [], source="export")
    apply(connection, [zoe, person("ada", 3), person("bea", since=61)], [])
    apply(connection, [zoe, person("bea", since=61)], [], source="export")
    for _ in range(2):
        apply(connection, [zoe, person("cleo", 3, since=61)], [], source=source)
    assert lists_of(connection)[0] == {"zoe", "cleo"}
    [cleo] = Person.objects.filter(instagram_user_id=person("cleo", 3).instagram_user_id)
    assert (cleo.username, cleo.following_since) == ("cleo", 61)
    assert changes_in(connection) == [
        ("followed", "bea"), ("followed", "ada"), ("unfollowed", "ada"), ("renamed", "cleo"),
    ]  # fmt: skip


def test_rule_4_a_double_of_a_partial_list_is_found_out(connection: Connection) -> None:
    apply(connection, [], [person("ada", 1), person("cleo", 3)])
    apply(connection, [], people("bea"), partial=[ListName.FOLLOWERS], source="export")
    assert told_by(apply(connection, [], [person("bea", 1), person("cleo", 3)])) == {"renamed": 1}
    assert lists_of(connection)[1] == {"bea", "cleo"}


def test_rule_4_a_name_does_not_bring_back_the_id_of_its_former_holder(
    connection: Connection,
) -> None:
    """Ada left; somebody else has her name by the time an export names it. Nobody leaves when the ids tell."""
    apply(connection, [], [person("ada", 1), person("cleo", 3)])
    apply(connection, [], [person("cleo", 3)])
    apply(connection, [], people("ada", "cleo"), source="export")
    assert told_by(apply(connection, [], [person("ada", 2), person("cleo", 3)])) == {}
    assert known_person(connection, "ada").instagram_user_id == "17000000002"


# Deleted accounts, and those that come back.

GHOST = "__deleted__1a2b"


def test_a_follow_time_under_a_deleted_name_says_that_the_account_is_gone(
    connection: Connection,
) -> None:
    apply(connection, [], [person("ada", since=1000), person("bea", since=2000)], source="export")
    deleted = [person(GHOST, since=1000), person("bea", since=2000)]
    assert told_by(apply(connection, [], deleted, source="export")) == {"gone": 1}
    change = Change.objects.get()
    assert (change.username, change.previous_username) == ("ada", None)
    assert known_person(connection, GHOST).gone_at == day(2) + READING_TAKES
    assert told_by(apply(connection, [], deleted, source="export")) == {}
    assert told_by(apply(connection, [], deleted[1:], source="export")) == {}
    back = [person("ada.back", since=1000), person("bea", since=2000)]
    assert told_by(apply(connection, [], back, source="export")) == {"returned": 1}
    assert known_person(connection, "ada.back").gone_at is None
    assert Person.objects.count() == 2


def test_a_deleted_account_of_which_nothing_was_known_is_kept_and_not_reported(
    connection: Connection,
) -> None:
    apply(connection, [], [person("bea", since=2000)], source="export")
    deleted = [person(GHOST, since=1000), person("bea", since=2000)]
    assert told_by(apply(connection, [], deleted, source="export")) == {}
    assert known_person(connection, GHOST).is_deleted
    # The API does not list deleted accounts.
    assert told_by(apply(connection, [], [person("bea", 2)])) == {}
    assert lists_of(connection)[1] == {"bea"}


def test_who_has_the_name_of_a_deleted_account_is_somebody_new(connection: Connection) -> None:
    apply(connection, [], [person("ada", since=1000), person("bea", since=2000)], source="export")
    now = [person(GHOST, since=1000), person("ada", since=9000), person("bea", since=2000)]
    outcome = apply(connection, [], now, source="export")
    assert told_by(outcome) == {"gone": 1, "new_follower": 1}


def test_who_comes_back_with_the_follow_time_of_before_has_returned(
    connection: Connection,
) -> None:
    """Somebody on one list alone: kith could only say that they no longer follow."""
    both = [person("ada", since=1000), person("bea", since=2000)]
    apply(connection, [], both, source="export")
    apply(connection, [], both[1:], source="export")
    assert told_by(apply(connection, [], both, source="export")) == {"returned": 1}
    apply(connection, [], both[1:], source="export")
    renamed = [person("ada.l", since=1000), both[1]]
    outcome = apply(connection, [], renamed, source="export")
    assert told_by(outcome) == {"renamed": 1, "returned": 1}
    # The name may have changed at any time since it was last seen.
    assert Change.objects.get(kind="renamed").after == day(3)
    assert Person.objects.count() == 2


def test_rule_4_a_follow_that_somebody_has_is_given_to_nobody_else_by_a_part_of_the_list(
    connection: Connection,
) -> None:
    """Ada may be bea by now, or bea may share the second: the next whole list will tell."""
    since = {"since": 1_700_000_000}
    apply(connection, [], [person("ada", **since)], source="export", partial=[ListName.FOLLOWERS])
    part = [person("bea", **since), person("cleo", since=1_700_000_001)]
    apply(connection, None, part, source="export", partial=[ListName.FOLLOWERS])
    assert lists_of(connection)[1] == {"ada", "cleo"}


def test_rule_4_ids_tell_apart_who_shares_a_second_in_a_part_of_the_list(
    connection: Connection,
) -> None:
    since = {"since": 1_700_000_000}
    apply(connection, [], [person("ada", 1, **since)])
    apply(connection, None, [person("bea", 2, **since)], partial=[ListName.FOLLOWERS])
    assert lists_of(connection)[1] == {"ada", "bea"}
