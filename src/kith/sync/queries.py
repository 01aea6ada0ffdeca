"""Reads of jobs."""

from __future__ import annotations

from django.db.models import QuerySet

from kith.accounts.models import Connection, User
from kith.sync.models import SyncJob


def active_job(connection: Connection) -> SyncJob | None:
    return SyncJob.objects.filter(connection=connection, status__in=SyncJob.ACTIVE).first()


def latest_job(connection: Connection) -> SyncJob | None:
    return SyncJob.objects.filter(connection=connection).order_by("-id").first()


def jobs_of(user: User) -> QuerySet[SyncJob]:
    """The newest first, with what a page shows of each."""
    return (
        SyncJob.objects.filter(connection__user=user)
        .select_related("connection__user", "snapshot")
        .order_by("-id")
    )
