"""Several processes at one database: every job once, no call too many, nobody hears of a lock."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from kith.accounts.models import Activity, Connection, User
from kith.sync.models import SpentCall, SyncJob
from kith.sync.queue import huey
from kith_sandbox.server import RunningSandbox
from tests.contract.visitor import Visitor
from tests.factories import lists_of, make_connection, make_user
from tests.sync.nursery import open_nursery
from tests.sync.processes import environment, running_worker
from tests.sync.steps import (
    PAGES,
    an_hour_passes,
    connect,
    page_calls,
    profile_calls,
    queue,
    truth,
    work,
)
from tests.sync.trials import Upload, calls_with, give_token, leases_run_out, queue_upload

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True), pytest.mark.slow]

PROCESSES = 16
CALLS = 30
LARGE, LARGE_PAGES = "marlow.pine", 29 + 13


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    huey.flush()


def small_export(*followers: str) -> Upload:
    entries = [
        {"string_list_data": [{"value": name, "timestamp": 1_700_000_000 + number}]}
        for number, name in enumerate(followers)
    ]
    return Upload("followers_1.json", json.dumps(entries).encode())


def test_sixteen_processes_do_every_job_once(
    visitor: Visitor, instagram: RunningSandbox, tmp_path: Path
) -> None:
    tokens = []
    for number in range(PROCESSES):
        user = make_user(f"user{number}")
        connected = make_connection(user, "tiny.studio", status="connected")
        tokens.append(give_token(connected, visitor))
        queue(connected)
        for name in ("one.export", "another.export"):
            queue_upload(user, small_export("ada", "grace"), account=name)
    env = environment(instagram) | {"SYNC_CONCURRENCY": str(PROCESSES)}
    with open_nursery(env, tmp_path) as nursery:
        endings = nursery.brood([None] * PROCESSES)
    log = nursery.log()
    assert [each.status for each in endings] == [0] * PROCESSES, log
    assert not re.search(r"locked|Traceback|\[(warning|error) ", log), log
    jobs = list(SyncJob.objects.values_list("status", "takeovers"))
    assert Counter(jobs) == {("completed", 0): 3 * PROCESSES}
    ended = re.findall(r"job ended .*\bjob=(\d+)", log)
    assert sorted(map(int, ended)) == sorted(SyncJob.objects.values_list("pk", flat=True))
    assert Counter(Activity.objects.values_list("kind", flat=True)) == {
        "sync_started": PROCESSES,
        "sync_completed": PROCESSES,
        "import_started": 2 * PROCESSES,
        "import_completed": 2 * PROCESSES,
    }
    assert {len(calls_with(token, visitor)) for token in tokens} == {1 + PAGES}


def test_two_processes_never_make_a_call_more_than_the_hour_allows(
    connection: Connection, visitor: Visitor, instagram: RunningSandbox, tmp_path: Path
) -> None:
    env = environment(instagram) | {"INSTAGRAM_CALLS_PER_HOUR": str(CALLS)}
    killed = 0
    with open_nursery(env, tmp_path) as nursery:
        for life in (0.02, 0.05, 0.08):
            SpentCall.objects.all().delete()
            token = give_token(connection, visitor)
            pair = nursery.brood([None, life], "call_on", connection_id=connection.pk)
            nursery.brood([None, None], "call_on", connection_id=connection.pk)
            killed += sum(each.was_killed for each in pair)
            # A call that was counted, and not yet made when its process was killed, is lost for the hour.
            assert CALLS - 1 <= len(calls_with(token, visitor)) <= CALLS
            assert SpentCall.objects.count() == CALLS
    assert killed
    assert "Traceback" not in nursery.log()


def test_a_job_that_changes_hands_stays_within_its_hour(
    alice: User, visitor: Visitor, instagram: RunningSandbox, tmp_path: Path
) -> None:
    connection = connect(alice, visitor, LARGE)
    token = give_token(connection, visitor, LARGE)
    job = queue(connection)
    env = environment(instagram) | {"INSTAGRAM_CALLS_PER_HOUR": str(CALLS)}
    with open_nursery(env, tmp_path) as nursery:
        nursery.work(life=0.1)
        leases_run_out()
        assert nursery.work().status == 0
        job.refresh_from_db()
        assert job.status == "waiting"
        assert CALLS - 1 <= len(calls_with(token, visitor)) <= CALLS
        an_hour_passes()
        assert nursery.work().status == 0
    job.refresh_from_db()
    assert job.status == "completed", job.error
    assert len(calls_with(token, visitor)) <= 1 + LARGE_PAGES + 1
    assert lists_of(connection) == truth(visitor, LARGE)


def test_a_worker_that_is_told_to_leave_finishes_its_page_and_hands_the_job_on(
    alice: User, visitor: Visitor, instagram: RunningSandbox, tmp_path: Path
) -> None:
    connection = connect(alice, visitor, LARGE)
    before = profile_calls(visitor)
    visitor.fail("slow", path="ig_followers", skip=2, seconds=1)
    with running_worker(env=environment(instagram), cwd=tmp_path) as worker:
        job = queue(connection)
        until(lambda: any(call["fault"] == "slow" for call in visitor.calls()))
        with instagram.sandbox.lock:  # Nothing is answered as long as this holds.
            worker.send_signal(signal.SIGTERM)
            until(lambda: "worker is leaving" in (tmp_path / "worker.log").read_text())
        assert worker.wait(30) == 0
    job.refresh_from_db()
    assert (job.status, job.lease, job.takeovers) == ("pending", "", 0)
    pages = sum(job.cursors[name]["pages"] for name in ("following", "followers"))
    assert 0 < pages == page_calls(visitor) < LARGE_PAGES
    assert work().status == "completed"
    assert (profile_calls(visitor) - before, page_calls(visitor)) == (1, LARGE_PAGES)
    assert lists_of(connection) == truth(visitor, LARGE)


def until(happened: Callable[[], bool]) -> None:
    """Waits at most half a minute."""
    for _ in range(3_000):
        if happened():
            return
        Event().wait(0.01)
    raise AssertionError("it did not happen")
