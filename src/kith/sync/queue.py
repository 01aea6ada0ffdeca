"""Huey, which only wakes workers: in a file of its own on one machine, in Redis when REDIS_URL says so.

Jobs are rows; what Huey loses when a process is killed is a wake-up, and the tick of every minute makes up for it
(docs/decisions/0002).
"""

from __future__ import annotations

from datetime import datetime

import structlog
from django.conf import settings
from huey import Huey, RedisHuey, SqliteHuey

log = structlog.get_logger("kith.sync")


def _queue() -> Huey:
    if settings.REDIS_URL:
        return RedisHuey("kith", url=settings.REDIS_URL, results=False)
    return SqliteHuey("kith", filename=str(settings.DATA_DIR / "queue.sqlite3"), results=False)


huey = _queue()


def wake_workers(at: datetime | None = None) -> None:
    """Asks a worker to look for due jobs, now or at a given time. A queue that is down only costs the minute's wait."""
    from kith.sync.tasks import work_off  # noqa: PLC0415 - the task needs this module's queue

    try:
        if at is None:
            work_off()
        else:
            work_off.schedule(eta=at)
    except Exception:
        log.warning("queue unreachable; the job waits for the tick", exc_info=True)
