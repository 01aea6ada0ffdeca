"""Workers by the hundred: one process sets kith up once, then forks each worker in milliseconds and kills it on time.

The test sends a line of JSON for every brood and reads one back. Workers use the test's database, queue and sandbox.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Any

SECONDS = 60
"""The longest that a worker may live; nothing in these tests takes a tenth of it."""


@dataclass(frozen=True)
class Ending:
    """How a worker ended: its exit status (minus nine when killed) and the seconds it lived."""

    status: int
    seconds: float

    @property
    def was_killed(self) -> bool:
        return self.status == -SIGKILL


class Nursery:
    """The test's end of the line."""

    def __init__(self, process: subprocess.Popen[str], log: Path) -> None:
        self._process = process
        self._log = log

    def work(self, life: float | None = None) -> Ending:
        """Lets one worker do whatever is due; it is killed after `life` seconds unless it ended before."""
        [ending] = self.brood([life])
        return ending

    def brood(
        self, lives: Sequence[float | None], task: str = "work", **arguments: Any
    ) -> list[Ending]:
        """Lets several workers begin at the same moment, and tells how each ended; `task` is one of TASKS."""
        assert self._process.stdin
        assert self._process.stdout
        asked = {"task": task, "arguments": arguments, "lives": list(lives)}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, self.log()
        return [Ending(*each) for each in json.loads(answer)]

    def log(self) -> str:
        """Everything that workers wrote, to standard output or error."""
        return self._log.read_text(errors="replace")


@contextmanager
def open_nursery(env: dict[str, str], folder: Path) -> Iterator[Nursery]:
    """A nursery whose workers have the environment `env`; `folder` takes their log."""
    log = folder / "workers.log"
    code = os.pathsep.join(sys.path)  # What the test imports is what its workers import.
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "tests.sync.nursery"],
            env={**env, "PYTHONPATH": code},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        ) as process,
    ):
        # The end of its input ends the nursery.
        yield Nursery(process, log)


def work() -> None:
    """What `kith process-jobs` does: one pass over whatever is due."""
    from kith.sync.worker import finished_jobs

    for _ in finished_jobs():
        continue


def call_on(connection_id: int) -> None:
    """Calls Instagram until the hour's calls are spent."""
    from kith.accounts.instagram import client_for
    from kith.accounts.models import Connection
    from kith.sync.budget import BudgetSpent, ConnectionBudget

    connection = Connection.objects.get(pk=connection_id)
    with client_for(connection, budget=ConnectionBudget(connection.pk)) as client:
        try:
            while True:
                client.own_account()
        except BudgetSpent:
            return


def unfollow(times: int) -> None:
    """Unfollows whoever is due, again and again as if the pause between two had passed."""
    from kith.unfollow.executing import unfollow_due
    from kith.unfollow.models import Queue

    for _ in range(times):
        Queue.objects.update(next_at=None)
        unfollow_due()


TASKS = {"work": work, "call_on": call_on, "unfollow": unfollow}


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Whatever a worker prints belongs into the log.
    _set_up()
    for line in sys.stdin:
        asked = json.loads(line)
        endings = _raise(asked["task"], asked["arguments"], asked["lives"])
        print(json.dumps(endings), file=answers, flush=True)


def _set_up() -> None:
    """Does once what takes a process long, and leaves nothing open that a fork must not share."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "kith.settings"
    django.setup()
    import django.db.models.sql.compiler

    import kith.sync.worker
    import kith.unfollow.executing  # noqa: F401
    from kith.accounts.instagram import client_with
    from kith.sync.queue import huey

    client_with(None).close()  # It reads the trusted certificates.
    huey.storage.close()


def _raise(
    task: str, arguments: dict[str, Any], lives: list[float | None]
) -> list[tuple[int, float]]:
    gate = os.pipe()
    fork = multiprocessing.get_context("fork")
    workers = [fork.Process(target=_live, args=(gate, task, arguments)) for _ in lives]
    for worker in workers:
        worker.start()
    os.close(gate[0])
    os.close(gate[1])
    began = time.monotonic()
    ended: dict[int, float] = {}
    for life, number in sorted((life or SECONDS, number) for number, life in enumerate(lives)):
        workers[number].join(max(0.0, began + life - time.monotonic()))
        workers[number].kill()
        workers[number].join()
        ended[number] = time.monotonic() - began
    return [(worker.exitcode or 0, ended[number]) for number, worker in enumerate(workers)]


def _live(gate: tuple[int, int], task: str, arguments: dict[str, Any]) -> None:
    from django.db import connections

    reading, writing = gate
    os.close(writing)
    os.read(reading, 1)  # It comes to an end when nobody holds the other side any more.
    try:
        TASKS[task](**arguments)
    finally:
        connections.close_all()


if __name__ == "__main__":
    _serve()
