"""`kith sync --cancel`, and what commands say of a sync that waits."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from kith.accounts.models import Connection
from kith.sync.leases import claim_next
from kith.sync.models import SpentCall, SyncJob
from kith_sandbox.server import RunningSandbox
from tests.cli.running import Kith
from tests.cli.test_syncing import ALICE, connection, visitor
from tests.contract.visitor import Visitor
from tests.sync.processes import environment
from tests.web.ledger import Ledger, job_of

__all__ = ["connection", "visitor"]

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("kind", SyncJob.Kind)
@pytest.mark.parametrize("status", ["pending", "waiting"])
def test_what_nobody_works_on_is_cancelled_at_once(
    kith: Kith, ledger: Ledger, status: SyncJob.Status, kind: SyncJob.Kind
) -> None:
    job = job_of(ledger.connection, status, kind)
    ran = kith("sync", "--cancel", *ALICE)
    assert (ran.code, ran.out, ran.err) == (0, f"Job {job.pk} is cancelled.\n", "")
    assert claim_next() is None
    assert kith("sync", "--cancel", *ALICE).out == "Nothing is under way for alice.paints.\n"


def test_what_is_worked_on_ends_behind_its_page(kith: Kith, ledger: Ledger) -> None:
    job = job_of(ledger.connection, SyncJob.Status.IN_PROGRESS)
    ran = kith("sync", "--cancel", *ALICE)
    assert (ran.code, ran.out) == (0, f"Job {job.pk} ends behind the page at hand.\n")
    job.refresh_from_db()
    assert job.cancel_requested


def test_a_program_is_told_what_became_of_the_job(kith: Kith, ledger: Ledger) -> None:
    job = job_of(ledger.connection, SyncJob.Status.WAITING)
    first, second = (kith("sync", "--cancel", "--json", *ALICE).document for _ in range(2))
    assert first == {"job_id": job.pk, "status": "cancelled"}
    assert second == {"job_id": None, "status": None}


def test_cancelling_queues_nothing(kith: Kith, ledger: Ledger) -> None:
    before = SyncJob.objects.count()
    kith("sync", "--cancel", *ALICE, "--account", "alice.paints")
    assert SyncJob.objects.count() == before


def test_a_pass_says_until_when_a_sync_waits_and_why(kith: Kith, connection: Connection) -> None:
    kith("sync", *ALICE)
    now = timezone.now()
    SpentCall.objects.bulk_create(
        SpentCall(connection=connection, at=now - timedelta(minutes=18)) for _ in range(200)
    )
    ran = kith("process-jobs")
    line, last = ran.out.splitlines()
    resume_at = SyncJob.objects.get().resume_at
    assert isinstance(resume_at, datetime)
    assert f"waiting until {resume_at:%Y-%m-%d %H:%M} UTC, 0 % done: The 200 calls" in line
    assert last == "1 job: 0 synced, 0 failed, 1 other"
    assert kith("process-jobs").out.startswith("0 jobs")


@pytest.mark.slow
def test_a_pass_that_is_told_to_end_finishes_its_page_and_leaves_the_rest(
    kith: Kith,
    connection: Connection,
    instagram: RunningSandbox,
    visitor: Visitor,
    tmp_path: Path,
) -> None:
    visitor.fail("slow", path="ig_following", skip=1, seconds=1)
    kith("sync", *ALICE)
    with subprocess.Popen(
        [sys.executable, "-m", "kith", "process-jobs"],
        env=environment(instagram),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        while not any(call["fault"] == "slow" for call in visitor.calls()):
            assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.endswith("1 job: 0 synced, 0 failed, 1 other\n")
    job = SyncJob.objects.get()
    assert (job.status, job.lease, job.processed) == ("pending", "", 181)
