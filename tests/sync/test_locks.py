"""A write goes through in the end when another process holds SQLite, and is made once."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db import connection as database
from django.db.models import QuerySet
from pytest_django import Settings

from kith.sync.leases import Lease, claim_next
from kith.sync.locks import PAUSES, outlasting_locks
from kith.sync.models import SyncJob
from kith.sync.services.jobs import cancel_job, queue_sync
from tests.factories import make_connection, make_user
from tests.sync.steps import ORIGIN

# Not marked `database`: only SQLite has one writer for all.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """SQLite itself gives up at once, so that nobody waits."""
    with database.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
    yield
    database.close()


@contextmanager
def somebody_else_writing(for_tries: int) -> Iterator[Callable[[], int]]:
    """Holds the database until it was asked for in vain so often. Yields how often that was."""
    other = sqlite3.connect(database.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    refused = 0

    def watch(execute: Callable[..., Any], *args: Any) -> Any:
        nonlocal refused
        try:
            return execute(*args)
        except OperationalError:
            refused += 1
            if refused == for_tries:
                other.rollback()
            raise

    with database.execute_wrapper(watch):
        yield lambda: refused
    other.close()


def test_a_claim_outlasts_somebody_elses_write() -> None:
    connection = make_connection(make_user(), status="connected")
    job = queue_sync(connection, origin=ORIGIN)
    with somebody_else_writing(for_tries=2) as refused:
        lease = claim_next()
    assert refused() == 2
    assert lease
    assert lease.job_id == job.pk
    with somebody_else_writing(for_tries=2):
        lease.update(message="mine")
    assert lease.job().message == "mine"


def test_queueing_and_cancelling_outlast_it_too() -> None:
    connection = make_connection(make_user(), status="connected")
    with somebody_else_writing(for_tries=1):
        job = queue_sync(connection, origin=ORIGIN)
    with somebody_else_writing(for_tries=1):
        assert cancel_job(job).status == "cancelled"
    assert SyncJob.objects.count() == 1


def test_in_a_transaction_nothing_is_tried_again() -> None:
    calls = 0

    @outlasting_locks
    def write() -> None:
        nonlocal calls
        calls += 1
        error = OperationalError("database is locked")
        error.__cause__ = sqlite3.OperationalError()
        error.__cause__.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error

    with pytest.raises(OperationalError), transaction.atomic():
        write()
    assert calls == 1


def test_other_trouble_is_told_at_once() -> None:
    calls = 0

    @outlasting_locks
    def write() -> None:
        nonlocal calls
        calls += 1
        with database.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    with pytest.raises(OperationalError):
        write()
    assert calls == 1


def test_a_write_is_given_up_after_two_minutes_of_sqlites_own_waiting() -> None:
    assert 100 < (len(PAUSES) + 1) * 20 + sum(PAUSES) < 150


class Beating(Lease):
    """Before each beat it runs a statement on the connection of its heart."""

    before_a_beat = "PRAGMA busy_timeout = 0"

    @property
    def _mine(self) -> QuerySet[SyncJob]:
        with database.cursor() as cursor:
            cursor.execute(self.before_a_beat)
        return super()._mine


class Failing(Beating):
    """Its database has another fault than a lock."""

    before_a_beat = "SELECT nothing FROM nowhere"


@pytest.mark.parametrize(
    ("kind", "level", "has_traceback"),
    [(Beating, logging.INFO, False), (Failing, logging.WARNING, True)],
)
def test_a_heartbeat_tells_a_lock_in_a_line_and_other_faults_with_their_traceback(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    kind: type[Lease],
    level: int,
    has_traceback: bool,
) -> None:
    settings.SYNC_LEASE_SECONDS = 0.03
    caplog.set_level(logging.INFO, logger="kith.sync")
    queue_sync(make_connection(make_user(), status="connected"), origin=ORIGIN)
    claimed = claim_next()
    assert claimed
    other = sqlite3.connect(database.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with kind(claimed.job_id, claimed.token) as lease:
        for _ in range(500):
            if missed := [each for each in caplog.records if "heartbeat missed" in str(each.msg)]:
                break
            lease._done.wait(0.01)
    other.rollback()
    other.close()
    assert missed[0].levelno == level
    assert ("exc_info" in str(missed[0].msg)) is has_traceback
