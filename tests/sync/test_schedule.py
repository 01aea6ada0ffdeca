"""Connected accounts are synced by themselves: each once when its time has come, and again an interval later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from kith.accounts.models import Activity, Connection, User
from kith.accounts.services.connecting import disconnect
from kith.accounts.services.scheduling import let_sync_by_itself
from kith.sync.models import SyncJob
from kith.sync.queue import tick
from kith.sync.schedule import keep_schedule, queue_due_syncs
from kith.sync.services.jobs import cancel_job
from tests.contract.visitor import Visitor
from tests.factories import make_connection, make_user
from tests.sync.steps import ORIGIN, connect, queue, work
from tests.sync.threads import at_once

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def due(name: str = "alice.paints", user: User | None = None, **fields: object) -> Connection:
    return make_connection(user, name, **{"status": "connected", "next_sync_at": NOW, **fields})


def test_an_account_is_queued_once_when_its_time_has_come() -> None:
    connection = due()
    assert queue_due_syncs(now=NOW - timedelta(minutes=1)) == 0
    assert queue_due_syncs(now=NOW) == 1
    assert queue_due_syncs(now=NOW) == 0
    job = SyncJob.objects.get()
    assert (job.connection, job.kind, job.status) == (connection, "sync", "pending")
    assert job.user_agent == "kith, by itself"
    connection.refresh_from_db()
    assert connection.next_sync_at
    assert NOW + DAY * 0.9 <= connection.next_sync_at <= NOW + DAY * 1.1


def test_four_ticks_at_once_queue_every_account_once() -> None:
    for number in range(6):
        due(f"alice.{number}")
    assert sum(at_once(4, lambda: queue_due_syncs(now=NOW))) == 6
    assert SyncJob.objects.count() == 6


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "exports_only"},
        {"status": "reconnect_needed"},
        {"syncs_by_itself": False},
        {"next_sync_at": NOW + timedelta(seconds=1)},
    ],
)
def test_what_is_not_connected_switched_off_or_not_due_is_left_alone(
    fields: dict[str, object],
) -> None:
    due(**fields)
    assert queue_due_syncs(now=NOW) == 0
    assert not SyncJob.objects.exists()


def test_an_account_connected_before_there_was_a_schedule_is_due() -> None:
    due(next_sync_at=None)
    assert queue_due_syncs(now=NOW) == 1


def test_an_account_with_a_job_under_way_is_moved_on() -> None:
    connection = due()
    running = queue(connection)
    assert queue_due_syncs(now=NOW) == 0
    assert SyncJob.objects.get() == running
    connection.refresh_from_db()
    assert connection.next_sync_at
    assert connection.next_sync_at > NOW


def test_a_held_snapshot_does_not_stand_in_the_way() -> None:
    connection = due()
    SyncJob.objects.create(connection=connection, kind="sync", status="held")
    assert queue_due_syncs(now=NOW) == 1


def test_what_a_tick_leaves_is_taken_by_the_next() -> None:
    late = due("alice.late", next_sync_at=NOW - timedelta(hours=1))
    for number in range(3):
        due(f"alice.{number}")
    assert queue_due_syncs(now=NOW, most=2) == 2
    assert SyncJob.objects.filter(connection=late).exists()
    assert queue_due_syncs(now=NOW, most=2) == 2
    assert queue_due_syncs(now=NOW, most=2) == 0


def test_an_account_that_is_connected_has_its_next_sync_a_day_later(
    alice: User, visitor: Visitor
) -> None:
    assert is_a_day_away(connect(alice, visitor))


def test_every_end_of_a_sync_plans_the_next(connection: Connection, visitor: Visitor) -> None:
    def ended(job: SyncJob) -> str:
        connection.refresh_from_db()
        assert is_a_day_away(connection), job.status
        Connection.objects.update(next_sync_at=timezone.now() - DAY)
        return job.status

    Connection.objects.update(next_sync_at=timezone.now() - DAY)
    queue(connection)
    assert ended(work()) == "completed"
    job = queue(connection)
    cancel_job(job)
    job.refresh_from_db()
    assert ended(job) == "cancelled"
    queue(connection)
    SyncJob.objects.filter(status="pending").update(cancel_requested=True)
    assert ended(work()) == "cancelled"
    queue(connection)
    SyncJob.objects.filter(status="pending").update(takeovers=9)
    assert ended(work()) == "failed"


def test_an_account_to_be_connected_again_is_not_due_until_it_is(
    connection: Connection, alice: User, visitor: Visitor
) -> None:
    visitor.control("expire-token", account="tiny.studio")
    queue(connection)
    assert work().status == "failed"
    connection.refresh_from_db()
    assert (connection.status, connection.next_sync_at) == ("reconnect_needed", None)
    assert queue_due_syncs() == 0
    [told] = Activity.objects.filter(kind="reconnect_needed")
    assert "no longer accepts" in told.details["reason"]
    assert is_a_day_away(connect(alice, visitor))


def test_the_end_of_an_import_plans_nothing() -> None:
    connection = due()
    job = SyncJob.objects.create(connection=connection, kind="import", status="pending")
    cancel_job(job)
    connection.refresh_from_db()
    assert connection.next_sync_at == NOW


def test_switching_off_and_on_keeps_the_time() -> None:
    connection = due()
    let_sync_by_itself(connection, on=False)
    assert queue_due_syncs(now=NOW) == 0
    let_sync_by_itself(connection, on=True)
    assert queue_due_syncs(now=NOW) == 1


def test_a_disconnected_account_is_never_due() -> None:
    disconnect(due(), origin=ORIGIN)
    assert queue_due_syncs(now=NOW) == 0


def test_the_tick_syncs_whatever_is_due(connection: Connection) -> None:
    Connection.objects.update(next_sync_at=timezone.now())
    for _ in range(2):
        tick.call_local()
    assert SyncJob.objects.get().status == "completed"
    connection.refresh_from_db()
    assert is_a_day_away(connection)


def test_many_users_are_asked_for_in_few_queries(django_assert_max_num_queries: object) -> None:
    for name in ("alice", "bob", "charlie"):
        due(f"{name}.paints", make_user(name))
    with django_assert_max_num_queries(3 * 8 + 1):  # type: ignore[operator]
        keep_schedule()


def is_a_day_away(connection: Connection) -> bool:
    connection.refresh_from_db()
    away = (connection.next_sync_at or timezone.now()) - timezone.now()
    return DAY * 0.89 <= away <= DAY * 1.1
