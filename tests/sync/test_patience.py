"""What has cost much is not given up at the first fault: a long list waits for Instagram to recover."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kith.accounts.models import Connection
from kith.core.records import ListState
from kith.sync.models import SyncJob
from kith.sync.setbacks import WORTH_WAITING_FOR, grown, patience
from tests.contract.visitor import Visitor
from tests.factories import changes_in, lists_of
from tests.sync.steps import an_hour_passes, page_calls, states, sync, truth, work

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PAGE_SIZE = 8  # 23 pages of following, 44 of followers
LONG = 30  # pages of followers before the fault
MINUTES = [1, 5, 15, 30, *[60] * 11]


def sync_slowly(connection: Connection, visitor: Visitor, **fault: int) -> SyncJob:
    visitor.fail("http-500-html", path="ig_followers", **fault)
    return sync(connection, page_size=PAGE_SIZE)


def minutes_until(job: SyncJob) -> int:
    assert job.resume_at
    return round((job.resume_at - timezone.now()).total_seconds() / 60)


def test_a_long_list_waits_and_goes_on_where_it_was(
    connection: Connection, visitor: Visitor
) -> None:
    job = sync_slowly(connection, visitor, skip=LONG, times=3)
    assert (job.status, job.setbacks, minutes_until(job)) == ("waiting", 1, 1)
    assert "passing fault" in job.message
    an_hour_passes()
    job = work(page_size=PAGE_SIZE)
    assert (job.status, job.setbacks) == ("completed", 0)
    assert lists_of(connection) == truth(visitor)
    assert page_calls(visitor) == 23 + 44 + 3


def test_a_short_list_is_given_up_at_once(connection: Connection, visitor: Visitor) -> None:
    job = sync_slowly(connection, visitor, skip=WORTH_WAITING_FOR, times=3)
    assert (job.status, states(job.snapshot)[1]) == ("completed", ListState.PARTIAL)


def test_after_half_a_day_in_vain_the_list_counts_in_part(
    connection: Connection, visitor: Visitor
) -> None:
    sync(connection)
    visitor.control("happen", account="tiny.studio", kind="follows_me", username="late.guest")
    job = sync_slowly(connection, visitor, skip=LONG, times=1_000)
    waited = []
    while job.status == "waiting":
        waited.append(minutes_until(job))
        an_hour_passes()
        job = work(page_size=PAGE_SIZE)
    assert waited == MINUTES
    assert (job.status, states(job.snapshot)[1]) == ("completed", ListState.PARTIAL)
    assert "followers was read in part, 240 people" in job.message
    assert changes_in(connection) == [("new_follower", "late.guest")]


def test_a_page_in_between_makes_it_patient_again(connection: Connection, visitor: Visitor) -> None:
    job = sync_slowly(connection, visitor, skip=LONG, times=6)
    an_hour_passes()
    job = work(page_size=PAGE_SIZE)
    assert (job.setbacks, minutes_until(job)) == (2, 5)
    an_hour_passes()
    visitor.fail("http-500-html", path="ig_followers", skip=1, times=3)
    job = work(page_size=PAGE_SIZE)
    assert (job.setbacks, minutes_until(job)) == (1, 1)


@pytest.mark.parametrize("fault", ["not-json", "drop-connection", "code-2"])
def test_whatever_may_pass_is_waited_for(
    connection: Connection, visitor: Visitor, fault: str
) -> None:
    visitor.fail(fault, path="ig_followers", skip=LONG, times=3)
    assert sync(connection, page_size=PAGE_SIZE).status == "waiting"


def test_what_will_not_pass_is_not_waited_for(connection: Connection, visitor: Visitor) -> None:
    visitor.fail("code-368", path="ig_followers", skip=LONG)
    assert sync(connection, page_size=PAGE_SIZE).status == "completed"


def test_patience_lasts_for_half_a_day() -> None:
    pauses = [patience(21, setbacks) for setbacks in range(15)]
    assert pauses == [timedelta(minutes=minutes) for minutes in MINUTES]
    assert sum(MINUTES) // 60 == 11
    assert patience(21, 15) is None
    assert patience(20, 0) is None


@pytest.mark.parametrize(
    ("asked", "setbacks", "minutes"),
    [
        (5, 0, 5),
        (5, 1, 10),
        (5, 3, 40),
        (5, 4, 60),
        (5, 500, 60),
        (90, 0, 90),
        (90, 3, 90),
        (1, 2, 4),
    ],
)
def test_a_pause_doubles_up_to_an_hour_and_is_never_shortened(
    asked: int, setbacks: int, minutes: int
) -> None:
    assert grown(timedelta(minutes=asked), setbacks) == timedelta(minutes=minutes)
