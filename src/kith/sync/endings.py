"""How a claim on a job ends: each writes the job's last word and the activity log in one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.accounts.services.scheduling import plan_next_sync
from kith.core.records import ListName, ListState
from kith.core.wording import count
from kith.people.models import Snapshot
from kith.people.services.applying import Outcome
from kith.people.services.staging import discard_snapshot
from kith.sync.leases import Cancelled, Lease, LeaseLost
from kith.sync.locks import outlasting_locks
from kith.sync.models import SyncJob
from kith.sync.sources import LISTS_NOT_OFFERED

log = structlog.get_logger("kith.sync")

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
        message=_held_message(outcome) if outcome.held else _what_is_missing(job),
        result=result,
        finished_at=now,
        lease="",
        leased_until=None,
    )
    # Whatever was held before is answered by this newer snapshot, unless that told counts alone.
    replaced = SyncJob.objects.filter(
        connection=job.connection,
        status=SyncJob.Status.HELD,
        snapshot__state=Snapshot.State.DISCARDED,
    )
    replaced.update(status=SyncJob.Status.CANCELLED, message="Replaced by a newer snapshot.")
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


def _what_is_missing(job: SyncJob) -> str:
    """What a sync could not read, and what that means. An import tells it list by list on its own page."""
    if job.kind != SyncJob.Kind.SYNC or job.snapshot is None:
        return ""
    told = [_missing_from(job.snapshot, name) for name in ListName]
    missing = " ".join(filter(None, told))
    return f"{missing} Nobody counts as lost for it; the next sync starts anew." if missing else ""


def _missing_from(snapshot: Snapshot, name: ListName) -> str:
    state, reason = snapshot.list_state(name), snapshot.list_reason(name)
    if state is ListState.COMPLETE or reason == LISTS_NOT_OFFERED:
        return ""
    how = "could not be read"
    if state is ListState.PARTIAL:
        how = f"was read in part, {count(snapshot.list_read(name), 'person', 'people')}"
    return f"The list of {name.value} {how}. {reason}"


def fail(lease: Lease, code: str, reason: str) -> None:
    """Ends the job as failed; what was staged is thrown away, the ledger stays as it is."""
    _end(lease, SyncJob.Status.FAILED, error_code=code, error=reason)


def cancel(lease: Lease) -> None:
    _end(lease, SyncJob.Status.CANCELLED, message="Cancelled; nothing was changed.")


def _end(lease: Lease, status: SyncJob.Status, **fields: Any) -> None:
    try:
        _write_the_end(lease, status, fields)
    except LeaseLost:
        log.warning("lease lost", job=lease.job_id)
        return
    log.info("job ended", job=lease.job_id, status=str(status), reason=fields.get("error", ""))


@outlasting_locks
@transaction.atomic
def _write_the_end(lease: Lease, status: SyncJob.Status, fields: dict[str, Any]) -> None:
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


def _plan_the_next(job: SyncJob) -> None:
    """An import does not stand in for a sync: it may be of last month."""
    if job.kind == SyncJob.Kind.SYNC:
        plan_next_sync(job.connection)


def wait(lease: Lease, resume_at: datetime, reason: str, *, is_setback: bool = False) -> None:
    """Frees the worker; the job goes on by itself at `resume_at`, behind the page it last committed."""
    setbacks = {"setbacks": F("setbacks") + 1} if is_setback else {}
    _put_off(lease, status=SyncJob.Status.WAITING, resume_at=resume_at, message=reason, **setbacks)
    log.info("job waits", job=lease.job_id, until=resume_at.isoformat(), reason=reason)


def hand_back(lease: Lease) -> None:
    """The worker is leaving: the job waits for the next one, behind the page it last committed."""
    _put_off(lease, status=SyncJob.Status.PENDING, message="A worker takes it up in a moment.")


def _put_off(lease: Lease, **fields: Any) -> None:
    try:
        lease.advance(lease="", leased_until=None, **fields)
    except Cancelled:
        cancel(lease)
