"""Killed, stopped or cancelled anywhere, a sync goes on where it was, or leaves nothing behind."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone
from pytest_django import Settings

from kith.accounts.models import Connection, User
from kith.core.instagram.calling import FIRST_PAUSE
from kith.people.models import StagedPerson
from kith.sync.engine import run_job
from kith.sync.leases import claim_next
from kith.sync.services.jobs import (
    cancel_job,
)
from tests.contract.visitor import Visitor
from tests.factories import changes_in, lists_of
from tests.sync.steps import (
    PAGES,
    Killed,
    PatientSource,
    an_hour_passes,
    behind_page,
    claim,
    connect,
    die_in,
    page_calls,
    profile_calls,
    queue,
    sync,
    truth,
    work,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def die() -> bool:
    raise Killed


@pytest.mark.parametrize("page", range(1, PAGES + 1))
def test_killed_behind_a_page_nothing_is_asked_twice(
    connection: Connection, visitor: Visitor, page: int
) -> None:
    queue(connection)
    die_in(lambda: work(stopping=behind_page(page, die)))
    job = work()
    assert job.status == "completed"
    assert page_calls(visitor) == PAGES
    assert lists_of(connection) == truth(visitor)
    assert job.processed == sum(map(len, truth(visitor)))


@pytest.mark.parametrize("page", range(PAGES))
def test_killed_before_a_page_was_written_down_only_that_page_is_asked_again(
    connection: Connection, visitor: Visitor, page: int
) -> None:
    queue(connection)
    die_in(lambda: work(dies_behind_page=page))
    assert work().status == "completed"
    assert page_calls(visitor) == PAGES + 1
    assert lists_of(connection) == truth(visitor)


@pytest.mark.parametrize("page", range(1, PAGES + 1))
def test_a_worker_that_leaves_hands_the_job_on_behind_its_page(
    connection: Connection, visitor: Visitor, page: int
) -> None:
    queue(connection)
    left = work(stopping=behind_page(page, lambda: True))
    assert (left.status, left.lease, left.takeovers) == ("pending", "", 0)
    assert work().status == "completed"
    assert page_calls(visitor) == PAGES
    assert lists_of(connection) == truth(visitor)


def test_a_worker_that_leaves_does_not_sleep_until_the_next_try(
    connection: Connection, visitor: Visitor
) -> None:
    visitor.fail("http-500-html", path="ig_following")
    job = queue(connection)
    before = time.monotonic()
    run_job(claim(), stopping=lambda: True)
    job.refresh_from_db()
    assert job.status == "pending"
    assert page_calls(visitor) == 1
    assert time.monotonic() - before < FIRST_PAUSE.total_seconds()


def test_killed_between_the_lists_and_the_ledger_the_job_still_knows_when_it_read(
    connection: Connection, visitor: Visitor
) -> None:
    class Dying(PatientSource):
        def taken(self, _started_at: object) -> None:  # type: ignore[override]
            raise Killed

    queue(connection)
    lease = claim()
    die_in(lambda: run_job(lease, source=Dying.of(lease.job())))
    job = work()
    assert job.status == "completed"
    assert job.snapshot
    assert job.snapshot.taken_after
    assert job.snapshot.taken_at
    assert page_calls(visitor) == PAGES


def test_interrupted_at_every_page_the_profile_is_asked_once(
    connection: Connection, visitor: Visitor
) -> None:
    before = profile_calls(visitor)
    queue(connection)
    for _ in range(PAGES):
        work(stopping=behind_page(1, lambda: True))
    assert work().status == "completed"
    assert (profile_calls(visitor) - before, page_calls(visitor)) == (1, PAGES)


def test_a_job_that_makes_its_worker_crash_is_given_up(
    connection: Connection, visitor: Visitor
) -> None:
    queue(connection)
    work(stopping=behind_page(3, lambda: True))
    for _ in range(3):
        die_in(lambda: work(dies_behind_page=0))
    before = page_calls(visitor)
    job = work()
    assert (job.status, job.error_code) == ("failed", "worker-crashed")
    assert "3 times in a row" in job.error
    assert page_calls(visitor) == before
    assert not StagedPerson.objects.exists()


def test_a_job_that_gets_on_is_never_given_up(connection: Connection, visitor: Visitor) -> None:
    queue(connection)
    for _ in range(PAGES):
        die_in(lambda: work(dies_behind_page=0))
        die_in(lambda: work(stopping=behind_page(1, die)))
    assert work().status == "completed"
    assert lists_of(connection) == truth(visitor)


def test_a_crash_in_a_second_sync_accuses_nobody(connection: Connection, visitor: Visitor) -> None:
    sync(connection)
    visitor.control("happen", account="tiny.studio", kind="follows_me", username="late.guest")
    queue(connection)
    for page in (1, 2, 1):
        die_in(lambda page=page: work(stopping=behind_page(page, die)))
    assert work().status == "completed"
    assert changes_in(connection) == [("new_follower", "late.guest")]


@pytest.mark.parametrize("page", range(1, PAGES))
def test_a_cancelled_sync_ends_within_a_page_and_changes_nothing(
    connection: Connection, visitor: Visitor, page: int
) -> None:
    sync(connection)
    known = lists_of(connection)
    visitor.control("happen", account="tiny.studio", kind="follows_me")
    job = queue(connection)
    before = page_calls(visitor)

    def cancel() -> bool:
        cancel_job(job)
        return False

    ended = work(stopping=behind_page(page, cancel))
    assert (ended.status, ended.lease) == ("cancelled", "")
    assert page <= page_calls(visitor) - before <= page + 1
    assert lists_of(connection) == known
    assert not StagedPerson.objects.exists()


def test_a_job_that_nobody_works_on_is_cancelled_at_once(connection: Connection) -> None:
    job = queue(connection)
    cancel_job(job)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert claim_next() is None
    assert queue(connection).pk != job.pk


def test_a_waiting_job_is_cancelled_with_what_it_had_staged(
    connection: Connection, settings: Settings
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 3
    job = sync(connection)
    assert job.status == "waiting"
    assert StagedPerson.objects.exists()
    cancel_job(job)
    assert not StagedPerson.objects.exists()
    assert claim_next() is None


@pytest.mark.parametrize("reason", ["budget", "leaving"])
def test_a_job_cancelled_while_it_is_put_off_ends_at_once(
    connection: Connection, settings: Settings, reason: str
) -> None:
    job = queue(connection)
    if reason == "budget":
        settings.INSTAGRAM_CALLS_PER_HOUR = 2

    def cancel() -> bool:
        cancel_job(job)
        return reason == "leaving"

    ended = work(stopping=behind_page(1, cancel))
    assert (ended.status, ended.resume_at) == ("cancelled", None)
    assert not StagedPerson.objects.exists()


def test_a_job_whose_worker_died_is_cancelled_at_once(connection: Connection) -> None:
    job = queue(connection)
    die_in(lambda: work(stopping=behind_page(2, die)))
    assert cancel_job(job).status == "cancelled"
    assert not StagedPerson.objects.exists()
    assert claim_next() is None


def test_an_ended_job_is_not_cancelled_any_more(connection: Connection) -> None:
    job = sync(connection)
    cancel_job(job)
    job.refresh_from_db()
    assert (job.status, job.cancel_requested) == ("completed", False)


def test_a_spent_budget_is_waited_for_and_the_sync_goes_on(
    connection: Connection, visitor: Visitor, settings: Settings
) -> None:
    before = len(visitor.calls())
    settings.INSTAGRAM_CALLS_PER_HOUR = 3
    job = sync(connection)
    assert job.status == "waiting"
    assert job.resume_at
    minutes = (job.resume_at - timezone.now()).total_seconds() / 60
    assert 58 < minutes <= 60
    assert len(visitor.calls()) - before == 3
    assert claim_next() is None
    an_hour_passes()
    assert work().status == "waiting"
    assert len(visitor.calls()) - before == 6
    an_hour_passes()
    assert work().status == "completed"
    assert len(visitor.calls()) - before == 7
    assert lists_of(connection) == truth(visitor)


def test_a_budget_of_one_call_an_hour_still_gets_there(
    connection: Connection, visitor: Visitor, settings: Settings
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 1
    queue(connection)
    for _ in range(PAGES):
        assert work().status == "waiting"
        an_hour_passes()
    assert work().status == "completed"
    assert lists_of(connection) == truth(visitor)


def test_nothing_of_one_account_touches_another(
    connection: Connection, visitor: Visitor, alice: User
) -> None:
    sync(connection)
    other = connect(alice, visitor, "marlow.pine")
    sync(other)
    assert lists_of(connection) == truth(visitor)
    assert lists_of(other) == truth(visitor, "marlow.pine")
