"""Who works on a job: claims by one conditional update, leases that run out, writes that only the holder can make."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db import connection as database
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from kith.sync.models import SyncJob

# Any number will do as long as nothing else in the database locks it.
CLAIM_LOCK = 7_451_002
CANDIDATES = 500
# A job whose worker went silent this often probably makes it crash.
MOST_TAKEOVERS = 3


class LeaseLost(Exception):
    """Somebody else works on the job now, or it was ended: stop, and write nothing more."""


def due_jobs(now: datetime) -> QuerySet[SyncJob]:
    """Jobs that somebody should work on: new ones, waiting ones whose time has come, abandoned ones."""
    return SyncJob.objects.filter(
        Q(status=SyncJob.Status.PENDING)
        | Q(status=SyncJob.Status.WAITING, resume_at__lte=now)
        | Q(status=SyncJob.Status.IN_PROGRESS, leased_until__lte=now)
    ).order_by("id")


@transaction.atomic
def claim_next() -> Lease | None:
    """Claims the due job whose user has the fewest under way, the oldest of them; None when nothing is to be done."""
    # Claims take turns, so that counting the places and taking one is a single step: on SQLite by its one
    # writer (transactions begin IMMEDIATE), on PostgreSQL by this lock.
    if database.vendor == "postgresql":
        with database.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CLAIM_LOCK])
    now = timezone.now()
    running = SyncJob.objects.filter(status=SyncJob.Status.IN_PROGRESS, leased_until__gt=now)
    users = Counter(running.values_list("connection__user_id", flat=True))
    if users.total() >= settings.SYNC_CONCURRENCY:
        return None
    found = list(due_jobs(now).values_list("pk", "connection__user_id", "status")[:CANDIDATES])
    if not found:
        return None
    pk, _, status = min(found, key=lambda row: (users[row[1]], row[0]))
    lease = Lease(pk, secrets.token_hex(16))
    abandoned = 1 if status == SyncJob.Status.IN_PROGRESS else 0
    claimed = (
        due_jobs(now)
        .filter(pk=pk)
        .update(
            status=SyncJob.Status.IN_PROGRESS,
            lease=lease.token,
            leased_until=now + lease.length,
            resume_at=None,
            takeovers=F("takeovers") + abandoned,
        )
    )
    return lease if claimed else None


def claimed_fields() -> dict[str, Any]:
    """What a new job's row must hold so that the process which makes it also works on it, and no worker takes it."""
    return {
        "status": SyncJob.Status.IN_PROGRESS,
        "lease": secrets.token_hex(16),
        "leased_until": timezone.now() + timedelta(seconds=settings.SYNC_LEASE_SECONDS),
    }


class Lease:
    """The right to work on one job. As a context manager it is kept alive while a slow call is under way."""

    def __init__(self, job_id: int, token: str) -> None:
        self.job_id = job_id
        self.token = token
        self.length = timedelta(seconds=settings.SYNC_LEASE_SECONDS)
        self._done = threading.Event()
        self._beat = threading.Thread(
            target=self._heartbeat, name=f"heartbeat-{job_id}", daemon=True
        )

    def job(self) -> SyncJob:
        """The row as it is now. Raises LeaseLost."""
        job = self._mine().select_related("connection__user", "snapshot").first()
        if job is None:
            raise LeaseLost(f"job {self.job_id} is not ours any more")
        return job

    def update(self, **fields: Any) -> None:
        """Writes to the row and extends the lease, in the caller's transaction. Raises LeaseLost."""
        fields.setdefault("leased_until", timezone.now() + self.length)
        if not self._mine().update(**fields):
            raise LeaseLost(f"job {self.job_id} is not ours any more")

    def _mine(self) -> QuerySet[SyncJob]:
        return SyncJob.objects.filter(
            pk=self.job_id, lease=self.token, status=SyncJob.Status.IN_PROGRESS
        )

    def __enter__(self) -> Self:
        self._beat.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._done.set()
        self._beat.join()

    def _heartbeat(self) -> None:
        try:
            while not self._done.wait(self.length.total_seconds() / 3):
                self.update()
        except LeaseLost:
            return  # The engine finds out by itself at its next write.
        finally:
            database.close()
