"""Doubtful snapshots are held, accepted, replaced or discarded: rule 6, on the database."""

from __future__ import annotations

import pytest

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people import queries
from kith.people.models import Person, Snapshot, StagedPerson
from kith.people.services.applying import apply_snapshot
from kith.people.services.staging import discard_snapshot, doubt_circle
from tests.factories import (
    apply,
    everything,
    lists_of,
    people,
    person,
    stage,
    told_by,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MANY = [person(f"person{number:03}", number, since=1_000_000 + number) for number in range(60)]

MISSING = {
    "list-empty": 60,
    "mass-loss": 30,
    "cut-list": 6,
    "older-list": 6,
    "repeated-pages": 0,
    "count-mismatch": 0,
}
"""By case of doubt, how many would leave."""

# Rule 6: a doubtful snapshot is held and changes nothing until it is accepted.


def doubtful(connection: Connection, case: str) -> Snapshot:
    """A second snapshot that must not be believed."""
    following, followers = MANY[:30], MANY
    of_any_day = {"source": "export", "taken_after": None}
    return {
        "list-empty": lambda: stage(connection, following, []),
        "mass-loss": lambda: stage(connection, following, followers[::2]),
        "cut-list": lambda: stage(connection, following, followers[6:]),
        "older-list": lambda: stage(connection, following, followers[:-6], **of_any_day),
        "repeated-pages": lambda: stage(connection, following, [*followers, *followers[:30]]),
        "count-mismatch": lambda: stage(connection, following, followers, followers_count=71),
    }[case]()


@pytest.mark.parametrize("case", MISSING)
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


@pytest.mark.parametrize("case", MISSING)
def test_rule_6_an_accepted_snapshot_is_applied_as_any_other(
    connection: Connection, case: str
) -> None:
    apply(connection, MANY[:30], MANY)
    snapshot = doubtful(connection, case)
    apply_snapshot(snapshot.pk)
    outcome = apply_snapshot(snapshot.pk, accept_doubtful=True)
    missing = MISSING[case]
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


def test_rule_6_counts_alone_replace_no_held_snapshot(connection: Connection) -> None:
    apply(connection, MANY, MANY)
    held = stage(connection, MANY, [])
    apply_snapshot(held.pk)
    apply(connection, follows_count=60, followers_count=60)
    held.refresh_from_db()
    assert held.state == Snapshot.State.HELD
    assert apply_snapshot(held.pk, accept_doubtful=True).changes["lost_follower"] == 60


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


def test_rule_6_a_list_of_a_later_day_is_not_an_older_one(connection: Connection) -> None:
    apply(connection, MANY[:30], MANY, source="export")
    assert not apply(connection, MANY[:30], MANY[:-6], source="export").held


def test_rule_6_an_accounts_last_pages_in_a_circle_are_held_until_accepted(
    connection: Connection,
) -> None:
    """The list is there in part only: accepted, it brings people and takes none."""
    apply(connection, MANY[:30], MANY[:50])
    snapshot = stage(connection, MANY[:30], MANY[10:], partial=[ListName.FOLLOWERS])
    doubt_circle(snapshot.pk, ListName.FOLLOWERS, 3)
    doubt_circle(snapshot.pk, ListName.FOLLOWERS, 3)
    for _ in range(2):
        outcome = apply_snapshot(snapshot.pk)
        assert [doubt.code for doubt in outcome.doubts] == ["pages-in-circle"]
    assert told_by(apply_snapshot(snapshot.pk, accept_doubtful=True)) == {"new_follower": 10}
    assert len(lists_of(connection)[1]) == 60


def test_rule_6_a_held_snapshot_keeps_whom_it_would_take_off_which_list(
    connection: Connection,
) -> None:
    """Whoever was renamed stays, and so does whoever a second of their own cannot tell apart."""
    apply(connection, MANY[:4], MANY)
    renamed = person("somebody", 59)
    snapshot = stage(connection, MANY[1:4], [*MANY[1:3], renamed])
    assert apply_snapshot(snapshot.pk).held
    snapshot.refresh_from_db()
    leavers = snapshot.leavers or {}
    assert {key: leavers[key] for key in ("people", "following", "followers")} == {
        "people": 57,
        "following": 1,
        "followers": 57,
    }
    found = [(row.username, bits) for row, bits in queries.first_leavers(snapshot)]
    assert found[:2] == [("person000", 3), ("person003", 2)]
    assert len(found) == 57
    assert "somebody" not in dict(found)
    apply_snapshot(snapshot.pk, accept_doubtful=True)
    snapshot.refresh_from_db()
    assert snapshot.leavers is None
