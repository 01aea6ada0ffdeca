"""A held sync waits for an answer, and takes each once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from kith.accounts.models import Activity, Connection
from kith.sync.models import SyncJob
from kith.sync.services.jobs import (
    JobUnderWay,
    NotHeld,
    accept_held,
    discard_held,
)
from tests.contract.visitor import Visitor
from tests.factories import changes_in, lists_of
from tests.sync.steps import (
    ORIGIN,
    queue,
    sync,
    truth,
    work,
)
from tests.sync.threads import behind

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def held(connection: Connection, visitor: Visitor) -> SyncJob:
    sync(connection)
    visitor.fail("missing-next", path="ig_followers", skip=1)
    return sync(connection)


def test_a_held_sync_is_applied_when_accepted_and_reads_nothing_again(
    connection: Connection, visitor: Visitor
) -> None:
    job = held(connection, visitor)
    before = len(visitor.calls())
    assert job.status == "held"
    assert job.percent == 100
    assert "350" in job.message
    accept_held(job, origin=ORIGIN)
    assert work().status == "completed"
    assert len(lists_of(connection)[1]) == 200
    assert len(visitor.calls()) == before
    with pytest.raises(NotHeld):
        accept_held(job, origin=ORIGIN)


def test_a_held_sync_is_forgotten_when_discarded(connection: Connection, visitor: Visitor) -> None:
    job = held(connection, visitor)
    discard_held(job, origin=ORIGIN)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert lists_of(connection) == truth(visitor)
    assert changes_in(connection) == []
    with pytest.raises(NotHeld):
        discard_held(job, origin=ORIGIN)


def test_a_held_sync_cannot_be_accepted_while_another_runs(
    connection: Connection, visitor: Visitor
) -> None:
    job = held(connection, visitor)
    running = queue(connection)
    with pytest.raises(JobUnderWay) as refused:
        accept_held(job, origin=ORIGIN)
    assert refused.value.job == running


def test_counts_alone_leave_a_held_sync_waiting_for_its_answer(
    connection: Connection, visitor: Visitor
) -> None:
    job = held(connection, visitor)
    Connection.objects.update(lists_offered=False)
    assert sync(connection).status == "completed"
    job.refresh_from_db()
    assert job.status == "held"
    accept_held(job, origin=ORIGIN)
    assert work().status == "completed"
    assert len(lists_of(connection)[1]) == 200


def test_a_newer_snapshot_answers_a_held_one(connection: Connection, visitor: Visitor) -> None:
    job = held(connection, visitor)
    assert sync(connection).status == "completed"
    job.refresh_from_db()
    assert (job.status, job.message) == ("cancelled", "Replaced by a newer snapshot.")
    with pytest.raises(NotHeld):
        accept_held(job, origin=ORIGIN)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((accept_held, discard_held), "pending"),
        ((discard_held, accept_held), "cancelled"),
        ((accept_held, accept_held), "pending"),
    ],
)
def test_of_two_answers_at_once_the_first_counts(
    connection: Connection,
    visitor: Visitor,
    answers: tuple[Callable[..., None], Callable[..., None]],
    status: str,
) -> None:
    job = held(connection, visitor)
    first, second = (partial(answer, job, origin=ORIGIN) for answer in answers)
    with pytest.raises(NotHeld):
        behind(first, second).result()
    job.refresh_from_db()
    assert job.status == status
    answered = ("snapshot_accepted", "snapshot_discarded")
    assert Activity.objects.filter(kind__in=answered).count() == 1
