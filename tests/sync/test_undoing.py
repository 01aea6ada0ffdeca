"""An import is undone with everything that its job said and did, once, and never beside another job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kith.accounts.models import Activity, Connection, User
from kith.people.models import Snapshot
from kith.people.services.undoing import NotUndoable, TakenBack
from kith.sync.engine import run_job
from kith.sync.models import SyncJob
from kith.sync.queries import latest_import
from kith.sync.services.imports import forget_if_unknown, import_paths
from kith.sync.services.jobs import JobUnderWay, accept_held
from kith.sync.services.undoing import undo_import, undo_latest_import
from tests.contract.visitor import Visitor
from tests.core.exports import corpus
from tests.factories import changes_in, everything, lists_of, make_connection, make_user
from tests.sync.steps import ORIGIN, claim, queue, sync
from tests.sync.threads import at_once

pytestmark = pytest.mark.database

Import = Callable[..., SyncJob]

NAMES = "ada", "bea", "cleo", "dora", "eve"


@pytest.fixture
def importing(tmp_path: Path) -> Import:
    """Imports the export of a day, made of the names of followers; who stays has followed since the same second."""

    def run(day: int, *followers: str) -> SyncJob:
        files = {
            **corpus.era_6(),
            f"{corpus.LISTS}/followers_1.json": [
                corpus.as_value(name, corpus.since(NAMES.index(name))) for name in followers
            ],
        }
        name = f"instagram-{corpus.OWNER}-2026-03-{day:02}-AbCd1234.zip"
        archive = corpus.write_zip(tmp_path / name, files)
        return import_paths(
            make_user("alice"), [archive], account="", accept_doubtful=False, origin=ORIGIN
        )

    return run


def state() -> list[Any]:
    connection = Connection.objects.get()
    return [
        *everything(connection),
        *Snapshot.objects.filter(state="applied").values(),
        *Connection.objects.values(),
    ]


@pytest.mark.django_db
def test_everything_is_as_it_was_before_the_import(importing: Import) -> None:
    importing(1, "ada", "bea", "cleo")
    before = state()
    job = importing(2, "ada", "dora")
    assert state() != before
    assert undo_import(job, origin=ORIGIN) == TakenBack(changes=3, removed=1, restored=2)
    assert state() == before


@pytest.mark.django_db
def test_before_the_first_import_nothing_was_synced(importing: Import) -> None:
    job = importing(1, "ada", "bea")
    undo_import(job, origin=ORIGIN)
    connection = Connection.objects.get()
    assert everything(connection) == []
    assert connection.last_synced_at is None


@pytest.mark.django_db
def test_the_job_and_the_log_say_that_it_was_undone(importing: Import) -> None:
    importing(1, "ada", "bea")
    job = importing(2, "bea")
    undo_import(job, origin=ORIGIN)
    job.refresh_from_db()
    assert job.status == SyncJob.Status.COMPLETED
    assert job.message == "Everything is as it was before this import."
    assert job.result["undone"] == {"changes": 1, "removed": 0, "restored": 1}
    assert job.result["changes"]["lost_follower"] == 1
    logged = Activity.objects.latest("id")
    assert logged.kind == Activity.Kind.IMPORT_UNDONE
    assert (logged.account, logged.address) == (corpus.OWNER, ORIGIN.address)
    assert logged.details == {"job": job.pk, "taken_back": 1}


@pytest.mark.django_db
def test_an_undone_export_can_be_imported_again(importing: Import) -> None:
    importing(1, "ada", "bea")
    first = importing(2, "bea", "cleo")
    undo_import(first, origin=ORIGIN)
    again = importing(2, "bea", "cleo")
    assert again.result["changes"] == first.result["changes"]
    assert again.pk != first.pk
    assert sorted(changes_in(again.connection)) == [
        ("lost_follower", "ada"),
        ("new_follower", "cleo"),
    ]


@pytest.mark.django_db
def test_an_older_export_is_in_time_again_when_a_newer_one_is_undone(importing: Import) -> None:
    importing(1, "ada", "bea")
    undo_import(importing(20, "bea"), origin=ORIGIN)
    assert importing(10, "ada", "bea", "cleo").result["changes"]["new_follower"] == 1


@pytest.mark.django_db
def test_it_is_undone_once(importing: Import) -> None:
    job = importing(1, "ada")
    undo_import(job, origin=ORIGIN)
    before = state()
    with pytest.raises(NotUndoable, match="undone already"):
        undo_import(job, origin=ORIGIN)
    assert state() == before
    assert Activity.objects.filter(kind=Activity.Kind.IMPORT_UNDONE).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_undoes_it(importing: Import) -> None:
    importing(1, "ada", "bea")
    before = state()
    job = importing(2, "bea", "cleo")

    def undo() -> str:
        try:
            undo_import(job, origin=ORIGIN)
        except NotUndoable as refused:
            return str(refused)
        return ""

    assert sorted(at_once(2, undo)) == ["", "This import was undone already."]
    assert state() == before
    assert Activity.objects.filter(kind=Activity.Kind.IMPORT_UNDONE).count() == 1


@pytest.mark.django_db
def test_nothing_is_undone_while_a_job_is_under_way(importing: Import) -> None:
    job = importing(1, "ada")
    Connection.objects.update(status=Connection.Status.CONNECTED)
    running = queue(job.connection)
    before = state()
    with pytest.raises(JobUnderWay) as refused:
        undo_import(job, origin=ORIGIN)
    assert refused.value.job == running
    assert state() == before


@pytest.mark.django_db
def test_a_sync_after_the_import_is_the_latest(
    connection: Connection, visitor: Visitor, importing: Import
) -> None:
    sync(connection)
    with pytest.raises(NotUndoable, match="No import of tiny"):
        undo_latest_import(connection, origin=ORIGIN)
    imported = importing(1, "ada")
    SyncJob.objects.filter(pk=imported.pk).update(connection=connection)
    Snapshot.objects.filter(pk=imported.snapshot_id).update(connection=connection)
    sync(connection)
    before = lists_of(connection)
    with pytest.raises(NotUndoable, match="a newer sync or import"):
        undo_latest_import(connection, origin=ORIGIN)
    assert lists_of(connection) == before


@pytest.mark.django_db
def test_a_held_import_outlives_the_undoing_of_the_one_before(importing: Import) -> None:
    first = importing(1, *NAMES)
    held = importing(2, *NAMES[2:])
    assert held.status == "held"
    with pytest.raises(NotUndoable, match="Only an import that was applied"):
        undo_import(held, origin=ORIGIN)
    undo_import(first, origin=ORIGIN)
    accept_held(held, origin=ORIGIN)
    run_job(claim())
    held.refresh_from_db()
    assert held.status == "completed"
    assert lists_of(held.connection)[1] == set(NAMES[2:])
    assert changes_in(held.connection) == []
    undo_import(held, origin=ORIGIN)
    assert lists_of(held.connection) == (set(), set())


@pytest.mark.django_db
def test_an_import_that_only_repeats_another_has_nothing_to_undo(importing: Import) -> None:
    first = importing(1, "ada")
    repeated = importing(1, "ada")
    with pytest.raises(NotUndoable, match="changed nothing"):
        undo_import(repeated, origin=ORIGIN)
    assert latest_import(first.connection) == first
    assert undo_latest_import(first.connection, origin=ORIGIN)[0] == first


@pytest.mark.django_db
def test_an_account_whose_only_import_was_undone_is_not_forgotten(importing: Import) -> None:
    job = importing(1, "ada")
    undo_import(job, origin=ORIGIN)
    forget_if_unknown(Connection.objects.get())
    assert SyncJob.objects.filter(pk=job.pk).exists()


@pytest.mark.django_db
def test_what_another_user_has_of_the_same_name_is_left_alone(importing: Import) -> None:
    bob: User = make_user("bob")
    other = make_connection(bob, corpus.OWNER)
    job = importing(1, "ada")
    undo_import(job, origin=ORIGIN)
    assert latest_import(other) is None
    assert everything(other) == []
