"""The worker: takes due jobs one after another until none is left, and leaves politely when asked to."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from types import FrameType

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone

from kith.sync.engine import run_job
from kith.sync.leases import claim_next
from kith.sync.models import SyncJob
from kith.sync.queue import huey, wake_workers, work_off

log = structlog.get_logger("kith.sync")
# Threads beyond those that long jobs may fill, so that short work never waits behind a sync of two days.
SHORT_LANE = 2
# Who was served last takes the last turn. Of more users than these, the oldest job comes first.
REMEMBERED_USERS = 100

_stopping = threading.Event()


def is_leaving() -> bool:
    """Whether the worker was asked to leave: what is at hand is finished, and nothing more is begun."""
    return _stopping.is_set()


def work_off_due_jobs() -> None:
    """Runs due jobs until there are none, or the worker is leaving."""
    for _ in finished_jobs(stopping=is_leaving):
        continue


def finished_jobs(*, stopping: Callable[[], bool] = lambda: False) -> Iterator[SyncJob]:
    """Claims and runs due jobs; yields each once it ended, waits or was handed back."""
    close_old_connections()
    served: deque[int] = deque(maxlen=REMEMBERED_USERS)
    while not stopping():
        lease = claim_next(served)
        if lease is None:
            return
        run_job(lease, stopping=stopping)
        jobs = SyncJob.objects.select_related("connection__user", "snapshot")
        job = jobs.filter(pk=lease.job_id).first()
        if job is None:
            continue  # The account was forgotten meanwhile, with everything about it.
        user = job.connection.user_id
        if user in served:
            served.remove(user)
        served.append(user)
        _schedule_the_rest(job)
        yield job


def _schedule_the_rest(job: SyncJob) -> None:
    if job.status == SyncJob.Status.WAITING and job.resume_at and job.resume_at > timezone.now():
        wake_workers(at=job.resume_at)


def serve() -> None:
    """Runs until SIGTERM or SIGINT: then the page at hand is finished and committed, and the worker leaves."""
    _stopping.clear()
    consumer = huey.create_consumer(
        workers=settings.SYNC_CONCURRENCY + SHORT_LANE,
        periodic=True,
        initial_delay=0.05,
        max_delay=0.5,
        check_worker_health=True,
    )

    def leave(signum: int, _frame: FrameType | None) -> None:
        log.info("worker is leaving", signal=signal.Signals(signum).name)
        _stopping.set()
        consumer.stop_flag.set()

    # What was due or abandoned while no worker was there does not wait for the minute's tick.
    work_off()
    consumer.start()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, leave)
    log.info("worker is ready", threads=consumer.workers)
    while not _stopping.wait(timeout=5):
        consumer.check_worker_health()
    consumer.stop(graceful=True)
