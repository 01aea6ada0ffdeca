"""Huey, which only wakes workers: in a file of its own on one machine, in Redis when REDIS_URL says so.

Jobs are rows; what Huey loses when a process is killed is a wake-up, and the tick of every minute makes up for it
(docs/decisions/0002). Its tasks carry no data and look at the rows, so running one twice does no harm.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.conf import settings
from huey import Huey, RedisHuey, SqliteHuey, crontab

log = structlog.get_logger("kith.sync")


def _queue() -> Huey:
    if settings.REDIS_URL:
        return RedisHuey("kith", url=settings.REDIS_URL, results=False)
    return SqliteHuey("kith", filename=str(settings.DATA_DIR / "queue.sqlite3"), results=False)


huey = _queue()


@huey.task()  # type: ignore[untyped-decorator]
def work_off() -> None:
    """Whatever is due, taken up by the worker that gets this wake-up."""
    from kith.sync.worker import work_off_due_jobs  # noqa: PLC0415 - those who only wake need no engine

    work_off_due_jobs()


@huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
def tick() -> None:
    """Every minute: the schedule, then whatever is due or abandoned, even if its wake-up was lost."""
    from kith.sync.schedule import keep_schedule  # noqa: PLC0415 - as above
    from kith.sync.worker import work_off_due_jobs  # noqa: PLC0415

    keep_schedule()
    work_off_due_jobs()


def wake_workers(at: datetime | None = None) -> None:
    """Asks a worker to look for due jobs, now or at a given time. A queue that is down costs a minute's wait."""
    try:
        if at is None:
            work_off()
        else:
            work_off.schedule(eta=at)
    except Exception:
        log.warning("queue unreachable; the job waits for the tick", exc_info=True)
