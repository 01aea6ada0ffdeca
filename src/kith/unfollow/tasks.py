"""What the queue's workers do for unfollowing by the API. Like all of Huey's tasks these only look at the rows."""

from __future__ import annotations

from datetime import datetime

import structlog
from huey import crontab

from kith.sync.queue import huey

log = structlog.get_logger("kith.unfollow")


@huey.task()  # type: ignore[untyped-decorator]
def work_off_unfollows() -> None:
    """Whoever is due. Each claim asks for one wake-up at its queue's next turn, so wake-ups never add up."""
    from kith.sync.worker import is_leaving  # noqa: PLC0415 - as in kith.sync.queue
    from kith.unfollow.executing import unfollow_due  # noqa: PLC0415

    unfollow_due(stopping=is_leaving, then_at=wake_unfollowing)


@huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
def unfollow_tick() -> None:
    """Every minute: for rests that are over, and should a wake-up have been lost."""
    work_off_unfollows.call_local()


def wake_unfollowing(at: datetime | None = None) -> None:
    """Asks a worker to look for due unfollows. A queue that is down costs a minute's wait."""
    try:
        work_off_unfollows() if at is None else work_off_unfollows.schedule(eta=at)
    except Exception:
        log.warning("queue unreachable; the unfollows wait for the tick", exc_info=True)
