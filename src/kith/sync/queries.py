"""Reads of jobs."""

from __future__ import annotations

from django.db.models import QuerySet

from kith.accounts.models import Connection, User
from kith.people.models import Snapshot
from kith.sync.models import SyncJob


def active_job(connection: Connection) -> SyncJob | None:
    return SyncJob.objects.filter(connection=connection, status__in=SyncJob.ACTIVE).first()


def latest_job(connection: Connection) -> SyncJob | None:
    """With its snapshot, by whose counts a page tells how far it is."""
    jobs = SyncJob.objects.filter(connection=connection).select_related("snapshot")
    return jobs.order_by("-id").first()


def held_job(connection: Connection) -> SyncJob | None:
    """The one whose snapshot waits for the user's answer; a newer one would have replaced it."""
    return SyncJob.objects.filter(connection=connection, status=SyncJob.Status.HELD).last()


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
