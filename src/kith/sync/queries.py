"""Reads of jobs."""

from __future__ import annotations

from django.db.models import Q, QuerySet, Subquery

from kith.accounts.models import Connection, User
from kith.people.models import Snapshot
from kith.sync.models import SyncJob


def active_job(connection: Connection) -> SyncJob | None:
    return SyncJob.objects.filter(connection=connection, status__in=SyncJob.ACTIVE).first()


def latest_job(connection: Connection) -> SyncJob | None:
    """With its snapshot, by whose counts a page tells how far it is."""
    jobs = SyncJob.objects.filter(connection=connection).select_related("snapshot")
    return jobs.order_by("-id").first()


def jobs_to_show(connection: Connection) -> list[SyncJob]:
    """The latest job, and behind it the one whose snapshot waits for an answer, if that is another one."""
    jobs = SyncJob.objects.filter(connection=connection).order_by("-id")
    is_latest = Q(pk=Subquery(jobs.values("pk")[:1]))
    shown = jobs.filter(is_latest | Q(status=SyncJob.Status.HELD))
    return list(shown.select_related("snapshot")[:2])


def latest_import(connection: Connection) -> SyncJob | None:
    """The last one whose snapshot was applied, be it undone since."""
    applied = [Snapshot.State.APPLIED, Snapshot.State.UNDONE]
    imports = SyncJob.objects.filter(
        connection=connection, kind=SyncJob.Kind.IMPORT, snapshot__state__in=applied
    )
    return imports.select_related("connection__user", "snapshot").order_by("-snapshot_id").first()


def jobs_of(user: User) -> QuerySet[SyncJob]:
    """The newest first, with what a page shows of each."""
    return (
        SyncJob.objects.filter(connection__user=user)
        .select_related("connection__user", "snapshot")
        .order_by("-id")
    )
