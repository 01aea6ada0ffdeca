"""Jobs get worked off: by tasks that may run twice, by a worker that is woken, by two passes at once."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from kith.accounts.models import Connection, User
from kith.sync.models import SyncJob
from kith.sync.queue import huey, tick, work_off
from kith.sync.worker import finished_jobs
from kith_sandbox.server import RunningSandbox
from tests.contract.visitor import Visitor
from tests.factories import lists_of
from tests.secrecy import SECRET, line
from tests.sync.processes import environment, run_kith, running_worker
from tests.sync.steps import connect, page_calls, queue, truth

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def empty_queue() -> None:
    """No wake-up of an earlier test is left in the queue."""
    huey.flush()


def test_queueing_a_job_wakes_a_worker(connection: Connection) -> None:
    queue(connection)
    assert len(huey) == 1


def test_a_task_run_twice_does_its_work_once(connection: Connection, visitor: Visitor) -> None:
    queue(connection)
    for task in (work_off, work_off, tick):
        task.call_local()
    assert SyncJob.objects.get().status == "completed"
    assert page_calls(visitor) == 6
    assert lists_of(connection) == truth(visitor)


def test_a_worker_takes_one_job_after_another(
    connection: Connection, alice: User, visitor: Visitor
) -> None:
    jobs = {queue(connection).pk, queue(connect(alice, visitor, "marlow.pine")).pk}
    assert {job.pk for job in finished_jobs() if job.status == "completed"} == jobs


def test_a_worker_that_is_leaving_takes_no_further_job(connection: Connection) -> None:
    queue(connection)
    assert list(finished_jobs(stopping=lambda: True)) == []
    assert SyncJob.objects.get().status == "pending"


def test_a_job_that_waits_has_its_wake_up_scheduled(
    connection: Connection, settings: Settings
) -> None:
    settings.INSTAGRAM_CALLS_PER_HOUR = 3
    job = queue(connection)
    huey.flush()
    assert [each.status for each in finished_jobs()] == ["waiting"]
    job.refresh_from_db()
    assert job.resume_at
    [task] = huey.pending()
    assert task.eta == job.resume_at.replace(tzinfo=None)


def test_no_log_line_of_connecting_syncing_and_failing_holds_a_secret(
    alice: User, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("", "httpx2", "httpcore2"):
        caplog.set_level(logging.DEBUG, logger=name)
    connection = connect(alice, visitor)
    queue(connection)
    assert [job.status for job in finished_jobs()] == ["completed"]
    visitor.control("expire-token", account="tiny.studio")
    queue(connection)
    assert [job.status for job in finished_jobs()] == ["failed"]
    written = "\n".join(map(line, caplog.records))
    assert "access_token" in written
    assert "oauth" in written
    assert "job ended" in written
    assert connection.token.unsealed() not in written
    assert not SECRET.search(written)


@pytest.mark.slow
@pytest.mark.parametrize("carrier", ["sqlite", "redis"])
def test_a_worker_is_woken_for_every_sync(
    connection: Connection,
    instagram: RunningSandbox,
    carrier: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    # The tick of the minute would take up one of them in time, but not all three.
    redis_url = request.getfixturevalue("valkey_url") if carrier == "redis" else ""
    env = environment(instagram, redis_url)
    with running_worker(env=env, cwd=tmp_path):
        for _ in range(3):
            arguments = ["sync", "--user", connection.user.email, "--wait", "--json"]
            followed = run_kith(*arguments, env=env, cwd=tmp_path)
            assert json.loads(followed.stdout)["status"] == "completed", followed.stderr
    assert SyncJob.objects.filter(status="completed").count() == 3


@pytest.mark.slow
def test_a_queue_that_is_down_costs_nothing_but_time(
    connection: Connection, instagram: RunningSandbox, tmp_path: Path
) -> None:
    env = environment(instagram, "redis://127.0.0.1:1/0")
    queued = run_kith("sync", "--user", connection.user.email, "--json", env=env, cwd=tmp_path)
    assert json.loads(queued.stdout)["status"] == "pending", queued.stderr
    done = run_kith("process-jobs", env=env, cwd=tmp_path)
    assert "1 job: 1 synced, 0 failed" in done.stdout
    assert not SECRET.search(queued.stderr + done.stderr)


@pytest.mark.slow
def test_two_passes_at_once_do_every_job_once(
    connection: Connection,
    alice: User,
    visitor: Visitor,
    instagram: RunningSandbox,
    tmp_path: Path,
) -> None:
    connections = [connection, connect(alice, visitor, "marlow.pine")]
    jobs = {queue(each).pk for each in connections}
    passes = [
        subprocess.Popen(
            [sys.executable, "-m", "kith", "process-jobs"],
            env=environment(instagram),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    printed = "".join(each.communicate(timeout=60)[0] for each in passes)
    assert [each.returncode for each in passes] == [0, 0]
    lines = [each for each in printed.splitlines() if each.startswith("job ")]
    assert {int(each.split()[1]) for each in lines} == jobs
    assert len(lines) == 2
    assert all(": completed, following " in each for each in lines)
    assert page_calls(visitor) == 6 + 29 + 13
