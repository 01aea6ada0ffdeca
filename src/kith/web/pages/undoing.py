"""The page that asks whether an import is to be undone, and says in numbers what that takes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from kith.people import queries
from kith.people.models import Snapshot
from kith.people.services.undoing import taken_back_by_undoing, why_not_undoable
from kith.sync.models import SyncJob
from kith.sync.queries import active_job
from kith.sync.services.jobs import JobUnderWay
from kith.web.pages.jobs import Counted, JobView


@dataclass(frozen=True)
class FigureThen:
    """A number of the ledger as it is, and as it would be again; None is unknown."""

    label: str
    now: int | None
    then: int | None


@dataclass(frozen=True)
class UndoPage:
    """The question, or why it cannot be asked."""

    job: JobView
    why_not: str
    taken_back: list[Counted]
    figures: list[FigureThen]
    then_taken_at: datetime | None
    """When the snapshot was taken that becomes the latest again; None when nothing would be known."""
    undo_url: str


def undo_page(job: SyncJob) -> UndoPage:
    why_not = _why_not(job)
    page = UndoPage(
        JobView.of(job), why_not, [], [], None, undo_url=reverse("job-undo", args=[job.pk])
    )
    return page if why_not or job.snapshot is None else _with_numbers(page, job.snapshot)


def _why_not(job: SyncJob) -> str:
    if job.snapshot is None:
        return "This job changed nothing, so there is nothing to undo."
    running = active_job(job.connection)
    return why_not_undoable(job.snapshot) or (str(JobUnderWay(running)) if running else "")


def _with_numbers(page: UndoPage, snapshot: Snapshot) -> UndoPage:
    back = taken_back_by_undoing(snapshot)
    before = queries.applied_snapshots(snapshot.connection).exclude(pk=snapshot.pk).first()
    return UndoPage(
        job=page.job,
        why_not="",
        taken_back=[
            Counted("changes leave the history", back.changes),
            Counted("new people are forgotten", back.removed),
            Counted("people become what they were before", back.restored),
        ],
        figures=[
            FigureThen(label, getattr(snapshot, key), getattr(before, key, None))
            for key, label in (
                ("following", "Following"),
                ("followers", "Followers"),
                ("mutuals", "Mutuals"),
            )
        ],
        then_taken_at=before.taken_at if before else None,
        undo_url=page.undo_url,
    )
