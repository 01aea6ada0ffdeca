"""Lets several threads begin at the same moment, each with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection as database

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
