"""The rules of truth, one after another, on the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from kith.accounts.models import Connection
from kith.core.records import ListName, ListState, PersonRecord
from kith.people.models import Change, Person, Snapshot, StagedPerson
from kith.people.services.applying import SnapshotDiscarded, SnapshotTooOld, apply_snapshot
from kith.people.services.staging import discard_snapshot
from tests.factories import (
    READING_TAKES,
    apply,
    changes_in,
    day,
    lists_of,
    make_connection,
    make_user,
    people,
    person,
    stage,
    told_by,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MANY = [person(f"person{number:03}", number, since=1_000_000 + number) for number in range(60)]


def the(connection: Connection, username: str) -> Person:
    return Person.objects.get(connection=connection, username=username)


def everything(connection: Connection) -> list[dict[str, Any]]:
    """The ledger itself, to see that nothing touched it."""
    return [
        *Person.objects.filter(connection=connection).order_by("id").values(),
        *Change.objects.filter(connection=connection).order_by("id").values(),
    ]


# Rule 1: a list that is not known to be complete never makes anybody lost.


@pytest.mark.parametrize("both_partial", [True, False])
def test_rule_1_a_partial_list_adds_and_updates_but_loses_nobody(
    connection: Connection, both_partial: bool
) -> None:
    apply(connection, people("ada", "bea"), people("cleo", "dora"))
    partial = tuple(ListName) if both_partial else [ListName.FOLLOWERS]
    following = people("ada") if both_partial else people("ada", "bea")
    outcome = apply(
        connection, following, [person("cleo", name="Cleo"), person("eve")], partial=partial
    )
    assert told_by(outcome) == {"new_follower": 1}
    assert lists_of(connection) == ({"ada", "bea"}, {"cleo", "dora", "eve"})
    assert the(connection, "cleo").name == "Cleo"


def test_rule_1_an_absent_list_loses_nobody(connection: Connection) -> None:
    apply(connection, people("ada"), people("bea"))
    assert told_by(apply(connection, None, people("bea"))) == {}
    assert told_by(apply(connection, people("ada"), None)) == {}
    assert lists_of(connection) == ({"ada"}, {"bea"})


def test_rule_1_who_leaves_one_list_stays_on_another_that_is_absent(connection: Connection) -> None:
    apply(connection, people("ada", "bea"), people("ada", "bea"))
    outcome = apply(connection, None, people("bea"))
    assert told_by(outcome) == {"lost_follower": 1}
    assert lists_of(connection) == ({"ada", "bea"}, {"bea"})
    assert the(connection, "ada").gone_at is None


def test_rule_1_what_a_partial_list_added_is_compared_with_the_next_complete_one(
    connection: Connection,
) -> None:
    apply(connection, [], people("ada"))
    apply(connection, None, people("bea"), partial=[ListName.FOLLOWERS])
    apply(connection, [], people("ada", "bea", "cleo"))
    assert changes_in(connection) == [("new_follower", "bea"), ("new_follower", "cleo")]


def test_rule_1_a_list_that_may_be_older_than_what_is_known_loses_nobody(
    connection: Connection,
) -> None:
    apply(connection, people("ada"), people("bea", "late"), on=5)
    # An export of the same day, of which nobody knows the hour.
    apply(connection, people("ada"), people("bea"), on=5, taken_after=day(4), source="export")
    snapshot = Snapshot.objects.latest("id")
    assert snapshot.list_state(ListName.FOLLOWERS) is ListState.PARTIAL
    assert "2026-03-05 12:00" in snapshot.followers_reason
    assert changes_in(connection) == []
    apply(connection, people("ada"), people("bea"), on=6)
    assert changes_in(connection) == [("lost_follower", "late")]


# Rule 2: the first complete snapshot of a list reports no changes.


def test_rule_2_the_first_complete_snapshot_reports_nothing(connection: Connection) -> None:
    outcome = apply(connection, people("ada", "bea"), people("bea", "cleo"))
    assert told_by(outcome) == {}
    assert set(outcome.changes) == set(Change.Kind.values)
    assert lists_of(connection) == ({"ada", "bea"}, {"bea", "cleo"})


def test_rule_2_each_list_has_a_first_of_its_own(connection: Connection) -> None:
    apply(connection, people("ada"), None)
    outcome = apply(connection, people("bea"), people("ada", "cleo"))
    assert told_by(outcome) == {"unfollowed": 1, "followed": 1}


def test_rule_2_a_partial_list_is_no_first(connection: Connection) -> None:
    apply(connection, people("ada"), people("bea"), partial=list(ListName))
    outcome = apply(connection, people("cleo"), people("dora"))
    assert told_by(outcome) == {}
    assert lists_of(connection) == ({"cleo"}, {"dora"})


def test_rule_2_another_connection_is_no_first(connection: Connection) -> None:
    theirs = make_connection(make_user("bob"), "bob.bakes")
    apply(theirs, people("ada"), people("ada"))
    assert told_by(apply(connection, people("bea"), people("bea"))) == {}
    assert lists_of(theirs) == ({"ada"}, {"ada"})


# Rule 3: nothing is said twice, nothing is lost.


def test_rule_3_a_snapshot_applied_twice_is_said_once(connection: Connection) -> None:
    apply(connection, people("ada"), people("bea"))
    snapshot = stage(connection, people("ada"), people("cleo"))
    first = apply_snapshot(snapshot.pk)
    before = everything(connection)
    assert apply_snapshot(snapshot.pk) == first
    assert everything(connection) == before
    assert changes_in(connection) == [("new_follower", "cleo"), ("lost_follower", "bea")]


def test_rule_3_the_same_lists_again_change_nothing_and_write_nobody(
    connection: Connection,
) -> None:
    records = [person("ada", 1, name="Ada", since=100), person("bea", 2, verified=True)]
    apply(connection, records, records)
    before = everything(connection)
    snapshot = stage(connection, records, records)
    with CaptureQueriesContext(database) as queries:
        assert told_by(apply_snapshot(snapshot.pk)) == {}
    written = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE"))]
    assert not [sql for sql in written if "people_person" in sql or "people_change" in sql]
    assert everything(connection) == before


def test_rule_3_a_crash_before_the_end_leaves_everything_as_it_was(connection: Connection) -> None:
    apply(connection, people("ada"), people("bea"))
    before = everything(connection)
    snapshot = stage(connection, people("ada"), people("bea", "cleo"))
    with transaction.atomic():
        apply_snapshot(snapshot.pk)
        transaction.set_rollback(True)
    assert everything(connection) == before
    assert StagedPerson.objects.filter(snapshot=snapshot).count() == 3
    assert told_by(apply_snapshot(snapshot.pk)) == {"new_follower": 1}


def test_rule_3_an_older_snapshot_is_refused(connection: Connection) -> None:
    apply(connection, people("ada"), people("bea"), on=5)
    before = everything(connection)
    with pytest.raises(SnapshotTooOld, match="2026-03-04"):
        apply(connection, people("cleo"), people("dora"), on=4)
    assert everything(connection) == before


def test_rule_3_a_discarded_snapshot_cannot_be_applied(connection: Connection) -> None:
    apply(connection, people("ada"), people("bea"))
    snapshot = stage(connection, people("ada"), people("bea"))
    discard_snapshot(snapshot)
    with pytest.raises(SnapshotDiscarded):
        apply_snapshot(snapshot.pk, accept_doubtful=True)
    assert lists_of(connection) == ({"ada"}, {"bea"})


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
    assert the(connection, "ada").instagram_user_id == "17000000002"
    assert the(connection, "bea").instagram_user_id == "17000000001"


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
    assert the(connection, "ada.l").instagram_user_id == "17000000001"


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
    assert the(connection, "ada").follower_since == 9000


def test_rule_4_people_of_an_export_get_their_ids_and_are_then_known_by_them(
    connection: Connection,
) -> None:
    exported = [person("ada", since=1000), person("bea", since=2000)]
    apply(connection, exported, exported, source="export")
    enriched = [person("ada", 1, name="Ada", verified=True), person("bea", 2)]
    assert told_by(apply(connection, enriched, enriched)) == {}
    ada = the(connection, "ada")
    assert (ada.instagram_user_id, ada.name, ada.verified) == ("17000000001", "Ada", True)
    assert ada.following_since == ada.follower_since == 1000
    renamed = [person("ada.l", 1), person("bea", 2)]
    assert told_by(apply(connection, renamed, renamed)) == {"renamed": 1}
    # The next export has no ids; the name and the follow time still lead to the same person.
    exported = [person("ada.l", since=1000), person("bea.b", since=2000)]
    assert told_by(apply(connection, exported, exported, source="export")) == {"renamed": 1}
    assert Person.objects.count() == 2


# Rule 5: gone and returned.


def test_rule_5_who_leaves_both_lists_at_once_is_gone_and_returns(connection: Connection) -> None:
    bea = person("bea", 2)
    apply(connection, [person("ada", 1), bea], [person("ada", 1), bea])
    assert told_by(apply(connection, [bea], [bea])) == {"gone": 1}
    assert the(connection, "ada").gone_at == day(2) + READING_TAKES
    back = [person("ada.back", 1), bea]
    outcome = apply(connection, back, back)
    assert told_by(outcome) == {"renamed": 1, "returned": 1}
    assert the(connection, "ada.back").gone_at is None
    assert Person.objects.count() == 2


def test_rule_5_who_returns_to_one_list_has_left_the_other(connection: Connection) -> None:
    apply(connection, people("ada", "bea"), people("ada"), accept_doubtful=True)
    apply(connection, people("bea"), [], accept_doubtful=True)
    outcome = apply(connection, people("ada", "bea"), [])
    assert told_by(outcome) == {"returned": 1, "lost_follower": 1}


def test_rule_5_who_leaves_one_list_only_is_not_gone(connection: Connection) -> None:
    apply(connection, people("ada", "bea"), people("ada", "bea"))
    assert told_by(apply(connection, people("ada"), people("bea"))) == {
        "unfollowed": 1,
        "lost_follower": 1,
    }
    assert not Person.objects.filter(gone_at__isnull=False).exists()


def test_rule_5_a_former_follower_who_comes_back_keeps_the_history(connection: Connection) -> None:
    apply(connection, [], people("ada", "bea"))
    apply(connection, [], people("bea"))
    apply(connection, [], people("ada", "bea"))
    assert changes_in(connection) == [("lost_follower", "ada"), ("new_follower", "ada")]
    assert Person.objects.count() == 2


# Rule 6: a doubtful snapshot is held and changes nothing until it is accepted.


def doubtful(connection: Connection, case: str) -> Snapshot:
    """A second snapshot that must not be believed."""
    following, followers = MANY[:30], MANY
    return {
        "list-empty": lambda: stage(connection, following, []),
        "mass-loss": lambda: stage(connection, following, followers[::2]),
        "cut-list": lambda: stage(connection, following, followers[6:]),
        "count-mismatch": lambda: stage(connection, following, followers, followers_count=71),
    }[case]()


@pytest.mark.parametrize("case", ["list-empty", "mass-loss", "cut-list", "count-mismatch"])
def test_rule_6_a_doubtful_snapshot_is_held_and_changes_nothing(
    connection: Connection, case: str
) -> None:
    apply(connection, MANY[:30], MANY)
    before = everything(connection)
    snapshot = doubtful(connection, case)
    outcome = apply_snapshot(snapshot.pk)
    snapshot.refresh_from_db()
    assert outcome.held
    assert snapshot.state == Snapshot.State.HELD
    assert [doubt["code"] for doubt in snapshot.doubts] == [case]
    assert any(number in snapshot.doubts[0]["message"] for number in ("60", "30", "6", "71"))
    assert everything(connection) == before


@pytest.mark.parametrize("case", ["list-empty", "mass-loss", "cut-list", "count-mismatch"])
def test_rule_6_an_accepted_snapshot_is_applied_as_any_other(
    connection: Connection, case: str
) -> None:
    apply(connection, MANY[:30], MANY)
    snapshot = doubtful(connection, case)
    apply_snapshot(snapshot.pk)
    outcome = apply_snapshot(snapshot.pk, accept_doubtful=True)
    missing = {"list-empty": 60, "mass-loss": 30, "cut-list": 6, "count-mismatch": 0}[case]
    assert sum(outcome.changes[kind] for kind in ("lost_follower", "gone", "unfollowed")) == missing
    snapshot.refresh_from_db()
    assert (snapshot.state, snapshot.doubts) == (Snapshot.State.APPLIED, [])
    assert len(lists_of(connection)[1]) == 60 - missing
    assert not StagedPerson.objects.exists()


def test_rule_6_a_count_of_the_profile_is_believed_over_a_first_list(
    connection: Connection,
) -> None:
    assert apply(connection, people("ada"), people("bea"), follows_count=2847).held
    assert not Person.objects.exists()


def test_rule_6_a_partial_list_is_never_doubtful(connection: Connection) -> None:
    apply(connection, MANY, MANY)
    assert not apply(
        connection, MANY[:1], MANY[:1], partial=list(ListName), followers_count=60
    ).held


@pytest.mark.parametrize("is_doubtful_too", [True, False])
def test_rule_6_a_newer_snapshot_replaces_a_held_one(
    connection: Connection, is_doubtful_too: bool
) -> None:
    apply(connection, MANY, MANY)
    held = stage(connection, MANY, [])
    apply_snapshot(held.pk)
    apply(connection, MANY, MANY[:10] if is_doubtful_too else MANY)
    held.refresh_from_db()
    assert held.state == Snapshot.State.DISCARDED
    assert not StagedPerson.objects.filter(snapshot=held).exists()
    assert Snapshot.objects.filter(state=Snapshot.State.HELD).count() == int(is_doubtful_too)
    assert lists_of(connection)[1] == {row.username for row in MANY}


def test_rule_6_a_discarded_snapshot_leaves_nothing_behind(connection: Connection) -> None:
    apply(connection, MANY, MANY)
    before = everything(connection)
    held = stage(connection, MANY, [])
    apply_snapshot(held.pk)
    discard_snapshot(held)
    assert everything(connection) == before
    assert not StagedPerson.objects.exists()
    assert told_by(apply(connection, MANY, MANY)) == {}


def test_rule_6_a_held_snapshot_of_one_list_does_not_count_as_a_first(
    connection: Connection,
) -> None:
    apply(connection, people("ada"), None)
    apply(connection, people("ada"), people("bea"), followers_count=500)
    assert told_by(apply(connection, people("ada"), people("cleo"))) == {}


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
    ada = the(connection, "ada")
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
    ada = the(connection, "ada")
    assert (ada.is_following, ada.is_follower, ada.following_since) == (True, True, 3000)
    later = [*twice, *people("cleo", "cleo", "cleo", since=9)]
    assert told_by(apply(connection, later, later)) == {"followed": 1, "new_follower": 2}
    assert the(connection, "cleo").following_since == 9
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
    assert (the(connection, "ada").name or "").replace("\x00", "") == name.replace("\x00", "")


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
    assert the(connection, "__deleted__1a2b").is_deleted


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
