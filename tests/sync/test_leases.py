"""Only the holder of a lease writes; whoever has lost it finds out and stops."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.models import Connection
from kith.core.records import ProfileRecord
from kith.people.models import Snapshot, StagedPerson
from kith.sync.engine import run_job
from kith.sync.leases import LeaseLost
from kith.sync.models import SyncJob
from tests.contract.visitor import Visitor
from tests.factories import lists_of
from tests.sync.steps import (
    NEVER,
    PAGES,
    PatientSource,
    behind_page,
    claim,
    queue,
    sync,
    truth,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def lose_the_lease() -> bool:
    """Another worker takes the job over."""
    SyncJob.objects.update(lease="somebody-else", leased_until=timezone.now() - NEVER)
    return False


@pytest.mark.parametrize("page", range(1, PAGES + 1))
def test_who_has_lost_the_lease_writes_nothing_more(
    connection: Connection, visitor: Visitor, page: int
) -> None:
    sync(connection)
    visitor.control("happen", account="tiny.studio", kind="follows_me")
    known = lists_of(connection)
    queue(connection)
    staged: list[int] = []

    def taken_over() -> bool:
        lose_the_lease()
        staged.append(StagedPerson.objects.count())
        return False

    job = work(stopping=behind_page(page, taken_over))
    assert (job.status, job.lease) == ("in_progress", "somebody-else")
    assert StagedPerson.objects.count() == staged[0]
    assert lists_of(connection) == known
    assert job.snapshot
    assert job.snapshot.state == Snapshot.State.STAGING


@pytest.mark.parametrize("fault", ["code-80002", "190-463", "http-500-html"])
def test_whatever_fails_after_the_lease_is_lost_is_not_written_either(
    connection: Connection, visitor: Visitor, fault: str
) -> None:
    visitor.fail(fault, path="ig_followers", times=3)
    queue(connection)
    job = work(stopping=behind_page(2, lose_the_lease))
    assert (job.status, job.lease, job.error) == ("in_progress", "somebody-else", "")


@pytest.mark.parametrize("reason", ["budget", "leaving"])
def test_a_job_taken_over_meanwhile_is_neither_put_off_nor_handed_back(
    connection: Connection, settings: Settings, reason: str
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 2 if reason == "budget" else 200
    queue(connection)
    job = work(stopping=behind_page(1, lambda: lose_the_lease() or reason == "leaving"))
    assert (job.status, job.lease) == ("in_progress", "somebody-else")


def test_a_job_taken_over_is_no_longer_the_first_ones(connection: Connection) -> None:
    queue(connection)
    first = claim()
    first.update(message="mine")
    SyncJob.objects.update(leased_until=timezone.now() + NEVER)
    second = claim()
    with pytest.raises(LeaseLost):
        first.update(message="still mine?")
    with pytest.raises(LeaseLost):
        first.job()
    second.update(message="mine now")
    assert second.job().takeovers == 1


def test_a_job_whose_database_fails_is_not_failed_but_taken_over(
    connection: Connection, visitor: Visitor
) -> None:
    class OutOfReach(PatientSource):
        def profile(self) -> ProfileRecord:
            raise OperationalError("server closed the connection unexpectedly")

    queue(connection)
    lease = claim()
    run_job(lease, source=OutOfReach.of(lease.job()))
    job = SyncJob.objects.get()
    assert (job.status, job.error) == ("in_progress", "")
    SyncJob.objects.update(leased_until=timezone.now() + NEVER)
    assert work().status == "completed"
    assert lists_of(connection) == truth(visitor)
