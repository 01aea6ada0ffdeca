"""`kith sync` and `kith process-jobs`, over the real sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from django.utils import timezone

from kith.accounts.models import Connection, User
from kith.sync.models import SyncJob
from kith_sandbox.server import RunningSandbox
from tests.cli.running import Kith
from tests.contract.visitor import Visitor
from tests.sync.steps import connect
from tests.web.ledger import job_of
from tests.web.working import a_worker

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

ALICE = ("--user", "alice@kith.example")
KEYS = ["job_id", "success", "status", "stats", "duration_seconds", "error"]
STATS = [
    "following",
    "followers",
    "following_processed",
    "followers_processed",
    "new_unfollowers",
    "new_followers",
    "lists",
]


@pytest.fixture
def visitor(instagram: RunningSandbox) -> Iterator[Visitor]:
    with httpx2.Client() as http:
        yield Visitor(instagram, http)


@pytest.fixture
def connection(alice: User, visitor: Visitor) -> Connection:
    return connect(alice, visitor, "tiny.studio")


@pytest.fixture
def worker() -> Iterator[None]:
    with a_worker():
        yield


def test_a_sync_is_queued_and_told(kith: Kith, connection: Connection) -> None:
    ran = kith("sync", *ALICE)
    job = SyncJob.objects.get()
    assert (ran.code, ran.out, ran.err) == (0, f"Queued job {job.pk}.\n", "")
    assert (job.status, job.user_agent) == ("pending", "kith sync")


def test_a_program_gets_the_job_and_its_status(kith: Kith, connection: Connection) -> None:
    ran = kith("sync", *ALICE, "--json")
    assert ran.document == {"job_id": SyncJob.objects.get().pk, "status": "pending"}
    again = kith("sync", *ALICE, "--json")
    assert again.code == 0
    assert again.document == ran.document
    assert "under way already" in again.err


def test_a_sync_that_is_waited_for_tells_what_it_came_to(
    kith: Kith, connection: Connection, worker: None
) -> None:
    ran = kith("sync", *ALICE, "--wait", "--json")
    assert (ran.code, ran.err) == (0, "")
    document = ran.document
    assert list(document) == KEYS
    assert list(document["stats"]) == STATS
    assert (document["success"], document["status"], document["error"]) == (True, "completed", None)
    assert document["stats"]["following"] == document["stats"]["following_processed"] == 181
    assert document["stats"]["followers"] == document["stats"]["followers_processed"] == 92
    assert document["stats"]["lists"]["following"] == {
        "state": "complete",
        "count": 181,
        "reason": None,
    }
    assert document["duration_seconds"] > 0


def test_a_sync_that_is_waited_for_tells_people_in_one_line(
    kith: Kith, connection: Connection, worker: None
) -> None:
    kith("sync", *ALICE, "--wait")
    ran = kith("sync", *ALICE, "--wait")
    assert ran.out == "tiny.studio: completed, following 181, followers 92, new 0, lost 0\n"
    assert ran.err == ""


def test_a_sync_that_fails_ends_with_1_and_the_reason(
    kith: Kith, connection: Connection, visitor: Visitor, worker: None
) -> None:
    visitor.control("expire-token", account="tiny.studio")
    ran = kith("sync", *ALICE, "--wait", "--json")
    assert ran.code == 1
    assert (ran.document["success"], ran.document["status"]) == (False, "failed")
    assert ran.document["error"] in ran.failure


def test_an_account_of_exports_cannot_be_synced(kith: Kith, connection: Connection) -> None:
    Connection.objects.update(status="exports_only")
    ran = kith("sync", *ALICE, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "is not connected to Instagram" in ran.failure


def test_one_pass_works_off_every_due_job_and_tells_each(
    kith: Kith, connection: Connection, visitor: Visitor
) -> None:
    connect(connection.user, visitor, "marlow.pine")
    for account in ("tiny.studio", "marlow.pine"):
        kith("sync", *ALICE, "--account", account)
    ran = kith("process-jobs")
    assert ran.code == 0
    *lines, last = ran.out.splitlines()
    assert last == "2 jobs: 2 synced, 0 failed, 0 other"
    tiny = next(line for line in lines if "tiny.studio" in line)
    assert "sync tiny.studio (alice@kith.example): completed" in tiny
    assert "following 181, followers 92, new 0, lost 0, " in tiny
    assert tiny.endswith(" s")


def test_a_failed_job_is_told_with_its_reason(
    kith: Kith, connection: Connection, visitor: Visitor
) -> None:
    visitor.control("expire-token", account="tiny.studio")
    kith("sync", *ALICE)
    ran = kith("process-jobs")
    assert ran.code == 0
    line, last = ran.out.splitlines()
    assert "failed after" in line
    assert SyncJob.objects.get().error in line
    assert last == "1 job: 0 synced, 1 failed, 0 other"


def test_a_pass_also_does_what_is_due_by_the_clock(kith: Kith, connection: Connection) -> None:
    Connection.objects.update(next_sync_at=timezone.now())
    assert kith("process-jobs").out.endswith("1 job: 1 synced, 0 failed, 0 other\n")
    assert kith("process-jobs").out.startswith("0 jobs")


def test_a_pass_with_nothing_to_do_says_so(kith: Kith, db: None) -> None:
    ran = kith("process-jobs")
    assert (ran.code, ran.out) == (0, "0 jobs: 0 synced, 0 failed, 0 other\n")


def test_jobs_of_other_workers_are_left_alone(kith: Kith, connection: Connection) -> None:
    job = job_of(connection, SyncJob.Status.WAITING)
    SyncJob.objects.update(resume_at="2099-01-01T00:00:00Z")
    assert kith("process-jobs").out.startswith("0 jobs")
    assert SyncJob.objects.get(pk=job.pk).status == "waiting"
