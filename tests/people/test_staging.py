"""Staged records: read in the order of names, and gone when their snapshot is."""

from __future__ import annotations

import pytest

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING
from kith.people.models import StagedPerson
from kith.people.services.applying import apply_snapshot
from kith.people.services.rows import count_staged, current_rows, staged_rows
from kith.people.services.staging import discard_snapshot, stage_page
from tests.factories import make_connection, people, stage

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_people_come_by_code_point_as_python_sorts_them(connection: Connection) -> None:
    names = ["a_b", "a.b", "ab", "a1", "_a", "zoë", "~z"]
    snapshot = stage(connection, people(*names))
    assert [row[0] for row in staged_rows(snapshot.pk)] == sorted(names)
    apply_snapshot(snapshot.pk)
    assert [row[0] for row in current_rows(connection.pk)] == sorted(names)


def test_people_are_counted_once_a_list(connection: Connection) -> None:
    snapshot = stage(connection, people("ada", "bea", "ada"), people("bea", "cleo", "dora"))
    counts = count_staged(snapshot.pk)
    assert (counts[FOLLOWING], counts[FOLLOWER], counts[BOTH]) == (1, 2, 1)


@pytest.mark.parametrize("others_are_staged", [False, True])
def test_an_applied_snapshot_takes_its_staged_records_with_it_and_no_others(
    connection: Connection, others_are_staged: bool
) -> None:
    earlier, later = make_connection(username="bob.sails"), make_connection(username="eve.hikes")
    waiting = [stage(earlier, people("ada"))] if others_are_staged else []
    snapshot = stage(connection, people("ada", "bea"))
    waiting += [stage(later, people("cleo"))] if others_are_staged else []
    apply_snapshot(snapshot.pk)
    left = StagedPerson.objects.values_list("snapshot_id", flat=True)
    assert set(left) == {one.pk for one in waiting}
    for one in waiting:
        discard_snapshot(one)
    assert not StagedPerson.objects.exists()


def test_row_ids_go_on_after_the_table_was_emptied(connection: Connection) -> None:
    apply_snapshot(stage(connection, people("ada", "bea")).pk)
    snapshot = stage(connection, people("ada", "bea"))
    before = max(StagedPerson.objects.values_list("pk", flat=True))
    discard_snapshot(snapshot)
    stage_page(stage(connection).pk, ListName.FOLLOWERS, people("cleo"))
    assert StagedPerson.objects.get().pk > before
