"""Undoes an import: the ledger as people.services.undoing has it, and with it what its job said and did."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Max

from kith.accounts.models import Activity, Connection
from kith.accounts.origin import Origin
from kith.accounts.services.recording import record_activity
from kith.people.models import Snapshot
from kith.people.services.undoing import NotUndoable, TakenBack, undo_snapshot
from kith.sync.models import SyncJob
from kith.sync.queries import active_job, latest_import
from kith.sync.services.jobs import JobUnderWay

log = structlog.get_logger("kith.sync")


def undo_latest_import(connection: Connection, *, origin: Origin) -> tuple[SyncJob, TakenBack]:
    """Undoes the import that was applied last, and returns its job. Raises NotUndoable or JobUnderWay."""
    job = latest_import(connection)
    if job is None:
        raise NotUndoable(f"No import of {connection.username} was applied yet.")
    return job, undo_import(job, origin=origin)


@transaction.atomic
def undo_import(job: SyncJob, *, origin: Origin) -> TakenBack:
    """Brings everything back to what it was before the import. Raises NotUndoable or JobUnderWay.

    Whoever comes second, at the same moment or later, finds it undone.
    """
    # As in applying: a job that is queued behind this question applies its snapshot when the undoing is done.
    connection = Connection.objects.select_for_update(no_key=True).get(pk=job.connection_id)
    running = active_job(connection)
    if running:
        raise JobUnderWay(running)
    if job.snapshot_id is None:
        raise NotUndoable("This import changed nothing, so there is nothing to undo.")
    taken_back = undo_snapshot(job.snapshot_id)
    job.refresh_from_db(fields=["result"])
    job.result["undone"] = asdict(taken_back)
    job.message = "Everything is as it was before this import."
    job.save(update_fields=["result", "message"])
    connection.last_synced_at = _last_synced_at(connection)
    connection.save(update_fields=["last_synced_at"])
    record_activity(
        Activity.Kind.IMPORT_UNDONE,
        user=connection.user,
        connection=connection,
        origin=origin,
        details={"job": job.pk, "taken_back": taken_back.changes},
    )
    log.info("import undone", job=job.pk, **asdict(taken_back))
    return taken_back


def _last_synced_at(connection: Connection) -> datetime | None:
    """When the last job ended whose snapshot still counts: that is what the connection said before."""
    ended = SyncJob.objects.filter(
        connection=connection,
        status=SyncJob.Status.COMPLETED,
        snapshot__state=Snapshot.State.APPLIED,
    )
    last: datetime | None = ended.aggregate(last=Max("finished_at"))["last"]
    return last
