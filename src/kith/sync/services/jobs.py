"""Queues jobs, cancels them, and takes the user's answer to a held one. Workers do the work."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.accounts.services.scheduling import plan_next_sync
from kith.people.models import Snapshot
from kith.people.services.staging import discard_snapshot
from kith.sync.locks import outlasting_locks
from kith.sync.models import SyncJob
from kith.sync.opening import forget_upload
from kith.sync.queries import active_job
from kith.sync.queue import wake_workers


class JobUnderWay(Exception):
    """The connection has a job already; `job` is that one."""

    def __init__(self, job: SyncJob) -> None:
        super().__init__("A sync or an import of this account is under way already.")
        self.job = job


class NotQueueable(Exception):
    """This account cannot be synced now. The text says what to do."""


class NotHeld(Exception):
    """The job does not wait for an answer any more."""


def queue_sync(connection: Connection, *, origin: Origin) -> SyncJob:
    """Raises NotQueueable or JobUnderWay."""
    if not connection.is_api:
        raise NotQueueable(
            f"{connection.username} is not connected to Instagram. Connect it in the settings, or import an export."
        )
    if connection.needs_reconnect:
        raise NotQueueable(
            f"Instagram no longer accepts the key to {connection.username}. Please connect it again."
        )
    return _queue(connection, SyncJob.Kind.SYNC, origin)


def queue_import(connection: Connection, *, origin: Origin, **fields: Any) -> SyncJob:
    """An import whose files wait in the upload folder, or whose maker works on it itself. Raises JobUnderWay."""
    return _queue(connection, SyncJob.Kind.IMPORT, origin, **fields)


def _queue(connection: Connection, kind: SyncJob.Kind, origin: Origin, **fields: Any) -> SyncJob:
    try:
        job = _create(connection, kind, origin, fields)
    except IntegrityError:
        running = active_job(connection)
        if running and _cannot_go_on(running):
            cancel_job(running)
        elif running:
            raise JobUnderWay(running) from None
        return _queue(connection, kind, origin, **fields)
    if job.status == SyncJob.Status.PENDING:
        transaction.on_commit(wake_workers)
    return job


def _cannot_go_on(job: SyncJob) -> bool:
    """Whether it is an import whose process died over files that only it could read: no worker has to be there."""
    is_local = job.kind == SyncJob.Kind.IMPORT and not job.upload
    return is_local and job.leased_until is not None and job.leased_until <= timezone.now()


@outlasting_locks
@transaction.atomic
def _create(
    connection: Connection, kind: SyncJob.Kind, origin: Origin, fields: dict[str, Any]
) -> SyncJob:
    """The unique constraint decides between two requests that come at once."""
    return SyncJob.objects.create(
        connection=connection,
        kind=kind,
        message="Queued; a worker takes it up in a moment.",
        address=origin.address,
        user_agent=origin.user_agent[:300],
        **fields,
    )


@outlasting_locks
@transaction.atomic
def cancel_job(job: SyncJob) -> SyncJob:
    """Ends a job that nobody works on at once; a running one stops behind its page. Returns the row as it is then."""
    row, now = SyncJob.objects.filter(pk=job.pk), timezone.now()
    # First the wish: whoever is just about to put the job off finds it, and ends the job instead.
    row.filter(status__in=SyncJob.ACTIVE).update(cancel_requested=True)
    idle = Q(status__in=[SyncJob.Status.PENDING, SyncJob.Status.WAITING])
    abandoned = Q(status=SyncJob.Status.IN_PROGRESS, leased_until__lte=now)
    is_ended = row.filter(idle | abandoned).update(
        status=SyncJob.Status.CANCELLED,
        stage="",
        message="Cancelled; nothing was changed.",
        finished_at=now,
        lease="",
        leased_until=None,
    )
    job = row.select_related("connection__user", "snapshot").get()
    if is_ended:
        if job.snapshot:
            discard_snapshot(job.snapshot)
        if job.kind == SyncJob.Kind.SYNC:
            plan_next_sync(job.connection)
        forget_upload(job.upload)
    return job


def accept_held(job: SyncJob, *, origin: Origin) -> None:
    """The user believes a doubtful snapshot: it is queued for applying. Raises NotHeld or JobUnderWay."""
    try:
        # The constraint of one active job per connection decides, whatever is queued at the same moment.
        with transaction.atomic():
            _answer(
                job,
                SyncJob.Status.PENDING,
                accept_doubtful=True,
                cancel_requested=False,
                message="Queued for applying.",
            )
            _record_answer(job, Activity.Kind.SNAPSHOT_ACCEPTED, origin)
    except IntegrityError:
        raise JobUnderWay(active_job(job.connection) or job) from None
    transaction.on_commit(wake_workers)


@transaction.atomic
def discard_held(job: SyncJob, *, origin: Origin) -> None:
    """The user does not believe it: it is thrown away, and nothing was ever changed. Raises NotHeld."""
    _answer(job, SyncJob.Status.CANCELLED, message="Discarded; nothing was changed.")
    if job.snapshot:
        discard_snapshot(job.snapshot)
    _record_answer(job, Activity.Kind.SNAPSHOT_DISCARDED, origin)


def _answer(job: SyncJob, status: SyncJob.Status, **fields: Any) -> None:
    """In the caller's transaction, which takes the answer back when it is raised that nobody waits for one."""
    # A condition on the row itself: through a join, PostgreSQL would not look again at a row that another answer has
    # just changed.
    is_first = SyncJob.objects.filter(pk=job.pk, status=SyncJob.Status.HELD).update(
        status=status, **fields
    )
    held = Snapshot.objects.filter(job=job.pk, state=Snapshot.State.HELD)
    if not is_first or not held.exists():
        raise NotHeld("This snapshot does not wait for an answer any more.")


def _record_answer(job: SyncJob, kind: Activity.Kind, origin: Origin) -> None:
    record_activity(
        kind,
        user=job.connection.user,
        connection=job.connection,
        origin=origin,
        details={"job": job.pk},
    )
