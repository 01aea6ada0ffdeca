"""How a claim on a job ends: each writes the job's last word and the activity log in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.accounts.services.scheduling import plan_next_sync
from kith.core.records import ListName
from kith.people.services.applying import Outcome
from kith.people.services.staging import discard_snapshot
from kith.sync.leases import Lease, LeaseLost
from kith.sync.models import SyncJob

log = structlog.get_logger("kith.sync")
SHORTEST_PAUSE = timedelta(minutes=1)

KINDS = {
    (SyncJob.Kind.SYNC, "started"): Activity.Kind.SYNC_STARTED,
    (SyncJob.Kind.SYNC, "completed"): Activity.Kind.SYNC_COMPLETED,
    (SyncJob.Kind.SYNC, "failed"): Activity.Kind.SYNC_FAILED,
    (SyncJob.Kind.SYNC, "held"): Activity.Kind.SYNC_HELD,
    (SyncJob.Kind.IMPORT, "started"): Activity.Kind.IMPORT_STARTED,
    (SyncJob.Kind.IMPORT, "completed"): Activity.Kind.IMPORT_COMPLETED,
    (SyncJob.Kind.IMPORT, "failed"): Activity.Kind.IMPORT_FAILED,
    (SyncJob.Kind.IMPORT, "held"): Activity.Kind.IMPORT_HELD,
}


def _record(job: SyncJob, what: str, **details: Any) -> None:
    record_activity(
        KINDS[SyncJob.Kind(job.kind), what],
        user=job.connection.user,
        connection=job.connection,
        origin=Origin(address=job.address, user_agent=job.user_agent),
        details={"job": job.pk, **details},
    )


def record_start(job: SyncJob) -> None:
    _record(job, "started")


def complete(lease: Lease, outcome: Outcome) -> None:
    """Ends the job as completed or held, in the caller's transaction (the one that applied the snapshot)."""
    job = lease.job()
    now = timezone.now()
    status = SyncJob.Status.HELD if outcome.held else SyncJob.Status.COMPLETED
    result = {**job.result, "changes": outcome.changes, "is_first": outcome.is_first}
    lease.update(
        status=status,
        stage="",
        message=_held_message(outcome) if outcome.held else "",
        result=result,
        finished_at=now,
        lease="",
        leased_until=None,
    )
    # Whatever was held before is answered by this newer snapshot.
    SyncJob.objects.filter(connection=job.connection, status=SyncJob.Status.HELD).exclude(
        pk=job.pk
    ).update(status=SyncJob.Status.CANCELLED, message="Replaced by a newer snapshot.")
    if not outcome.held:
        Connection.objects.filter(pk=job.connection_id).update(last_synced_at=now)
    _plan_the_next(job)
    seconds = round((now - (job.started_at or job.created_at)).total_seconds(), 3)
    counts = {name.value: job.snapshot.list_read(name) for name in ListName} if job.snapshot else {}
    changes = {kind: count for kind, count in outcome.changes.items() if count}
    _record(
        job, "held" if outcome.held else "completed", seconds=seconds, changes=changes, **counts
    )
    log.info("job ended", job=job.pk, status=str(status), seconds=seconds, **counts)


def _held_message(outcome: Outcome) -> str:
    return " ".join(doubt.message for doubt in outcome.doubts)


def fail(lease: Lease, code: str, reason: str) -> None:
    """Ends the job as failed; what was staged is thrown away, the ledger stays as it is."""
    _end(lease, SyncJob.Status.FAILED, error_code=code, error=reason)


def cancel(lease: Lease) -> None:
    _end(lease, SyncJob.Status.CANCELLED, message="Cancelled; nothing was changed.")


def _end(lease: Lease, status: SyncJob.Status, **fields: Any) -> None:
    try:
        with transaction.atomic():
            job = lease.job()
            lease.update(
                status=status,
                stage="",
                finished_at=timezone.now(),
                lease="",
                leased_until=None,
                **fields,
            )
            if job.snapshot:
                discard_snapshot(job.snapshot)
            _plan_the_next(job)
            if status == SyncJob.Status.FAILED:
                _record(job, "failed", reason=fields["error"])
    except LeaseLost:
        log.warning("lease lost", job=lease.job_id)
        return
    log.info("job ended", job=lease.job_id, status=str(status), reason=fields.get("error", ""))


def _plan_the_next(job: SyncJob) -> None:
    """An import does not stand in for a sync: it may be of last month."""
    if job.kind == SyncJob.Kind.SYNC:
        plan_next_sync(job.connection)


def wait(lease: Lease, resume_at: datetime) -> None:
    """Frees the worker; the job goes on by itself at `resume_at`, behind the page it last committed."""
    lease.update(
        status=SyncJob.Status.WAITING,
        resume_at=resume_at,
        message="The hour's calls to Instagram are spent; it goes on by itself.",
        lease="",
        leased_until=None,
    )


def hand_back(lease: Lease) -> None:
    """The worker is leaving: the job waits for the next one, behind the page it last committed."""
    lease.update(status=SyncJob.Status.PENDING, lease="", leased_until=None)
