"""Workers for tests: one in the test's own transaction, one in a thread beside a website."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from django.db import connection as database

from kith.sync.engine import run_job
from kith.sync.leases import claim_next
from kith.sync.worker import work_off_due_jobs


def work_off_jobs() -> None:
    """Does whatever is due, here and now."""
    while lease := claim_next():
        run_job(lease)


@contextmanager
def a_worker() -> Iterator[None]:
    """Does whatever is due until the end of the block. Needs a database that threads can share."""
    ended = Event()

    def work() -> None:
        while not ended.wait(0.05):
            work_off_due_jobs()
        database.close()

    thread = Thread(target=work, name="worker")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
