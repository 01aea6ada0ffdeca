"""What Huey runs. Tasks hold no rules and carry no data: they look at the rows, so running one twice does no harm."""

from __future__ import annotations

from huey import crontab

from kith.sync.queue import huey
from kith.sync.worker import work_off_due_jobs


@huey.task()  # type: ignore[untyped-decorator]
def work_off() -> None:
    work_off_due_jobs()


@huey.periodic_task(crontab())  # type: ignore[untyped-decorator]
def tick() -> None:
    """Every minute: whatever is due or abandoned is taken up, even if its wake-up was lost."""
    work_off_due_jobs()
