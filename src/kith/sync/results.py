"""What a job came to, as the documents that `kith import --json` and `kith sync --wait --json` print."""

from __future__ import annotations

from typing import Any

from kith.core.exports import InteractionOutcome
from kith.core.records import ListName, ListState
from kith.people.models import Change, Snapshot
from kith.sync.models import SyncJob


def lists_of(job: SyncJob) -> dict[str, dict[str, Any]]:
    """Per list its state, how many people it had, and why it is not complete."""
    snapshot = snapshot_of(job)
    return {
        name.value: {
            "state": snapshot.list_state(name).value if snapshot else ListState.ABSENT.value,
            "count": snapshot.list_read(name) if snapshot else 0,
            "reason": (snapshot.list_reason(name) if snapshot else job.error) or None,
        }
        for name in ListName
    }


def snapshot_of(job: SyncJob) -> Snapshot | None:
    """The job's snapshot; of a repeated import the one that it repeats."""
    repeated = job.result.get("repeats_snapshot")
    return Snapshot.objects.filter(pk=repeated).first() if repeated else job.snapshot


def changes_of(job: SyncJob) -> dict[str, int]:
    """How many changes of each kind, every kind named."""
    counted = job.result.get("changes", {})
    return {kind: counted.get(kind, 0) for kind in Change.Kind.values}


def warnings_of(job: SyncJob) -> list[dict[str, str | None]]:
    """Everything a person should know: notices of the reader, doubts, and why a job failed."""
    found = [dict(notice) for notice in job.result.get("notices", [])]
    for name in (*ListName, "interactions", "comments"):
        for code, message, file in job.cursors.get(name, {}).get("notices", []):
            found.append({"code": code, "message": message, "file": file})
    if job.snapshot and job.status == SyncJob.Status.HELD:
        found += [
            {"code": doubt["code"], "message": doubt["message"], "file": None}
            for doubt in job.snapshot.doubts
        ]
    if job.error:
        found.append({"code": job.error_code, "message": job.error, "file": None})
    return found


def told_of_interactions(outcome: InteractionOutcome) -> dict[str, Any]:
    """What a finished reading of interactions came to, as the job keeps it."""
    return {
        "pages": 0,
        "done": True,
        "counts": {f"{kind} {way}": count for (kind, way), count in outcome.counts.items()},
        "states": {kind.value: state.value for kind, state in outcome.states.items()},
        "files": outcome.files_read,
        "unreadable": outcome.unreadable,
        "notices": [[notice.code, notice.message, notice.file] for notice in outcome.notices],
    }


def import_document(job: SyncJob) -> dict[str, Any]:
    files = {file for name in ListName for file in job.cursors.get(name, {}).get("files", [])}
    return {
        "job_id": job.pk,
        "account": job.connection.username,
        "status": job.status,
        "lists": lists_of(job),
        "changes": changes_of(job),
        "warnings": warnings_of(job),
        "files_read": len(files) + interaction_files(job) + job.result.get("other_files", 0),
        "records_unreadable": unreadable_records(job),
    }


def interaction_files(job: SyncJob) -> int:
    return int(job.cursors.get("interactions", {}).get("files", 0))


def unreadable_records(job: SyncJob) -> int:
    return sum(job.cursors.get(name, {}).get("unreadable", 0) for name in ListName)


def sync_document(job: SyncJob) -> dict[str, Any]:
    changes, lists = changes_of(job), lists_of(job)
    snapshot = job.snapshot
    return {
        "job_id": job.pk,
        "success": job.status == SyncJob.Status.COMPLETED,
        "status": job.status,
        "stats": {
            "following": snapshot.following if snapshot else None,
            "followers": snapshot.followers if snapshot else None,
            "following_processed": job.cursors.get("following", {}).get("people", 0),
            "followers_processed": job.cursors.get("followers", {}).get("people", 0),
            "new_unfollowers": changes["lost_follower"],
            "new_followers": changes["new_follower"],
            "lists": lists,
        },
        "duration_seconds": job.duration_seconds,
        "error": job.error or None,
    }
