"""Who works on what: every job once, so many at a time, nobody's account before everybody else's."""

from __future__ import annotations

import threading
from datetime import timedelta
from threading import Event

import pytest
from django.db import OperationalError
from django.db import connection as database
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.models import Connection, User
from kith.sync.leases import Lease, claim_next
from kith.sync.models import SyncJob
from kith.sync.services.jobs import JobUnderWay, cancel_job, queue_sync
from tests.factories import make_connection, make_user
from tests.sync.steps import NEVER, ORIGIN
from tests.sync.threads import at_once, behind

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def connected(user: User, number: int = 0) -> Connection:
    """An account that could be synced; these tests never do it."""
    return make_connection(user, f"{user.email.split('@')[0]}{number}", status="connected")


def queued(user: User, count: int = 1) -> list[SyncJob]:
    return [queue_sync(connected(user, number), origin=ORIGIN) for number in range(count)]


def claim_all() -> list[int]:
    """Claims until nothing is left, ending every job at once."""
    claimed = []
    while lease := claim_next():
        lease.update(status=SyncJob.Status.COMPLETED)
        claimed.append(lease.job_id)
    return claimed


def test_eight_threads_claim_every_job_once() -> None:
    jobs = [job.pk for name in ("alice", "bob") for job in queued(make_user(name), 12)]
    claimed = [pk for batch in at_once(8, claim_all) for pk in batch]
    assert sorted(claimed) == jobs


def test_a_job_that_is_cancelled_at_the_same_moment_leaves_the_next_one_to_be_claimed() -> None:
    first, second = queued(make_user(), 2)
    lease = behind(lambda: cancel_job(first), claim_next).result()
    assert lease
    assert lease.job_id == second.pk


def test_no_more_jobs_are_under_way_than_allowed(settings: Settings) -> None:
    settings.SYNC_CONCURRENCY = 3
    queued(make_user(), 8)
    leases = at_once(8, claim_next)
    assert sum(lease is not None for lease in leases) == 3
    assert claim_next() is None
    next(lease for lease in leases if lease).update(status=SyncJob.Status.COMPLETED)
    assert claim_next()
    assert claim_next() is None


def test_a_place_is_free_again_when_a_lease_has_run_out(settings: Settings) -> None:
    settings.SYNC_CONCURRENCY = 1
    queued(make_user(), 2)
    first = claim_next()
    assert claim_next() is None
    SyncJob.objects.filter(status="in_progress").update(leased_until=timezone.now() + NEVER)
    again = claim_next()
    assert first
    assert again
    assert again.job_id == first.job_id


def test_many_accounts_of_one_user_do_not_starve_anothers_one() -> None:
    queued(make_user("alice"), 6)
    [bobs] = queued(make_user("bob"))
    order = [lease.job_id for lease in (claim_next(), claim_next()) if lease]
    assert order[0] < bobs.pk
    assert order[1] == bobs.pk


def test_five_thousand_jobs_of_one_user_do_not_hide_anothers_one() -> None:
    alice = make_user("alice")
    connections = Connection.objects.bulk_create(
        Connection(user=alice, username=f"alice{number}", status="connected")
        for number in range(5_000)
    )
    SyncJob.objects.bulk_create(SyncJob(connection=each, kind="sync") for each in connections)
    [bobs] = queued(make_user("bob"))
    with CaptureQueriesContext(database) as queries:
        claimed = [lease.job_id for lease in (claim_next(), claim_next()) if lease]
    assert claimed[1] == bobs.pk
    assert len(queries) <= 12


def test_with_a_single_place_users_take_turns(settings: Settings) -> None:
    settings.SYNC_CONCURRENCY = 1
    names = ("alice", "bob", "charlie")
    for name, count in zip(names, (6, 2, 1), strict=True):
        queued(make_user(name), count)
    served: list[int] = []
    order = []
    while lease := claim_next(served):
        user = lease.job().connection.user
        order.append(names.index(user.email.split("@")[0]))
        served = [*(each for each in served if each != user.pk), user.pk]
        lease.update(status=SyncJob.Status.COMPLETED)
    assert order == [0, 1, 2, 0, 1, 0, 0, 0, 0]


def test_among_equals_the_oldest_job_comes_first() -> None:
    jobs = [queued(make_user(name))[0].pk for name in ("charlie", "alice", "bob")]
    assert [lease.job_id for _ in range(3) if (lease := claim_next())] == jobs


def test_a_waiting_job_is_due_when_its_time_has_come() -> None:
    [job] = queued(make_user())
    SyncJob.objects.update(status="waiting", resume_at=timezone.now() + timedelta(minutes=1))
    assert claim_next() is None
    SyncJob.objects.update(resume_at=timezone.now())
    lease = claim_next()
    assert lease
    assert lease.job().resume_at is None
    assert lease.job_id == job.pk


@pytest.mark.parametrize("status", ["completed", "failed", "cancelled", "held"])
def test_an_ended_job_is_never_due(status: str) -> None:
    queued(make_user())
    SyncJob.objects.update(status=status)
    assert claim_next() is None


def test_two_requests_at_once_make_one_job() -> None:
    connection = connected(make_user())

    def request() -> SyncJob | JobUnderWay:
        try:
            return queue_sync(connection, origin=ORIGIN)
        except JobUnderWay as running:
            return running

    made = at_once(4, request)
    [job] = [each for each in made if isinstance(each, SyncJob)]
    assert {each.job.pk for each in made if isinstance(each, JobUnderWay)} == {job.pk}
    assert SyncJob.objects.count() == 1


def test_a_lease_is_kept_alive_while_a_call_takes_long(settings: Settings) -> None:
    settings.SYNC_LEASE_SECONDS = 0.3  # a third of it is the beat
    queued(make_user())
    lease = claim_next()
    assert lease
    until = lease.job().leased_until
    with lease:
        for _ in range(500):
            if lease.job().leased_until != until:
                break
            lease._done.wait(0.01)
    assert lease.job().leased_until != until


def test_a_heartbeat_outlives_a_database_that_fails_it(settings: Settings) -> None:
    settings.SYNC_LEASE_SECONDS = 0.3
    [job] = queued(make_user())
    lease = claim_next()
    assert lease
    tried = Event()

    class Sometimes(Lease):
        """Its first beat meets a database that does not answer."""

        @property
        def _mine(self) -> QuerySet[SyncJob]:
            if threading.current_thread() is self._beat and not tried.is_set():
                tried.set()
                raise OperationalError("database is locked")
            return super()._mine

    with Sometimes(job.pk, lease.token) as fragile:
        assert tried.wait(10)
        until = lease.job().leased_until
        for _ in range(500):
            if lease.job().leased_until != until:
                break
            fragile._done.wait(0.01)
    assert lease.job().leased_until != until


def test_a_lost_lease_ends_its_heartbeat(settings: Settings) -> None:
    settings.SYNC_LEASE_SECONDS = 0.03
    [job] = queued(make_user())
    with Lease(job.pk, "never-ours") as lease:
        lease._beat.join(10)
        assert not lease._beat.is_alive()
