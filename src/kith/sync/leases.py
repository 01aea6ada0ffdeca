"""Who works on a job: claims by one conditional update, leases that run out, writes that only the holder can make."""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from kith.sync.locks import is_lock, outlasting_locks
from kith.sync.models import SyncJob

log = structlog.get_logger("kith.sync")
# Any number will do as long as nothing else in the database locks it.
CLAIM_LOCK = 7_451_002
# A job whose worker went silent this often in a row, without a page in between, probably makes it crash.
MOST_TAKEOVERS = 3
# So many due jobs in turn are tried to be claimed, should others be cancelled at the same moment.
MOST_TRIES = 10


class LeaseLost(Exception):
    """Somebody else works on the job now, or it was ended: stop, and write nothing more."""


class Cancelled(Exception):
    """The user asked for the end of the job."""


def due_jobs(now: datetime) -> QuerySet[SyncJob]:
    """Jobs that somebody should work on: new ones, waiting ones whose time has come, abandoned ones."""
    return SyncJob.objects.filter(
        Q(status=SyncJob.Status.PENDING)
        | Q(status=SyncJob.Status.WAITING, resume_at__lte=now)
        | Q(status=SyncJob.Status.IN_PROGRESS, leased_until__lte=now)
    ).order_by("id")


@outlasting_locks
@transaction.atomic
def claim_next(served: Sequence[int] = ()) -> Lease | None:
    """Claims the due job of the user whose turn it is, the oldest of them; None when nothing is to be done.

    It is the turn of whoever has the fewest jobs under way; among equals, of whoever was not served before, or longest
    ago. `served` holds the users whom the caller served, the latest last.
    """
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
    for pk, status in _in_turn(due_jobs(now), users, served).values_list("pk", "status")[
        :MOST_TRIES
    ]:
        if lease := _claim(pk, status, now):
            return lease
    return None


def _claim(pk: int, status: str, now: datetime) -> Lease | None:
    """None if it was cancelled a moment ago: on PostgreSQL a cancel waits for no claim."""
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


def _in_turn(
    due: QuerySet[SyncJob], running: Counter[int], served: Sequence[int]
) -> QuerySet[SyncJob]:
    """The database sorts: a user may have any number of due jobs, of which none but the first is looked at."""
    ranks = {user: rank for rank, user in enumerate(served, start=1)}
    keys = [_by_user(numbers) for numbers in (running, ranks) if numbers]
    return due.order_by(*keys, "id")


def _by_user(numbers: dict[int, int]) -> Case:
    found = (When(connection__user_id=user, then=Value(n)) for user, n in numbers.items())
    return Case(*found, default=Value(0), output_field=IntegerField())


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

    @outlasting_locks
    def job(self) -> SyncJob:
        """The row as it is now. Raises LeaseLost."""
        job = self._mine.select_related("connection__user", "snapshot").first()
        if job is None:
            raise LeaseLost(f"job {self.job_id} is not ours any more")
        return job

    def advance(self, **fields: Any) -> None:
        """As `update`, while nobody asked for the end of the job. Raises LeaseLost or Cancelled."""
        # One statement looks and writes: a page costs no question of its own.
        if not self._write(self._unstopped, fields):
            self.job()
            raise Cancelled

    def update(self, **fields: Any) -> None:
        """Writes to the row and extends the lease, in the caller's transaction. Raises LeaseLost."""
        if not self._write(self._mine, fields):
            raise LeaseLost(f"job {self.job_id} is not ours any more")

    @outlasting_locks
    def _write(self, rows: QuerySet[SyncJob], fields: dict[str, Any]) -> bool:
        return bool(rows.update(**{"leased_until": timezone.now() + self.length, **fields}))

    # Put together once: every page writes through them, and Django would take as long again as the database.
    @cached_property
    def _mine(self) -> QuerySet[SyncJob]:
        return SyncJob.objects.filter(
            pk=self.job_id, lease=self.token, status=SyncJob.Status.IN_PROGRESS
        )

    @cached_property
    def _unstopped(self) -> QuerySet[SyncJob]:
        return self._mine.filter(cancel_requested=False)

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
        while not self._done.wait(self.length.total_seconds() / 3):
            try:
                if not self._mine.update(leased_until=timezone.now() + self.length):
                    return  # The lease is lost. The engine finds out by itself at its next write.
            except DatabaseError as error:
                # A lease outlives two missed beats: one while a long write holds SQLite, one while a server restarts.
                # The first is no fault, and as long as it lasts nobody else can claim the job either.
                if is_lock(error):
                    log.info("heartbeat missed", job=self.job_id, reason=str(error))
                else:
                    log.warning("heartbeat missed", job=self.job_id, exc_info=True)
            finally:
                database.close()
