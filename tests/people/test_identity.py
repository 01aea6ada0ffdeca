"""Who is who after renames, swaps and takeovers: rule 4, on the database."""

from __future__ import annotations

from typing import Any

import pytest

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people.models import Change, Person
from tests.factories import (
    apply,
    changes_in,
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
    stays = people("cleo", "dora")
    apply(connection, [], [person("ada", since=1000), person("bea", since=1000), *stays])
    outcome = apply(connection, [], [person("ada.l", since=1000), person("b", since=1000), *stays])
    assert told_by(outcome) == {"lost_follower": 2, "new_follower": 2}


def test_rule_4_a_swap_of_names_is_two_renames(connection: Connection) -> None:
    apply(connection, [], [person("ada", 1), person("bea", 2)])
    outcome = apply(connection, [], [person("ada", 2), person("bea", 1)])
    assert told_by(outcome) == {"renamed": 2}
    assert known_person(connection, "ada").instagram_user_id == "17000000002"
    assert known_person(connection, "bea").instagram_user_id == "17000000001"


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
