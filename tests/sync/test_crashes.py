"""Killed at any moment, as often as may be, a job ends as if nothing had happened, and wastes no call."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection as database
from django.utils import timezone

from kith.accounts.models import Activity, Connection, User
from kith.people.models import Change, StagedPerson
from kith.sync.models import SpentCall, SyncJob
from kith.sync.opening import upload_folder
from kith.sync.queue import huey
from kith_sandbox.server import RunningSandbox, start
from tests.contract.visitor import Visitor
from tests.sync.conftest import FOLLOWERS
from tests.sync.nursery import Nursery, open_nursery
from tests.sync.processes import environment
from tests.sync.remains import remains_of
from tests.sync.steps import PAGES, Killed, behind_page, die_in, queue, truth, work
from tests.sync.trials import (
    ACCOUNT,
    Trial,
    downloaded,
    everything_happens,
    import_trial,
    leases_run_out,
    queue_upload,
    somebody_leaves,
    sync_trial,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True), pytest.mark.slow]

# `make soak` says how many times as many.
TIMES = int(os.environ.get("KITH_SOAK") or 1)
# PostgreSQL takes longer to set up a connection, and most of what can go wrong is the same on both.
SHARE = 1 if database.vendor == "sqlite" else 4
MOST_KILLS = 5
FIRST_SYNCS, SYNCS, IMPORTS = (TIMES * number // SHARE for number in (40, 112, 48))


@pytest.fixture
def nursery(instagram: RunningSandbox, tmp_path: Path) -> Iterator[Nursery]:
    with open_nursery(environment(instagram), tmp_path) as nursery:
        yield nursery
        log = nursery.log()
        assert "Traceback" not in log, log[log.index("Traceback") :]
    huey.flush()


@pytest.fixture
def past(visitor: Visitor) -> Iterator[Visitor]:
    """A sandbox whose first day was sixty days ago, so that exports of several days lie in the past."""
    first_day = timezone.now() - timedelta(days=60)
    with start(port=0, seed=7, born_at=first_day) as running:
        running.sandbox.clock.freeze(first_day.timestamp() + 3_600)
        past = Visitor(running, visitor.http)
        past.control("grow", account=ACCOUNT, followers=FOLLOWERS)
        yield past


def test_a_first_sync_survives_kills_at_random_moments(
    connection: Connection, visitor: Visitor, nursery: Nursery
) -> None:
    Crashes(sync_trial(connection, visitor), nursery).happen(FIRST_SYNCS)
    assert not Change.objects.exists()


def test_a_sync_with_every_kind_of_change_survives_kills_at_random_moments(
    connection: Connection, visitor: Visitor, nursery: Nursery
) -> None:
    queue(connection)
    nursery.work()
    left = somebody_leaves(visitor)
    queue(connection)
    nursery.work()
    everything_happens(visitor, left)
    one, other = sorted(truth(visitor)[1])[-2:]
    visitor.control("happen", account=ACCOUNT, kind="swap", username=one, to=other)
    Crashes(sync_trial(connection, visitor), nursery).happen(SYNCS)
    assert set(Change.objects.values_list("kind", flat=True)) == set(Change.Kind.values)


def test_an_import_with_every_kind_of_change_survives_kills_at_random_moments(
    alice: User, past: Visitor, nursery: Nursery
) -> None:
    queue_upload(alice, downloaded(past))
    nursery.work()
    past.control("advance", days=1, quiet=True)
    left = somebody_leaves(past)
    queue_upload(alice, downloaded(past))
    nursery.work()
    past.control("advance", days=1, quiet=True)
    everything_happens(past, left)
    Crashes(import_trial(alice, downloaded(past)), nursery).happen(IMPORTS)
    assert set(Change.objects.values_list("kind", flat=True)) == set(Change.Kind.values)


def test_killed_behind_its_last_page_a_sync_still_knows_that_the_api_offers_lists(
    connection: Connection,
) -> None:
    def die() -> bool:
        raise Killed

    queue(connection)
    die_in(lambda: work(stopping=behind_page(PAGES, die)))
    assert work().status == "completed"
    connection.refresh_from_db()
    assert connection.lists_offered


class Crashes:
    """Runs of one job whose workers are killed, measured against one run that nobody disturbs."""

    def __init__(self, trial: Trial, nursery: Nursery) -> None:
        self._trial = trial
        self._nursery = nursery
        self._seed = random.randrange(2**32)
        self._random = random.Random(self._seed)
        job = trial.begin()
        # Kills are spread from the beginning to here; each says whether it was too late.
        self._horizon = nursery.work().seconds
        job.refresh_from_db()
        assert job.status == "completed", job.error
        assert not StagedPerson.objects.exists()
        told = Activity.objects.filter(at__gte=job.created_at).values_list("kind", flat=True)
        assert sorted(told) == [f"{job.kind}_completed", f"{job.kind}_started"]
        self._wanted = remains_of(job)
        self._calls = trial.calls()

    def happen(self, times: int) -> None:
        """Goes on until so many runs were hit while the job was worked on. At most every other one may be missed."""
        hits: Counter[str] = Counter()
        for run in range(2 * times):
            if hits.total() == times:
                break
            job = self._trial.begin()
            kills = self._kill_workers_of(job)
            self._finish(job)
            self._look_at(job, kills, f"seed {self._seed}, run {run}, killed in {kills}")
            hits.update(kills[:1])
        assert hits.total() == times, f"too few workers were killed while they worked: {hits}"

    def _kill_workers_of(self, job: SyncJob) -> list[str]:
        """Kills one worker after another, but the job is not given up for it. Returns in which stages they were."""
        stages: list[str] = []
        for _ in range(MOST_KILLS):
            ending = self._nursery.work(life=self._random.uniform(0, self._horizon))
            job.refresh_from_db()
            if not stages:
                self._horizon *= 1.005 if job.is_active else 0.95
            if not job.is_active:
                break
            assert ending.was_killed, self._nursery.log()
            if job.status == SyncJob.Status.IN_PROGRESS:
                stages.append(job.stage or "claimed")
                leases_run_out()
            if stages and (job.takeovers or self._random.random() < 0.5):
                break
        return stages

    def _finish(self, job: SyncJob) -> None:
        """A second worker is needed only where PostgreSQL learns of a claim after its worker was killed."""
        for _ in range(2):
            self._nursery.work()
            job.refresh_from_db()
            if not job.is_active:
                break
            leases_run_out()

    def _look_at(self, job: SyncJob, kills: list[str], run: str) -> None:
        assert remains_of(job) == self._wanted, run
        assert not job.upload or not upload_folder(job.upload).exists(), run
        calls = self._trial.calls()
        spent = SpentCall.objects.filter(at__gte=job.created_at).count()
        # Nothing is asked twice but what was under way at a kill; that may have been counted and not yet sent.
        assert len(self._calls) <= len(calls) <= spent <= len(self._calls) + len(kills), run
