"""What is kept of people, lists and moments: rules 7 to 9, and whatever a list may be made of, on the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from kith.accounts.models import Connection
from kith.core.records import ListName, ListState, PersonRecord
from kith.people.models import Change, Person, Snapshot
from kith.people.services.applying import apply_snapshot
from tests.factories import (
    READING_TAKES,
    apply,
    day,
    known_person,
    lists_of,
    make_connection,
    people,
    person,
    stage,
    told_by,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


# Rule 7: unknown is not zero, and never overwrites what is known.


def test_rule_7_what_a_source_does_not_tell_stays_as_it_was(connection: Connection) -> None:
    told: dict[str, Any] = {
        "name": "Ada 🌻",
        "biography": "Bread",
        "picture_url": "https://pictures.example/1",
        "verified": True,
        "followers_count": 12,
        "follows_count": 34,
    }
    apply(connection, [person("ada", 1, since=1000, **told)], [person("ada", 1, since=2000)])
    assert told_by(apply(connection, people("ada"), people("ada"))) == {}
    assert told_by(apply(connection, people("ada"), [person("ada", name="Ada L.")])) == {}
    ada = known_person(connection, "ada")
    assert {field: getattr(ada, field) for field in told} == told | {"name": "Ada L."}
    assert (ada.following_since, ada.follower_since) == (1000, 2000)
    assert ada.instagram_user_id == "17000000001"


def test_rule_7_a_list_nobody_told_of_has_no_count(connection: Connection) -> None:
    apply(connection, None, people("ada"))
    snapshot = Snapshot.objects.get()
    assert (snapshot.following, snapshot.followers, snapshot.mutuals) == (None, 1, None)
    assert (snapshot.not_following_back, snapshot.fans) == (None, None)


def test_rule_7_an_empty_list_has_the_count_zero(connection: Connection) -> None:
    apply(connection, [], people("ada"))
    snapshot = Snapshot.objects.get()
    assert (snapshot.following, snapshot.followers, snapshot.mutuals, snapshot.fans) == (0, 1, 0, 1)


def test_rule_7_a_list_known_from_before_keeps_its_count(connection: Connection) -> None:
    apply(connection, people("ada"), people("ada", "bea"))
    apply(connection, None, people("ada", "bea", "cleo"))
    snapshot = Snapshot.objects.latest("id")
    assert (snapshot.following, snapshot.followers, snapshot.mutuals) == (1, 3, 1)


# Rule 8: a change carries the interval in which it happened.


def test_rule_8_a_change_lies_between_the_last_complete_snapshot_and_this_one(
    connection: Connection,
) -> None:
    apply(connection, people("ada"), people("ada"), on=1)
    apply(connection, people("ada"), None, on=10)
    apply(connection, people("bea"), people("cleo"), on=20)
    intervals: dict[str, tuple[datetime | None, datetime]] = {
        change.kind: (change.after, change.before) for change in Change.objects.all()
    }
    now = day(20) + READING_TAKES
    assert intervals == {
        "followed": (day(10), now),
        "new_follower": (day(1), now),
        "gone": (day(1), now),
    }


# Rule 9: absent lists, and what is counted.


def test_rule_9_a_readable_list_is_applied_beside_an_absent_one(connection: Connection) -> None:
    apply(connection, None, people("ada"))
    snapshot = Snapshot.objects.get()
    assert snapshot.list_state(ListName.FOLLOWING) is ListState.ABSENT
    assert not snapshot.is_complete
    assert lists_of(connection) == (set(), {"ada"})


# What lists are made of.


def test_double_entries_and_both_lists_make_one_person(connection: Connection) -> None:
    twice = [person("ada", since=1000), person("ada", since=3000), person("bea")]
    apply(connection, twice, [*people("ada"), *people("ada")])
    assert Person.objects.count() == 2
    ada = known_person(connection, "ada")
    assert (ada.is_following, ada.is_follower, ada.following_since) == (True, True, 3000)
    later = [*twice, *people("cleo", "cleo", "cleo", since=9)]
    assert told_by(apply(connection, later, later)) == {"followed": 1, "new_follower": 2}
    assert known_person(connection, "cleo").following_since == 9
    snapshot = Snapshot.objects.latest("id")
    assert (snapshot.following, snapshot.followers, snapshot.mutuals) == (3, 3, 3)
    assert (snapshot.new_followers, snapshot.changes_count) == (2, 3)


def test_the_counts_of_a_snapshot_add_up(connection: Connection) -> None:
    apply(connection, people("ada", "bea", "cleo"), people("cleo", "dora"))
    snapshot = Snapshot.objects.get()
    assert (snapshot.following, snapshot.followers, snapshot.mutuals) == (3, 2, 1)
    assert (snapshot.not_following_back, snapshot.fans) == (2, 1)


@pytest.mark.parametrize("name", ["A\x00da", "🌻 Ådå", "مريم", "'; DROP TABLE people_person; --"])
def test_any_name_can_be_kept_and_is_the_same_the_next_time(
    connection: Connection, name: str
) -> None:
    records = [person("ada", 1, name=name, biography=name)]
    apply(connection, records, records)
    assert told_by(apply(connection, records, records)) == {}
    assert (known_person(connection, "ada").name or "").replace("\x00", "") == name.replace(
        "\x00", ""
    )


def test_names_sort_the_same_in_the_database_and_in_python(connection: Connection) -> None:
    names = ["a", "a.", "a_", "a-b", "ab", "a0", "a~b", "é", "z", "Z", "_", ".", "0", "ß", "中"]
    apply(connection, people(*names), people(*reversed(names)))
    assert told_by(apply(connection, people(*names), people(*names))) == {}
    assert Person.objects.count() == len(names)


def test_deleted_accounts_that_an_export_keeps_are_people_like_others(
    connection: Connection,
) -> None:
    ghost = [person("__deleted__1a2b", since=1000)]
    apply(connection, ghost, ghost, source="export")
    assert known_person(connection, "__deleted__1a2b").is_deleted


def test_the_number_of_queries_does_not_grow_with_the_people(connection: Connection) -> None:
    def queries_of(count: int) -> int:
        mine = make_connection(username=f"account{count}")
        first = [person(f"p{number}", number) for number in range(count)]
        apply(mine, first, first)
        second = stage(mine, first[2:], [*first[2:], person("new")])
        with CaptureQueriesContext(database) as queries:
            apply_snapshot(second.pk, accept_doubtful=True)
        return len(queries)

    assert queries_of(10) == queries_of(400)


def test_several_batches_are_written_like_one(connection: Connection) -> None:
    """More people than one statement takes at once: new, renamed, leaving and staying."""
    first: list[PersonRecord] = [person(f"p{n:05}", n, since=n) for n in range(5_200)]
    apply(connection, first[:2_000], first)
    second = [
        *(person(f"r{n:05}", n, since=n) for n in range(1_300)),
        *first[1_300:3_600],
        *(person(f"n{n:05}", n, since=n) for n in range(6_000, 7_700)),
    ]
    outcome = apply(connection, first[1_300:2_000], second, accept_doubtful=True)
    assert told_by(outcome) == {
        "renamed": 1_300,
        "unfollowed": 1_300,
        "lost_follower": 1_600,
        "new_follower": 1_700,
    }
    assert lists_of(connection)[1] == {row.username for row in second}
