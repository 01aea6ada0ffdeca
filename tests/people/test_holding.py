"""Doubtful snapshots are held, accepted, replaced or discarded: rule 6, on the database."""

from __future__ import annotations

import pytest

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people.models import Person, Snapshot, StagedPerson
from kith.people.services.applying import apply_snapshot
from kith.people.services.staging import discard_snapshot
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
