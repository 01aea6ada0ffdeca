"""`kith process-jobs`: what is due by the schedule, then one pass over all due jobs, for cron."""

from __future__ import annotations

import argparse
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

from kith.core.wording import count

if TYPE_CHECKING:
    from kith.sync.models import SyncJob

NAME = "process-jobs"
HELP = "work off all due jobs once, then exit (for cron or the Windows Task Scheduler)"
EXAMPLE = "kith process-jobs"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    return


def run(_options: argparse.Namespace) -> int:
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

    from django.conf import settings
    from django.db import connection

    from kith.sync.schedule import keep_schedule
    from kith.sync.worker import finished_jobs
    from kith.unfollow.executing import unfollow_due

    keep_schedule()
    finished: SimpleQueue[SyncJob | None] = SimpleQueue()
    stopping = Event()

    def work() -> None:
        try:
            for job in finished_jobs(stopping=stopping.is_set):
                finished.put(job)
        finally:
            finished.put(None)
            connection.close()

    jobs: list[SyncJob] = []
    workers = settings.SYNC_CONCURRENCY
    with told_to_stop(stopping), ThreadPoolExecutor(max_workers=workers) as pool:
        running = [pool.submit(work) for _ in range(workers)]
        while workers:
            job = finished.get()
            if job is None:
                workers -= 1
                continue
            jobs.append(job)
            print(_line(job), flush=True)
        for future in running:
            future.result()
        unfollowed = unfollow_due(stopping=stopping.is_set)
    if unfollowed:
        print(f"{count(unfollowed, 'unfollow')} by the API carried out")
    synced = sum(job.status == "completed" for job in jobs)
    failed = sum(job.status == "failed" for job in jobs)
    other = len(jobs) - synced - failed
    print(f"{count(len(jobs), 'job')}: {synced:,} synced, {failed:,} failed, {other:,} other")
    return 0


@contextmanager
def told_to_stop(stopping: Event) -> Iterator[None]:
    """Meanwhile SIGTERM and Ctrl-C let every job finish and commit its page, and then leave."""
    before = {
        number: signal.signal(number, lambda *_: stopping.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _line(job: SyncJob) -> str:
    from kith.sync.progress import how_far

    head = f"job {job.pk} {job.kind} {job.connection.username} ({job.connection.user.email}): {job.status}"
    seconds = f"{job.duration_seconds or 0:.1f} s"
    if job.status == "failed":
        return f"{head} after {seconds}: {job.error}"
    if job.status == "waiting" and job.resume_at:
        return f"{head} until {job.resume_at:%Y-%m-%d %H:%M} UTC, {how_far(job)}: {job.message}"
    changes = job.result.get("changes", {})
    snapshot = job.snapshot
    return (
        f"{head}, following {_told(snapshot.following if snapshot else None)}, "
        f"followers {_told(snapshot.followers if snapshot else None)}, "
        f"new {changes.get('new_follower', 0)}, lost {changes.get('lost_follower', 0)}, {seconds}"
    )


def _told(count: int | None) -> str:
    return "unknown" if count is None else str(count)
