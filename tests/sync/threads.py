"""Lets several threads begin at the same moment, or one come behind another, each with a connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier, Event
from typing import TypeVar

from django.db import connection as database
from django.db import transaction

Result = TypeVar("Result")


def at_once(count: int, run: Callable[[], Result]) -> list[Result]:
    """What `run` returned in each of `count` threads. Raises what it raised in one of them."""
    start = Barrier(count)

    def begin() -> Result:
        try:
            start.wait()
            return run()
        finally:
            database.close()

    with ThreadPoolExecutor(count) as pool:
        running = [pool.submit(begin) for _ in range(count)]
        return [each.result() for each in running]


def behind(
    first: Callable[[], object],
    second: Callable[[], Result],
    then: Callable[[], object] = lambda: None,
) -> Future[Result]:
    """Runs `first` and, when `second` in another thread waits for it (or has ended), `then` in one transaction."""

    def run() -> Result:
        try:
            return second()
        finally:
            database.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            running = pool.submit(run)
            _until_blocked(running)
            then()
        running.exception()
        return running


def _until_blocked(running: Future[Result]) -> None:
    """On SQLite nobody can see that: there the other one waits for its transaction to begin."""
    for _ in range(1_000 if database.vendor == "postgresql" else 0):
        with database.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] or running.done():
                return
        Event().wait(0.01)
