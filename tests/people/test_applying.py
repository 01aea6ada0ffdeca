"""Losses, first snapshots, repetitions, departures: the rules of truth but identity and doubt, on the database."""

from __future__ import annotations

import pytest
from django.db import connection as database
from django.db import transaction
from django.test.utils import CaptureQueriesContext

from kith.accounts.models import Connection
from kith.core.records import ListName, ListState
from kith.people.models import Change, Person, Snapshot, StagedPerson
from kith.people.services.applying import SnapshotDiscarded, SnapshotTooOld, apply_snapshot
from kith.people.services.staging import discard_snapshot
from tests.factories import (
    READING_TAKES,
    apply,
    changes_in,
    day,
    everything,
    known_person,
    lists_of,
    make_connection,
    make_user,
    people,
    person,
    stage,
    told_by,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


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
    assert known_person(connection, "cleo").name == "Cleo"


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
    assert told_by(apply(connection, people("ada", "bea"), people("bea"))) == {}
    assert known_person(connection, "ada").gone_at is None


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


def test_rule_1_a_list_that_may_be_older_than_what_is_known_brings_nobody_back(
    connection: Connection,
) -> None:
    """An export of the day of a sync: whoever it has and the sync had not may have left in between."""
    apply(connection, people("ada"), people("bea", "gone"), on=4)
    apply(connection, people("ada"), people("bea"), on=5)
    came_behind_the_sync = int((day(5) + READING_TAKES).timestamp()) + 60
    exported = [
        person("bea", since=1000),
        person("gone", since=2000),
        person("new", since=came_behind_the_sync),
    ]
    apply(connection, people("ada"), exported, on=5, taken_after=day(4), source="export")
    assert changes_in(connection) == [("lost_follower", "gone"), ("new_follower", "new")]
    assert known_person(connection, "bea").follower_since == 1000
    apply(connection, people("ada"), people("bea", "new"), on=6)
    assert len(changes_in(connection)) == 2


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
    tables = ("people_person", "people_change")
    written = [f'{verb} "{table}"' for table in tables for verb in ("UPDATE", "INSERT INTO")]
    assert not [q["sql"] for q in queries if q["sql"].startswith(tuple(written))]
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


# Rule 5: gone and returned.


def test_rule_5_who_leaves_both_lists_at_once_is_gone_and_returns(connection: Connection) -> None:
    bea = person("bea", 2)
    apply(connection, [person("ada", 1), bea], [person("ada", 1), bea])
    assert told_by(apply(connection, [bea], [bea])) == {"gone": 1}
    assert known_person(connection, "ada").gone_at == day(2) + READING_TAKES
    back = [person("ada.back", 1), bea]
    outcome = apply(connection, back, back)
    assert told_by(outcome) == {"renamed": 1, "returned": 1}
    assert known_person(connection, "ada.back").gone_at is None
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


@pytest.mark.parametrize("first", list(ListName))
def test_rule_5_who_is_missed_on_a_list_that_nobody_knew_is_gone(
    connection: Connection, first: ListName
) -> None:
    """They were missed on one list while the other was absent: on that one they may have been missed as long."""
    everybody, stays = people("ada", "bea"), people("bea")
    apply(connection, everybody, everybody)
    lists = {ListName.FOLLOWING: (stays, None), ListName.FOLLOWERS: (None, stays)}
    left = {ListName.FOLLOWING: "unfollowed", ListName.FOLLOWERS: "lost_follower"}[first]
    assert told_by(apply(connection, *lists[first])) == {left: 1}
    assert told_by(apply(connection, stays, stays)) == {"gone": 1}
    gone = Change.objects.get(kind="gone")
    assert (gone.after, gone.before) == (day(1), day(3) + READING_TAKES)


def test_rule_5_who_is_not_seen_in_a_part_of_the_other_list_may_be_gone(
    connection: Connection,
) -> None:
    everybody = people("ada", "bea", "cleo")
    apply(connection, everybody, everybody)
    part = {"partial": [ListName.FOLLOWING]}
    apply(connection, people("ada", "cleo"), people("cleo"), **part)
    apply(connection, people("cleo"), people("cleo"))
    assert changes_in(connection) == [
        ("lost_follower", "ada"),
        ("lost_follower", "bea"),
        ("unfollowed", "ada"),
        ("gone", "bea"),
    ]


def test_rule_5_gone_needs_one_list_to_compare_with(connection: Connection) -> None:
    """Everybody is known from both lists, one of which was never whole."""
    everybody = people("ada", "bea")
    apply(connection, everybody, everybody, partial=[ListName.FOLLOWING])
    assert told_by(apply(connection, people("bea"), people("bea"))) == {"gone": 1}
    assert told_by(apply(connection, everybody, everybody)) == {"returned": 1}


def test_rule_5_a_return_is_said_once_for_both_lists(connection: Connection) -> None:
    everybody = people("ada", "bea")
    apply(connection, everybody, everybody)
    apply(connection, people("bea"), people("bea"))
    outcome = apply(connection, everybody, people("bea"), partial=[ListName.FOLLOWERS])
    assert told_by(outcome) == {"returned": 1}
    assert told_by(apply(connection, everybody, everybody)) == {}


def test_rule_5_who_returns_to_one_list_left_the_other_at_some_time_since(
    connection: Connection,
) -> None:
    apply(connection, people("ada", "bea"), people("ada", "bea"))
    apply(connection, people("bea"), people("bea"))
    apply(connection, people("bea"), people("ada", "bea"))
    assert changes_in(connection) == [("gone", "ada"), ("returned", "ada"), ("unfollowed", "ada")]
    assert Change.objects.get(kind="unfollowed").after == day(1)


def test_rule_5_a_former_follower_who_comes_back_keeps_the_history(connection: Connection) -> None:
    apply(connection, [], people("ada", "bea"))
    apply(connection, [], people("bea"))
    apply(connection, [], people("ada", "bea"))
    assert changes_in(connection) == [("lost_follower", "ada"), ("new_follower", "ada")]
    assert Person.objects.count() == 2


def test_of_two_undated_exports_the_order_of_import_decides(connection: Connection) -> None:
    """The newest follower left: that the second export's newest entry is older alone proves nothing."""
    may_be = {"source": "export", "taken_at": day(9)}
    for usernames, earliest in ((("ada", "bo", "cleo"), day(2)), (("ada", "bo"), day(1))):
        snapshot = stage(connection, None, people(*usernames), **may_be, taken_after=earliest)
        outcome = apply_snapshot(snapshot.pk)
    assert told_by(outcome) == {"lost_follower": 1}
