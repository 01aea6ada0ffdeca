"""Writes that outlast a database which somebody else holds for long."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, transaction

P = ParamSpec("P")
T = TypeVar("T")

# SQLite itself waits 20 s for its one writer each time (settings.py); with these pauses a write is given up after two
# minutes, longer than applying a million people takes on a slow disk.
PAUSES = (0.05, 0.2, 0.5, 1, 2)
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def outlasting_locks(write: Callable[P, T]) -> Callable[P, T]:
    """Runs a transaction again when SQLite said that the database is locked.

    SQLite does not wait at all while another process opens the file as the first one or closes it as the last one
    (https://www.sqlite.org/wal.html, section 8). Inside a transaction nothing is run again: its owner does that.
    `write` does nothing but write, so that a run which was rolled back leaves no trace.
    """

    @wraps(write)
    def patient(*args: P.args, **kwargs: P.kwargs) -> T:
        for pause in PAUSES:
            try:
                return write(*args, **kwargs)
            except OperationalError as error:
                if not is_lock(error) or transaction.get_connection().in_atomic_block:
                    raise
            time.sleep(pause)
        return write(*args, **kwargs)

    return patient


def is_lock(error: BaseException) -> bool:
    """Whether SQLite said that the database is locked.

    The lower byte is the kind of the error, the rest says more precisely which: https://www.sqlite.org/rescode.html.
    """
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return code is not None and code & 0xFF in _LOCKED
