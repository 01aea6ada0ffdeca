"""Staged records: taken together by name when compared, and gone when their snapshot is."""

from __future__ import annotations

import pytest

from kith.accounts.models import Connection
from kith.core.records import ListName
from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING, StagedRow
from kith.people.models import StagedPerson
from kith.people.services.applying import apply_snapshot
from kith.people.services.rows import count_staged, staged_rows
from kith.people.services.staging import discard_snapshot, stage_page
from tests.factories import make_connection, people, person, stage

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_records_of_one_name_are_one_person(connection: Connection) -> None:
    snapshot = stage(
        connection,
        [person("bea", 2, since=300, since_is_exact=False), *people("ada")],
        [person("bea", since=100), person("cleo", since=5), person("bea", since=200)],
    )
    ada, bea, cleo = (StagedRow(*row) for row in staged_rows(snapshot.pk))
    assert (ada.username, bea.username, cleo.username) == ("ada", "bea", "cleo")
    assert bea.bits == BOTH
    assert bea.instagram_user_id == person("bea", 2).instagram_user_id
    assert (bea.following_since, bea.follower_since, bea.exact_bits) == (300, 200, FOLLOWER)
    ids = StagedPerson.objects.filter(username="bea").order_by("id").values_list("id", flat=True)
    assert (bea.first_id, bea.last_id) == (ids[0], ids[2])


def test_people_come_by_code_point_as_python_sorts_them(connection: Connection) -> None:
    names = ["a_b", "a.b", "ab", "a1", "_a", "zoë", "~z"]
    snapshot = stage(connection, people(*names))
    assert [row[0] for row in staged_rows(snapshot.pk)] == sorted(names)


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
