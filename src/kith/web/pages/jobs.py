"""A job on a screen: its progress while it runs, its result afterwards, its question when it is held."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from kith.core.records import ListName, ListState
from kith.core.wording import count
from kith.people import queries
from kith.people.comparing import BOTH, FOLLOWER, FOLLOWING
from kith.sync import results
from kith.sync.models import SyncJob
from kith.sync.progress import sentence_of
from kith.web.pages.people import PersonRow

STATE_WORDS = {
    ListState.COMPLETE: "complete",
    ListState.PARTIAL: "in part",
    ListState.ABSENT: "not there",
}
# What one change of a kind is, and what many are.
CHANGE_WORDS = {
    "new_follower": ("new follower", "new followers"),
    "lost_follower": ("no longer follows you", "no longer follow you"),
    "followed": ("you followed", "you followed"),
    "unfollowed": ("you unfollowed", "you unfollowed"),
    "renamed": ("changed their name", "changed their name"),
    "gone": ("account gone", "accounts gone"),
    "returned": ("account back", "accounts back"),
}
LEAVING_WORDS = {
    FOLLOWING: "You would not follow them",
    FOLLOWER: "Would not follow you",
    BOTH: "Would be on neither list",
}


@dataclass(frozen=True)
class JobView:
    """A job as every page shows it."""

    id: int
    kind: str
    kind_word: str
    account: str
    status: str
    status_word: str
    stage: str
    message: str
    percent: int
    processed: int
    total: int | None
    resume_at: datetime | None
    error: str
    is_active: bool
    started_at: datetime | None
    finished_at: datetime | None
    duration_text: str
    summary: str
    url: str
    status_url: str
    cancel_url: str
    is_undone: bool = False
    undo_url: str = ""
    """Empty unless it is an import that can be undone."""

    @classmethod
    def of(cls, job: SyncJob, *, can_be_undone: bool = False) -> JobView:
        is_undone = "undone" in job.result
        return cls(
            id=job.pk,
            kind=job.kind,
            kind_word=job.get_kind_display(),
            account=job.connection.username,
            status=job.status,
            status_word="undone" if is_undone else job.get_status_display(),
            stage=job.stage,
            message=sentence_of(job),
            percent=job.percent,
            processed=job.processed,
            total=job.total,
            resume_at=job.resume_at,
            error=job.error,
            is_active=job.is_active,
            started_at=job.started_at or job.created_at,
            finished_at=job.finished_at,
            duration_text=_duration(job.duration_seconds),
            summary=_summary(job),
            url=reverse("job", args=[job.pk]),
            status_url=reverse("job-status", args=[job.pk]),
            cancel_url=reverse("job-cancel", args=[job.pk]),
            is_undone=is_undone,
            undo_url=reverse("job-undo", args=[job.pk]) if can_be_undone else "",
        )


def job_views(jobs: Iterable[SyncJob]) -> list[JobView]:
    """Each with the way to undo it where there is one."""
    found = list(jobs)
    undoable = queries.undoable_snapshots().filter(pk__in=[job.snapshot_id for job in found])
    keys = set(undoable.values_list("pk", flat=True))
    return [JobView.of(job, can_be_undone=job.snapshot_id in keys) for job in found]


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 60:
        return f"{seconds:.1f} s"
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {int(seconds) % 60} s"


def _summary(job: SyncJob) -> str:
    if job.status == SyncJob.Status.FAILED:
        return job.error
    if job.status != SyncJob.Status.COMPLETED or "undone" in job.result:
        return job.message
    if changes := change_texts(results.changes_of(job)):
        return " · ".join(filter(None, [", ".join(changes), job.message]))
    ending = "the beginning of the ledger" if job.result.get("is_first") else "nothing changed"
    return job.message or f"{count(job.processed, 'person', 'people')} read, {ending}"


def change_texts(changes: dict[str, int]) -> list[str]:
    """`2 new followers`, `1 account gone`: each kind of which there were any, in the same order on every database."""
    told = ((changes.get(kind, 0), words) for kind, words in CHANGE_WORDS.items())
    return [count(number, *words) for number, words in told if number]


def status_document(job: SyncJob | None) -> dict[str, Any]:
    """The contract's answer of `/dashboard/sync-status`."""
    if job is None:
        return {
            "jobId": None, "status": None, "stage": None, "message": "", "resumeAt": None, "error": None,
            "progress": {"percent": 0, "processed": 0, "total": None},
        }  # fmt: skip
    return {
        "jobId": job.pk,
        "status": job.status,
        "stage": job.stage or None,
        "message": sentence_of(job),
        "progress": {"percent": job.percent, "processed": job.processed, "total": job.total},
        "resumeAt": job.resume_at.isoformat() if job.resume_at else None,
        "error": job.error or None,
    }


@dataclass(frozen=True)
class ListResult:
    """What became of one list."""

    label: str
    state: str
    state_word: str
    count: int
    reason: str


@dataclass(frozen=True)
class Counted:
    """A number with its name, and the page behind it."""

    word: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Held:
    """The question that a doubtful snapshot asks."""

    reasons: list[str]
    lost_count: int
    lost_by_list: list[Counted]
    lost_rows: list[PersonRow]
    accept_url: str
    discard_url: str


@dataclass(frozen=True)
class JobPage:
    """One job with everything that is known about it."""

    job: JobView
    lists: list[ListResult]
    changes: list[Counted]
    warnings: list[dict[str, str | None]]
    other_lists: list[Counted]
    interactions: list[Counted]
    files_read: int
    records_unreadable: int
    held: Held | None
    next_steps: list[str]


def job_page(job: SyncJob) -> JobPage:
    document = results.import_document(job)
    [view] = job_views([job])
    return JobPage(
        job=view,
        lists=_list_results(document["lists"], job.error) if not job.is_active else [],
        changes=[
            Counted(
                CHANGE_WORDS[kind][number != 1],
                number,
                "" if view.is_undone else f"{reverse('changes')}?kind={kind}",
            )
            for kind, number in document["changes"].items()
            if number
        ],
        warnings=[warning for warning in document["warnings"] if warning["message"] != job.error],
        interactions=_interactions(job),
        other_lists=[
            Counted(name.replace("_", " "), n)
            for name, n in job.result.get("other_lists", {}).items()
        ],
        files_read=document["files_read"],
        records_unreadable=document["records_unreadable"],
        held=_held(job),
        next_steps=_next_steps(job, document["lists"]),
    )


INTERACTION_WORDS = {
    "like given": "likes you gave",
    "like received": "likes you received",
    "comment given": "comments you wrote",
    "story_reaction given": "reactions to stories",
    "saved given": "posts you saved",
    "message given": "messages you sent",
    "message received": "messages you received",
}


def _interactions(job: SyncJob) -> list[Counted]:
    """What an import told of interactions, by kind."""
    counted = job.cursors.get("interactions", {}).get("counts", {})
    return [
        Counted(INTERACTION_WORDS.get(way, way.replace("_", " ")), number)
        for way, number in counted.items()
        if number
    ]


def _list_results(lists: dict[str, dict[str, Any]], error: str) -> list[ListResult]:
    """A reason that the page gives already, as that of the whole job, is not repeated."""
    return [
        ListResult(
            label=name.capitalize(),
            state=found["state"],
            state_word=STATE_WORDS[ListState(found["state"])],
            count=found["count"],
            reason=found["reason"] if found["reason"] and found["reason"] != error else "",
        )
        for name, found in lists.items()
    ]


def _held(job: SyncJob) -> Held | None:
    if job.status != SyncJob.Status.HELD or job.snapshot is None:
        return None
    leavers = job.snapshot.leavers or {}
    return Held(
        reasons=[doubt["message"] for doubt in job.snapshot.doubts],
        lost_count=leavers.get("people", 0),
        lost_by_list=[Counted(name, n) for name in ListName if (n := leavers.get(name, 0))],
        lost_rows=[
            replace(PersonRow.of(person), relation_word=LEAVING_WORDS[bits])
            for person, bits in queries.first_leavers(job.snapshot)
        ],
        accept_url=reverse("job-accept", args=[job.pk]),
        discard_url=reverse("job-discard", args=[job.pk]),
    )


def _next_steps(job: SyncJob, lists: dict[str, dict[str, Any]]) -> list[str]:
    if job.is_active or job.kind != SyncJob.Kind.IMPORT or "undone" in job.result:
        return []
    steps = []
    missing = [name for name, found in lists.items() if found["state"] == ListState.ABSENT]
    if missing and job.status == SyncJob.Status.COMPLETED:
        steps.append(
            f"The export has no list of {' and '.join(missing)}. Ask Instagram for an export with "
            "“Followers and following” ticked, over all time."
        )
    if any(found["state"] == ListState.PARTIAL for found in lists.values()):
        steps.append(
            "A list was there in part only, so nobody is counted as lost from it. "
            "Ask for an export over all time, and import all of its parts together."
        )
    return steps
