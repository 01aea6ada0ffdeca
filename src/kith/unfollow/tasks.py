"""What the queue's workers do for unfollowing by the API. Like all of Huey's tasks these only look at the rows."""

from __future__ import annotations

import structlog
from huey import crontab

from kith.sync.queue import huey

log = structlog.get_logger("kith.unfollow")


@huey.task()  # type: ignore[untyped-decorator]
def work_off_unfollows() -> None:
    """Whoever is due, and a wake-up for the next one."""
    from kith.unfollow.executing import next_due_at, unfollow_due  # noqa: PLC0415 - as in kith.sync.queue

    unfollow_due()
    due_at = next_due_at()
    if due_at is not None:
        wake_unfollowing(at=due_at)


@huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
def unfollow_tick() -> None:
    """Every minute, should a wake-up have been lost."""
    from kith.unfollow.executing import unfollow_due  # noqa: PLC0415 - as above

    unfollow_due()


def wake_unfollowing(at: object = None) -> None:
    """Asks a worker to look for due unfollows. A queue that is down costs a minute's wait."""
    try:
        work_off_unfollows() if at is None else work_off_unfollows.schedule(eta=at)
    except Exception:
        log.warning("queue unreachable; the unfollows wait for the tick", exc_info=True)
